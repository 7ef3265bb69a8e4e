"""What PyTorch's nodes show as `_saved_<name>` where it is not simply an input, an argument or the result.

Per node, PyTorch's name and an expression over what the node here keeps; an empty one hides a name that PyTorch's node
has not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

SIZES_AND_STEPS = {"{0}_sym_sizes": "tuple({0}.shape)", "{0}_sym_strides": "{0}.stride()"}
INDICES = {"indices": "result[1]", "result": ""}
SECOND = {"result1": "result[1]", "result": ""}
HIDDEN = {"self_sym_sizes": ""}
PADS = {"padding": "pad", "pad": "", **HIDDEN}
SCALES_2 = {"scales_h": "scales[0]", "scales_w": "scales[1]", "scales": ""}
SCALES_3 = {"scales_d": "scales[0]", "scales_h": "scales[1]", "scales_w": "scales[2]", "scales": ""}


def geometry(*names: str) -> dict[str, str]:
    """Return shape and strides of saved matrices."""
    return {key.format(name): text.format(name) for name in names for key, text in SIZES_AND_STEPS.items()}


NODES: dict[str, dict[str, str]] = {
    "AddBackward0": {"alpha": "1"},
    "SubBackward0": {"alpha": "1"},
    "RsubBackward0": {"alpha": "1"},
    "MeanBackward0": {"self_sym_numel": "prod(self_shape)"},
    "MeanBackward1": {"self_sym_numel": "prod(self_shape)"},
    "AminmaxBackward0": {"min": "result[0]", "max": "result[1]", "result": ""},
    "VarMeanBackward0": {"result": ""},
    "StdMeanBackward0": {"result0": "result[0]", "result": ""},
    "SplitBackward0": {"split_size": "sizes[0]", "sizes": ""},
    "UnsafeSplitBackward0": {"split_size": "sizes[0]", "sizes": ""},
    "SplitWithSizesBackward0": {"split_sizes": "tuple(sizes)", "sizes": ""},
    "MmBackward0": geometry("self", "mat2"),
    "AddmmBackward0": geometry("mat1", "mat2"),
    "PackPaddedSequenceBackward0": {"input_sym_sizes": "self_shape", **SECOND},
    "EmbeddingBackward0": {
        "weight_sym_argsize_0": "weight_shape[0]",
        "scale_grad_by_freq": "False",
        "sparse": "False",
    },
    "GatherBackward0": {"sparse_grad": "False"},
    **dict.fromkeys(("UpsampleNearest2DBackward0", "UpsampleNearestExact2DBackward0"), SCALES_2),
    **dict.fromkeys(("UpsampleBilinear2DBackward0", "UpsampleBicubic2DBackward0"), SCALES_2),
    **dict.fromkeys(("UpsampleBilinear2DAaBackward0", "UpsampleBicubic2DAaBackward0"), SCALES_2),
    **dict.fromkeys(("UpsampleNearest3DBackward0", "UpsampleNearestExact3DBackward0"), SCALES_3),
    "UpsampleTrilinear3DBackward0": SCALES_3,
    **{f"AdaptiveAvgPool{n}DBackward0": {"output_size": ""} for n in (2, 3)},
    "AsStridedBackward0": {"start": "", "steps": ""},
    "LinalgInvExBackward0": {"inverse": "result", "result": ""},
    **{f"Linalg{name}Backward0": {"A": "self", "self": ""} for name in ("Det", "SolveEx")},
    "LinalgSlogdetBackward0": {"A": "self", "self": "", "sign": "result[0]", "result": ""},
    "LinalgQrBackward0": {"Q": "result[0]", "R": "result[1]", "result": ""},
    "LinalgSvdBackward0": {"U": "result[0]", "S": "result[1]", "Vh": "result[2]", "result": ""},
    "EmbeddingBagBackward0": {"self": "", "reduce": ""},
    **dict.fromkeys((f"ReflectionPad{n}DBackward0" for n in (1, 2, 3)), PADS),
    **dict.fromkeys((f"ReplicationPad{n}DBackward0" for n in (1, 2, 3)), PADS),
    **dict.fromkeys((f"{name}Backward0" for name in ("Max", "Min", "Sort", "Topk", "Kthvalue", "Mode")), INDICES),
    **dict.fromkeys(("MedianBackward1", "NanmedianBackward1"), INDICES),
    **dict.fromkeys(("CummaxBackward0", "CumminBackward0"), INDICES),
    **dict.fromkeys((f"MaxPool{n}DWithIndicesBackward0" for n in (2, 3)), SECOND),
    **dict.fromkeys((f"AdaptiveMaxPool{n}DBackward0" for n in (2, 3)), SECOND),
}
NUMBER = {"self": "None", "other": "array(other)"}
# Nodes of an op with a Python number.
NUMBERS = dict.fromkeys(("MulBackward0", "DivBackward0", "DivBackward2"), NUMBER)


# The nodes that show the shape of their input.
SIZED = frozenset(
    f"{name}Backward{number}"
    for number, names in (
        (
            0,
            "Diagonal Expand Index IndexSelect Kthvalue Max Mean Min Mode Repeat ReshapeAlias Select Slice Sort Split "
            "SplitWithSizes Squeeze Sum Topk Trace Unfold UnsafeSplit UnsafeView View UpsampleBicubic2D "
            "UpsampleBicubic2DAa UpsampleBilinear2D UpsampleBilinear2DAa UpsampleLinear1D UpsampleNearest1D "
            "UpsampleNearest2D UpsampleNearest3D UpsampleNearestExact1D UpsampleNearestExact2D UpsampleNearestExact3D "
            "UpsampleTrilinear3D",
        ),
        (1, "Mean Median Nanmedian Squeeze Sum"),
    )
    for name in names.split()
)


def saved_outputs(name: str) -> tuple[int, ...]:
    """Return the numbers of the outputs that a node with several saves and shows."""
    texts = " ".join(NODES.get(name, {}).values())
    return tuple(map(int, re.findall(r"result\[(\d)\]", texts)))


class Kept(dict[str, Any]):
    """What a node keeps, by the names that the expressions use."""

    def __init__(self, node: Any) -> None:
        self.node = node

    def __missing__(self, name: str) -> Any:
        if name.endswith("_shape"):
            return tuple(getattr(self.node, f"h_{name.removesuffix('_shape')}"))
        if hasattr(type(self.node), f"s_{name}"):
            return getattr(self.node, f"s_{name}")
        raise KeyError(name)


def expression(text: str, wrap: Callable[[Any], Any], freed: Callable[[], Exception]) -> property:
    """Return the property that evaluates an expression; raises RuntimeError where the value was freed."""
    code = compile(text, "<engine saved>", "eval")

    def look(node: Any) -> Any:
        try:
            value = eval(code, {"prod": math.prod, "tuple": tuple, "array": np.array}, Kept(node))
        except (TypeError, AttributeError):
            raise freed() from None
        return wrap(np.asarray(value)[()]) if isinstance(value, (np.ndarray, np.generic)) else value

    return property(look, doc="A saved value; raises RuntimeError after it was freed.")


def shown(name: str, number: bool, shapes: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the names that a node shows beyond what it saves by itself, each with its expression, or "" to hide it."""
    found = {"self_sym_sizes": "self_shape"} if name in SIZED and "self" in shapes else {}
    yield from (found | NODES.get(name, {}) | (NUMBERS.get(name, {}) if number else {})).items()
