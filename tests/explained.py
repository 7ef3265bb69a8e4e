"""Every op at every sample as a recorded run of one backward pass, for tests of what is said about it."""

import builtins
import functools

import numpy as np

from gradviz.engine.catalog import catalog
from gradviz.recorder.catalog import op_infos
from gradviz.recorder.gate import Gate
from gradviz.recorder.numpy_engine import NumPyRecorder
from gradviz.trace.messages import RunBegan
from gradviz.trace.trace import TraceBuilder
from tests.engine.jacobian import tensors
from tests.engine.samples import parts, samples_of

OPS = [op for op in catalog() if op.differentiable and op.node != "NotImplemented"]
INFOS = op_infos()
SAMPLES = [(op, number) for op in OPS for number in range(len(samples_of(op)))]

PROGRAM = """\
given = make()
out = call(*given)
start(out)
"""


@functools.cache
def recorded(op, number, dtype=np.float64):
    """The trace of a forward and a backward pass, and the input values; None where no output has a gradient.

    The gradients put in are uneven, so that no two elements can be mistaken for each other.
    """
    values, arguments = parts(op, samples_of(op)[number])
    values = [[one(part, dtype) for part in each] if isinstance(each, list) else one(each, dtype) for each in values]
    begun = []

    def start(out):
        from gradviz.engine import torch

        outs = [each for each in (out if isinstance(out, tuple) else (out,)) if each.requires_grad]
        if outs:
            seeds = [torch.tensor(seed_of(each._value)) for each in outs]
            torch.autograd.backward(outs, seeds)
            begun.append(True)

    namespace = {
        "__name__": "__main__",
        "__builtins__": builtins,
        "make": lambda: tensors(values),
        "call": lambda *given: op.function(*given, **arguments),
        "start": start,
    }
    builder = TraceBuilder()
    builder.add(RunBegan("numpy", PROGRAM, "", INFOS))
    recorder = NumPyRecorder(PROGRAM, "program.py", namespace, builder.add, Gate())
    recorder.start()
    try:
        exec(compile(PROGRAM, "program.py", "exec"), namespace)
    finally:
        recorder.stop(None)
    return (builder.trace if begun else None), values, arguments


def one(value, dtype):
    if value is None or value.dtype.kind not in "fc":
        return value
    return value.astype(dtype if value.dtype.kind == "f" else value.dtype)


def seed_of(value):
    flat = np.arange(1, np.size(value) + 1, dtype=np.float64)
    return ((0.5 + flat * 0.37 % 1) * np.where(flat % 3 == 0, -1, 1)).reshape(np.shape(value)).astype(value.dtype)
