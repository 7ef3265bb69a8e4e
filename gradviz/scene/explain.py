"""One or two sentences for each kind of step, composed from the record with the person's own names and numbers.

Names of the program stand in back-quotes; `plain` takes them away, the window sets them in the code font.
Every sentence states what the record shows; where the record cannot tell, the sentence is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..trace.events import (
    BackwardBegan,
    BackwardEnded,
    Edge,
    ErrorRaised,
    GradientZeroed,
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    RequiresGradSet,
    TensorMade,
    TensorUpdated,
)
from ..trace.history import History
from ..trace.query import State
from ..trace.trace import Trace
from ..trace.value import Value
from .advice import advice_for
from .fault import change_in_place
from .forward import forward_text
from .moved import rate_of
from .naming import Names
from .numbers import shape_text, short_number
from .steps import step_title, step_words
from .sums import accumulation
from .typeset import amount, is_written
from .updates import UPDATES


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a person stands ("backward · step 5 of 7"), what ran ("MulBackward0"), and what that means."""

    place: str
    title: str
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """All sentences without marks."""
        return plain(" ".join(self.sentences))


def plain(text: str) -> str:
    """The sentence without the back-quotes around names."""
    return text.replace("`", "")


def explain(trace: Trace, state: State) -> Explanation:
    """The step that the state stands at, in words."""
    sentences = _Sentences(trace, state.history, state.step).of(state)
    return Explanation(step_words(state), step_title(trace, state), tuple(sentences))


