"""What programs see as `torch.nn.functional`: layers without state, one file per family, built on the engine's ops."""

from typing import Any

from gradviz.engine.names import missing
from gradviz.engine.torch.nn.functional.activation import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from gradviz.engine.torch.nn.functional.classes import cross_entropy, nll_loss
from gradviz.engine.torch.nn.functional.convolution import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
)
from gradviz.engine.torch.nn.functional.distance import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    huber_loss,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)
from gradviz.engine.torch.nn.functional.dropout import dropout
from gradviz.engine.torch.nn.functional.linear import embedding, linear, one_hot
from gradviz.engine.torch.nn.functional.padding import pad
from gradviz.engine.torch.nn.functional.pooling import max_pool1d, max_pool2d, max_pool3d


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.functional", name)


__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "huber_loss",
    "l1_loss",
    "leaky_relu",
    "linear",
    "log_softmax",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "pad",
    "relu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
]
