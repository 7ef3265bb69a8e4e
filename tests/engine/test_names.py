"""The names that teaching programs use: how many work, and what they print against PyTorch's recorded answers."""

import json
from pathlib import Path

import pytest

from gradviz.engine import torch as gv_torch
from tests import cells
from tests.names.corpus import answer, corpus, coverage, missing

RECORDED = Path(__file__).parents[1] / "recorded" / "names.json"
PRINTED = {each["name"]: each["printed"] for each in json.loads(RECORDED.read_text("utf-8"))}
WORKING = [each for each in corpus() if each.title not in missing()]


def test_the_list_is_whole():
    names = corpus()
    assert len(names) == len({each.title for each in names}) == len(PRINTED) == 374
    assert missing() <= {each.title for each in names}


@pytest.mark.parametrize("name", WORKING, ids=lambda each: each.title)
def test_name_prints_what_pytorch_printed(name):
    assert cells.same_but_for_rounding(answer(name.program, gv_torch), PRINTED[name.title])


def test_coverage():
    weighted, plain = coverage({each.title for each in WORKING})
    assert weighted >= 0.99
    assert plain >= 0.95
