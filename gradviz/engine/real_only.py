"""Which ops PyTorch has for real numbers only, and what it says of complex ones.

NumPy computes many of them all the same, with an order of complex numbers that PyTorch has not. The compiler puts a
look at the element type into the functions of these ops alone.
"""

from __future__ import annotations

from typing import Any

from . import dtype as dtypes
from . import messages

# Kernels that PyTorch has not compiled for complex numbers, by op: NotImplementedError names them.
KERNELS = {
    "elu": "elu_cpu",
    "celu": "elu_cpu",
    "gelu": "GeluKernelImpl",
    "glu": "glu_cpu",
    "hardshrink": "hardshrink_cpu",
    "hardsigmoid": "hardsigmoid_cpu",
    "hardswish": "hardswish_cpu",
    "huber_loss": "huber_cpu",
    "layer_norm": "LayerNormKernelImpl",
    "leaky_relu": "leaky_relu_cpu",
    "logsigmoid": "log_sigmoid_cpu",
    "mish": "mish_cpu",
    "mse_loss": "mse_cpu",
    "smooth_l1_loss": "smooth_l1_cpu",
    "softplus": "softplus_cpu",
    "softshrink": "softshrink_check",
    "threshold": "threshold_cpu",
    "softmax": "softmax_lastdim_kernel_impl",
    "log_softmax": "log_softmax_lastdim_kernel_impl",
    "remainder": "remainder_cpu",
    "fmod": "fmod_cpu",
    "floor_divide": "div_floor_cpu",
    "atan2": "atan2_cpu",
    "copysign": "copysign_cpu",
    "gcd": "gcd_cpu",
    "lcm": "lcm_cpu",
    "hypot": "hypot_cpu",
    "nextafter": "nextafter_cpu",
    "xlogy": "xlogy_cpu",
    "cummax": "cummax_cpu",
    "cummin": "cummin_cpu",
    "kthvalue": "kthvalue_cpu",
    "median": "median_cpu",
    "nanmedian": "median_cpu",
    "mode": "mode_cpu",
    "digamma": "digamma",
    "polygamma": "trigamma",
    "erf": "erf_vml_cpu",
    "erfc": "erfc_vml_cpu",
    "erfinv": "erfinv_vml_cpu",
    "lgamma": "lgamma_vml_cpu",
    "i0": "i0_vml_cpu",
    "logit": "logit_cpu",
    "frac": "frac_cpu",
    "round.decimals": "round_cpu",
}
BOOL_RELU = "Boolean inputs not supported for relu"
CLAMP = "clamp is not supported for complex types"
# Sentences, by op: those of NotImplementedError, then those of RuntimeError.
NOT_THERE = {
    **dict.fromkeys(("clamp", "clamp_min", "clamp_max", "clamp.tensor", "hardtanh"), CLAMP),
    "sign": "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead.",
    "signbit": "signbit is not implemented for complex tensors.",
}
REFUSED = {
    "deg2rad": "deg2rad is not supported for complex tensors.",
    "rad2deg": "rad2deg is not supported for complex tensors.",
    "fmax": "fmax not implemented for complex tensors.",
    "fmin": "fmin not implemented for complex tensors.",
    "heaviside": "heaviside is not yet implemented for complex tensors.",
    "isposinf": "isposinf does not support complex inputs.",
    "isneginf": "isneginf does not support complex inputs.",
    "topk": " topk does not support complex dtypes on CPU",
}
NAMES = frozenset((*KERNELS, *NOT_THERE, *REFUSED))


def not_real(name: str, value: Any) -> Exception:
    """Return PyTorch's error for complex numbers given to an op that has none."""
    if name in KERNELS:
        return messages.not_for(KERNELS[name], dtypes.of(value))
    if name in NOT_THERE:
        return NotImplementedError(NOT_THERE[name])
    return RuntimeError(REFUSED[name])
