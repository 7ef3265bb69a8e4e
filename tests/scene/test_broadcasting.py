"""Gradients that are summed back: what the edge says, against shapes that NumPy broadcasts itself."""

import numpy as np
import pytest

from gradviz.scene.broadcasting import Summing, edge_text
from gradviz.scene.scene import picture
from gradviz.trace.events import NodeRan
from tests import traces


def broadcast_run(*, keeps_raw: bool):
    """X + b: the gradient of b is summed over the rows; with or without the record of what was before."""
    run = traces.Writer("y = X * b")
    X = run.tensor(np.ones((3, 2)), "X")
    b = run.tensor([1.0, 2.0], "b")
    y = run.op("mul", (X, b), [[1.0, 2.0]] * 3, name="y")
    run.backward(y, gradient=2.0)
    run.ran(y, 2 * np.ones((3, 2)), [[2.0, 4.0]] * 3, [6.0, 6.0])
    if keeps_raw:
        event = run.events.pop()
        raw = (event.sent[0], traces.value(2 * np.ones((3, 2))))
        run.events.append(NodeRan(event.node, event.gradients_in, event.sent, raw))
    return run.trace()


@pytest.mark.parametrize("keeps_raw", [True, False])
def test_the_edge_says_what_was_summed(keeps_raw):
    """PyTorch's own record has no gradient before: the op's result tells its shape."""
    trace = broadcast_run(keeps_raw=keeps_raw)
    scene = picture(trace.passes[0].history, trace)
    end = scene.history.steps
    assert [scene.summing_on(link) for link in range(2)] == [None, Summing((3, 2), (2,))]
    assert [scene.pill(link, end).text for link in range(2)] == ["(3, 2)", "Σ 3×2 = all 6.0"]
    assert scene.pill(1, end - 1) is None


@pytest.mark.parametrize(
    ("raw", "sent"), [((5, 3), (3,)), ((5, 3), (5, 1)), ((5, 3), ()), ((4,), ()), ((2, 5, 3), (5, 1)), ((2, 3), (1, 1))]
)
def test_the_axes_are_those_that_numpy_repeats(raw, sent):
    summing = Summing(raw, sent)
    np.testing.assert_array_equal(np.broadcast_to(np.zeros(sent), raw).shape, raw)
    summed = np.ones(raw).sum(summing.axes, keepdims=True)
    assert summed.size == np.prod(sent, dtype=int)
    assert summed.max() == np.prod([raw[axis] for axis in summing.axes])
    assert summing.sentence("b").startswith("Summed over ")
    assert summing.sentence("b").endswith(f"because b was broadcast to shape {raw}.")


def test_texts():
    assert edge_text(traces.value(np.arange(9.0)), Summing((5, 9), (9,))) == "Σ 5×9 → 9"
    assert edge_text(traces.value(np.arange(9.0).reshape(9, 1)), Summing((9, 4), (9, 1))) == "Σ 9×4 → 9×1"
    assert edge_text(traces.value(12.0), Summing((3,), ())) == "Σ 3 = 12.0"
    assert edge_text(traces.value(12.0), None) == "12.0"
    assert Summing((5, 9), (9,)).sentence("b").startswith("Summed over the 5 rows (dim 0), because b was broadcast")
    assert "axis 0 (2 entries) and axis 2 (3 entries)" in Summing((2, 5, 3), (5, 1)).sentence("b")
