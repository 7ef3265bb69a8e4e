"""Several hundred typical mistakes, one line of program each, beside what PyTorch said to them: type and words."""

import json
from pathlib import Path

import pytest

from gradviz.engine import torch as gv_torch
from tests.lines import shown

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "mistakes.json").read_text("utf-8"))


@pytest.mark.parametrize("answer", RECORDED, ids=lambda answer: answer["line"])
def test_mistake_is_met_with_torchs_words(answer):
    assert shown(gv_torch, answer["line"]) == answer["says"]
