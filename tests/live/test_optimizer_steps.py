"""Both engines tell the same of every optimizer's step."""

from itertools import chain

import numpy as np
import pytest

from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.recorder.pytorch import PyTorchRecorder
from gradviz.trace.events import OptimizerStepped, TensorUpdated
from tests.live.test_recorders import trace_of
from tests.optimizer_cases import CASES, program
from tests.scene.test_update_rule import check_rules


def told(trace):
    """Steps and their updates in order, by pass."""
    wanted = OptimizerStepped | TensorUpdated
    return [[event for event in item.events if isinstance(event, wanted)] for item in trace.passes]


def near(ours, real, slack=1e-3):
    assert (ours is None) == (real is None)
    if ours is not None:
        assert ours.shape == real.shape
        assert np.allclose(ours.data, real.data, rtol=slack, atol=slack / 1000)


@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_the_engines_tell_the_same_of_a_step(name, options):
    # The search of LBFGS asks for differences of nearly equal numbers.
    passes, slack = (2, 1e-5) if name == "LBFGS" else (7, 1e-3)
    text = program(name, options, "float64" if name == "LBFGS" else "float32", passes)
    ours, real = (told(trace_of(text, engine)[1]) for engine in (NumPyRecorder, PyTorchRecorder))
    assert [[type(e) for e in events] for events in ours] == [[type(e) for e in events] for events in real]
    steps = 0
    for own, other in zip(chain(*ours), chain(*real), strict=True):
        if isinstance(own, TensorUpdated):
            near(own.after, other.after, slack)
            continue
        steps += 1
        assert (own.optimizer, own.source) == (other.optimizer, other.source)
        assert dict(own.settings[0]) == dict(other.settings[0])
        assert [part.group for part in own.parameters] == [part.group for part in other.parameters]
        for part, twin in zip(own.parameters, other.parameters, strict=True):
            for field in ("gradient", "before", "added", "after"):
                near(getattr(part, field), getattr(twin, field), slack)
            remembered = {item.name: item for item in twin.remembered}
            assert {item.name for item in part.remembered} == set(remembered)
            for item in part.remembered:
                near(item.after, remembered[item.name].after, slack)
    assert steps == passes


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "options"), CASES, ids=str)
def test_the_formula_gives_the_weight_that_pytorch_gives(name, options, dtype):
    _, real = trace_of(program(name, options, dtype), PyTorchRecorder)
    assert check_rules(real) >= 2 * 7  # of the many passes of LBFGS not all are kept
