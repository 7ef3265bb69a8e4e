"""Questions in words, answers read as people write them, and the truth of it worked out a second time."""

import re
from dataclasses import replace

import numpy as np
import pytest

from gradviz.recorder.catalog import op_infos
from gradviz.scene.expression import FormulaError, evaluate, parse
from gradviz.scene.operands import operands_of
from gradviz.scene.predict import UnreadableError, judged, question_of, read_number, read_shape, revealed
from gradviz.session.lessons import lessons
from gradviz.trace.events import GradientZeroed, LeafAccumulated, NodeRan, OpRan, TensorUpdated
from gradviz.trace.messages import RunBegan
from gradviz.trace.prediction import prediction_of
from tests import traces
from tests.recorder.test_numpy_engine import record

H = 1e-5


def recorded(program):
    """A run on the NumPy engine, with the formulas that the worker sends along."""
    trace, _, _ = record(program)
    return replace(trace, began=RunBegan("numpy", f"import torch\n{program}", "", op_infos()))


def predictions(trace):
    for item in trace.passes:
        for step in range(1, item.history.steps + 1):
            found = prediction_of(item.history, step)
            if found is not None:
                yield found


def operands(trace, prediction, op):
    """Names of the declared forward formula → numbers in float64, its constants, and the formula."""
    info, known = trace.ops.get(op.op), operands_of(prediction.history, op)
    if info is None or not info.forward or len(op.outputs) != 1:
        raise FormulaError("no formula")
    values = {word: value.data for word, value in known.values.items() if word != "result"}
    if any(data is None for data in values.values()):
        raise FormulaError("too large")
    floats = {word: data.astype(np.float64) if data.dtype.kind == "f" else data for word, data in values.items()}
    return floats, known.constants, parse(info.forward)


def worked_out(trace, prediction):
    """The element asked for by another way than the record's; FormulaError where there is none."""
    event, history = prediction.event, prediction.history
    match event:
        case OpRan():
            floats, constants, tree = operands(trace, prediction, event)
            return float(np.asarray(evaluate(tree, {**constants, **floats}))[prediction.index])
        case NodeRan():
            # The gradient of grad · f(x) by a difference of two values of f: no rule of a gradient takes part.
            at = history.nodes[event.node]
            word = at.op.inputs[at.node.edges[prediction.edge].input].name
            floats, constants, tree = operands(trace, prediction, at.op)
            if word not in floats or floats[word].dtype.kind != "f" or event.gradients_in[0].data is None:
                raise FormulaError("not a number that can be moved a little")
            ends = []
            for way in (H, -H):
                moved = {**floats, word: np.array(floats[word])}
                moved[word][prediction.index] += way
                result = np.asarray(evaluate(tree, {**constants, **moved}), np.float64)
                ends.append(float((result * event.gradients_in[0].data.astype(np.float64)).sum()))
            return (ends[0] - ends[1]) / (2 * H)
        case LeafAccumulated():
            arrived = sum(item.value.data.astype(np.float64) for item in history.buffer(event.node, prediction.step))
            before = 0.0 if event.before is None else event.before.data.astype(np.float64)
            return float(np.broadcast_to(arrived + before, event.after.shape)[prediction.index])
    raise FormulaError("known from the record only")


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_the_right_answers_of_every_lesson(lesson):
    trace = recorded(lesson.source())
    count = elements = checked = 0
    for prediction in predictions(trace):
        question = question_of(trace, prediction)
        count += 1
        assert question.words.count("`") % 2 == 0
        assert question.words.endswith("?")
        own = re.sub(r"`[^`]*`", "", question.words)
        assert question.expected not in own or len(question.expected) < 3, "a question tells no answer"
        told = judged(trace, prediction, question.expected)
        assert told.is_right, (question, told)
        assert told.sentence.startswith("Right: ")
        assert question.expected in revealed(trace, prediction)
        for choice in question.choices:
            assert judged(trace, prediction, choice).is_right == (choice == question.expected)
        if prediction.asks != "element":
            continue
        elements += 1
        truth = float(prediction.value.data[prediction.index])
        if np.isfinite(truth):
            assert not judged(trace, prediction, repr(truth * 1.1 + (truth == 0))).is_right
        try:
            answer = worked_out(trace, prediction)
        except (FormulaError, IndexError):
            continue
        checked += 1
        # The differences of a kink, or of numbers that nearly cancel, say nothing at 2 %.
        near = abs(answer - truth) <= 1e-5 * max(1.0, abs(truth))
        assert near or judged(trace, prediction, repr(answer)).is_right, (question, answer, truth)
    assert count >= 5
    assert checked >= elements * 0.1, ("answers are worked out a second time", checked, elements, count)


