"""Importing the engine is cheap because an op is compiled when it is first called, and then for good."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import compiler
from gradviz.engine.catalog import catalog
from gradviz.engine.compiler import entry, first_call
from gradviz.engine.op import find
from gradviz.engine.operands import LACKING
from gradviz.engine.tensor import Tensor

ROOT = Path(__file__).parent.parent.parent
CPU_OF_IMPORTS = """
import time
start = time.process_time()
import numpy
between = time.process_time()
import gradviz.engine.torch
print(between - start, time.process_time() - between)
"""
# Nothing else is in these globals, so nothing has called an op before.
FRESH = """
import sys
import gradviz.engine.torch as torch
from gradviz.engine.catalog import catalog
from gradviz.engine.compiler import first_call
print(len(catalog()), sum(op.function.__code__ is first_call.__code__ for op in catalog()))
print("numpy.random" in sys.modules, any(name.startswith("gradviz.engine.torch.") for name in sys.modules))
"""


def in_fresh_process(text, tmp_path):
    # A cache of its own, so that neither side of a comparison compiles modules; one thread, as workers have.
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(tmp_path), "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.split()


def test_importing_the_engine_costs_less_cpu_than_importing_numpy(tmp_path):
    in_fresh_process(CPU_OF_IMPORTS, tmp_path)
    runs = [[float(each) for each in in_fresh_process(CPU_OF_IMPORTS, tmp_path)] for _ in range(5)]
    numpy, engine = (min(each) for each in zip(*runs, strict=True))
    assert engine <= 0.75 * numpy


def test_importing_compiles_no_op_and_loads_nothing_that_few_programs_use(tmp_path):
    declared, waiting, *loaded = in_fresh_process(FRESH, tmp_path)
    assert int(declared) == int(waiting) > 100
    assert loaded == ["False", "False"]


@pytest.mark.parametrize("op", catalog(), ids=lambda op: op.name)
def test_every_op_compiles_to_its_shown_source(op):
    function = entry(op)
    assert function.__code__ is first_call.__code__
    function.__globals__["COMPLETE"]()
    space = {"Tensor": Tensor, "LACKING": LACKING}
    exec(compiler.source(op), space)
    shown = space[compiler.entry_name(op)]
    assert function.__code__.co_code == shown.__code__.co_code
    assert inspect.signature(function) == inspect.signature(shown)
    assert function.__name__ == function.__qualname__ == op.name


def test_first_call_gives_the_held_function_its_code():
    op = find("mul")
    held = entry(op)
    documentation = held.__doc__
    x = Tensor._of(np.float32(2), None)
    x.requires_grad_()
    first, second = held(x, 3.0), held(x, 3.0)
    assert held.__code__ is not first_call.__code__
    assert held.__code__.co_name == "op_mul"
    assert held.__doc__ == documentation
    assert type(first.grad_fn) is type(second.grad_fn)


def test_first_call_takes_keywords_and_keeps_defaults():
    values = Tensor._of(np.ones((2, 3), "f4"), None)
    assert entry(find("sum.dim"))(values, dim=1, keepdim=True).shape == (2, 1)
    held = entry(find("sum"))
    assert held(values).item() == held(values).item() == 6


def test_wrong_arguments_are_refused_in_the_same_words_at_first_and_later():
    held, said = entry(find("exp")), []
    for _ in range(2):
        with pytest.raises(TypeError) as caught:
            held(Tensor._of(np.float32(1), None), 2, 3)
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert said[0].startswith("exp() takes")
