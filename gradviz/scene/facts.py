"""The facts of a node and of a tensor under the names that PyTorch gives them: `grad_fn`, `_saved_self`, `is_leaf` …"""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.card_keys import card_of_node
from ..trace.check import LEAF_SEQUENCE
from ..trace.events import OpRan, Saved
from ..trace.history import History
from ..trace.trace import Trace
from ..trace.value import Value
from .naming import Names
from .numbers import shape_text
from .typeset import amount, is_written


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the table. `card` is the key of a card that the value points at, `line` a line of the program."""

    label: str
    text: str
    role: str = ""
    card: str = ""
    line: int = 0


def node_facts(trace: Trace, history: History, step: int, node: int | None, op: OpRan | None) -> tuple[Fact, ...]:
    """What PyTorch would answer for the node at this step."""
    if node is None:
        facts = [Fact("grad_fn", "None")] if op is not None else []
        return tuple(facts + _where(op))
    at, names = history.nodes[node], Names(trace, history)
    facts = [Fact("grad_fn" if at.op else "node", f"<{at.node.name}>")]
    for position, edge in enumerate(at.node.edges):
        label = "next_functions" if position == 0 else ""
        if edge is None or edge.node not in history.nodes:
            facts.append(Fact(label, "None"))
            continue
        target = history.nodes[edge.node]
        slot = f", {edge.slot}" if edge.slot else ""
        name = f"{target.node.name} ({names.node(edge.node)}{slot})"
        facts.append(Fact(label, name, card=card_of_node(history, edge.node)))
    freed = step >= history.saved_freed and at.ran <= step
    for saved in at.node.saved:
        facts.append(Fact(f"_saved_{saved.name}", "freed" if freed and saved.value else _saved(names, saved)))
    sequence = "2**64 − 1" if at.node.sequence == LEAF_SEQUENCE else str(at.node.sequence)
    facts.append(Fact("sequence", sequence))
    return tuple(facts + _where(at.op))


def _saved(names: Names, saved: Saved) -> str:
    if saved.value is None:
        return saved.text or (names.tensor(saved.tensor) if saved.tensor is not None else "")
    whose = f" ({names.tensor(saved.tensor)})" if saved.tensor is not None else ""
    return f"{_short(saved.value)}{whose}"


def _where(op: OpRan | None) -> list[Fact]:
    if op is None:
        return []
    facts = [Fact("module", ".".join(op.scope[-1:]))] if op.scope else []
    if op.source is not None:
        facts.append(Fact("line", str(op.source.line), line=op.source.line))
    return facts


def tensor_facts(history: History, step: int, tensor: int | None, node: int | None) -> tuple[Fact, ...]:
    """What PyTorch would answer for the tensor at this step."""
    item = history.tensors.get(tensor) if tensor is not None else None
    if item is None:
        return ()
    value, gradient = item.values.at(step), item.gradients.at(step)
    asks = bool(item.requires_grad.at(step))
    is_leaf = item.op is None or item.op.node is None
    facts: list[Fact] = []
    if value is not None:
        facts.append(Fact("value", _short(value), "value"))
    if gradient is not None or (is_leaf and asks):
        facts.append(Fact(".grad", "None") if gradient is None else Fact(".grad", _short(gradient), "done"))
    incoming = history.gradient_in(node, step) if node is not None and not is_leaf else ()
    facts += [Fact("gradient", _short(value), "gradient") for value in incoming if value is not None]
    version = item.versions.at(step) or 0
    facts += [Fact("requires_grad", str(asks)), Fact("is_leaf", str(is_leaf)), Fact("version", str(version))]
    if value is not None:
        facts += [Fact("dtype", f"torch.{value.dtype}"), Fact("shape", shape_text(value.shape))]
    if item.op is None and item.source is not None:
        facts.append(Fact("line", str(item.source.line), line=item.source.line))
    return tuple(facts)


def _short(value: Value) -> str:
    """A number; a handful of numbers; the shape of more."""
    return amount(value) if is_written(value.shape, value.data) else shape_text(value.shape)
