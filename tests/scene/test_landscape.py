"""Lines and planes through the leaves: what can be chosen, where the way lies in them, slopes, steps, and words."""

import math

import numpy as np
import pytest

from gradviz.scene.landscape import cut_of
from gradviz.scene.leaf_path import Iterates
from gradviz.scene.slices import Slice, slices_of
from gradviz.trace import codec
from gradviz.trace.messages import CurveKey, CurvesExtended
from gradviz.trace.trace import Trace, TraceBuilder
from gradviz.worker.forward import Replay
from tests import descents
from tests.recorder.test_numpy_engine import record

OVER_X = Slice("leaf", ("x",))

PLANE = """
a = torch.tensor(0.2, requires_grad=True)
b = torch.tensor(-0.6, requires_grad=True)
for step in range(8):
    loss = (a ** 2 + b - 11) ** 2 + (a + b ** 2 - 7) ** 2
    loss.backward()
    with torch.no_grad():
        a -= 0.01 * a.grad
        b -= 0.01 * b.grad
    a.grad = b.grad = None
"""

NET = """
torch.manual_seed(0)
X, t = torch.randn(10, 3), torch.randn(10, 2)
model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(9):
    loss = ((model(X) - t) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def recorded(program):
    """The trace as it arrives: through bytes when it is sent, for the program goes on and writes its memory."""
    frames = []
    record(program, on_send=lambda message: frames.append(codec.encode(message)))
    builder = TraceBuilder()
    for frame in frames:
        builder.add(codec.decode(frame[codec.HEAD.size :]))
    return builder.trace


@pytest.fixture(scope="module")
def plane():
    return recorded(PLANE)


@pytest.fixture(scope="module")
def net():
    return recorded(NET)


def cut(trace, number, kind, *leaves, seed=0):
    return cut_of(trace, number, Slice(kind, leaves), Iterates(), seed)


def loss_at(cut, x, y=0.0):
    """The loss at a place of the cut, by the replayed forward."""
    leaves = []
    for origin, first, second in zip(cut.origin, cut.first, cut.second, strict=True):
        value = np.asarray(origin, np.float64)
        value = value + (0 if first is None else x * first) + (0 if second is None else y * second)
        leaves.append(value.astype(origin.dtype))
    return Replay(cut.forward).loss(leaves)


@pytest.mark.parametrize("number", [0, 7, 59])
def test_the_point_its_slope_and_the_step_to_come(number):
    """x follows 6 → −0.75 in closed form: x_n + 0.75 = 6.75 · 0.8ⁿ, the slope is 2x + 1.5, the step −0.1 of it."""
    over = cut_of(descents.minimum(), number, OVER_X, Iterates())
    x = 6.75 * 0.8**number - 0.75
    assert over.here[0] == pytest.approx(x)
    assert over.at == pytest.approx(x * x + 1.5 * x - 1)
    assert over.slope[0] == pytest.approx(2 * x + 1.5, rel=1e-5)
    assert over.step[0] == pytest.approx(-0.1 * (2 * x + 1.5), rel=1e-4, abs=1e-6)
    assert len(over.path) == number + 1
    assert over.title == "y(x)"
    assert over.readout.startswith("x = ")
    assert "step" in over.readout


def test_what_can_be_chosen(plane, net):
    assert slices_of(Trace(), 0) == ()
    assert slices_of(descents.minimum(), 0) == (OVER_X, Slice("update"))
    titles = [choice.title for choice in slices_of(plane, 0)]
    assert titles == ["Over a and b", "Over a", "Over b", "Along the update"]
    assert [choice.title for choice in slices_of(net, 0)] == ["Along the update", "Plane of the path", "Random plane"]


def test_a_plane_of_two_numbers(plane):
    over = cut(plane, 3, "leaves", "a", "b")
    assert (over.across, over.up, over.title) == ("a", "b", "loss(a, b)")
    np.testing.assert_array_equal(over.path[:, 0], plane.curves.column(CurveKey("value", "a"))[:4])
    assert over.here == (over.path[3, 0], over.path[3, 1])
    assert loss_at(over, *over.here) == pytest.approx(over.at, rel=1e-6)
    a, b = over.here
    by_hand = 4 * a * (a * a + b - 11) + 2 * (a + b * b - 7), 2 * (a * a + b - 11) + 4 * b * (a + b * b - 7)
    assert over.slope == pytest.approx(by_hand, rel=1e-4)
    assert over.step == pytest.approx((-0.01 * by_hand[0], -0.01 * by_hand[1]), rel=1e-3)
    assert over.words == ""


def test_the_other_numbers_are_held_and_it_says_so(plane):
    over = cut(plane, 3, "leaf", "a")
    assert over.words == "b is held where it is in this pass."
    assert loss_at(over, over.here[0]) == pytest.approx(over.at, rel=1e-6)


def test_along_the_update_lies_what_the_next_pass_found(net):
    along = cut(net, 4, "update")
    losses = net.curves.column(CurveKey("loss"))
    assert along.at == losses[4]
    assert loss_at(along, 0.0) == pytest.approx(losses[4], rel=1e-6)
    assert loss_at(along, 1.0) == pytest.approx(losses[5], rel=1e-5)
    h = 1e-2
    assert along.slope[0] == pytest.approx((loss_at(along, h) - loss_at(along, -h)) / (2 * h), rel=2e-2)
    assert along.slope[0] < 0


def test_the_plane_of_the_path_holds_its_ends(net):
    through = cut(net, 8, "principal")
    assert through.here == pytest.approx((0.0, 0.0), abs=1e-9)
    losses = net.curves.column(CurveKey("loss"))
    assert loss_at(through, 0.0, 0.0) == pytest.approx(losses[8], rel=1e-6)
    start = through.path[0]
    assert loss_at(through, *start) == pytest.approx(losses[0], rel=0.05), "nearly in the plane"
    assert "%" in through.words
    assert len(through.numbers) == 9


def test_a_random_plane_is_the_same_each_time_and_another_one_when_asked(net):
    one, same, other = (cut(net, 8, "random", seed=seed) for seed in (0, 0, 1))
    assert one.is_same_function(same)
    assert not one.is_same_function(other)
    assert "Li et al. 2018" in one.words
    assert loss_at(one, 0.0, 0.0) == pytest.approx(net.curves.column(CurveKey("loss"))[8], rel=1e-6)


def test_the_same_function_is_no_other_one_because_the_pass_is(plane):
    assert cut(plane, 2, "leaves", "a", "b").is_same_function(cut(plane, 6, "leaves", "a", "b"))
    assert not cut(plane, 2, "leaf", "a").is_same_function(cut(plane, 6, "leaf", "a")), "b stands elsewhere"
    assert not cut(plane, 2, "leaf", "a").is_same_function(None)


def test_without_a_function_the_way_and_the_slope_are_still_there():
    trace = descents.regression(100, why_not="It branches.")
    over = cut_of(trace, 50, Slice("leaves", ("w", "b")), Iterates())
    assert (over.why_not, over.forward) == ("It branches.", None)
    assert len(over.path) == 51
    builder = TraceBuilder()
    builder.trace = Trace(**{**{f: getattr(descents.minimum(), f) for f in Trace.__dataclass_fields__}})
    from gradviz.trace.forward import ForwardRecorded

    trace = builder.add(ForwardRecorded(0, None, "It branches."))
    assert slices_of(trace, 5) == (OVER_X,)
    over = cut_of(trace, 5, OVER_X, Iterates())
    assert over.slope[0] == pytest.approx(2 * over.here[0] + 1.5, rel=1e-4)


def test_a_pass_that_is_not_kept_has_no_slope():
    trace = descents.minimum()
    bare = Trace(**{**{f: getattr(trace, f) for f in Trace.__dataclass_fields__}, "passes": trace.passes[:1]})
    over = cut_of(bare, 30, OVER_X, Iterates())
    assert over.has_point
    assert math.isnan(over.slope[0])
    assert over.readout.startswith("x = ")


def test_a_leaf_that_appears_later_has_no_cut_before():
    builder = TraceBuilder()
    builder.trace = descents.minimum()
    keys = (CurveKey("loss"), CurveKey("value", "z"), CurveKey("gradient", "z"))
    trace = builder.add(CurvesExtended(60, keys, np.ones((2, 3))))
    assert cut_of(trace, 61, Slice("leaf", ("q",)), Iterates()) is None
