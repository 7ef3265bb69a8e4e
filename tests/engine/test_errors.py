"""Errors and warnings in torch 2.13's words."""

import json
from pathlib import Path

import pytest

from gradviz.engine import messages
from gradviz.engine import torch as gv_torch
from tests import cells

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "errors.json").read_text("utf-8"))


# What these show is not in the engine yet; each says so in a sentence, but for the ban on saving inference tensors:
# inference_mode is no_grad here.
LATER = {
    "inference_mode_saved": None,
}


@pytest.mark.parametrize("answer", [a for a in RECORDED if a["name"] not in LATER], ids=lambda answer: answer["name"])
def test_error_is_torchs_error(answer, monkeypatch):
    monkeypatch.setattr(messages, "warned", set())  # PyTorch gives some warnings once in a program
    mine = cells.run_snippet(answer["code"], gv_torch)
    assert mine == {name: answer[name] for name in ("error", "warnings", "printed")}


@pytest.mark.parametrize("answer", [a for a in RECORDED if a["name"] in LATER], ids=lambda answer: answer["name"])
def test_what_is_not_there_yet_says_so(answer):
    name = LATER[answer["name"]]
    expected = name and f"NotImplementedError: gradviz's NumPy engine does not have {name} yet."
    assert cells.run_snippet(answer["code"], gv_torch)["error"] == expected
