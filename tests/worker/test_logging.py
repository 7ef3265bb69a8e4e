import sys

import numpy as np
import pytest

import gradviz
from gradviz.engine import torch as engine
from gradviz.worker.logging import MOST_NAMES, Log


@pytest.mark.parametrize(
    "value", [0.5, np.float32(0.5), np.array([[0.5]]), engine.tensor(0.5), engine.tensor([0.5]), np.float64(0.5)]
)
def test_anything_that_is_one_number(value):
    heard = []
    Log(lambda *told: heard.append(told))("accuracy", value)
    assert heard == [("accuracy", 0.5)]
    assert type(heard[0][1]) is float


@pytest.mark.parametrize("value", [engine.tensor([0.5, 1.0]), np.zeros(3), "high", None, [1.0]])
def test_anything_else_is_refused_in_words(value):
    with pytest.raises(ValueError, match=r"gradviz\.log\('accuracy', …\) takes one number, not"):
        Log(print)("accuracy", value)


def test_names():
    log = Log(lambda *_: None)
    for wrong in ("", 3, None):
        with pytest.raises(TypeError, match="the name is a text"):
            log(wrong, 1.0)
    for number in range(MOST_NAMES):
        log(f"curve {number}", 1.0)
    log("curve 0", 2.0)
    with pytest.raises(ValueError, match="one curve more"):
        log("another", 1.0)


def test_outside_of_gradviz_it_does_nothing():
    assert gradviz.log("accuracy", object()) is None


def test_a_program_that_imports_it_loads_nothing_of_the_application(tmp_path):
    import subprocess

    code = "import gradviz, sys; gradviz.log('a', 1); print([n for n in sys.modules if 'gradviz.' in n or 'Qt' in n])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
