"""Pictures of recorded functions: against the formula, coarse before fine, dropped for a newer one, refused."""

import numpy as np
import pytest

from gradviz.trace.forward import Constant, Evaluate, Forward, Ref, Step
from gradviz.worker.evaluation import Evaluation, fewer, moved
from gradviz.worker.newest import Newest
from tests import descents

ZERO, ONE = np.zeros((), np.float32), np.ones(())


def bowl(loss=5.0):
    """(x − 1)² + y at x = 3, y = 1."""
    leaves = (Constant(0, "float32", np.array(3.0, np.float32)), Constant(1, "float32", np.array(1.0, np.float32)))
    steps = (
        Step("sub", (Ref(0), 1), (), (2,)),
        Step("pow", (Ref(2), 2), (), (3,)),
        Step("add", (Ref(3), Ref(1)), (), (4,)),
    )
    return Forward(("x", "y"), leaves, (), steps, 4, loss)


def answers(*questions, newest=None):
    said, newest = [], newest or Newest()
    evaluation = Evaluation(said.append, newest)
    for question in questions:
        evaluation.answer(question)
    return said


def plane(number=1, forward=None, count=40):
    axis = np.linspace(-2, 2, count)
    return Evaluate(number, forward or bowl(), (ZERO, ZERO), (ONE, None), (None, ONE), axis, axis + 1)


def test_a_plane_is_the_formula():
    (answer,) = answers(plane())
    assert answer.is_final
    x, y = np.meshgrid(answer.xs, answer.ys)
    np.testing.assert_allclose(answer.losses, (x - 1) ** 2 + y, rtol=1e-6, atol=1e-6)


def test_a_line_is_the_formula():
    xs = np.linspace(-8, 8, 100)
    (answer,) = answers(Evaluate(1, descents.PARABOLA, (ZERO,), (ONE,), (None,), xs, np.zeros(0)))
    assert answer.losses.shape == (1, 100)
    np.testing.assert_allclose(answer.losses[0], xs**2 + 1.5 * xs - 1, rtol=1e-5, atol=1e-5)


def test_leaves_that_do_not_move_stand_where_they_are_asked_to():
    xs = np.linspace(0, 1, 5)
    question = Evaluate(1, bowl(), (ZERO, np.float32(7)), (ONE, None), (None, None), xs, np.zeros(0))
    (answer,) = answers(question)
    np.testing.assert_allclose(answer.losses[0], (xs - 1) ** 2 + 7)


def test_a_slow_function_is_coarse_before_it_is_fine(monkeypatch):
    monkeypatch.setattr("gradviz.worker.evaluation.SOON", 0.0)
    said = answers(plane())
    assert [(each.losses.shape, each.is_final) for each in said] == [((17, 17), False), ((40, 40), True)]


def test_a_newer_question_ends_the_work():
    newest = Newest()
    newest.number = 2
    assert answers(plane(1), newest=newest) == []
    said = []

    class Impatient(Newest):
        """A newer question comes with the third look."""

        looks = 0

        @property
        def number(self):
            self.looks += 1
            return 1 if self.looks < 3 else 2

        @number.setter
        def number(self, value):
            pass

    evaluation = Evaluation(said.append, Impatient())
    evaluation.answer(plane(1, count=300))
    assert not any(each.is_final for each in said)


@pytest.mark.parametrize(
    ("forward", "words"),
    [
        (bowl(loss=9.0), "gives 5, but the program got 9"),
        (Forward(("x", "y"), bowl().leaves, (), (Step("Cube", (Ref(0),), (), (2,)),), 2, 1.0), "needs Cube"),
        (Forward(("x", "y"), bowl().leaves, (), (Step("mm", (Ref(0), Ref(1)), (), (2,)),), 2, 1.0), "failed"),
    ],
)
def test_what_cannot_be_run_again_is_refused_in_words(forward, words):
    (answer,) = answers(plane(forward=forward))
    assert words in answer.why_not
    assert answer.is_final
    assert answer.losses.size == 0


def test_a_refusal_does_not_spoil_the_next_question():
    first, second = answers(plane(1, bowl(loss=9.0)), plane(2))
    assert first.why_not
    assert not second.why_not


def test_places_are_computed_in_float64_and_handed_over_in_the_leaf_s_type():
    origin = np.array([1.0, 2.0], np.float32)
    found = moved(origin, np.array([1.0, 0.0]), np.array([0.0, 2.0]), np.array([0.5, 1.0]), np.array([0.0, 0.25]))
    np.testing.assert_array_equal(found, [[1.5, 2.0], [2.0, 2.5]])
    assert found.dtype == np.float32


def test_fewer_points_span_the_same_stretch():
    points = np.linspace(-3, 5, 100)
    assert (fewer(points, 9)[0], fewer(points, 9)[-1], len(fewer(points, 9))) == (-3, 5, 9)
    assert fewer(points, 100) is points
