"""Kullback-Leibler divergences of the usual pairs, in torch's formulas."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from gradviz.engine import torch
from gradviz.engine.torch.distributions.categorical import Categorical, OneHotCategorical
from gradviz.engine.torch.distributions.distribution import ExponentialFamily, Value, sum_rightmost
from gradviz.engine.torch.distributions.exponential import Exponential, Laplace
from gradviz.engine.torch.distributions.gamma import Beta, Dirichlet, Gamma
from gradviz.engine.torch.distributions.independent import Independent
from gradviz.engine.torch.distributions.multivariate_normal import MultivariateNormal
from gradviz.engine.torch.distributions.normal import LogNormal, Normal
from gradviz.engine.torch.distributions.poisson import Poisson
from gradviz.engine.torch.distributions.trials import Bernoulli, Geometric
from gradviz.engine.torch.distributions.uniform import Uniform

Divergence = Callable[[Any, Any], Any]
DIVERGENCES: dict[tuple[type, type], Divergence] = {}


def register_kl(type_p: type, type_q: type) -> Callable[[Divergence], Divergence]:
    """Let a function be the divergence of two kinds of distributions."""

    def register(function: Divergence) -> Divergence:
        DIVERGENCES[type_p, type_q] = function
        return function

    return register


def kl_divergence(p: Any, q: Any) -> Value:
    """The divergence of p from q, for the nearest registered pair of classes; NotImplementedError without one."""
    for own in type(p).__mro__:
        for other in type(q).__mro__:
            if (own, other) in DIVERGENCES:
                return DIVERGENCES[own, other](p, q)
    if isinstance(p, ExponentialFamily) and isinstance(q, ExponentialFamily):
        raise NotImplementedError(
            f"The cross KL-divergence between different exponential families cannot{' ' * 29}be computed using Bregman "
            "divergences"
        )
    raise NotImplementedError(
        f"No KL(p || q) is implemented for p type {type(p).__name__} and q type {type(q).__name__}"
    )


@register_kl(Bernoulli, Bernoulli)
def bernoulli(p: Any, q: Any) -> Any:
    softplus = torch.nn.functional.softplus
    t1 = p.probs * (softplus(-q.logits) - softplus(-p.logits))
    t2 = (1 - p.probs) * (softplus(q.logits) - softplus(p.logits))
    return t1 + t2


@register_kl(Categorical, Categorical)
def categorical(p: Any, q: Any) -> Any:
    t = p.probs * (p.logits - q.logits)
    t[(q.probs == 0).expand_as(t)] = torch.inf
    t[(p.probs == 0).expand_as(t)] = 0
    return t.sum(-1)


@register_kl(OneHotCategorical, OneHotCategorical)
def one_hot(p: Any, q: Any) -> Any:
    return categorical(p._categorical, q._categorical)


@register_kl(Normal, Normal)
def normal(p: Any, q: Any) -> Any:
    ratio = (p.scale / q.scale).pow(2)
    t1 = ((p.loc - q.loc) / q.scale).pow(2)
    return 0.5 * (ratio + t1 - 1 - ratio.log())


@register_kl(LogNormal, LogNormal)
def log_normal(p: Any, q: Any) -> Any:
    return normal(p.base_dist, q.base_dist)


@register_kl(Exponential, Exponential)
def exponential(p: Any, q: Any) -> Any:
    ratio = q.rate / p.rate
    return -ratio.log() + ratio - 1


@register_kl(Laplace, Laplace)
def laplace(p: Any, q: Any) -> Any:
    ratio = p.scale / q.scale
    distance = (p.loc - q.loc).abs()
    return -ratio.log() + distance / q.scale + ratio * torch.exp(-distance / p.scale) - 1


@register_kl(Gamma, Gamma)
def gamma(p: Any, q: Any) -> Any:
    t1 = q.concentration * (p.rate / q.rate).log()
    t2 = torch.lgamma(q.concentration) - torch.lgamma(p.concentration)
    t3 = (p.concentration - q.concentration) * torch.digamma(p.concentration)
    t4 = (q.rate - p.rate) * (p.concentration / p.rate)
    return t1 + t2 + t3 + t4


@register_kl(Beta, Beta)
def beta(p: Any, q: Any) -> Any:
    p1, p0, q1, q0 = p.concentration1, p.concentration0, q.concentration1, q.concentration0
    own, other = p1 + p0, q1 + q0
    t1 = q1.lgamma() + q0.lgamma() + own.lgamma()
    t2 = p1.lgamma() + p0.lgamma() + other.lgamma()
    t3 = (p1 - q1) * torch.digamma(p1)
    t4 = (p0 - q0) * torch.digamma(p0)
    t5 = (other - own) * torch.digamma(own)
    return t1 - t2 + t3 + t4 + t5


@register_kl(Dirichlet, Dirichlet)
def dirichlet(p: Any, q: Any) -> Any:
    own, other = p.concentration.sum(-1), q.concentration.sum(-1)
    t1 = own.lgamma() - other.lgamma()
    t2 = (p.concentration.lgamma() - q.concentration.lgamma()).sum(-1)
    t3 = p.concentration - q.concentration
    t4 = p.concentration.digamma() - own.digamma().unsqueeze(-1)
    return t1 - t2 + (t3 * t4).sum(-1)


@register_kl(Poisson, Poisson)
def poisson(p: Any, q: Any) -> Any:
    return p.rate * (p.rate.log() - q.rate.log()) - (p.rate - q.rate)


@register_kl(Geometric, Geometric)
def geometric(p: Any, q: Any) -> Any:
    return -p.entropy() - torch.log1p(-q.probs) / p.probs - q.logits


@register_kl(Uniform, Uniform)
def uniform(p: Any, q: Any) -> Any:
    result = ((q.high - q.low) / (p.high - p.low)).log()
    result[(q.low > p.low) | (q.high < p.high)] = torch.inf
    return result


@register_kl(MultivariateNormal, MultivariateNormal)
def multivariate_normal(p: Any, q: Any) -> Any:
    if p.event_shape != q.event_shape:
        raise ValueError(
            "KL-divergence between two Multivariate Normals with different event shapes cannot be computed"
        )
    own, other = p._unbroadcasted_scale_tril, q._unbroadcasted_scale_tril
    half = q._half_log_det() - p._half_log_det()
    spread = torch.linalg.solve_triangular(other, own, upper=False).pow(2).sum((-2, -1))
    difference = (q.loc - p.loc).unsqueeze(-1)
    distance = torch.linalg.solve_triangular(other, difference, upper=False).squeeze(-1).pow(2).sum(-1)
    return half + 0.5 * (spread + distance - p.event_shape[0])


@register_kl(Independent, Independent)
def independent(p: Any, q: Any) -> Any:
    if p.reinterpreted_batch_ndims != q.reinterpreted_batch_ndims:
        raise NotImplementedError
    return sum_rightmost(kl_divergence(p.base_dist, q.base_dist), p.reinterpreted_batch_ndims)


@register_kl(Normal, Uniform)
@register_kl(Laplace, Uniform)
def endless(p: Any, q: Any) -> Any:
    """What reaches where the other cannot be is infinitely far from it."""
    return torch.full_like(p.loc + q.low, math.inf)
