"""All that the inspector shows, as data: the step in words, the chain rules, the queue, and every fact of one card.

The subject is the selected card, or else the one that the current step is about. Pure functions of trace, state and
selection; the window only lays out what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..trace.card_keys import card_of_event, card_of_node
from ..trace.events import (
    ErrorRaised,
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    Source,
)
from ..trace.history import NEVER, History
from ..trace.query import State
from ..trace.regions import is_region
from ..trace.trace import Trace
from ..trace.value import Value
from .earlier import earlier_of
from .explain import explain
from .facts import Fact, node_facts, tensor_facts
from .fault import guilty_key
from .formula import ChainRule, chain_rules
from .forward import forward_text
from .group_facts import GroupFacts
from .moved import last_move, moved_at, step_facts
from .naming import Names
from .numbers import gradient_text
from .queue import queue_head
from .steps import next_reason
from .sums import Accumulation, Buffer, accumulation, buffer_of
from .typeset import is_written
from .update_rule import UpdateRule


@dataclass(frozen=True, slots=True)
class Subject:
    """A card in terms of the record: its tensor, the op that made it, its graph node (AccumulateGrad for a leaf)."""

    key: str
    tensor: int | None
    op: OpRan | None
    node: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A tensor's numbers under a heading; `role` is that of the theme's colour."""

    title: str
    value: Value
    role: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the ready queue."""

    key: str
    text: str
    sequence: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """The content of the inspector at one step; empty tuples and None where there is nothing to tell."""

    place: str
    title: str
    is_selection: bool
    sentences: tuple[str, ...]
    rules: tuple[ChainRule, ...] = ()
    buffer: Buffer | None = None
    accumulation: Accumulation | None = None
    queue: tuple[Waiting, ...] = ()
    queue_reason: str = ""
    node: tuple[Fact, ...] = ()
    tensor: tuple[Fact, ...] = ()
    headings: tuple[str, str] = ("NODE", "TENSOR")
    """What stands above these two."""
    values: tuple[Shown, ...] = ()
    source: Source | None = None
    updates: tuple[UpdateRule, ...] = ()
    """How weights were moved: by this step, or the selected one at last."""


def inspect(trace: Trace, state: State, selection: tuple[str, ...] = (), *, tells_next: bool = True) -> Inspection:
    """What to show at this state: the first selected card or group that exists in this pass, or the step.

    `tells_next` is False for a person who predicts which node is next.
    """
    history, step = state.history, state.step
    for key in selection:
        if is_region(key) and history.region_cards(key):
            return _of_group(trace, history, step, key)
        subject = subject_of(history, key)
        if subject is not None:
            return _of_card(trace, history, step, subject)
    return _of_step(trace, state, tells_next)


def subject_of(history: History, key: str) -> Subject | None:
    """What a card key means; None for a key that this pass does not have."""
    kind, number = key[:1], key[1:].split("@")[0]
    if not number.isdigit():
        return None
    if kind == "o" and int(number) in history.ops:
        op = history.ops[int(number)][1]
        return Subject(key, op.outputs[0].tensor if op.outputs else None, op, op.node.id if op.node else None)
    if kind == "t" and int(number) in history.tensors:
        tensor = int(number)
        leaf = next((id for id, item in history.nodes.items() if item.node.leaf == tensor), None)
        return Subject(key, tensor, None, leaf)
    return None


def _of_step(trace: Trace, state: State, tells_next: bool) -> Inspection:
    history, step = state.history, state.step
    told = explain(trace, state)
    event = state.event
    about = guilty_key(event, history) if isinstance(event, ErrorRaised) else card_of_event(history, event)
    subject = subject_of(history, about)
    ran = event.node if isinstance(event, NodeRan | LeafAccumulated) else None
    buffer = buffer_of(trace, history, ran, step) if ran is not None else None
    shown = Inspection(
        told.place, told.title, False, told.sentences,
        rules=chain_rules(trace, history, ran, step) if ran is not None else (),
        buffer=buffer if buffer is not None and len(buffer.arrivals) > 1 else None,
        accumulation=accumulation(trace, history, event) if isinstance(event, LeafAccumulated) else None,
        queue=_queue(history, step, tells_next),
        queue_reason=next_reason(trace, history, step) if tells_next and not isinstance(event, ErrorRaised) else "",
        source=history.source(step),
        updates=moved_at(trace, history, step),
    )  # fmt: skip
    if isinstance(event, OptimizerStepped):
        parameters, settings = step_facts(trace, history, event)
        return replace(shown, node=parameters, tensor=settings, headings=("MOVED", event.optimizer.upper()))
    return _with_facts(shown, trace, history, step, subject)


def _of_card(trace: Trace, history: History, step: int, subject: Subject) -> Inspection:
    names = Names(trace, history)
    node = subject.node
    at = history.nodes[node] if node is not None else None
    title = names.tensor(subject.tensor) if subject.tensor is not None else subject.key
    source = subject.op.source if subject.op else None
    if subject.op is not None and step < history.ops[subject.op.id][0]:
        # Rule and facts have the numbers of a step that is still to come.
        return Inspection(
            "selected card", title, True, tuple(_card_sentences(trace, history, step, subject)), source=source
        )
    if subject.op is None and subject.tensor is not None:
        source = history.tensors[subject.tensor].source
    ran = at.event if at is not None and at.ran <= step else None
    reached = node is not None and at is not None and at.waiting <= step
    buffer = buffer_of(trace, history, node, step) if node is not None and reached else None
    shown = Inspection(
        "selected card", title, True, tuple(_card_sentences(trace, history, step, subject)),
        rules=chain_rules(trace, history, node, step) if node is not None else (),
        buffer=buffer if buffer is not None and (buffer.missing or len(buffer.arrivals) > 1) else None,
        accumulation=accumulation(trace, history, ran) if isinstance(ran, LeafAccumulated) else None,
        source=source,
        updates=last_move(trace, history, step, subject.tensor) if subject.tensor is not None else (),
    )  # fmt: skip
    return _with_facts(shown, trace, history, step, subject)


def _of_group(trace: Trace, history: History, step: int, key: str) -> Inspection:
    facts = GroupFacts(trace, history, step, key)
    return Inspection(
        "selected group", facts.title, True, facts.sentences(),
        node=facts.kinds(), tensor=facts.border(), headings=("OPS", "IN AND OUT"), source=facts.ops[0][1].source,
    )  # fmt: skip


def _card_sentences(trace: Trace, history: History, step: int, subject: Subject) -> list[str]:
    names = Names(trace, history)
    sentences = []
    if subject.op is not None:
        made = history.ops[subject.op.id][0]
        if step < made:
            return ["The program has not come to this line yet."]
        first = forward_text(trace, history, subject.op)
        name = names.tensor(subject.tensor) if subject.tensor is not None and names.is_variable(subject.tensor) else ""
        sentences.append(f"`{name}` = {first}." if name and not subject.op.in_place else f"{first}.")
        if subject.op.untracked:
            sentences.append(f"Not in the graph: {subject.op.untracked}.")
    elif subject.tensor is not None:
        item = history.tensors[subject.tensor]
        if step < item.made:
            return ["The program has not come to this line yet."]
        asks = bool(item.requires_grad.at(step))
        sentences.append(
            "A leaf: no op made it, and backward() leaves its gradient in `.grad`."
            if asks
            else "A constant: it asks for no gradient, so nothing flows back to it."
        )
    if subject.node is not None:
        sentences.append(_standing(history, subject.node, step))
    return [sentence for sentence in sentences if sentence]


def _standing(history: History, node: int, step: int) -> str:
    at = history.nodes[node]
    name = at.node.name
    match history.status(node, step):
        case "running" | "done":
            return f"{name} ran as step {history.runs.index(node) + 1} of {len(history.runs)} of the backward pass."
        case "ready":
            return f"{name} is ready: all of its gradients have arrived."
        case "waiting" if step < history.backward_ended:
            return f"{name} waits for its gradient."
        case "waiting":
            return f"{name} got no gradient in this backward pass."
    if history.backward_began == NEVER:
        return "backward() was not called in this pass."
    return f"{name} has not run yet." if step < history.backward_began else "The backward pass does not reach it."


def _queue(history: History, step: int, in_order: bool) -> tuple[Waiting, ...]:
    leaf = "first" if in_order else "2⁶⁴ − 1"
    return tuple(
        Waiting(card_of_node(history, entry.node), entry.name, entry.priority or leaf)
        for entry in queue_head(history, step, None, in_order=in_order)[0]
    )


def _with_facts(
    inspection: Inspection, trace: Trace, history: History, step: int, subject: Subject | None
) -> Inspection:
    if subject is None:
        return inspection
    shown: list[Shown] = []
    tensor = history.tensors.get(subject.tensor) if subject.tensor is not None else None
    if tensor is not None:
        value, gradient = tensor.values.at(step), tensor.gradients.at(step)
        if value is not None and not is_written(value.shape, value.data):
            shown.append(Shown("value", value, "value"))
        if gradient is not None and not is_written(gradient.shape, gradient.data):
            shown.append(Shown(".grad", gradient, "done"))
    if subject.node is not None:
        at = history.nodes[subject.node]
        for slot, incoming in enumerate(history.gradient_in(subject.node, step)):
            if incoming is not None and at.op is not None and not is_written(incoming.shape, incoming.data):
                which = f" of output {slot}" if at.node.outputs > 1 else ""
                shown.append(Shown(f"gradient that arrived{which}", incoming, "gradient"))
    facts = tensor_facts(history, step, subject.tensor, subject.node)
    # Beside the gradient of this pass.
    place = next((count for count, fact in enumerate(facts, 1) if fact.label in (".grad", "gradient")), len(facts))
    return replace(
        inspection,
        node=node_facts(trace, history, step, subject.node, subject.op),
        tensor=(*facts[:place], *_earlier_facts(trace, history, step, subject), *facts[place:]) if facts else (),
        values=tuple(shown),
    )


def _earlier_facts(trace: Trace, history: History, step: int, subject: Subject) -> tuple[Fact, ...]:
    """How the gradient differs from the pass before, and what was cleared."""
    earlier = earlier_of(trace, history)
    facts: list[Fact] = []
    change = earlier.change(subject.node, step) if subject.node is not None else None
    cleared = earlier.cleared(subject.tensor, step) if subject.tensor is not None else None
    if change is not None:
        is_next = change.number == history.number - 1
        held = history.tensors[subject.tensor].gradients.at(step) if subject.tensor is not None else None
        if held is None or held == change.now:
            label = "pass before" if is_next else f"in pass {change.number + 1}"
        else:  # the sum of several passes stands above it
            label = "added before" if is_next else f"added in {change.number + 1}"
        facts.append(Fact(label, change.text, "" if change.is_same else "gradient"))
    if cleared is not None:
        facts.append(Fact(".grad cleared", gradient_text(cleared)))
    return tuple(facts)
