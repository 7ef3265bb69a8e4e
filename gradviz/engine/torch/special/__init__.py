"""torch.special: other names for functions that stand in `ops`, and a few that only this module has."""

from __future__ import annotations

import math
from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.op import functions as _ops
from gradviz.engine.ops.pairs import xlog1py as xlog1py
from gradviz.engine.ops.special import hurwitz_zeta as _hurwitz_zeta
from gradviz.engine.surface import functions, with_input
from gradviz.engine.tensor import Tensor

_SAME = (
    "digamma erf erfc erfinv exp2 expm1 i0 log1p log_softmax logit logsumexp multigammaln polygamma round sinc softmax "
    "xlogy"
)
_OTHER = {"expit": "sigmoid", "gammaln": "lgamma", "psi": "digamma"}
globals().update({name: functions[name] for name in _SAME.split()})
globals().update({name: functions[other] for name, other in _OTHER.items()})
i0e, i1, i1e, erfcx, ndtri, log_ndtr, entr = (
    with_input(_ops[f"special_{name}"]) for name in ("i0e", "i1", "i1e", "erfcx", "ndtri", "log_ndtr", "entr")
)


def zeta(input: Any, other: Any) -> Tensor:
    """Return the Hurwitz zeta function."""
    order, x = (each.detach().numpy() if isinstance(each, Tensor) else each for each in (input, other))
    return Tensor._of(_hurwitz_zeta(order, x if hasattr(x, "dtype") else order.dtype.type(x)), None)


def ndtr(input: Tensor) -> Any:
    """Return the area below the normal curve up to x."""
    return 0.5 * functions["erfc"](-input * math.sqrt(0.5))


def __getattr__(name: str) -> Any:
    raise missing("torch.special", name)
