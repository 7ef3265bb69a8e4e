"""Programs run and recorded in this very process: a worker for each would spend most of its time on importing."""

import builtins
import contextlib
import gc
import importlib
import io
import warnings

from gradviz.engine import torch
from gradviz.recorder.catalog import op_infos
from gradviz.recorder.gate import Gate
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.trace import codec
from gradviz.trace.messages import RunBegan, RunEnded
from gradviz.trace.trace import TraceBuilder


def engine_import(name, *given):
    """`import torch` as a program sees it in a worker with the NumPy engine."""
    if name.partition(".")[0] == "torch":
        module = importlib.import_module(f"gradviz.engine.{name}")
        return module if len(given) > 2 and given[2] else importlib.import_module("gradviz.engine.torch")
    return builtins.__import__(name, *given)


def namespace():
    """What a program begins with."""
    return {"__name__": "__main__", "__builtins__": {**vars(builtins), "__import__": engine_import}}


def ran_here(program):
    """The whole trace of a program, as its worker would send it; what it prints and warns of is dropped."""
    builder = TraceBuilder()

    def send(message):
        # As through the pipe: what is sent may be a look at numbers that an optimizer overwrites later.
        builder.add(codec.decode(codec.encode(message)[codec.HEAD.size :]))

    builder.add(RunBegan("numpy", program, "program.py", op_infos()))
    torch.manual_seed(0)
    space = namespace()
    recorder = NumPyRecorder(program, "program.py", space, send, Gate(), live=False)
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # As the worker does: most of the time would go into a search for cycles, of which a record has none.
        gc.disable()
        recorder.start()
        try:
            exec(compile(program, "program.py", "exec"), space)
        finally:
            recorder.stop(None)
            gc.enable()
    return builder.add(RunEnded(0, recorder.passes, 0.0, recorder.note))
