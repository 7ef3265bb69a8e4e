"""Whole programs under the engine: every cell prints what it printed under torch 2.13, random numbers included."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gradviz.engine import torch as gv_torch
from tests import cells

RECORDED = Path(__file__).parents[1] / "recorded"
# Elsewhere NumPy rounds exp, log and tanh otherwise; the five seeds need none of them.
EXTENSIONS = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
RECORDED_ON_SUCH_A_PROCESSOR = "X86_V4" in EXTENSIONS or "AVX512_SKX" in EXTENSIONS  # by NumPy's age
KINDS = ("seeds", "nn", "sequences", "optim", "training")
ANSWERS = [a for kind in KINDS for a in json.loads((RECORDED / f"{kind}.json").read_text("utf-8"))]
TAUGHT = {a["program"]: a["printed"] for a in json.loads((RECORDED / "teaching.json").read_text("utf-8"))}


@cache
def ours(program):
    return cells.run_program(cells.PROGRAMS / program, gv_torch)


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: f"{answer['program']}-{answer['cell']}")
def test_cell_prints_what_torch_prints(answer):
    mine = ours(answer["program"])[answer["cell"]]
    if answer["program"].startswith("seed_") or RECORDED_ON_SUCH_A_PROCESSOR:
        assert mine["printed"] == answer["printed"]
        assert mine["shown"] == answer["shown"]
    else:
        assert cells.same_but_for_rounding(mine["printed"], answer["printed"])
        assert cells.same_but_for_rounding(mine["shown"], answer["shown"])


def test_every_cell_is_recorded():
    for program in {answer["program"] for answer in ANSWERS}:
        recorded = [answer["cell"] for answer in ANSWERS if answer["program"] == program]
        assert recorded == list(range(len(cells.cells_of(cells.PROGRAMS / program))))


@pytest.mark.parametrize("path", cells.TEACHING, ids=lambda path: path.stem)
def test_teaching_program_prints_what_torch_prints(path):
    if RECORDED_ON_SUCH_A_PROCESSOR:
        assert cells.run_whole(path, gv_torch) == TAUGHT[path.name]
    else:
        assert cells.same_but_for_rounding(cells.run_whole(path, gv_torch), TAUGHT[path.name])


def test_every_teaching_program_is_recorded():
    assert [path.name for path in cells.TEACHING] == list(TAUGHT)
