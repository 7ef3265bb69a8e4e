"""Convolution, plain and transposed, in one, two or three dimensions, and the maps that its gradients are.

Convolution C(x, w) is linear in both, and so are the maps that send a gradient back to x and to w: X(g, w) and W(g, x).
The three are closed under differentiation: each one's rules are the other two (`convolution_backward.py` declares them
as the one op that PyTorch has). A transposed convolution is X forwards.
"""

from __future__ import annotations

from typing import Any

from .. import messages, windows
from ..dtype import of
from ..kernels import formula, in_single, kernel, total
from ..op import op
from ..surface import public
from ..tensor import Tensor
from .padding import constant_pad

Sizes = tuple[int, ...]
SPELLED = {"float32": "float", "float64": "double", "float16": "c10::Half", "int64": "long int", "int32": "int"}
SPELLED |= {"bool": "bool", "uint8": "unsigned char", "int8": "signed char", "int16": "short int"}
SPELLED |= {"bfloat16": "c10::BFloat16"}


@kernel
@in_single
def convolved(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
) -> Any:
    """Return the convolution of x (N, C, *space), plus a bias per channel of the result."""
    refuse_wrong(x, weight, bias, stride, padding, dilation, transposed, output_padding, groups)
    if transposed:
        space = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + 1 + o
            for n, k, s, p, d, o in zip(
                x.shape[2:], weight.shape[2:], stride, padding, dilation, output_padding, strict=True
            )
        )
        result = windows.spread_back(x, weight, space, stride, padding, dilation, groups)
    else:
        result = windows.correlated(x, weight, stride, padding, dilation, groups)
    if bias is not None:
        result += bias.reshape(-1, *[1] * (x.ndim - 2))
    return result


@kernel
@in_single
def convolution_to_input(
    grad: Any,
    weight: Any,
    shape: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    groups: int,
) -> Any:
    """Return what a convolution sends back to its input of the given shape."""
    if transposed:
        return windows.correlated(grad, weight, stride, padding, dilation, groups)
    return windows.spread_back(grad, weight, shape[2:], stride, padding, dilation, groups)


@kernel
@in_single
def convolution_to_weight(
    grad: Any,
    x: Any,
    shape: Sizes,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    groups: int,
) -> Any:
    """Return what a convolution sends back to its weight of the given shape."""
    if transposed:
        x, grad = grad, x
    return windows.kernel_gradient(x, grad, shape[2:], stride, padding, dilation, groups)


@formula
def per_channel(grad: Any) -> Any:
    """Sum over all dimensions but the second."""
    return total(grad, (0, *range(2, grad.ndim)))


