"""The names that teaching programs use, each in a small program under both engines: the same print to the letter."""

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests import cells
from tests.names.corpus import answer, corpus, missing

# MKL adds in another order on processors with narrower registers.
WIDE = torch.backends.cpu.get_cpu_capability() == "AVX512"


@pytest.mark.parametrize(
    "name", [each for each in corpus() if each.title not in missing()], ids=lambda each: each.title
)
def test_name_works_as_pytorchs(name):
    ours, theirs = answer(name.program, gv_torch), answer(name.program, torch)
    assert ours == theirs if WIDE else cells.same_but_for_rounding(ours, theirs)
