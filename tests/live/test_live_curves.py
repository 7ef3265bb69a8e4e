"""Curves that need no logging, and logged ones, of the same program on both engines."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradviz.trace import storage
from gradviz.trace.messages import CurveKey

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import torch
import gradviz

torch.manual_seed(0)
xs, ys = torch.rand(8, 2), torch.rand(8, 1)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.{optimizer}
schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)
for n in range(12):
    optimizer.zero_grad()
    loss = ((model(xs) - ys) ** 2).mean()
    loss.backward()
    optimizer.step()
    schedule.step()
    gradviz.log("error", (model(xs) - ys).abs().max())
    gradviz.log("pass", n)
"""


def curves(folder, program, engine):
    """The curves of a program run in a worker, from the command line."""
    path, stored = folder / "program.py", folder / f"{engine}.trace"
    path.write_text(program)
    command = [sys.executable, "-m", "gradviz", "run", "--engine", engine, "--trace", str(stored), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return storage.trace_from(stored.read_bytes()).curves


@pytest.mark.parametrize(
    "optimizer", ["SGD(model.parameters(), lr=0.5, momentum=0.9)", "Adam(model.parameters(), lr=0.1)"]
)
def test_the_same_curves_on_both_engines(tmp_path, optimizer):
    program = PROGRAM.replace("{optimizer}", optimizer)
    ours, real = (curves(tmp_path, program, engine) for engine in ("numpy", "pytorch"))
    kinds = {("value", "model.weight"), ("update", "model.weight"), ("update", "model.bias"), ("rate", "")}
    assert {CurveKey(*kind) for kind in kinds} | {CurveKey("logged", "error")} <= set(ours.keys)
    assert set(ours.keys) == set(real.keys)
    assert ours.length == real.length == 12
    for key in ours.keys:
        np.testing.assert_allclose(ours.column(key), real.column(key), rtol=1e-4, atol=1e-6, err_msg=str(key))
    assert ours.column(CurveKey("logged", "pass")).tolist() == list(range(12))


def test_without_gradviz_s_own_process_log_does_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import torch, gradviz; gradviz.log('loss', torch.ones(3)); print('done')"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout == "done\n"
