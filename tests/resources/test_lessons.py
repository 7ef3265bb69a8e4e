"""The lessons that come with gradviz: their form, and their numbers on gradviz's own engine."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

from gradviz.engine import torch
from gradviz.session.lessons import lessons
from tests.resources.key_numbers import KEY_NUMBERS, run_lesson

LESSONS = lessons()
each_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.slug)


def test_there_are_enough_and_each_has_its_numbers():
    assert len(LESSONS) >= 10
    assert [lesson.order for lesson in LESSONS] == list(range(1, len(LESSONS) + 1))
    assert [lesson.slug for lesson in LESSONS] == list(KEY_NUMBERS)
    assert len({lesson.title for lesson in LESSONS}) == len(LESSONS)


@each_lesson
def test_opens_with_a_short_note(lesson):
    lines = lesson.source().split("\n\n", 1)[0].splitlines()[2:]
    text = [line for line in lines if line != "#"]
    assert 3 <= len(text) <= 6
    assert re.search(r"\b(press|open|move)\b", " ".join(text), re.IGNORECASE), "says what to do"
    assert re.search(r"\bwatch\b", " ".join(text), re.IGNORECASE), "says what to watch"
    assert max(map(len, lines)) <= 45, "fits the editor beside the graph"
    assert max(map(len, lesson.source().splitlines())) <= 80


@each_lesson
def test_seeds_its_random_numbers_and_imports_torch(lesson):
    tree = ast.parse(lesson.source())
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert "torch" in imported <= {"torch", "numpy", "math"}
    if "rand" in lesson.source():
        assert "torch.manual_seed(" in lesson.source()


def test_the_first_one_is_the_smallest():
    """The first thing a new person sees: three scalars that sliders can move, a loss, one backward pass."""
    source = LESSONS[0].source()
    assert source.count("torch.tensor(") == source.count("requires_grad=True") == 3
    assert source.count("backward()") == 1
    assert len(source.splitlines()) <= 25, "seen whole without scrolling"


@cache
def run_on_our_engine(lesson):
    return run_lesson(lesson, torch)


@each_lesson
def test_key_numbers_on_our_engine(lesson):
    KEY_NUMBERS[lesson.slug](run_on_our_engine(lesson))


@each_lesson
def test_prints_what_pytorch_prints(lesson):
    """Recorded from PyTorch 2.13 by tests/record_answers.py."""
    answers = json.loads((Path(__file__).parents[1] / "recorded" / "lessons.json").read_text(encoding="utf-8"))
    (expected,) = (answer["printed"] for answer in answers if answer["lesson"] == lesson.path.name)
    assert run_on_our_engine(lesson).printed == expected
