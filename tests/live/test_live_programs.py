"""The programs beside real torch in this process."""

import json
from pathlib import Path

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests import cells

RECORDED = Path(__file__).parents[1] / "recorded"
# MKL adds in another order on processors with narrower registers.
WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512"
PROGRAMS = sorted(path for path in cells.PROGRAMS.glob("*.py") if path.name != "errors.py")


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program_prints_alike(path):
    for ours, theirs in zip(cells.run_program(path, gv_torch), cells.run_program(path, torch), strict=True):
        if WIDE:
            assert ours == theirs
        else:
            assert cells.same_but_for_rounding(ours["printed"], theirs["printed"])
            assert cells.same_but_for_rounding(ours["shown"], theirs["shown"])


@pytest.mark.parametrize("path", cells.TEACHING, ids=lambda path: path.stem)
def test_teaching_program_prints_alike(path):
    ours, theirs = cells.run_whole(path, gv_torch), cells.run_whole(path, torch)
    if WIDE:
        assert ours == theirs
    else:
        assert cells.same_but_for_rounding(ours, theirs)


def test_recorded_errors_are_still_torchs():
    torch._C._set_warnAlways(True)  # else a warning comes once in a process
    try:
        for answer in json.loads((RECORDED / "errors.json").read_text("utf-8")):
            theirs = cells.run_snippet(answer["code"], torch)
            assert theirs == {name: answer[name] for name in theirs}
    finally:
        torch._C._set_warnAlways(False)
