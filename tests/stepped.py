"""Runs with optimizers, recorded in this process, for windows and panels."""

from gradviz.recorder.catalog import op_infos
from gradviz.trace.messages import RunBegan
from gradviz.trace.trace import Trace, TraceBuilder
from tests.recorder.test_numpy_engine import record

ADAM = """
w = torch.tensor([[1.0, -2.0], [0.5, 3.0]], requires_grad=True)
b = torch.tensor(0.5, requires_grad=True)
optimizer = torch.optim.Adam([w, b], lr=0.1)
for n in range(3):
    optimizer.zero_grad()
    loss = w.square().sum() + 3 * b
    loss.backward()
    optimizer.step()
"""


def stepped(program: str) -> Trace:
    """The trace of a program (that goes on after `import torch`), every pass kept."""
    builder = TraceBuilder()
    builder.add(RunBegan("numpy", f"import torch\n{program}", "program.py", op_infos()))
    for message in record(program, live=False)[2]:
        builder.add(message)
    return builder.trace
