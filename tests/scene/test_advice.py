"""Advice is held to errors that the engine really raises, so that no pattern waits for words that never come."""

import re

import pytest

from gradviz.engine import torch
from gradviz.scene.advice import KNOWN, advice_for, words_for_card

x = "x = torch.tensor([1., 2.], requires_grad=True)\n"
RAISED = {
    "torch.ones(3, 4) @ torch.ones(5, 2)": "3×4 and 5×2 do not fit",
    "torch.ones(3, 4) @ torch.ones(5)": "3×4 and 5 do not fit",
    "torch.ones(3) + torch.ones(4)": "3 and 4 do not fit",
    "torch.ones(6).view(4, 2)": "6 numbers are not 4, 2",
    "torch.ones(2, 3).t().view(6)": "not in this order in memory",
    "torch.cat([torch.ones(2, 3), torch.ones(2, 4)])": "3 and 4 do not fit",
    "torch.stack([torch.ones(2), torch.ones(3)])": "",
    x + "(x * 2).backward()": "more than one number",
    x + "(x * 2).backward(torch.ones(3))": "gradient [3] for [2]",
    "torch.ones(1).sum().backward()": "no leaf leads here",
    x + "y = (x * x).sum()\ny.backward()\ny.backward()": "what it saved is freed",
    x + "x += 1": "",
    x + "x[0] = 1": "",
    x + "y = x.exp()\ny.add_(1)\ny.sum().backward()": "version 1, saved at 0",
    x + "x.numpy()": "",
    x + "torch.autograd.grad((x * 2).sum(), torch.ones(1, requires_grad=True))": "",
    x + "y = x * 2\ny.requires_grad = False": "",
    "torch.tensor([1], requires_grad=True)": "",
    "if torch.ones(2): pass": "",
    "torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64)": "",
    "import nothing_of_this_name": "",
    "def f(): return f()\nf()": "",
    "torch .nothing(": "",
    "if 1:\npass": "",
    "if 1:\n    2\n  3": "",
    "'": "",
    "if 1": "",
}


def message(program):
    with pytest.raises(Exception) as raised:  # noqa: PT011 (any error is what is asked for)
        exec(compile(program, "program", "exec"), {"torch": torch})
    return str(raised.value)


@pytest.mark.parametrize("program", RAISED)
def test_an_error_is_known(program):
    said = message(program)
    assert advice_for(said).endswith("."), said
    assert words_for_card(said) == RAISED[program], said


def test_a_program_without_its_import_is_told():
    assert "import torch" in advice_for("name 'torch' is not defined")


def test_unknown_errors_get_none():
    assert (advice_for("something else"), words_for_card("something else")) == ("", "")


def test_every_declaration_is_reached():
    said = [*map(message, RAISED), "name 'torch' is not defined", "the program needs more memory than it may have"]
    idle = [known.pattern for known in KNOWN if not any(re.search(known.pattern, each, re.DOTALL) for each in said)]
    assert idle == []
