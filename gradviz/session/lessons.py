"""The lessons as data: what the Lessons menu lists and what `gradviz lessons` prints.

A lesson is an ordinary program in `resources/lessons/NN_slug.py`. Everything known of it comes from the file: the
number from its name, the title and the summary from the note at its top, a `# %% [markdown]` cell whose heading is
the title and whose first paragraph is the summary. So adding a lesson is adding a file.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .resources import resource

GROUPS = {"Basics": 1, "Training": 11, "What goes wrong": 20}
"""Headings of the menu, and the lesson that each begins with."""

NOTE = re.compile(r"# %% \[markdown\]\n((?:#.*\n)+)")
HEADING = re.compile(r"# (.+)\n+((?:.+\n?)+)")


@dataclass(frozen=True)
class Lesson:
    """One lesson; `slug` is its name on the command line, `summary` one or two sentences of Markdown."""

    order: int
    slug: str
    title: str
    summary: str
    path: Path

    @property
    def group(self) -> str:
        """The heading that it stands under."""
        return max((first, name) for name, first in GROUPS.items() if first <= max(1, self.order))[1]

    def source(self) -> str:
        """The program itself."""
        return self.path.read_text(encoding="utf-8")


def lessons(folder: Path | None = None) -> tuple[Lesson, ...]:
    """All lessons in their order; of the installed ones if no folder is given."""
    found = (resource("lessons") if folder is None else folder).glob("[0-9][0-9]_*.py")
    return tuple(sorted(map(read_lesson, found), key=lambda lesson: lesson.order))


def read_lesson(path: Path) -> Lesson:
    """Read one lesson; raises ValueError where its file does not begin with a note as the module describes it."""
    note = NOTE.match(path.read_text(encoding="utf-8"))
    text = re.sub(r"^# ?", "", note.group(1), flags=re.MULTILINE) if note else ""
    heading = HEADING.match(text)
    if heading is None:
        raise ValueError(f"{path.name}: a lesson begins with a Markdown cell that has a heading and a paragraph")
    order, _, slug = path.stem.partition("_")
    return Lesson(int(order), slug, heading.group(1), " ".join(heading.group(2).split()), path)
