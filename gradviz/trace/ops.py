"""What the record says of each op, so that an old trace explains itself without the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpInfo:
    """The part of an op's declaration that people see.

    Formulas are Python expressions over the input names, `result`, the argument names and plain function names.
    `derivatives` holds local derivatives of pointwise ops (the gradient sent is `grad * derivative`),
    `gradients` the whole vector–Jacobian product of all others, as an expression with `grad` in it.
    `code` is the template the palette writes ("{self} * {other}"); empty where the op is not offered.
    """

    name: str
    symbol: str
    group: str
    title: str
    code: str
    node: str
    inputs: tuple[str, ...]
    derivatives: tuple[tuple[str, str], ...] = ()
    gradients: tuple[tuple[str, str], ...] = ()
    forward: str = ""


PRIMITIVES = {
    "_log_softmax": "log_softmax",
    "_softmax": "softmax",
    "_to_copy": "to_copy",
    "_unsafe_view": "unsafe_view",
    "linalg_vector_norm": "norm",
    "max_pool2d_with_indices": "max_pool2d",
    "native_layer_norm": "layer_norm",
    "nll_loss_forward": "nll_loss",
    "split_with_sizes": "split.sizes",
}
"""PyTorch's own names of primitive operations, as its records have them → those of the declarations."""

RANDOM = (
    "alpha_dropout", "bernoulli", "binomial", "cauchy", "dropout", "exponential", "feature_dropout", "geometric",
    "log_normal", "multinomial", "normal", "poisson", "rand", "rrelu", "sample_dirichlet", "standard_gamma", "uniform",
)  # fmt: skip
"""What such names begin with."""


def draws(name: str) -> bool:
    """Whether what has this name, an op or a maker of tensors, draws random numbers."""
    return name.strip("_").startswith(RANDOM)