class _Sentences:
    def __init__(self, trace: Trace, history: History, step: int) -> None:
        self.trace, self.history, self.step = trace, history, step
        self.names = Names(trace, history)

    def of(self, state: State) -> list[str]:
        match state.event:
            case None:
                return self._start()
            case TensorMade() as event:
                return self._made(event)
            case OpRan() as event:
                return self._op(event)
            case RequiresGradSet() as event:
                return self._requires(event)
            case BackwardBegan() as event:
                return self._began(event)
            case NodeRan() as event:
                return self._node(event)
            case LeafAccumulated() as event:
                return self._accumulated(event)
            case BackwardEnded() as event:
                return self._ended(event)
            case OptimizerStepped() as event:
                return self._stepped(event)
            case TensorUpdated() as event:
                return self._updated(event)
            case GradientZeroed() as event:
                return self._zeroed(event)
            case ErrorRaised() as event:
                return self._error(event)

    def _name(self, tensor: int) -> str:
        return _quoted(self.names.tensor(tensor))

    # -- forward -------------------------------------------------------------------------------------------------

    def _start(self) -> list[str]:
        if self.history.number == 0:
            return ["Nothing has run yet. Step forward to run the program line by line."]
        carried = [state for state in self.history.carried.tensors if state.requires_grad]
        names = _listed([self._name(state.tensor) for state in carried])
        told = f" {names} {'come' if len(carried) > 1 else 'comes'} from before." if 0 < len(carried) <= 6 else ""
        return [f"Pass {self.history.number + 1} begins.{told}"]

    def _made(self, event: TensorMade) -> list[str]:
        first = f"{_capital(self._name(event.tensor))} is made with `{event.maker}`: {_held(event.value)}."
        if event.requires_grad:
            return [first, "It asks for a gradient and no op made it: it is a leaf, whose `.grad` backward() fills."]
        return [first, "It asks for no gradient, so autograd treats it as a constant."]

    def _op(self, event: OpRan) -> list[str]:
        result = event.outputs[0] if event.outputs else None
        what = forward_text(self.trace, self.history, event)
        if result is None:
            return [f"`{event.op}` runs."]
        name = self._name(result.tensor)
        if event.in_place:
            first = f"{_capital(name)} is changed in place: {what}. Its version is now {result.version}."
        elif self.names.is_variable(result.tensor):
            first = f"{name} = {what}."
        else:
            first = f"{_capital(what)}."
        if event.node is None:
            return [first, f"No graph node is made: {event.untracked}."]
        node = event.node
        return [first, f"Autograd records {node.name} (sequence number {node.sequence}){self._edges(event)}."]

    def _edges(self, event: OpRan) -> str:
        assert event.node is not None, "asked of tracked ops only"
        own = event.outputs[0].tensor if event.outputs else None
        edges = [edge for edge in event.node.edges if edge and edge.node in self.history.nodes]
        ends = [self._end(edge, own) for edge in edges]
        unique = list(dict.fromkeys(ends))
        text = f", with {_count(len(ends), 'edge')} back to {_listed(unique)}" if ends else ""
        saved = [self._name(item.tensor) for item in event.node.saved if item.tensor is not None]
        unique = list(dict.fromkeys(saved))
        return text + (f", and saves {_listed(unique)} for the backward pass" if unique else "")

    def _end(self, edge: Edge, own: int | None) -> str:
        """Where an edge leads; an older tensor of the same name is told apart."""
        name, target = self.names.node(edge.node), self.names.target(edge.node, edge.slot)
        if own is not None and target != own and self.names.tensor(own) == name and self.names.is_variable(own):
            return f"the earlier `{name}`"
        return _quoted(name)

    def _requires(self, event: RequiresGradSet) -> list[str]:
        name = self._name(event.tensor)
        if event.requires_grad:
            return [f"{_capital(name)} asks for a gradient from now on: ops that use it are recorded in the graph."]
        return [f"{_capital(name)} asks for no gradient any more: autograd treats it as a constant from now on."]

    # -- backward ------------------------------------------------------------------------------------------------

    def _began(self, event: BackwardBegan) -> list[str]:
        roots = _listed([self._name(root.tensor) for root in event.roots])
        first = f"backward() starts at {roots}"
        (root, *others) = event.roots
        node = self.history.nodes[root.node].node.name
        if not others and root.gradient.is_scalar and amount(root.gradient).strip("[]") == "1.0":
            first += f": its derivative with respect to itself is 1.0, and that goes into {node}."
        elif not others:
            first += f" with the gradient {amount(root.gradient, 'given')}, which goes into {node}."
        else:
            first += "; each gets the gradient that was put in."
        reached = sum(1 for item in self.history.nodes.values() if item.waiting == self.step)
        second = f"From there {_count(reached, 'node')} can be reached."
        if event.inputs is not None:
            asked = _listed([self._name(tensor) for tensor in event.inputs])
            second += f" Only what leads to {asked} runs."
        return [first, second]

    def _node(self, event: NodeRan) -> list[str]:
        at = self.history.nodes[event.node]
        name = _quoted(self.names.node(event.node))
        incoming = next((value for value in event.gradients_in if value is not None), None)
        if incoming is None:
            return [f"No gradient reaches {name}."]
        count = len(self.history.buffer(event.node, self.step))
        sum_of = f", the sum of the {count} that arrived," if count > 1 else ""
        first = f"The gradient that reaches {name}{sum_of} is {amount(incoming, 'a tensor')}."
        parts: list[tuple[str, Value]] = []
        own = at.op.outputs[0].tensor if at.op and at.op.outputs else None
        for position, (edge, sent) in enumerate(zip(at.node.edges, event.sent, strict=False)):
            if edge is not None and sent is not None and edge.node in self.history.nodes and position < len(event.sent):
                parts.append((self._end(edge, own), sent))
        if not parts:
            return [first]
        if all(value == incoming for _, value in parts):
            receivers = _listed(list(dict.fromkeys(to for to, _ in parts)))
            return [first, f"{at.node.name} passes it on unchanged to {receivers}."]
        shares: dict[str, list[str]] = {}
        for to, value in parts:
            shares.setdefault(to, []).append(amount(value, "a gradient"))
        gets = _listed([f"{to} gets {' and '.join(values)}" for to, values in shares.items()])
        info = self.trace.ops.get(at.op.op) if at.op else None
        pointwise = info is not None and bool(info.derivatives)
        each = "each input's" if len(parts) > 1 else "its"
        how = f"multiplies it by {each} local derivative" if pointwise else "turns it into what its inputs get"
        return [first, f"{at.node.name} {how}: {gets}."]

    def _accumulated(self, event: LeafAccumulated) -> list[str]:
        arrivals = len(self.history.buffer(event.node, self.step))
        name = self._name(event.tensor)
        first = f"The gradient of the leaf {name} is complete: {amount(event.added, 'a tensor')}"
        first += f", the sum of the {arrivals} that arrived." if arrivals > 1 else "."
        return [first, accumulation(self.trace, self.history, event).sentence]

    def _ended(self, event: BackwardEnded) -> list[str]:
        first = f"backward() is done: {_count(len(self.history.runs), 'node')} ran."
        saving = any(self.history.nodes[node].node.saved for node in self.history.runs)
        if not event.freed:
            return [first, "The graph is kept, so backward() can run through it again."]
        if not saving:
            return [first]
        return [first, "The saved tensors are freed: a second backward() through this graph would raise an error."]

    # -- after -----------------------------------------------------------------------------------------------------

    def _stepped(self, event: OptimizerStepped) -> list[str]:
        if event.optimizer == "LBFGS" and not event.parameters:
            return ["LBFGS is done: it moved the parameters along its direction before it looked at the loss again."]
        if not event.parameters:
            return [f"{event.optimizer} takes a step; no parameter has a gradient, so none is moved."]
        moved = _listed([self._name(part.tensor) for part in event.parameters])
        first = f"{event.optimizer} takes a step: from the gradients it works out what to add to {moved}."
        rates = dict.fromkeys(dict(group).get("lr") for group in event.settings)
        numbers = [short_number(rate).removesuffix(".0") for rate in rates if isinstance(rate, int | float)]
        plural = "s are" if len(numbers) > 1 else " is"
        return [first, *([f"The learning rate{plural} {_listed(numbers)}."] if numbers else [])]

    def _updated(self, event: TensorUpdated) -> list[str]:
        name = self._name(event.tensor)
        told = self.history.moves.get((event.tensor, event.version))
        if told is not None:
            first = f"{told[0].optimizer} moves {name}{_change(event)}, outside the graph."
            update, settings = UPDATES.get(told[0].optimizer), dict(told[0].settings[told[1].group])
            return [first, *([update.sentence(settings)] if update else []), f"Its version is now {event.version}."]
        first = f"{_capital(name)} changes in place{_change(event)}, outside the graph."
        rate = rate_of(self.history, self.step, event)
        if rate is not None:
            sign = "−" if rate > 0 else "+"
            times = short_number(abs(rate)).removesuffix(".0")
            first += f" That is {name} {sign} {times} × `{self.names.tensor(event.tensor)}.grad`."
        return [first, f"Its version is now {event.version}."]

    def _zeroed(self, event: GradientZeroed) -> list[str]:
        name = self.names.tensor(event.tensor)
        held = f" It held {amount(event.before, 'a gradient')}." if event.before is not None else " It was None before."
        how = "is set to None" if event.after is None else "is filled with zeros"
        return [f"`{name}.grad` {how}.{held}", "So the next backward() does not add to an old gradient."]

    def _error(self, event: ErrorRaised) -> list[str]:
        where = f" on line {event.source.line}" if event.source else ""
        message = event.message.strip().partition("\n")[0]
        told = f"The program stops{where} with {event.kind}: {message}" if message else f"{event.kind}{where}."
        told = told if told.endswith((".", "!", "?")) else f"{told}."
        happened = change_in_place(event, self.history, self.trace)
        if happened:
            # Who did what says more than the message, which is in the list of problems.
            told = f"The program stops{where} with {event.kind}."
        return [part for part in (told, happened, advice_for(event.message)) if part]


def _change(event: TensorUpdated) -> str:
    before, after = event.before, event.after
    if not is_written(after.shape, after.data):
        return f" (shape {shape_text(after.shape)})"
    return f" from {amount(before)} to {amount(after)}" if before is not None else f" to {amount(after)}"


def _held(value: Value) -> str:
    return amount(value) if value.shape == () else f"{value.dtype} of shape {shape_text(value.shape)}"


def _quoted(name: str) -> str:
    return name if name.startswith(("the output", "a tensor", "an unnamed")) else f"`{name}`"


def _listed(items: list[str]) -> str:
    """"a", "a and b", "a, b and c"; many are cut."""
    if len(items) > 6:
        items = [*items[:5], f"{len(items) - 5} more"]
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def _count(number_of: int, noun: str) -> str:
    return f"{number_of} {noun}{'' if number_of == 1 else 's'}"


def _capital(text: str) -> str:
    return text if text.startswith("`") else text[:1].upper() + text[1:]