IMAGE = [[[[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, 1.0], [-2.0, 1.25, 0.5, -0.75]]] * 2]
KERNEL = [[[[1.0, -0.5], [0.25, 2.0]], [[-1.5, 0.5], [1.0, -0.25]]]] * 2
GEOMETRY = {"stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "transposed": False, "groups": 1}
SAMPLES = [
    GEOMETRY,
    GEOMETRY | {"stride": (2, 1), "padding": (1, 0)},
    GEOMETRY | {"dilation": (2, 2), "padding": (1, 1)},
    GEOMETRY | {"transposed": True},
    GEOMETRY | {"transposed": True, "stride": (2, 3), "padding": (1, 0)},
]
HELD = "stride, padding, dilation, transposed, groups"

convolution = op(
    "convolution",
    inputs="input weight bias?",
    arguments="stride=(1, 1), padding=(0, 0), dilation=(1, 1), transposed=False, output_padding=(0, 0), groups=1",
    symbol="conv",
    group="linear algebra",
    title="convolution",
    node="ConvolutionBackward0",
    forward="convolved(input, weight, bias, stride, padding, dilation, transposed, output_padding, groups)",
    vjp={
        "input": f"convolution_to_input(grad, weight, input.shape, {HELD})",
        "weight": f"convolution_to_weight(grad, input, weight.shape, {HELD})",
        "bias": "per_channel(grad)",
    },
    recorded={
        "gradients": f"convolution_backward(grad, input, weight, {HELD}, [each is not None for each in node.edges()])",
        "input": "gradients[0]",
        "weight": "gradients[1]",
        "bias": "gradients[2]",
    },
    saves=dict.fromkeys(("input", "weight", "bias"), "input weight"),
    samples=[(IMAGE, KERNEL, [0.5, -1.0], each | {"output_padding": (0, 0)}) for each in SAMPLES],
)
public("convolution", method=False)(convolution)


# -- what programs call -----------------------------------------------------------------------------------------------


def refuse_wrong(
    x: Any,
    weight: Any,
    bias: Any,
    stride: Sizes,
    padding: Sizes,
    dilation: Sizes,
    transposed: bool,
    output_padding: Sizes,
    groups: int,
) -> None:
    """Raise PyTorch's errors for types and shapes that do not go together."""
    if weight.ndim < 3:
        raise RuntimeError("weight should have at least three dimensions")
    for other in (weight, bias):
        if other is not None and other.dtype is not x.dtype:
            if bias is None:
                kinds = [f"torch.{of(each).tensor_name}Tensor" for each in (x, other)]
                raise RuntimeError(
                    f"Input type ({kinds[0]}) and weight type ({kinds[1]}) should be the same or input should be a "
                    "MKLDNN tensor and weight is a dense tensor"
                )
            names = [SPELLED[of(each).name] for each in (x, other)]
            # With a bias PyTorch looks at that first.
            raise RuntimeError(f"Input type ({names[0]}) and bias type ({names[1]}) should be the same")
    if min(stride) <= 0:
        raise RuntimeError("non-positive stride is not supported")
    if min(padding) < 0:
        raise RuntimeError("negative padding is not supported")
    if min(dilation) <= 0:
        raise RuntimeError("dilation should be greater than zero")
    if x.ndim != weight.ndim:
        raise RuntimeError(
            f"Expected {weight.ndim}-dimensional input for {weight.ndim}-dimensional weight "
            f"{messages.sizes(weight.shape)}, but got {x.ndim}-dimensional input of size {messages.sizes(x.shape)} "
            "instead"
        )
    if weight.shape[0] < groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be at least {groups} at dimension 0, but got weight of size "
            f"{messages.sizes(weight.shape)} instead"
        )
    wanted = weight.shape[0] if transposed else weight.shape[1] * groups
    if x.shape[1] != wanted:
        raise RuntimeError(
            f"Given {'transposed=1' if transposed else f'groups={groups}'}, weight of size "
            f"{messages.sizes(weight.shape)}, expected input{messages.sizes(x.shape)} to have "
            f"{wanted} channels, but got {x.shape[1]} channels instead"
        )
    if not transposed and weight.shape[0] % groups:
        raise RuntimeError(
            f"Given groups={groups}, expected weight to be divisible by {groups} at dimension 0, but got weight of "
            f"size {messages.sizes(weight.shape)} instead"
        )
    channels = weight.shape[1] * groups if transposed else weight.shape[0]
    if bias is not None and bias.shape != (channels,):
        raise RuntimeError(
            f"Given {'transposed=1' if transposed else ''}{', ' if transposed else ''}weight of size "
            f"{messages.sizes(weight.shape)}, expected bias to be 1-dimensional with {channels} elements, but got bias "
            f"of size {messages.sizes(bias.shape)} instead"
        )
    if transposed:
        refuse_long(output_padding, stride, dilation)
        return
    room = tuple(n + 2 * p for n, p in zip(x.shape[2:], padding, strict=True))
    reach = tuple(d * (k - 1) + 1 for k, d in zip(weight.shape[2:], dilation, strict=True))
    if any(n < k for n, k in zip(room, reach, strict=True)):
        raise RuntimeError(
            f"Calculated padded input size per channel: ({' x '.join(map(str, room))}). Kernel size: "
            f"({' x '.join(map(str, reach))}). Kernel size can't be greater than actual input size"
        )


