"""A pass as cards and the connections between them: what there is to see, before anything has a place.

A card stands for a leaf or a constant (a tensor), or for an op and what came out of it. AccumulateGrad has no card of
its own: it is the lower line of its leaf's card. A connection is an operand slot of an op, so `x * x` has two.
Nothing here depends on the step: the graph of a pass is laid out once, and stepping only restyles it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..trace.events import Input, OpRan
from ..trace.history import History
from ..trace.identity import variables_of
from ..trace.ops import OpInfo
from ..trace.regions import Grouping
from .numbers import raised

Kind = Literal["leaf", "constant", "op", "ghost", "chip", "group"]
Graph = Literal["both", "forward", "backward"]
"""Two graphs lie on each other: the forward one of ops and values, and the backward one of `grad_fn` nodes, whose
arrows (`next_functions`) point the other way. Both have their cards in the same places."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person chose to see."""

    constants: bool = True
    """Tensors that need no gradient and feed an op: the data."""
    ghosts: bool = True
    """Work that autograd did not track."""
    chips: bool = True
    """A leaf that is used in many places is drawn as a small chip at each of them."""
    saved: bool = True
    """Tensors that nodes keep for the backward pass, as tags where few cards are in sight."""
    graph: Graph = "both"
    direction: Literal["right", "down"] = "right"
    """Where data flows."""
    grouping: Grouping = "nothing"
    """By what cards fold into groups."""
    folding: Literal["auto", "open", "folded"] = "auto"
    """Which groups are open before the person opens or folds any; "auto": as many as can be read at once."""
    opened: frozenset[str] = frozenset()
    """Keys of the groups that the person opened."""
    folded: frozenset[str] = frozenset()
    """Keys of the groups that the person folded."""
    by_hand: tuple[str, ...] = ()
    """Keys of the groups that the person made, besides those of the grouping."""


@dataclass(frozen=True, slots=True)
class Group:
    """What a folded group holds."""

    ops: tuple[int, ...]
    nodes: tuple[int, ...]
    """The graph nodes in it, AccumulateGrads of the leaves in it too."""
    tensors: tuple[int, ...]
    """Leaves and constants that nothing outside uses."""
    left: int
    """The step at which the value that leaves it came into being."""


@dataclass(frozen=True, slots=True)
class Card:
    """`identity` names what the card means in the program (name, op, how often before), so that it is found again in
    the next run, in which all ids may differ; `key` is what the rest of the program calls it."""

    key: str
    identity: str
    kind: Kind
    title: str
    symbol: str
    name: str
    """The variable it was bound to, empty where there is none."""
    shape: tuple[int, ...]
    made: int
    """The step at which it came into being."""
    tensor: int | None
    """Whose value it shows."""
    op: OpRan | None = None
    node: int | None = None
    """Its graph node: the grad_fn of an op, the AccumulateGrad of a leaf."""
    why: str = ""
    """Why a ghost is not tracked."""
    group: Group | None = None
    """For a folded group; its `op`, `node` and `tensor` are then those of the value that leaves it."""
    graph: Graph = "both"
    """Which side of it is shown: its value, its gradient, or both."""

    @property
    def is_ghost(self) -> bool:
        """Whether nothing on it is tracked."""
        return self.kind == "ghost" or (self.group is not None and not self.group.nodes)


@dataclass(frozen=True, slots=True)
class Link:
    """A connection from the card that made a tensor to the op card that takes it as operand `slot` of `slots`."""

    source: int
    target: int
    slot: int
    slots: int
    out: int
    """Which output of the source it is, of `outs`."""
    outs: int
    node: int | None
    """The node that sends a gradient back along it; None where none will flow."""
    edge: int
    """Number of the edge among the node's next_functions."""
    made: int
    pairs_elements: bool = False
    """Whether the target takes this operand element by element, so that a broadcast of it is summed back."""
    crossing: tuple[Link, ...] = ()
    """Where a folded group is at an end: the connections between single cards that it stands for."""
    origins: tuple[int | None, ...] = ()
    """The nodes of the cards that those come from."""


