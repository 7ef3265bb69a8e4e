"""The hand-made runs that other tests stand on are legal ones."""

import pytest

from gradviz.trace.check import check
from tests import traces


@pytest.mark.parametrize("name", traces.ALL)
def test_hand_made_runs_are_legal(name):
    assert check(traces.ALL[name]()) == []


def test_ready_queue_of_the_line():
    """PyTorch's order, as the issue states it."""
    history = traces.line().passes[0].history
    names = [history.nodes[node].node.name for node in history.runs]
    order = ["PowBackward0", "SubBackward0", "AddBackward0", "AccumulateGrad", "MulBackward0"]
    assert names == [*order, "AccumulateGrad", "AccumulateGrad"]
