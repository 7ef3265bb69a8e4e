"""The table of the note, in small: every optimizer with every option, every scheduler that is named there."""

import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.live.optimizers import SCHEDULERS, optimizer_row, rates
from tests.optimizer_cases import CASES


@pytest.mark.parametrize("name", SCHEDULERS)
def test_rates_are_equal(name):
    assert rates(gv_torch, name) == rates(torch, name)


@pytest.mark.parametrize("name", SCHEDULERS)
def test_a_schedule_changes_the_rate(name):
    assert len(set(rates(gv_torch, name))) > 1


@pytest.mark.parametrize(("dtype", "limit"), [("float32", 1e-5), ("float64", 1e-12)])
@pytest.mark.parametrize(("name", "options"), [case for case in CASES if case[0] != "LBFGS"], ids=str)
def test_weights_are_as_near_as_the_table_says(name, options, dtype, limit):
    assert optimizer_row(name, options, dtype, 100)[2] <= limit
