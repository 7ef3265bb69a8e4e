"""What programs see as `torch.nn`."""

import importlib
from typing import Any

from gradviz.engine.names import missing, shown_as
from gradviz.engine.torch.nn import functional, init
from gradviz.engine.torch.nn.activation import (
    ELU,
    GELU,
    LeakyReLU,
    LogSoftmax,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from gradviz.engine.torch.nn.container import ModuleDict, ModuleList, Sequential
from gradviz.engine.torch.nn.dropout import Dropout
from gradviz.engine.torch.nn.flatten import Flatten
from gradviz.engine.torch.nn.linear import Identity, Linear
from gradviz.engine.torch.nn.loss import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Buffer, Parameter, UninitializedBuffer, UninitializedParameter
from gradviz.engine.torch.nn.sparse import Embedding, EmbeddingBag

shown_as("torch.nn.modules.container", Sequential, ModuleList, ModuleDict)
shown_as("torch.nn.modules.linear", Linear, Identity)
shown_as("torch.nn.modules.flatten", Flatten)
shown_as("torch.nn.modules.dropout", Dropout)
shown_as("torch.nn.modules.sparse", Embedding, EmbeddingBag)
shown_as("torch.nn.modules.activation", ELU, GELU, LeakyReLU, LogSoftmax, ReLU, SiLU, Sigmoid, Softmax, Softplus, Tanh)
shown_as(
    "torch.nn.modules.loss",
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
)


# What few programs use is loaded when it is first asked for: where it stands, and what torch calls that place.
M = "torch.nn.modules."
LATER = (
    ("attention", M + "activation", "MultiheadAttention"),
    (
        "transformer",
        M + "transformer",
        "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer",
    ),
    ("recurrent", M + "rnn", "RNNBase RNN LSTM GRU"),
    ("parameter_container", M + "container", "ParameterList ParameterDict"),
    ("cells", M + "rnn", "RNNCellBase RNNCell LSTMCell GRUCell"),
    ("convolution", M + "conv", "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d"),
    (
        "pooling",
        M + "pooling",
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d AdaptiveAvgPool1d AdaptiveAvgPool2d "
        "AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d LPPool1d LPPool2d LPPool3d "
        "MaxUnpool1d MaxUnpool2d MaxUnpool3d",
    ),
    ("normalization", M + "batchnorm", "BatchNorm1d BatchNorm2d BatchNorm3d"),
    ("normalization", M + "instancenorm", "InstanceNorm1d InstanceNorm2d InstanceNorm3d"),
    ("normalization", M + "normalization", "LayerNorm RMSNorm GroupNorm LocalResponseNorm"),
    ("dropout", M + "dropout", "Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout"),
    (
        "padding",
        M + "padding",
        "ConstantPad1d ConstantPad2d ConstantPad3d ZeroPad1d ZeroPad2d ZeroPad3d ReflectionPad1d ReflectionPad2d "
        "ReflectionPad3d ReplicationPad1d ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d CircularPad3d",
    ),
    (
        "rectifiers",
        M + "activation",
        "Hardtanh ReLU6 Hardsigmoid Hardswish SELU Mish CELU RReLU PReLU Threshold Hardshrink Softshrink Tanhshrink "
        "Softsign LogSigmoid GLU Softmin Softmax2d",
    ),
    (
        "margins",
        M + "loss",
        "HingeEmbeddingLoss MarginRankingLoss CosineEmbeddingLoss MultiMarginLoss MultiLabelMarginLoss SoftMarginLoss "
        "MultiLabelSoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss",
    ),
    ("likelihood", M + "loss", "KLDivLoss PoissonNLLLoss GaussianNLLLoss CTCLoss"),
    ("similarity", M + "distance", "PairwiseDistance CosineSimilarity"),
    ("flatten", M + "flatten", "Unflatten"),
    ("rearranging", M + "pixelshuffle", "PixelShuffle PixelUnshuffle"),
    ("rearranging", M + "channelshuffle", "ChannelShuffle"),
    ("rearranging", M + "fold", "Fold Unfold"),
    ("linear", M + "linear", "Bilinear"),
    ("upsampling", M + "upsampling", "Upsample UpsamplingNearest2d UpsamplingBilinear2d"),
    ("lazy", M + "linear", "LazyLinear"),
    (
        "lazy",
        M + "conv",
        "LazyConv1d LazyConv2d LazyConv3d LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d",
    ),
    ("lazy", M + "batchnorm", "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d"),
    ("lazy", M + "instancenorm", "LazyInstanceNorm1d LazyInstanceNorm2d LazyInstanceNorm3d"),
)


def __getattr__(name: str) -> Any:
    if name in ("modules", "utils"):
        return importlib.import_module(f"{__name__}.{name}")
    for place, shown, names in LATER:
        if name in names.split():
            module = importlib.import_module(f"{__name__}.{place}")
            found = {each: getattr(module, each) for each in names.split()}
            shown_as(shown, *found.values())
            globals().update(found)
            return found[name]
    raise missing("torch.nn", name)


def __dir__() -> list[str]:
    return sorted({*globals(), "utils", *(name for *_, names in LATER for name in names.split())})


__all__ = [
    "ELU",
    "GELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Buffer",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "EmbeddingBag",
    "Flatten",
    "HuberLoss",
    "Identity",
    "L1Loss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Tanh",
    "UninitializedBuffer",
    "UninitializedParameter",
    "functional",
    "init",
]
# `from torch.nn import *` gives all layers.
__all__ += [each for _, _, names in LATER for each in names.split()]
