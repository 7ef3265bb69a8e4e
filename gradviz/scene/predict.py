"""A question about the next step in words, and whether an answer to it is right, with the real number and its reason.

What is asked is decided in `trace.prediction`; names stand in back-quotes, as in `explain`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from ..trace.check import LEAF_SEQUENCE
from ..trace.events import BackwardBegan, GradientZeroed, LeafAccumulated, NodeRan, OpRan, TensorUpdated
from ..trace.history import NodeHistory
from ..trace.prediction import Prediction
from ..trace.query import State
from ..trace.trace import Trace
from ..trace.value import Value
from .explain import explain
from .formula import chain_rules
from .forward import forward_text
from .naming import Names
from .numbers import shape_text, short_number
from .operands import operands_of
from .queue import queue_of
from .sums import accumulation
from .typeset import is_written

TOLERANCE = 0.02
"""How far from the number, as a share of it, an answer may be; whole numbers must be exact."""
NOTHING = 1e-6
"""Below this 0 is right: what rounding leaves of a gradient that cancels out."""

CLEARED = ("None", "zeros")
"""The two things that `zero_grad` can make of a gradient."""


class UnreadableError(ValueError):
    """An answer that is no number or no shape; the message says what to type instead."""


@dataclass(frozen=True, slots=True)
class Question:
    """`choices` are the answers to pick from, empty where one types; `hint` says what to type."""

    words: str
    expected: str
    """The right answer as it is shown."""
    choices: tuple[str, ...] = ()
    hint: str = "a number"


@dataclass(frozen=True, slots=True)
class Verdict:
    is_right: bool
    sentence: str


def question_of(trace: Trace, prediction: Prediction) -> Question:
    """The question in words."""
    if prediction.asks == "node":
        entries = {entry.node: entry.text for entry in queue_of(prediction.history, prediction.step - 1)}
        assert isinstance(prediction.event, NodeRan | LeafAccumulated), "nodes run"
        choices = tuple(entries[node] for node in prediction.choices)
        return Question("Which node runs next?", entries[prediction.event.node], choices)
    before, subject, after = _subject(trace, prediction)
    if prediction.asks == "cleared":
        event = prediction.event
        assert isinstance(event, GradientZeroed), "gradients are cleared"
        expected = CLEARED[event.after is not None]
        return Question(f"{before}What is {subject}{after}?", expected, CLEARED)
    assert prediction.value is not None, "numbers and shapes are those of a value"
    if prediction.asks == "shape":
        expected = shape_text(prediction.value.shape)
        return Question(f"{before}What shape has {subject}{after}?", expected, (), "such as (3, 2)")
    place = f" at {_brackets(prediction.index)}" if prediction.index else ""
    return Question(f"{before}What is {subject}{place}{after}?", _number(prediction), (), "a number")


def judged(trace: Trace, prediction: Prediction, answer: str) -> Verdict:
    """Whether an answer is right, and why the right one is. UnreadableError where it is no answer at all."""
    question = question_of(trace, prediction)
    if question.choices:
        is_right = answer == question.expected
    elif prediction.asks == "shape":
        assert prediction.value is not None, "a shape is that of a value"
        is_right = read_shape(answer) == prediction.value.shape
    else:
        is_right = _is_near(read_number(answer), prediction)
    start = "Right" if is_right else f"Not {_shortened(answer)}"
    return Verdict(is_right, f"{start}: {revealed(trace, prediction)}")


def revealed(trace: Trace, prediction: Prediction) -> str:
    """The right answer in a sentence, with the local formula."""
    question, event = question_of(trace, prediction), prediction.event
    if prediction.asks == "node":
        assert isinstance(event, NodeRan | LeafAccumulated), "nodes run"
        return f"{question.expected} runs next. {_priority(prediction.history.nodes[event.node])}"
    if prediction.asks == "shape" or prediction.index:
        where = f"the number at {_brackets(prediction.index)}" if prediction.index else "the shape"
        return f"{where} is {question.expected}. {_reason(trace, prediction)}".strip()
    return f"it is {question.expected}. {_reason(trace, prediction)}".strip()


# -- the question ------------------------------------------------------------------------------------------------------


def _subject(trace: Trace, prediction: Prediction) -> tuple[str, str, str]:
    """A sentence to say before, what is asked for, and the moment that is meant."""
    history, event = prediction.history, prediction.event
    names = Names(trace, history)
    match event:
        case OpRan(outputs=(output, *_)):
            return "", _quoted(names.tensor(output.tensor)), ""
        case BackwardBegan(roots=(root, *_)):
            return "", f"the gradient that backward() puts in at {_quoted(names.tensor(root.tensor))}", ""
        case NodeRan(node=node):
            edge = history.nodes[node].node.edges[prediction.edge]
            assert edge is not None, "a gradient was sent along it"
            target = names.target(edge.node, edge.slot)
            name = _quoted(names.tensor(target) if target is not None else names.node(edge.node))
            return f"{history.nodes[node].node.name} runs next. ", f"the gradient that it sends to {name}", ""
        case LeafAccumulated(tensor=tensor):
            return "AccumulateGrad runs next. ", f"`{names.tensor(tensor)}.grad`", " after this step"
        case TensorUpdated(tensor=tensor):
            return "", _quoted(names.tensor(tensor)), " after this update"
        case GradientZeroed(tensor=tensor):
            return "The gradient is cleared next. ", f"`{names.tensor(tensor)}.grad`", " after this step"
    raise AssertionError(f"nothing is asked about {event}")


def _quoted(name: str) -> str:
    return name if name.startswith(("the output", "a tensor", "an unnamed")) else f"`{name}`"


def _brackets(index: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, index))}]"


def _shortened(answer: str) -> str:
    text = " ".join(answer.split())
    return text if len(text) <= 24 else f"{text[:23]}…"


# -- the answer --------------------------------------------------------------------------------------------------------


def read_number(answer: str) -> float:
    """A number as a person writes it: "48", "−0,5", "1/3", "2e-3", "inf", "nan"."""
    text = answer.strip().replace("−", "-").replace(" ", "")
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    above, _, below = text.partition("/")
    try:
        return float(above) / float(below) if below else float(text)
    except (ValueError, ZeroDivisionError):
        raise UnreadableError("Type a number, such as 0.5, −3 or 1/3.") from None


def read_shape(answer: str) -> tuple[int, ...]:
    """A shape as a person writes it: "(3, 2)", "3, 2", "[3 2]", "3x2", "()"."""
    if not re.fullmatch(r"[\s()\[\]]*(\d+[\s,x×*()\[\]]*)*", answer) or not answer.strip():
        raise UnreadableError("Type a shape, such as (3, 2), or () for a single number.")
    return tuple(int(length) for length in re.findall(r"\d+", answer))


def _truth(prediction: Prediction) -> float:
    assert prediction.value is not None, "an element is one of a value"
    assert prediction.value.data is not None, "elements are asked for of whole values only"
    return float(prediction.value.data[prediction.index])


def _is_near(answer: float, prediction: Prediction) -> bool:
    truth = _truth(prediction)
    if math.isnan(truth) or math.isnan(answer):
        return math.isnan(truth) and math.isnan(answer)
    if math.isinf(truth) or math.isinf(answer):
        return truth == answer
    if prediction.value is not None and not prediction.value.is_floating:
        return truth == answer
    if answer == 0:
        return abs(truth) < NOTHING
    return abs(answer - truth) <= TOLERANCE * abs(truth) or answer == read_number(_number(prediction))


def _number(prediction: Prediction) -> str:
    truth = _truth(prediction)
    is_whole = prediction.value is not None and not prediction.value.is_floating
    return short_number(int(truth) if is_whole else truth)


# -- the reason --------------------------------------------------------------------------------------------------------


def _priority(node: NodeHistory) -> str:
    if node.node.sequence == LEAF_SEQUENCE:
        return "A leaf takes its gradient as soon as all of it has arrived, before any other node."
    return f"Of the nodes that are ready it was made last: its sequence number, {node.node.sequence}, is the highest."


def _reason(trace: Trace, prediction: Prediction) -> str:
    """The local formula with its numbers where they are few."""
    history, event, step = prediction.history, prediction.event, prediction.step
    match event:
        case OpRan() if prediction.asks == "shape":
            shapes = [shape_text(value.shape) for value in operands_of(history, event).values.values()]
            return f"It is made of {' and '.join(shapes[:-1])}." if len(shapes) > 1 else ""
        case NodeRan() | LeafAccumulated() if prediction.asks == "shape":
            return "A gradient has the shape of the tensor that it belongs to."
        case OpRan():
            return f"{forward_text(trace, history, event)}."
        case NodeRan(node=node):
            rules = chain_rules(trace, history, node, step)
            rule = next((rule for rule in rules if rule.edge == prediction.edge), None)
            if rule is None:
                return ""
            few = _is_few(event.gradients_in) and _is_few(event.sent)
            lines = [rule.numbers if few and rule.numbers else rule.symbolic, rule.summed if few else None]
            formula = "; ".join(line.plain for line in lines if line is not None)
            return f"{formula}, where {rule.legend}." if not few and rule.legend else f"{formula}."
        case LeafAccumulated():
            if _is_few((event.before, event.after)) and event.before is not None:
                return f"{accumulation(trace, history, event).formula.plain}."
            return accumulation(trace, history, event).sentence.replace("it becomes", "it became")
    return explain(trace, State(history, step)).sentences[0]


def _is_few(values: tuple[Value | None, ...]) -> bool:
    return all(value is None or is_written(value.shape, value.data) for value in values)
