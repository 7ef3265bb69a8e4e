"""The names that teaching programs use: how many work, and what they print against PyTorch's recorded answers."""

import json
import re
from pathlib import Path

import pytest

from gradviz.engine import names
from gradviz.engine import torch as gv_torch
from tests import cells
from tests.names import absent
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


def test_the_table_of_absent_names_is_true():
    assert absent.FILE.read_text("utf-8") == absent.table(), "python -m tests.names.absent writes it anew"


def test_every_module_knows_the_names_of_pytorchs():
    """Without them it would say of a name that PyTorch has that nobody has it."""
    engine = Path(names.__file__).parent
    texts = [path.read_text("utf-8") for path in engine.rglob("*.py")]
    asked = {name for text in texts for name in re.findall(r'missing\("(torch[\w.]*)"', text)}
    assert len(asked) > 20
    assert asked - names.torch_names().keys() == set()


def test_no_name_that_teaching_programs_use_is_absent():
    found = {f"{module}.{name}" for module, names in absent.absent().items() for name in names}
    assert len(found) > 500
    assert found & {absent.title_of(each) for each in corpus()} == set()
