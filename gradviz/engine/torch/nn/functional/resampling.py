"""Other sizes for images: interpolation."""

from __future__ import annotations

from typing import Any

from gradviz.engine import messages
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional import pooling

CORNERLESS = ("nearest", "area", "nearest-exact")
DIMENSIONS = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}


def interpolate(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Any:
    """Give (N, C, *space) another space: `size`, or `scale_factor` times as large."""
    if mode in CORNERLESS and align_corners is not None:
        raise ValueError(
            "align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear"
        )
    count = input.ndim - 2
    sizes, scales = sizes_and_scales(input, size, scale_factor, count)
    if recompute_scale_factor and size is not None:
        raise ValueError("recompute_scale_factor is not meaningful with an explicit size.")
    if recompute_scale_factor or mode == "area":
        scales = (None,) * count
    if antialias and not (mode in ("bilinear", "bicubic") and input.ndim == 4):
        raise ValueError(
            "Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input"
        )
    if count in (1, 2, 3):
        if mode == "area":
            return getattr(pooling, f"adaptive_avg_pool{count}d")(input, sizes)
        refuse_empty(input, sizes)
        if mode in ("nearest", "nearest-exact"):
            return find(f"upsample_{mode.replace('-', '_')}{count}d").function(input, sizes, scales)
        if DIMENSIONS.get(mode) == count:
            name = f"upsample_{mode}{count}d{'_aa' if antialias else ''}"
            return find(name).function(input, sizes, scales, bool(align_corners))
        if mode in ("linear", "bilinear", "trilinear"):
            needed = DIMENSIONS[mode] + 2
            raise NotImplementedError(f"Got {input.ndim}D input, but {mode} mode needs {needed}D input")
    raise NotImplementedError(
        f"Input Error: Only 3D, 4D and 5D input Tensors supported (got {input.ndim}D) for the modes: nearest | linear "
        f"| bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got {mode})"
    )


def refuse_empty(input: Tensor, sizes: tuple[int, ...]) -> None:
    """Raise for a space without elements."""
    if min(*sizes, *input.shape[2:]) < 1:
        given = ", ".join(f"{side}: {n}" for side, n in zip("DHW"[-len(sizes) :], input.shape[2:], strict=True))
        made = ", ".join(f"{side}: {n}" for side, n in zip("DHW"[-len(sizes) :], sizes, strict=True))
        word = " and" if len(sizes) == 1 else ""
        raise RuntimeError(
            f"Input and output sizes should be greater than 0, but got input ({given}){word} output ({made})"
        )


def sizes_and_scales(
    input: Tensor, size: Any, scale_factor: Any, count: int
) -> tuple[tuple[int, ...], tuple[float | None, ...]]:
    """Return the new space, and by how much each dimension was asked to grow (None where a size was given)."""
    if size is not None and scale_factor is not None:
        raise ValueError("only one of size or scale_factor should be defined")
    space = input.shape[2:]
    if size is not None:
        if isinstance(size, (list, tuple)):
            if len(size) != count:
                raise ValueError(
                    "Input and output must have the same number of spatial dimensions, but got input with spatial "
                    f"dimensions of {list(space)} and output size of {size}. Please provide input tensor in (N, C, d1, "
                    "d2, ...,dK) format and output size in (o1, o2, ...,oK) format."
                )
            return tuple(size), (None,) * count
        return (size,) * count, (None,) * count
    if scale_factor is None:
        raise ValueError("either size or scale_factor should be defined")
    if isinstance(scale_factor, (list, tuple)):
        if len(scale_factor) != count:
            raise ValueError(
                "Input and scale_factor must have the same number of spatial dimensions, but got input with spatial "
                f"dimensions of {list(space)} and scale_factor of shape {scale_factor}. Please provide input tensor in "
                "(N, C, d1, d2, ...,dK) format and scale_factor in (s1, s2, ...,sK) format."
            )
        scales = tuple(float(each) for each in scale_factor)
    else:
        scales = (float(scale_factor),) * count
    return tuple(int(n * scale) for n, scale in zip(space, scales, strict=True)), scales


def upsample(
    input: Tensor,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Any:
    messages.warn("`nn.functional.upsample` is deprecated. Use `nn.functional.interpolate` instead.")
    return interpolate(input, size, scale_factor, mode, align_corners)


def upsample_nearest(input: Tensor, size: Any = None, scale_factor: Any = None) -> Any:
    messages.warn("`nn.functional.upsample_nearest` is deprecated. Use `nn.functional.interpolate` instead.")
    return interpolate(input, size, scale_factor, mode="nearest")


def upsample_bilinear(input: Tensor, size: Any = None, scale_factor: Any = None) -> Any:
    messages.warn("`nn.functional.upsample_bilinear` is deprecated. Use `nn.functional.interpolate` instead.")
    return interpolate(input, size, scale_factor, mode="bilinear", align_corners=True)
