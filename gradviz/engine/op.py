"""The declaration of an op: one block from which its function, method, gradient, card and tests follow.

    op("mul", inputs="self other", forward="self * other", derivative={"self": "other", "other": "self"}, …)

* `inputs`: names of the tensor inputs in order. A `?` marks an optional one; a single `tensors*` a list of tensors.
* `arguments`: the other parameters, written as in a signature.
* `forward`: a Python expression over those names and the functions of `kernels.py`; or the kernel's name, for a
  forward that takes exactly the inputs and arguments.
* `derivative`: the local derivative of a pointwise op, per input; the rule is then `grad * (derivative)`.
* `vjp`: the rule itself, an expression with `grad`. Where both are given, the vjp runs (it keeps PyTorch's order of
  rounding) and the derivative is what people are shown; tests hold one against the other.
* `saves`: per input, what PyTorch's rule for it keeps though ours has no use for it, or as a tensor (an index). The
  node keeps, shows and frees that too, and refuses the pass when an input was changed in place, as PyTorch does.
* `recorded`: the rule as PyTorch records it in a pass that is itself recorded, over tensors and their methods, where
  the rule for arrays takes another way to the same number. It may use what the node saves, and nothing else.
  Ops are called by their names. Under a name that is no input's stands what its rules share.
* `once`: expressions that the rules of several inputs share, by the name under which the rules use them.

What a node saves follows from the names that its formulas use, as in PyTorch's derivatives.yaml: inputs, `result`,
arguments, and `self.shape` without the tensor. Undoing of broadcasting is not the formula's business but the driver's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

GROUPS = (
    "arithmetic",
    "pointwise",
    "reduction",
    "shape",
    "linear algebra",
    "comparison",
    "loss",
    "indexing",
    "in place",
)


@dataclass(frozen=True, eq=False)
class Op:
    """All that the app knows of one operation."""

    name: str
    forward: str
    inputs: tuple[str, ...]
    arguments: str
    node: str | None
    symbol: str
    group: str
    title: str
    code: str | None
    derivative: dict[str, str] = field(default_factory=dict)
    vjp: dict[str, str] = field(default_factory=dict)
    recorded: dict[str, str] = field(default_factory=dict)  # the rule on tensors, where PyTorch's nodes are others
    once: dict[str, str] = field(default_factory=dict)  # what several rules need: computed once, under a name
    saves: dict[str, str] = field(default_factory=dict)  # what PyTorch keeps for the rule of an input beyond its names
    samples: Sequence[Any] = ()
    kind: str = "general"  # "binary" takes numbers for `other` and promotes types; "general" all else
    result: str = "same"  # "float": integers become floats; "bool" and "index": no gradient
    broadcasts: str = ""  # the one input that does, of several of one type; "" where kind says it
    view: bool = False  # the result shares the input's memory
    outputs: int = 1
    number_node: str | None = None  # what PyTorch calls the node when `other` is a number
    edge_count: int | None = None
    number_edge_count: int = 2
    align: str = ""  # how a binary op brings unlike operands together; "" for the usual way
    kinks: Sequence[Any] = ()  # samples where the function has no derivative, with PyTorch's choice pinned

    def __repr__(self) -> str:
        return f"<op {self.name}>"

    def rule(self, name: str) -> str | None:
        """Return the expression that gives the gradient of one input, or None for an input without."""
        if name in self.vjp:
            return self.vjp[name]
        local = self.derivative.get(name)
        if local is None:
            return None
        return {"1": "grad", "-1": "-grad"}.get(local, f"grad * ({local})")

    @property
    def differentiable(self) -> bool:
        """True when at least one input has a rule."""
        return bool(self.derivative or self.vjp)

    @property
    def function(self) -> Callable[..., Any]:
        """The function that runs the op."""
        return functions[self.name]


declared: list[Op] = []
by_name: dict[str, Op] = {}
functions: dict[str, Callable[..., Any]] = {}


def find(name: str) -> Op:
    """Return the op declared under a name."""
    return by_name[name]


def op(
    name: str,
    *,
    inputs: str = "self",
    arguments: str = "",
    forward: str,
    node: str | None = None,
    symbol: str | None = None,
    group: str,
    title: str | None = None,
    code: str | None = None,
    names: str = "",
    operator: str = "",
    in_place: bool = False,
    **rest: Any,
) -> Callable[..., Any]:
    """Declare an op and return its function.

    `names` are those under which programs call it (none for an op that stands behind a hand-written function);
    `operator` is Python's name of it ("add" for +); `in_place=True` also gives the methods with a trailing underscore
    and the operator's in-place form.
    """
    from . import compiler
    from .in_place import in_place_form, operator_form
    from .surface import public, strict
    from .tensor import Tensor

    if group not in GROUPS:
        raise ValueError(f"{name}: there is no group {group!r}")
    made = Op(
        name=name,
        forward=forward,
        inputs=tuple(inputs.split()),
        arguments=arguments,
        node=node,
        symbol=symbol or name,
        group=group,
        title=title or name.replace("_", " "),
        code=code,
        **rest,
    )
    declared.append(made)
    by_name[name] = made
    function = functions[name] = compiler.entry(made)
    if names:
        public(*names.split())(strict(name, function) if made.kind == "binary" else function)
    if operator:
        setattr(Tensor, f"__{operator}__", function)
    if in_place:
        changed = in_place_form(made, function)
        for each in names.split():
            setattr(Tensor, f"{each}_", changed)
        if operator:
            plain = made.kind == "binary" and not made.arguments and made.result != "bool"
            setattr(Tensor, f"__i{operator}__", operator_form(made, changed) if plain else changed)
    return function
