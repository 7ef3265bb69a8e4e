"""`gradviz.show_plane`: what is sent, how often, and what is refused in words."""

import math

import numpy as np
import pytest

import gradviz
from gradviz.engine import torch
from gradviz.session.lessons import lessons
from gradviz.trace.codec import FrameReader, decode, encode
from gradviz.trace.messages import PlaneShown, TextPrinted
from gradviz.trace.storage import trace_bytes, trace_from
from gradviz.trace.trace import KEPT_FIGURES, TraceBuilder
from gradviz.worker import planes
from gradviz.worker.planes import MOST_NAMES, Planes
from tests.grouped import ran


class Sent:
    def __init__(self):
        self.messages, self.settled = [], 0
        self.planes = Planes(self.messages.append, self._settle, lambda: 7)

    def _settle(self):
        self.settled += 1


@pytest.fixture
def sent(monkeypatch):
    made = Sent()
    made.now = 100.0
    monkeypatch.setattr(planes.time, "monotonic", lambda: made.now)
    return made


def test_tensors_arrays_and_lists_are_sent_as_numbers(sent):
    weights = torch.tensor([[1.0, -2.0], [3.0, 4.0]], requires_grad=True)
    for values in (weights, weights * 1, np.array([[1, -2], [3, 4]]), [[1, -2], [3, 4]]):
        sent.now += 1
        samples = torch.zeros(3, 2), torch.tensor([0.0, 1.0, 2.0])
        sent.planes("says 1", values, (-1, 2), torch.tensor([0.0, 1.0]), *samples)
        shown = sent.messages[-1]
        assert (shown.key, shown.name, shown.number) == (-1, "says 1", 7)
        np.testing.assert_array_equal(shown.values, [[1, -2], [3, 4]])
        assert (shown.low_x, shown.high_x, shown.low_y, shown.high_y) == (-1, 2, 0, 1)
        assert shown.points.shape == (3, 2)
        assert shown.classes.tolist() == [0, 1, 2]
    assert sent.settled == 4, "what was printed before stands before"
    (body,) = FrameReader().feed(encode(shown))
    back = decode(body)
    np.testing.assert_array_equal(back.values, shown.values)
    assert back.name == "says 1"


def test_a_loop_shows_some_and_always_the_last(sent):
    for step in range(100):
        sent.now += 0.01
        sent.planes("a", [[step, 0], [0, 0]], (0, 1), (0, 1))
    assert 12 <= len(sent.messages) <= 18
    sent.planes.finish()
    sent.planes.finish()
    assert sent.messages[-1].values[0, 0] == 99
    assert [message.values[0, 0] for message in sent.messages].count(99) == 1


def test_many_places_and_points_are_thinned(sent):
    values = np.arange(1000.0)[:, None] + np.zeros((1, 300))
    sent.planes("a", values, (0, 1), (0, 1), np.zeros((9000, 2)))
    shown = sent.messages[-1]
    assert shown.values.shape == (256, 256)
    assert (shown.values[0, 0], shown.values[-1, 0]) == (0, 999), "to its ends"
    assert len(shown.points) == len(shown.classes) == planes.MOST_POINTS


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ((3, [[1, 2], [3, 4]], (0, 1), (0, 1)), TypeError, "the name is a text"),
        (("a", [1, 2], (0, 1), (0, 1)), ValueError, "rows and columns"),
        (("a", [[1], [2]], (0, 1), (0, 1)), ValueError, "two of each at least"),
        (("a", "no", (0, 1), (0, 1)), TypeError, "values is a tensor of numbers, not str"),
        (("a", [[1, 2], [3]], (0, 1), (0, 1)), TypeError, "values is a tensor of numbers"),
        (("a", [[1, 2], [3, 4]], (1, 0), (0, 1)), ValueError, "x is the lowest and the highest"),
        (("a", [[1, 2], [3, 4]], (0, 1), (0, math.inf)), ValueError, "y is the lowest and the highest"),
        (("a", [[1, 2], [3, 4]], (0, 1), (0, 1), [[1, 2, 3]]), ValueError, "points has two columns"),
        (("a", [[1, 2], [3, 4]], (0, 1), (0, 1), [[1, 2]], [0, 1]), ValueError, "1 points, but 2 labels"),
    ],
)
def test_what_cannot_be_shown_is_said(sent, given, error, words):
    with pytest.raises(error, match=words):
        sent.planes(*given)
    assert not sent.messages


def test_there_is_an_end_to_names(sent):
    for number in range(MOST_NAMES):
        sent.planes(f"plane {number}", [[1, 2], [3, 4]], (0, 1), (0, 1))
    assert [message.key for message in sent.messages] == [-1 - number for number in range(MOST_NAMES)]
    with pytest.raises(ValueError, match="one plane more than 20"):
        sent.planes("another", [[1, 2], [3, 4]], (0, 1), (0, 1))


def test_outside_of_gradviz_it_does_nothing():
    assert gradviz.show_plane("a", object(), 1, 2) is None


def plane(key, value=0.0):
    empty = np.zeros((0, 2), np.float32), np.zeros(0, np.int64)
    return PlaneShown(key, "a", np.full((2, 2), value, np.float32), 0.0, 1.0, 0.0, 1.0, *empty)


def test_in_the_record_the_newest_takes_the_place_of_the_one_before():
    builder = TraceBuilder()
    for message in (plane(-1), TextPrinted("stdout", "between"), plane(-2), plane(-1, 5.0)):
        builder.add(message)
    first, text, second = builder.trace.output
    assert (first.key, first.values[0, 0], text.text, second.key) == (-1, 5.0, "between", -2)
    for number in range(2 * KEPT_FIGURES):
        builder.add(plane(-3 - number))
    assert len(builder.trace.output) == KEPT_FIGURES + 1


def test_the_lesson_of_two_moons_shows_its_boundary():
    """In the record of a real run: the last plane has each sample on its side, and stays in a saved trace."""
    lesson = next(each for each in lessons() if each.slug == "two_moons")
    trace = trace_from(trace_bytes(ran(lesson.source())))
    assert trace.error is None
    (shown,) = [item for item in trace.output if isinstance(item, PlaneShown)]
    assert shown.values.shape == (24, 40)
    assert len(shown.points) == 80
    rows = (shown.points[:, 1] - shown.low_y) / (shown.high_y - shown.low_y) * 23
    columns = (shown.points[:, 0] - shown.low_x) / (shown.high_x - shown.low_x) * 39
    nearest = shown.values[rows.round().astype(int), columns.round().astype(int)]
    assert ((nearest > 0) == (shown.classes == 1)).mean() > 0.95
    text = "".join(item.text for item in trace.output if isinstance(item, TextPrinted))
    assert text.startswith("step 160")
