"""Errors and warnings in torch 2.13's words."""

import json
from pathlib import Path

import pytest

from gradviz.engine import messages
from gradviz.engine import torch as gv_torch
from tests import cells

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "errors.json").read_text("utf-8"))


@pytest.mark.parametrize("answer", RECORDED, ids=lambda answer: answer["name"])
def test_error_is_torchs_error(answer, monkeypatch):
    monkeypatch.setattr(messages, "warned", set())  # PyTorch gives some warnings once in a program
    mine = cells.run_snippet(answer["code"], gv_torch)
    assert mine == {name: answer[name] for name in ("error", "warnings", "printed")}
