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
from gradviz.engine.torch.nn.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from gradviz.engine.torch.nn.linear import Dropout, Flatten, Identity, Linear
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
from gradviz.engine.torch.nn.pooling import MaxPool1d, MaxPool2d, MaxPool3d
from gradviz.engine.torch.nn.sparse import Embedding

shown_as("torch.nn.modules.container", Sequential, ModuleList, ModuleDict)
shown_as("torch.nn.modules.linear", Linear, Identity)
shown_as("torch.nn.modules.conv", Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)
shown_as("torch.nn.modules.pooling", MaxPool1d, MaxPool2d, MaxPool3d)
shown_as("torch.nn.modules.flatten", Flatten)
shown_as("torch.nn.modules.dropout", Dropout)
shown_as("torch.nn.modules.sparse", Embedding)
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
LATER = {
    "recurrent": ("torch.nn.modules.rnn", ("RNNBase", "RNN", "LSTM", "GRU")),
    "parameter_container": ("torch.nn.modules.container", ("ParameterList", "ParameterDict")),
    "cells": ("torch.nn.modules.rnn", ("RNNCellBase", "RNNCell", "LSTMCell", "GRUCell")),
}


def __getattr__(name: str) -> Any:
    if name == "utils":
        return importlib.import_module(f"{__name__}.utils")
    for place, (shown, names) in LATER.items():
        if name in names:
            module = importlib.import_module(f"{__name__}.{place}")
            found = {each: getattr(module, each) for each in names}
            shown_as(shown, *found.values())
            globals().update(found)
            return found[name]
    raise missing("torch.nn", name)


def __dir__() -> list[str]:
    return sorted({*globals(), "utils", *(name for _, names in LATER.values() for name in names)})


__all__ = [
    "ELU",
    "GELU",
    "BCELoss",
    "BCEWithLogitsLoss",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "HuberLoss",
    "Identity",
    "L1Loss",
    "LeakyReLU",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
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
