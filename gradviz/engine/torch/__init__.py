"""The module that user programs see as `torch`.

A name that PyTorch has and the engine has not raises NotImplementedError with a sentence that names it; a name that
neither has raises PyTorch's AttributeError.
"""

from __future__ import annotations

import importlib
from typing import Any

from .. import ops as ops  # declares all operations
from .. import printing
from ..anomaly import is_anomaly_check_nan_enabled, is_anomaly_enabled
from ..attributes import refuse_writing
from ..creation import (
    arange,
    as_tensor,
    asarray,
    empty,
    eye,
    from_numpy,
    full,
    linspace,
    logspace,
    ones,
    tensor,
    tensor_type,
    zeros,
)
from ..device import default_device as get_default_device
from ..device import device, set_default_device
from ..dtype import ALL, dtype, promote_types, set_default_dtype
from ..dtype import default_dtype as get_default_dtype
from ..grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from ..hooks import RemovableHandle
from ..inference import inference_mode, is_inference_mode_enabled
from ..layout import channels_last, channels_last_3d, contiguous_format, layout, memory_format, preserve_format, strided
from ..likeness import empty_like, full_like, ones_like, rand_like, randint_like, randn_like, zeros_like
from ..names import missing, note_absent, shown_as, torch_names
from ..node import AccumulateGrad
from ..printing import set_printoptions
from ..random import Generator, default_generator
from ..sampling import (
    bernoulli,
    manual_seed,
    multinomial,
    normal,
    poisson,
    rand,
    randint,
    randn,
    randperm,
)
from ..signatures import speaking, spoken
from ..size import Size
from ..surface import functions, with_input
from ..tensor import Tensor

__version__ = "2.13.0"
pi, inf, nan, e = 3.141592653589793, float("inf"), float("nan"), 2.718281828459045
newaxis = None

SUBMODULES = (
    "accelerator",
    "amp",
    "autograd",
    "backends",
    "compiler",
    "cpu",
    "cuda",
    "distributions",
    "fft",
    "func",
    "linalg",
    "mps",
    "nn",
    "optim",
    "random",
    "serialization",
    "special",
    "utils",
    "version",
    "xpu",
)
# Functions that are imported with their module when a program first names them.
LATE = {
    **dict.fromkeys(("load", "save"), "torch.serialization"),
    **dict.fromkeys(("get_rng_state", "set_rng_state"), "torch.random"),
    **dict.fromkeys(("autocast", "GradScaler"), "torch.amp"),
    "vmap": "torch.func",
    **dict.fromkeys(("finfo", "iinfo"), "limits"),
    **dict.fromkeys(
        (
            "are_deterministic_algorithms_enabled",
            "compile",
            "get_deterministic_debug_mode",
            "get_float32_matmul_precision",
            "get_num_interop_threads",
            "get_num_threads",
            "is_deterministic_algorithms_warn_only_enabled",
            "is_warn_always_enabled",
            "set_default_tensor_type",
            "set_deterministic_debug_mode",
            "set_float32_matmul_precision",
            "set_flush_denormal",
            "set_num_interop_threads",
            "set_num_threads",
            "set_warn_always",
            "use_deterministic_algorithms",
        ),
        "settings",
    ),
}


def is_tensor(obj: Any) -> bool:
    """Return True for a Tensor."""
    return isinstance(obj, Tensor)


def result_type(tensor1: Any, tensor2: Any) -> dtype:
    """Return the type of a result of two operands, tensors or numbers."""
    from ..dtype import result_type as common

    return common(*(each.numpy_value() if isinstance(each, Tensor) else each for each in (tensor1, tensor2)))


def can_cast(from_: dtype, to: dtype) -> bool:
    """Return True when a result of one type may be written to a tensor of another."""
    return from_.kind <= to.kind


def numel(input: Tensor) -> int:
    """Return the number of elements."""
    return input.numel()  # type: ignore[no-any-return]


