"""Looks into PyTorch's tensors and nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from ..trace.value import WHOLE_BYTES, Value
from .reader import LAST

LEAF_NAME = "torch::autograd::AccumulateGrad"


NUMBERS = frozenset({"self", "other", "exponent"})
"""Operands that may be a Python number where another overload takes a tensor."""


REDUCTIONS = ("none", "mean", "sum")
"""What ATen's losses call 0, 1 and 2."""


def dense(tensor: Any) -> Any:
    """The data of a tensor as NumPy sees it, without a copy where that is possible."""
    plain = tensor.detach()
    if plain.layout is not torch.strided:
        plain = plain.to_dense()
    if plain.dtype in (torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2):
        plain = plain.float()
    return plain.resolve_conj().resolve_neg().cpu().numpy()


def snapshot(tensor: Any) -> Any:
    """What a tensor holds now: a copy, or the sketch of a big one. PyTorch writes its memory in place."""
    with torch.utils._python_dispatch._disable_current_modes():
        data = dense(tensor)
    return Value.of(data) if data.nbytes > WHOLE_BYTES else data.copy()


def grad_fn_of(tensor: Any) -> Any:
    """The tensor's node; None also for a view whose place in the graph PyTorch refuses to tell."""
    try:
        return tensor.grad_fn
    except RuntimeError:
        return None


@dataclass(frozen=True)
class PyTorchOp:
    """A primitive operation as `assembly` wants it: `inputs` are the names of tensors and of numbers beside them."""

    name: str
    inputs: tuple[str, ...]
    given: tuple[Any, ...]
    arguments: dict[str, object]
    listed: bool

    @classmethod
    def of(cls, function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> PyTorchOp:
        """From the schema of an ATen function and what it was called with."""
        name = function._schema.name.partition("::")[2]
        if function._schema.is_mutable:
            name = name.removesuffix("_")
        names: list[str] = []
        given: list[Any] = []
        others: dict[str, object] = {}
        listed = False
        for place, argument in enumerate(function._schema.arguments):
            # What has its default is left out of the call, but not of the rule.
            default = argument.default_value if argument.has_default_value() else None
            value = arguments[place] if place < len(arguments) else options.get(argument.name, default)
            kind = str(argument.type)
            if isinstance(value, list | tuple) and value and all(isinstance(item, torch.Tensor) for item in value):
                listed = listed or not names
                names += [f"{argument.name}[{count}]" for count in range(len(value))]
                given += value
            elif value is not None and ("Tensor" in kind or ("number" in kind.lower() and argument.name in NUMBERS)):
                names.append(argument.name)
                given.append(value)
            elif value is not None:
                is_reduction = argument.name == "reduction" and isinstance(value, int)
                others[argument.name] = REDUCTIONS[value] if is_reduction else value
        return cls(name, tuple(names), tuple(given), others, listed)


class _Anchor:
    """Stands for a node that cannot be referred to weakly."""


class PyTorchReader:
    """See `reader.Reader`."""

    def was_copied(self, tensor: Any) -> bool:
        return False  # PyTorch copies without telling anybody

    def value(self, tensor: Any) -> Any:
        return snapshot(tensor)

    def keep(self, tensor: Any) -> Any:
        return snapshot(tensor)

    def look(self, tensor: Any) -> Any:
        with torch.utils._python_dispatch._disable_current_modes():
            return dense(tensor)

    def is_tensor(self, item: Any) -> bool:
        return isinstance(item, torch.Tensor)

    def memory(self, tensor: Any) -> int:
        return int(tensor.untyped_storage().data_ptr())

    def version(self, tensor: Any) -> int:
        return 0 if tensor.is_inference() else int(tensor._version)  # torch counts none of those

    def requires_grad(self, tensor: Any) -> bool:
        return bool(tensor.requires_grad)

    def gradient(self, tensor: Any) -> Any:
        if not tensor.is_leaf or tensor.grad is None:
            return None
        return snapshot(tensor.grad)

    def gradient_tensor(self, tensor: Any) -> Any:
        return tensor.grad

    def target(self, tensor: Any) -> tuple[Any, int] | None:
        node = grad_fn_of(tensor)
        return None if node is None else (node, tensor.output_nr)

    def as_target(self, edge: Any) -> tuple[Any, int] | None:
        return edge  # type: ignore[no-any-return]

    def root(self, tensor: Any) -> tuple[Any, int]:
        edge = torch.autograd.graph.get_gradient_edge(tensor)
        return edge.node, edge.output_nr

    def base(self, tensor: Any) -> Any:
        return tensor._base

    def anchor(self, node: Any) -> Any:
        # Python's view of a C++ node comes and goes; its `metadata` stays with the node itself.
        return node.metadata.setdefault("gradviz", _Anchor())

    def name(self, node: Any) -> str:
        return str(node.name()).rpartition("::")[2]

    def op_name(self, node: Any) -> str:
        return self.name(node)

    def sequence(self, node: Any) -> int:
        return LAST if node.name() == LEAF_NAME else int(node._sequence_nr())

    def edges(self, node: Any) -> tuple[tuple[Any, int] | None, ...]:
        return tuple(None if target is None else (target, slot) for target, slot in node.next_functions)

    def leaf(self, node: Any) -> Any:
        return node.variable if node.name() == LEAF_NAME else None

    def saved_names(self, node: Any) -> tuple[str, ...]:
        return tuple(name.removeprefix("_saved_") for name in dir(node) if name.startswith("_saved_"))

    def differentiable(self, op: Any, inputs: tuple[Any, ...]) -> tuple[int, ...]:
        return tuple(range(len(inputs)))

    def outputs(self, node: Any) -> int:
        return len(node._input_metadata) if hasattr(node, "_input_metadata") else 1
