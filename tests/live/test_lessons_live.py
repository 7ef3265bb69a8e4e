"""Every lesson runs unchanged under real PyTorch and arrives at its key numbers there."""

import pytest
import torch

from gradviz.session.lessons import lessons
from tests.resources.key_numbers import KEY_NUMBERS, run_lesson


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_key_numbers(lesson):
    KEY_NUMBERS[lesson.slug](run_lesson(lesson, torch))