@dataclass(frozen=True, eq=False)
class Cards:
    """All cards and links of a pass, in the order in which they came into being."""

    cards: tuple[Card, ...]
    links: tuple[Link, ...]
    index: Mapping[str, int]
    """Key → position."""
    by_node: Mapping[int, int]
    """Graph node → position."""
    by_tensor: Mapping[int, int]
    """Tensor → position of the card that shows it."""

    @property
    def graph(self) -> Graph:
        return self.cards[0].graph if self.cards else "both"


def cards_of(history: History, ops: Mapping[str, OpInfo], options: Options | None = None) -> Cards:
    """The cards of a pass. `ops` are the declarations that came with the run; they give the symbols."""
    return _Reader(history, ops, options or Options()).read()


class _Reader:
    def __init__(self, history: History, ops: Mapping[str, OpInfo], options: Options) -> None:
        self.history = history
        self.ops = ops
        self.graph = options.graph
        # What is not tracked has no place among the nodes of autograd.
        self.constants = options.constants and options.graph != "backward"
        self.ghosts = options.ghosts and options.graph != "backward"
        self.cards: list[Card] = []
        self.links: list[Link] = []
        self.index: dict[str, int] = {}
        self.by_node: dict[int, int] = {}
        self.origin: dict[int, tuple[int, int, int]] = {}
        """Tensor → position of the card it comes from, which of its outputs, of how many."""
        self.occurrences: Counter[str] = Counter()
        self.accumulators = {
            item.node.leaf: item.node.id for item in history.nodes.values() if item.node.leaf is not None
        }
        tracked = {out.tensor for _, op in history.ops.values() if op.node is not None for out in op.outputs}
        self.leaves = set(self.accumulators) | {
            tensor
            for tensor, item in history.tensors.items()
            if tensor not in tracked and any(item.requires_grad.facts)
        }

    def read(self) -> Cards:
        history = self.history
        # A leaf that nothing uses yet is the first thing a person types: it is shown too, and so is a named constant.
        alone = [
            (item.made, tensor)
            for tensor, item in history.tensors.items()
            if item.op is None and (tensor in self.leaves or (item.name and not history.ops))
            if self.graph != "backward" or tensor in self.accumulators
        ]
        passing = self.passing_work()
        ops = [
            (step, op)
            for step, op in history.ops.values()
            if op.node is not None or (self.ghosts and op.id not in passing)
        ]
        for _, tensor in sorted(alone):
            self.tensor_card(tensor)
        for step, op in ops:
            self.op_card(step, op)
        by_tensor = {tensor: place[0] for tensor, place in self.origin.items()}
        return Cards(tuple(self.cards), tuple(self.links), self.index, self.by_node, by_tensor)

    def passing_work(self) -> set[int]:
        """Ids of untracked ops that nobody looks for: nameless work behind an `if` or an update.

        `while y.detach().norm() < 30` would draw three ghosts a turn, `w -= 0.1 * w.grad` one a weight; what comes of
        them (another turn, the update) is shown. Everything that has a name, is used by an op that is shown, or is a
        result in its own right stays.
        """
        history = self.history
        users: dict[int, list[int]] = {}
        for _, op in history.ops.values():
            for operand in op.inputs:
                if operand.tensor is not None:
                    users.setdefault(operand.tensor, []).append(op.id)
        passing: set[int] = set()
        # Users come after what they use, so that one walk from the end is enough.
        for step, op in reversed(history.ops.values()):
            if op.node is not None or op.in_place or any(out.name or out.tensor in self.leaves for out in op.outputs):
                continue
            used = [user for out in op.outputs for user in users.get(out.tensor, ())]
            is_decision = all(out.value.dtype == "bool" for out in op.outputs)
            if all(user in passing for user in used) and (used or is_decision or step > history.backward_ended):
                passing.add(op.id)
        return passing

    def add(self, card: Card) -> int:
        position = len(self.cards)
        self.cards.append(card)
        self.index[card.key] = position
        if card.node is not None:
            self.by_node[card.node] = position
        return position

    def identity(self, what: str) -> str:
        self.occurrences[what] += 1
        return f"{what} {self.occurrences[what]}"

    def tensor_card(self, tensor: int) -> int:
        item = self.history.tensors[tensor]
        leaf = tensor in self.leaves
        value = item.values.facts[-1]
        name = item.name or ""
        kind: Kind = "leaf" if leaf else "constant"
        position = self.add(
            Card(
                key=f"t{tensor}",
                identity=self.identity(f"{kind}:{name}"),
                kind=kind,
                title="AccumulateGrad" if self.graph == "backward" else name or item.maker,
                symbol="",
                name=name,
                shape=value.shape,
                made=item.made,
                tensor=tensor,
                node=self.accumulators.get(tensor),
                graph=self.graph,
            )
        )
        self.origin[tensor] = (position, 0, 1)
        return position

    def op_card(self, step: int, op: OpRan) -> None:
        node = op.node
        out = op.outputs[0] if op.outputs else None
        names = variables_of(op)
        info = self.ops.get(op.op)
        sources = [self.source_of(operand) for operand in op.inputs]
        position = self.add(
            Card(
                key=f"o{op.id}",
                identity=self.history.identities[op.id],
                kind="ghost" if node is None else "op",
                title=node.name if node is not None and self.graph != "forward" else op.op,
                symbol=symbol_text(op, info),
                name=names,
                shape=out.value.shape if out else (),
                made=step,
                tensor=out.tensor if out else None,
                op=op,
                node=node.id if node is not None else None,
                why=op.untracked or "",
                graph=self.graph,
            )
        )
        for slot, place in enumerate(sources):
            if place is None:
                continue
            edges = node.edges if node is not None else ()
            edge = next((at for at, item in enumerate(edges) if item is not None and item.input == slot), -1)
            self.links.append(
                Link(
                    source=place[0],
                    target=position,
                    slot=slot,
                    slots=len(sources),
                    out=place[1],
                    outs=place[2],
                    node=node.id if node is not None and edge >= 0 else None,
                    edge=edge,
                    made=step,
                    pairs_elements=info is not None and op.inputs[slot].name in dict(info.derivatives),
                )
            )
        for slot, output in enumerate(op.outputs):
            if node is not None or output.tensor not in self.leaves:
                self.origin[output.tensor] = (position, slot, len(op.outputs))
            elif self.history.tensors[output.tensor].op is op:
                # Untracked work that became a leaf afterwards, as in `w = (0.1 * torch.randn(3)).requires_grad_()`.
                leaf = self.tensor_card(output.tensor)
                self.links.append(Link(position, leaf, 0, 1, slot, len(op.outputs), None, -1, step))
            # Otherwise: an in-place change of a leaf outside the graph leaves it the same leaf with another value.

    def source_of(self, operand: Input) -> tuple[int, int, int] | None:
        tensor = operand.tensor
        if tensor is None or tensor not in self.history.tensors:
            return None
        if tensor not in self.origin:
            made_by_ghost = self.history.tensors[tensor].op is not None
            if tensor not in self.leaves and (made_by_ghost or not self.constants):
                return None
            self.tensor_card(tensor)
        return self.origin[tensor]


def symbol_text(op: OpRan, info: OpInfo | None) -> str:
    """The op's sign with the Python number it was given, where it was given one: "×", "− 5", "1 −", "x²"."""
    symbol = info.symbol if info else op.op
    numbers = [(slot, item.text) for slot, item in enumerate(op.inputs) if item.tensor is None and item.text]
    if len(numbers) != 1 or len(op.inputs) != 2 or len(numbers[0][1]) > 6:
        return symbol
    slot, text = numbers[0]
    text = text.removesuffix(".0")
    if symbol in ("xⁿ", "**", "^"):
        return f"x{raised(text)}" if slot else f"{text}ˣ"
    if len(symbol) > 1:
        return symbol
    text = text.replace("-", "−")
    # PyTorch computes `1 - a` as rsub(a, 1): the number is given second, but stands first.
    return f"{symbol} {text}" if slot and op.op != "rsub" else f"{text} {symbol}"
