"""Programs about autograd itself, each run under both engines: what they print must be equal to the letter."""

from pathlib import Path

import pytest
import torch

from gradviz.engine import messages
from gradviz.engine import torch as gv_torch
from tests import cells

PROGRAMS = sorted((Path(__file__).parent / "autograd").glob("*.py"))


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")  # PyTorch's own use of it for dual tensors
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_prints_what_torch_prints(path, monkeypatch):
    monkeypatch.setattr(messages, "warned", set())  # PyTorch gives some warnings once in a program
    mine, theirs = (cells.run_whole(path, package).splitlines() for package in (gv_torch, torch))
    assert mine == theirs
