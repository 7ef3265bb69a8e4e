"""Sentences of hand-written runs. Numbers in them are compared with the record, not with the code that wrote them."""

import re
from dataclasses import replace

import pytest

from gradviz.scene.explain import explain
from gradviz.scene.steps import next_reason, step_words
from gradviz.scene.sums import buffer_of
from gradviz.trace.events import BackwardEnded, LeafAccumulated, NodeRan
from gradviz.trace.query import State
from tests import traces


def told(trace, step, number=-1):
    return explain(trace, State(trace.passes[number].history, step))


@pytest.mark.parametrize("name", traces.ALL)
def test_every_step_is_told_in_whole_sentences(name):
    trace = traces.ALL[name]()
    for item in trace.passes:
        for step in range(item.history.steps + 1):
            found = explain(trace, State(item.history, step))
            assert 1 <= len(found.sentences) <= 2
            assert found.title
            assert found.place
            assert "`" not in found.text
            for sentence in found.sentences:
                assert sentence[0] == "`" or sentence[0].isupper() or sentence.startswith("backward()")
                assert sentence.count("`") % 2 == 0
                assert not re.search(r"\bNone\b", sentence.replace("was None", "").replace("set to None", ""))


@pytest.mark.parametrize("name", traces.ALL)
def test_gradients_told_are_those_recorded(name):
    trace = traces.ALL[name]()
    for item in trace.passes:
        for step, event in enumerate(item.events, 1):
            text = explain(trace, State(item.history, step)).text
            if isinstance(event, NodeRan):
                expected = [value for value in (*event.gradients_in, *event.sent) if value is not None]
            elif isinstance(event, LeafAccumulated):
                expected = [event.added]
            else:
                continue
            numbers = [float(found.replace("−", "-")) for found in re.findall(r"−?\d+\.\d+(?:e-?\d+)?", text)]
            for value in expected:
                if value.shape == ():
                    assert any(abs(number - value.item()) <= 1e-3 * abs(value.item()) for number in numbers)


def test_the_mock_ups_step():
    found = told(traces.line(), 13)
    assert (found.place, found.title) == ("backward · step 5 of 7", "MulBackward0")
    assert found.sentences == (
        "The gradient that reaches `w * x` is 12.0.",
        "MulBackward0 multiplies it by each input's local derivative: `w` gets 48.0 and `x` gets 24.0.",
    )


def test_forward_steps_have_their_numbers():
    assert told(traces.line(), 4).sentences[0] == "`w * x` = 2.0 × 4.0 = 8.0."
    assert "saves `w` and `x`" in told(traces.line(), 4).sentences[1]
    assert told(traces.untracked(), 3).sentences[1] == "No graph node is made: it ran inside torch.no_grad()."


def test_a_second_backward_adds_and_says_why():
    trace = traces.accumulate_twice()
    assert told(trace, 4).sentences[1] == (
        "`x.grad` still held 6.0 from an earlier backward() and was not zeroed: the new gradient is added to it."
    )
    assert "was None" in told(trace, 5, 0).sentences[1]


def test_an_update_is_recognised_as_gradient_descent():
    assert "That is `x` − 0.1 × `x.grad`." in told(traces.untracked(), 11).sentences[0]


def test_another_change_is_not():
    run = traces.Writer()
    x = run.tensor([1.0, 2.0], "x")
    y = run.op("mean", (x,), 1.5, name="y")
    run.backward(y)
    run.ran(y, 1.0, [0.5, 0.5])
    run.accumulated(x, [0.5, 0.5])
    run.ended()
    run.update(x, [0.9, 1.0])
    assert ".grad" not in told(run.trace(), 7).text


def test_freeing_is_told_only_where_something_was_saved():
    assert "freed" in told(traces.line(), 16).text
    trace = traces.untracked()
    assert "freed" not in told(trace, 10).text
    item = trace.passes[0]
    events = tuple(replace(event, freed=False) if isinstance(event, BackwardEnded) else event for event in item.events)
    kept = replace(item, events=events)
    assert "kept" in explain(trace, State(kept.history, 10)).text


def test_the_sum_in_an_input_buffer():
    trace = traces.polynomial()
    history = trace.passes[0].history
    leaf = history.runs[-1]
    early = buffer_of(trace, history, leaf, 10)
    assert (len(early.arrivals), early.missing) == (1, 1)
    assert early.sentence == "1 of 2 gradients have arrived; the node waits for the others."
    late = buffer_of(trace, history, leaf, 13)
    assert late.total.plain == "4.0 + 12.0 = 16.0"
    assert [arrival.sender for arrival in late.arrivals] == ["MulBackward0 of 4 * x", "PowBackward0 of x**2"]


def test_why_a_node_is_next():
    trace = traces.polynomial()
    history = trace.passes[0].history
    assert next_reason(trace, history, 9) == (
        "Next is MulBackward0: of the 2 ready nodes it was made last (sequence number 2)."
    )
    assert next_reason(trace, history, 3) == ""
    assert "leaf" in next_reason(trace, history, 12)


def test_steps_are_counted_within_their_phase():
    history = traces.line().passes[0].history
    words = [step_words(State(history, step)) for step in range(history.steps + 1)]
    assert words[0] == "start"
    assert words[7] == "forward · step 7 of 7"
    assert words[8] == "backward begins"
    assert words[9:16] == [f"backward · step {n} of 7" for n in range(1, 8)]
    assert words[16] == "backward ends"


def test_large_values_are_named_by_their_shape():
    text = told(traces.matrix(), 7).text
    assert "shape (8, 3)" in text
    assert not re.search(r"\d\.\d", text)


def test_two_tensors_of_one_name_are_told_apart():
    run = traces.Writer("y = x * 2\ny = y * 2")
    x = run.tensor(1.0, "x")
    first = run.op("mul", (x, "2"), 2.0, name="y", line=1, column=4)
    second = run.op("mul", (first, "2"), 4.0, name="y", line=2, column=4)
    run.backward(second)
    run.ran(second, 1.0, 2.0, None)
    trace = run.trace()
    assert "back to the earlier `y`" in told(trace, 3).sentences[1]
    assert "the earlier `y` gets 2.0" in told(trace, 5).sentences[1]


def test_a_piece_of_program_that_runs_again_keeps_its_name():
    run = traces.Writer("for p in (a, b): p * 2")
    for name in "ab":
        run.op("mul", (run.tensor(1.0, name), "2"), 2.0, line=1, column=17)
    trace = run.trace()
    assert told(trace, 2).sentences[0] == told(trace, 4).sentences[0] == "`p * 2` = 1.0 × 2 = 2.0."
