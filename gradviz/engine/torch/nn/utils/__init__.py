"""What programs see as `torch.nn.utils`."""

import importlib
from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.torch.nn.utils import clip_grad, convert_parameters, rnn
from gradviz.engine.torch.nn.utils.clip_grad import (
    clip_grad_norm_,
    clip_grad_value_,
    clip_grads_with_norm_,
    get_total_norm,
)
from gradviz.engine.torch.nn.utils.convert_parameters import parameters_to_vector, vector_to_parameters

# Loaded when they are first asked for.
PLACES = ("parametrizations", "parametrize", "prune")
LATER = {
    "weight_norm_hook": ("weight_norm", "remove_weight_norm"),
    "spectral_norm_hook": ("spectral_norm", "remove_spectral_norm"),
}


def __getattr__(name: str) -> Any:
    if name in PLACES:
        return importlib.import_module(f"{__name__}.{name}")
    for place, names in LATER.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{place}"), name)
    raise missing("torch.nn.utils", name)


__all__ = [
    "clip_grad",
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grads_with_norm_",
    "convert_parameters",
    "get_total_norm",
    "parameters_to_vector",
    "rnn",
    "vector_to_parameters",
]