def seed() -> int:
    """Start the random numbers anew from an unpredictable seed, and return it."""
    return default_generator.seed()


def initial_seed() -> int:
    """Return the seed of the random numbers."""
    return default_generator.initial_seed()


refuse_writing()
note_absent(Tensor, "torch.Tensor")
shown_as("torch", Tensor, Size, device, dtype, layout, memory_format)
shown_as("torch._C", Generator)
shown_as("torch.autograd.grad_mode", enable_grad, inference_mode, no_grad, set_grad_enabled)
shown_as("torch.utils.hooks", RemovableHandle)
shown_as("builtins", AccumulateGrad)

speaking(Tensor)
globals().update(functions)
for each in (arange, as_tensor, empty, eye, full, linspace, logspace, ones, tensor, zeros):
    globals()[each.__name__] = spoken(each.__name__, each)
for each in (rand, randint, randn, randperm):
    globals()[each.__name__] = spoken(each.__name__, each)
for each in ALL:
    globals()[each.name] = each
    globals()[f"{each.tensor_name}Tensor"] = tensor_type(each)
for alias, full_name in {
    "float": "float32",
    "double": "float64",
    "half": "float16",
    "long": "int64",
    "int": "int32",
    "short": "int16",
    "cfloat": "complex64",
    "cdouble": "complex128",
}.items():
    globals()[alias] = globals()[full_name]
del each, alias, full_name


# What torch and torch.nn.functional both have.
ALSO_FUNCTIONAL = frozenset(
    {
        "adaptive_avg_pool1d",
        "alpha_dropout",
        "avg_pool1d",
        "bilinear",
        "celu",
        "celu_",
        "cosine_similarity",
        "dropout",
        "feature_alpha_dropout",
        "group_norm",
        "hardshrink",
        "layer_norm",
        "native_channel_shuffle",
        "pairwise_distance",
        "prelu",
        "relu_",
        "rms_norm",
        "rrelu",
        "rrelu_",
        "selu",
        "selu_",
        "threshold",
        "threshold_",
    }
)


def __getattr__(name: str) -> Any:
    if name in SUBMODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in LATE:
        return getattr(importlib.import_module(f"gradviz.engine.{LATE[name]}"), name)
    if name in ALSO_FUNCTIONAL:
        return getattr(importlib.import_module(f"{__name__}.nn.functional"), name)
    if name.endswith("_") and name in torch_names()["torch"] and hasattr(Tensor, name):
        return with_input(getattr(Tensor, name))  # torch.exp_(x) is x.exp_()
    raise missing("torch", name)


__all__ = [
    "Generator",
    "Size",
    "Tensor",
    "arange",
    "as_tensor",
    "asarray",
    "bernoulli",
    "can_cast",
    "channels_last",
    "channels_last_3d",
    "contiguous_format",
    "default_generator",
    "device",
    "dtype",
    "empty",
    "empty_like",
    "enable_grad",
    "eye",
    "finfo",
    "from_numpy",
    "full",
    "full_like",
    "get_default_device",
    "get_default_dtype",
    "iinfo",
    "inference_mode",
    "initial_seed",
    "is_anomaly_check_nan_enabled",
    "is_anomaly_enabled",
    "is_grad_enabled",
    "is_inference_mode_enabled",
    "is_tensor",
    "layout",
    "linspace",
    "logspace",
    "manual_seed",
    "memory_format",
    "multinomial",
    "no_grad",
    "normal",
    "numel",
    "ones",
    "ones_like",
    "poisson",
    "preserve_format",
    "printing",
    "promote_types",
    "rand",
    "rand_like",
    "randint",
    "randint_like",
    "randn",
    "randn_like",
    "randperm",
    "result_type",
    "seed",
    "set_default_device",
    "set_default_dtype",
    "set_grad_enabled",
    "set_printoptions",
    "strided",
    "tensor",
    "zeros",
    "zeros_like",
]
