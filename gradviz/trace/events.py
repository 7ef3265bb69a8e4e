"""What can happen in a run, one frozen record each, named in the past tense.

Ids are small integers, unique in a run: one series for tensors, one for graph nodes, one for ops.
A tensor that is changed in place keeps its id and counts up its version.
"""

from __future__ import annotations

from dataclasses import dataclass

from .value import Value


@dataclass(frozen=True, slots=True)
class Source:
    """A piece of the program: lines count from 1, columns from 0 in characters, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int
    function: str = "<module>"


@dataclass(frozen=True, slots=True)
class Edge:
    """One of a node's `next_functions`: where its gradient for input number `input` goes."""

    node: int
    slot: int
    """Which output of the op behind `node` the gradient belongs to (PyTorch's input_nr)."""
    input: int
    """Position in the `inputs` of the op."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A tensor (or number) that a node keeps for its backward; shown as `_saved_<name>`."""

    name: str
    tensor: int | None
    version: int
    value: Value | None
    text: str = ""
    """The words for what is not a tensor: a number, a shape."""


@dataclass(frozen=True, slots=True)
class Node:
    """A `grad_fn`. AccumulateGrad nodes have `leaf` set to their tensor and the sequence number 2**64 − 1."""

    id: int
    name: str
    sequence: int
    edges: tuple[Edge | None, ...] = ()
    saved: tuple[Saved, ...] = ()
    leaf: int | None = None
    outputs: int = 1


@dataclass(frozen=True, slots=True)
class Input:
    """An operand: a tensor at a version, or (tensor None) a Python number given in words."""

    name: str
    tensor: int | None
    version: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Output:
    """A tensor that came out of an op; `name` is the variable it was bound to, where it was."""

    tensor: int
    value: Value
    requires_grad: bool
    name: str | None = None
    version: int = 0
    view_of: int | None = None


@dataclass(frozen=True, slots=True)
class TensorMade:
    """A tensor that no op on tensors made: `torch.tensor(…)`, `torch.randn(…)`, a parameter."""

    tensor: int
    value: Value
    requires_grad: bool
    maker: str
    name: str | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class OpRan:
    """An op on tensors. `node` is its grad_fn, or None where it is not tracked, and then `untracked` says why.

    `leaves` are the AccumulateGrad nodes that came into being because this op was the first to use a leaf.
    """

    id: int
    op: str
    inputs: tuple[Input, ...]
    arguments: tuple[tuple[str, str], ...]
    outputs: tuple[Output, ...]
    node: Node | None
    leaves: tuple[Node, ...]
    untracked: str | None
    in_place: bool
    source: Source | None
    scope: tuple[str, ...] = ()
    """The modules the op ran in, outermost first: ("model", "model.fc1")."""


@dataclass(frozen=True, slots=True)
class RequiresGradSet:
    tensor: int
    requires_grad: bool
    source: Source | None


@dataclass(frozen=True, slots=True)
class Root:
    """Where a backward pass starts: the gradient that is put in at an output."""

    tensor: int
    node: int
    slot: int
    gradient: Value


@dataclass(frozen=True, slots=True)
class BackwardBegan:
    """`inputs` are the tensors asked for by `inputs=` or `autograd.grad`, None when every leaf accumulates."""

    roots: tuple[Root, ...]
    inputs: tuple[int, ...] | None
    keeps_graph: bool
    source: Source | None


@dataclass(frozen=True, slots=True)
class NodeRan:
    """A node turned the gradients of its outputs into gradients of its inputs.

    `gradients_in` has one entry per output slot, summed over all contributions; `sent` one per edge.
    `raw` is `sent` before broadcasting was undone, and empty where that changed nothing.
    """

    node: int
    gradients_in: tuple[Value | None, ...]
    sent: tuple[Value | None, ...]
    raw: tuple[Value | None, ...] = ()


@dataclass(frozen=True, slots=True)
class LeafAccumulated:
    """AccumulateGrad ran: `.grad` of the leaf became `after` = `before` + `added`."""

    node: int
    tensor: int
    before: Value | None
    added: Value
    after: Value


@dataclass(frozen=True, slots=True)
class BackwardEnded:
    freed: bool
    """Whether the saved tensors were let go (no `retain_graph`)."""


@dataclass(frozen=True, slots=True)
class TensorUpdated:
    """A value was changed in place outside the graph: a step of gradient descent."""

    tensor: int
    before: Value | None
    after: Value
    version: int
    source: Source | None


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an optimizer keeps for a parameter under a name ("momentum_buffer"); `before` is None at the first step."""

    name: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True)
class ParameterStep:
    """How one parameter was moved. `version` is that of the `TensorUpdated` that tells of it, which follows.

    `added` is `after` − `before`, None where these are kept as sketches only; `group` counts from 0.
    """

    tensor: int
    version: int
    group: int
    gradient: Value | None
    before: Value | None
    added: Value | None
    after: Value
    remembered: tuple[Remembered, ...] = ()


@dataclass(frozen=True, slots=True)
class OptimizerStepped:
    """`step()` of an optimizer: its class, the settings of each group by name, and what it does to each parameter.

    The updates of the parameters follow as events of their own. Settings are numbers, truths, words or None; a pair
    such as `betas` stands here as "beta1" and "beta2". `skipped` are the parameters that it was to move as well, that
    require a gradient and had none.
    """

    optimizer: str
    settings: tuple[tuple[tuple[str, float | bool | str | None], ...], ...]
    parameters: tuple[ParameterStep, ...]
    source: Source | None
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class GradientZeroed:
    """`.grad` was cleared; `after` is None when it was set to None."""

    tensor: int
    before: Value | None
    after: Value | None
    source: Source | None


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of a traceback inside the program."""

    function: str
    line: int


@dataclass(frozen=True, slots=True)
class ErrorRaised:
    """An exception that ended the run (or a syntax error that kept it from starting).

    `node` and `tensor` name the card to point at where the engine knows it.
    """

    kind: str
    message: str
    source: Source | None
    frames: tuple[Frame, ...] = ()
    node: int | None = None
    tensor: int | None = None


Event = (
    TensorMade
    | OpRan
    | RequiresGradSet
    | BackwardBegan
    | NodeRan
    | LeafAccumulated
    | BackwardEnded
    | OptimizerStepped
    | TensorUpdated
    | GradientZeroed
    | ErrorRaised
)
"""Everything that is a step of a pass."""
