"""A sample of every op on empty tensors and on single numbers, beside what PyTorch answered."""

import json
from pathlib import Path

import pytest

from gradviz.engine import torch as gv_torch
from gradviz.engine.op import find
from tests.engine.empties import answer, same

RECORDED = json.loads((Path(__file__).parents[1] / "recorded" / "empties.json").read_text("utf-8"))


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: f"{case['op']}-{case['sample']}-{case['variant']}")
def test_empty_and_0d_as_recorded(case):
    ours = json.loads(json.dumps(answer(gv_torch, find(case["op"]), case["sample"], case["variant"])))
    assert same(ours, case["answer"]), f"ours {ours}\ntorch {case['answer']}"
