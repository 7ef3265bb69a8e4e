"""What programs see as `torch.nn.utils`."""

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


def __getattr__(name: str) -> Any:
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