def refuse_long(output_padding: Sizes, stride: Sizes, dilation: Sizes) -> None:
    """Raise for an output padding that reaches the next place."""
    if all(o < s or o < d for o, s, d in zip(output_padding, stride, dilation, strict=True)):
        return
    sides = ("depth", "height", "width")[-len(stride) :]
    told = " ".join(
        f"{what}_{side}: {n}"
        for what, numbers in (("output_padding", output_padding), ("stride", stride), ("dilation", dilation))
        for side, n in zip(sides, numbers, strict=True)
    )
    raise RuntimeError(f"output padding must be smaller than either stride or dilation, but got {told}")


def spread_out(name: str, value: Any, dimensions: int) -> Sizes:
    """Return a number, or as many numbers as there are dimensions, as a tuple."""
    if isinstance(value, int):
        return (value,) * dimensions
    numbers = tuple(int(each) for each in value)
    if len(numbers) == 1:
        return numbers * dimensions
    if len(numbers) != dimensions:
        raise RuntimeError(
            f"expected {name} to be a single integer value or a list of {dimensions} values to match the convolution "
            f"dimensions, but got {name}={messages.sizes(numbers)}"
        )
    return numbers


def in_batch(name: str, input: Any, dimensions: int) -> tuple[Any, bool]:
    """Return the input as a batch, and whether it was one already."""
    if not isinstance(input, Tensor):
        raise TypeError(f"{name}(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if input.ndim == dimensions + 2:
        return input, True
    if input.ndim != dimensions + 1:
        raise RuntimeError(
            f"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input to {name}, but got input of "
            f"size: {messages.sizes(input.shape)}"
        )
    return input.unsqueeze(0), False


def same_padding(weight: Any, stride: Sizes, dilation: Sizes, input: Any) -> tuple[Any, Sizes]:
    """Return input and padding for a result as large as the input; what cannot be halved is padded at the end."""
    if any(each != 1 for each in stride):
        raise RuntimeError("padding='same' is not supported for strided convolutions")
    whole = [d * (k - 1) for k, d in zip(weight.shape[2:], dilation, strict=True)]
    if any(each % 2 for each in whole):
        messages.warn(
            "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the "
            "input be created"
        )
        input = constant_pad(input, tuple(n for each in reversed(whole) for n in (0, each % 2)))
    return input, tuple(each // 2 for each in whole)


def plain(dimensions: int) -> None:
    """Give programs conv1d, conv2d or conv3d."""
    name = f"conv{dimensions}d"

    def conv(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Any:
        """Slide kernels (O, C / groups, *kernel) over inputs (N, C, *space) or (C, *space)."""
        batch, batched = in_batch(name, input, dimensions)
        count = weight.ndim - 2
        steps, spacing = spread_out("stride", stride, count), spread_out("dilation", dilation, count)
        if padding == "same":
            batch, around = same_padding(weight, steps, spacing, batch)
        else:
            around = (0,) * count if padding == "valid" else spread_out("padding", padding, count)
        result = convolution(batch, weight, bias, steps, around, spacing, False, (0,) * count, groups)
        return result if batched else result.squeeze(0)

    conv.__name__ = conv.__qualname__ = name
    public(name, method=False)(conv)


def turned_round(dimensions: int) -> None:
    """Give programs conv_transpose1d, conv_transpose2d or conv_transpose3d."""
    name = f"conv_transpose{dimensions}d"

    def conv_transpose(
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Any:
        """Spread inputs (N, C, *space) over kernels (C, O / groups, *kernel): a convolution's gradient, forwards."""
        batch, batched = in_batch(name, input, dimensions)
        count = weight.ndim - 2
        numbers = [
            spread_out(what, value, count)
            for what, value in (
                ("stride", stride),
                ("padding", padding),
                ("dilation", dilation),
                ("output_padding", output_padding),
            )
        ]
        result = convolution(batch, weight, bias, *numbers[:3], True, numbers[3], groups)
        return result if batched else result.squeeze(0)

    conv_transpose.__name__ = conv_transpose.__qualname__ = name
    public(name, method=False)(conv_transpose)


for each in (1, 2, 3):
    plain(each)
    turned_round(each)