def test_words_of_a_line():
    trace = traces.line()
    told = {item.step: item for item in predictions(trace)}
    assert question_of(trace, told[4]).words == "What is `w * x`?"
    assert question_of(trace, told[8]).words == "What is the gradient that backward() puts in at `loss`?"
    assert question_of(trace, told[10]).words == "SubBackward0 runs next. What is the gradient that it sends to `y`?"
    node = question_of(trace, told[12])
    assert node.words == "Which node runs next?"
    assert set(node.choices) == {"AccumulateGrad(b)", "MulBackward0 #0"}
    assert question_of(trace, told[14]).words == "AccumulateGrad runs next. What is `w.grad` after this step?"
    assert judged(trace, told[13], "24").sentence == "Right: it is 24.0. 12.0 × 2.0 = 24.0."
    assert judged(trace, told[13], "12").sentence == "Not 12: it is 24.0. 12.0 × 2.0 = 24.0."


def test_adding_up_gives_the_sum():
    trace = traces.accumulate_twice()
    last = [item for item in predictions(trace) if isinstance(item.event, LeafAccumulated)][-1]
    assert not judged(trace, last, "6").is_right
    assert judged(trace, last, "12").sentence == "Right: it is 12.0. .grad ← 6.0 + 6.0 = 12.0."


def test_what_happens_after_the_backward_pass():
    trace = traces.untracked()
    kinds = {type(item.event): item for item in predictions(trace)}
    assert question_of(trace, kinds[TensorUpdated]).words == "What is `x` at [2] after this update?"
    cleared = kinds[GradientZeroed]
    assert question_of(trace, cleared).choices == ("None", "zeros")
    assert judged(trace, cleared, "None").is_right
    assert not judged(trace, cleared, "zeros").is_right


@pytest.mark.parametrize(
    ("text", "number"),
    [("48", 48), (" −0.5 ", -0.5), ("0,5", 0.5), ("1/4", 0.25), ("−1/4", -0.25), ("2e-3", 0.002), ("-inf", -np.inf)],
)
def test_numbers_as_people_write_them(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "w", "1/0", "1,2,3", "(3,)", "1/2/3"])
def test_what_is_no_number_is_said(text):
    with pytest.raises(UnreadableError, match="Type a number"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [("(3, 2)", (3, 2)), ("3,2", (3, 2)), ("3x2", (3, 2)), ("[8 3]", (8, 3)), ("()", ()), ("5", (5,))],
)
def test_shapes_as_people_write_them(text, shape):
    assert read_shape(text) == shape


@pytest.mark.parametrize("text", ["", "  ", "three", "3.5", "-1"])
def test_what_is_no_shape_is_said(text):
    with pytest.raises(UnreadableError, match="Type a shape"):
        read_shape(text)


@pytest.mark.parametrize(
    ("program", "right", "wrong"),
    [
        ("y = x / 3", ["0.3333", "1/3", "0.335", "0.33"], ["0.3", "0", "1"]),
        ("y = torch.log(x - x)", ["-inf"], ["0", "nan", "inf"]),
        ("y = (x - x) / (x - x)", ["nan"], ["0", "inf"]),
        ("y = x - x", ["0", "0.0"], ["0.1"]),
        ("y = torch.tensor([1., 900., 3.]).argmax() + 99", ["100"], ["99", "101"]),
    ],
)
def test_how_near_an_answer_must_be(program, right, wrong):
    trace = recorded(f"x = torch.tensor(1.0, requires_grad=True)\n{program}\n")
    last = list(predictions(trace))[-1]
    assert {answer: judged(trace, last, answer).is_right for answer in right + wrong} == (
        dict.fromkeys(right, True) | dict.fromkeys(wrong, False)
    )
