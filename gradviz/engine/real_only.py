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
    "logaddexp2": "logaddexp2_cpu",
    "xlogy.number": "xlogy_cpu",
    "xlog1py": "xlog1py_cpu",
    **{f"special_{name}": f"{name}_cpu" for name in ("erfcx", "ndtri", "log_ndtr", "entr", "i0e", "i1", "i1e")},
    "prelu": "prelu_cpu",
    "median.dim": "median_out",
    "nanmedian.dim": "median_out",
    "max_pool2d": "max_pool2d",
    "max_pool3d": "max_pool3d",
    "avg_pool2d": "avg_pool2d",
    "avg_pool3d": "avg_pool3d_out_frame",
    "adaptive_max_pool2d": "adaptive_max_pool2d",
    "adaptive_max_pool3d": "adaptive_max_pool3d_cpu",
    "adaptive_avg_pool2d": "adaptive_avg_pool2d",
    "adaptive_avg_pool3d": "adaptive_avg_pool3d_cpu",
    **dict.fromkeys(
        ("upsample_nearest1d", "upsample_nearest_exact1d", "upsample_nearest3d", "upsample_nearest_exact3d"),
        "compute_indices_weights_nearest",
    ),
    "upsample_linear1d": "compute_indices_weights_linear",
    "upsample_trilinear3d": "compute_indices_weights_linear",
    "upsample_bicubic2d": "compute_indices_weights_cubic",
    "upsample_bilinear2d_aa": "compute_index_ranges_weights",
    "upsample_bicubic2d_aa": "compute_index_ranges_weights",
    "upsample_nearest2d": "upsample_nearest2d_channels_last",
    "upsample_nearest_exact2d": "upsample_nearest2d_channels_last",
    "upsample_bilinear2d": "upsample_bilinear2d_channels_last",
    "grid_sampler_2d": "grid_sampler_2d_cpu_kernel_impl",
    "grid_sampler_3d": "grid_sampler3d_cpu",
    "group_norm": "GroupNormKernelImpl",
    "nll_loss": "nll_loss_out_frame",
    "nll_loss2d": "nll_loss2d_forward_out_frame",
    "binary_cross_entropy": "binary_cross_entropy",
    "binary_cross_entropy_with_logits": "log_sigmoid_cpu",
    "multi_margin_loss": "multi_margin_loss_cpu_kernel",
    "multilabel_margin_loss": "multilabel_margin_loss_forward_out_frame",
    "attention": "softmax_lastdim_kernel_impl",
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
    "nansum": "nansum on CPU does not support complex inputs",
    "nansum.dim": "nansum on CPU does not support complex inputs",
    "cdist": "cdist only supports floating-point dtypes, X1 got: {}",
    "embedding_bag": (
        "Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, BFloat16, Float, "
        "Double; but got CPU{}Type instead (while checking arguments for embedding_bag)"
    ),
}
# What PyTorch computes for complex numbers, but has no gradient of: by op its own name.
NO_GRADIENT = {
    **{
        name: name
        for name in (
            "affine_grid_generator", "embedding", "nan_to_num", "scatter_reduce", "select_scatter", "silu",
            "slice_scatter", "soft_margin_loss",
        )
    },
    "pack_padded_sequence": "_pack_padded_sequence",
}  # fmt: skip
NAMES = frozenset((*KERNELS, *NOT_THERE, *REFUSED))


def not_real(name: str, value: Any) -> Exception:
    """Return PyTorch's error for complex numbers given to an op that has none."""
    if name in KERNELS:
        return messages.not_for(KERNELS[name], dtypes.of(value))
    if name in NOT_THERE:
        return NotImplementedError(NOT_THERE[name])
    return RuntimeError(REFUSED[name].format(dtypes.of(value).tensor_name))


def no_gradient(name: str) -> Exception:
    """Return PyTorch's error for complex numbers that require a gradient, given to an op that has none for them."""
    return RuntimeError(
        f"{NO_GRADIENT[name]} does not support automatic differentiation for outputs with complex dtype."
    )
