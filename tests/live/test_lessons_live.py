"""Every lesson runs unchanged under real PyTorch, arrives at its key numbers there, and prints the same."""

import pytest
import torch

from gradviz.engine import torch as gv_torch
from gradviz.session.lessons import lessons
from tests.resources.key_numbers import KEY_NUMBERS, run_lesson


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_key_numbers(lesson):
    KEY_NUMBERS[lesson.slug](run_lesson(lesson, torch))


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_prints_alike(lesson):
    """To the letter, random numbers included."""
    assert run_lesson(lesson, gv_torch).printed == run_lesson(lesson, torch).printed
