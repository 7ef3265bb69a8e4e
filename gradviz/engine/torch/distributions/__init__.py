"""What programs see as `torch.distributions`: probability distributions with torch's formulas and random numbers."""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing, shown_as
from gradviz.engine.torch.distributions import constraints
from gradviz.engine.torch.distributions.categorical import Categorical, Multinomial, OneHotCategorical
from gradviz.engine.torch.distributions.distribution import Distribution, ExponentialFamily
from gradviz.engine.torch.distributions.exponential import Exponential, Laplace
from gradviz.engine.torch.distributions.gamma import Beta, Chi2, Dirichlet, Gamma
from gradviz.engine.torch.distributions.independent import Independent
from gradviz.engine.torch.distributions.kl import kl_divergence, register_kl
from gradviz.engine.torch.distributions.multivariate_normal import MultivariateNormal
from gradviz.engine.torch.distributions.normal import HalfNormal, LogNormal, Normal
from gradviz.engine.torch.distributions.poisson import Poisson
from gradviz.engine.torch.distributions.trials import Bernoulli, Binomial, Geometric
from gradviz.engine.torch.distributions.uniform import Uniform

FILES = {
    "exp_family": (ExponentialFamily,),
    "one_hot_categorical": (OneHotCategorical,),
    "multivariate_normal": (MultivariateNormal,),
    "log_normal": (LogNormal,),
    "half_normal": (HalfNormal,),
}
ONE_EACH: tuple[type, ...] = (Distribution, Categorical, Multinomial, Exponential, Laplace, Beta, Chi2, Dirichlet)
ONE_EACH += (Gamma, Independent, Normal, Poisson, Bernoulli, Binomial, Geometric, Uniform)

for _name, _classes in {**FILES, **{each.__name__.lower(): (each,) for each in ONE_EACH}}.items():
    shown_as(f"torch.distributions.{_name}", *_classes)


def __getattr__(name: str) -> Any:
    raise missing("torch.distributions", name)


__all__ = [
    "Bernoulli",
    "Beta",
    "Binomial",
    "Categorical",
    "Chi2",
    "Dirichlet",
    "Distribution",
    "Exponential",
    "ExponentialFamily",
    "Gamma",
    "Geometric",
    "HalfNormal",
    "Independent",
    "Laplace",
    "LogNormal",
    "Multinomial",
    "MultivariateNormal",
    "Normal",
    "OneHotCategorical",
    "Poisson",
    "Uniform",
    "constraints",
    "kl_divergence",
    "register_kl",
]
