"""The program a person works on: text, where it is stored, and whether they agreed to run it."""

from __future__ import annotations

import ast
import hashlib
import json
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

CELL = re.compile(r"^#\s?%%(.*)$")
LARGEST_FILE = 5_000_000
"""Bytes; no program is longer, and an editor with a film in it helps nobody."""


class DocumentError(Exception):
    """A file that cannot be opened or saved, in words for the person."""


@dataclass(frozen=True)
class Cell:
    """Lines `first` to `last` (from 1, inclusive) of a `# %%` cell; a note is a markdown cell."""

    first: int
    last: int
    title: str
    is_note: bool


@dataclass(frozen=True)
class Document:
    """An immutable snapshot; every edit makes the next one."""

    text: str = ""
    path: Path | None = None
    saved_text: str = ""
    title: str = ""
    """Shown instead of a file name: the title of a lesson, which is never saved over."""
    origin: str = "typed"
    """"typed" here, "lesson" that came with gradviz, or "opened": only the last waits for consent to run."""

    @property
    def name(self) -> str:
        return self.path.name if self.path else self.title or "untitled.py"

    @property
    def is_modified(self) -> bool:
        return self.text != self.saved_text

    @property
    def fingerprint(self) -> str:
        """Hash of the content, for the list of programs that the person agreed to run."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def with_text(self, text: str) -> Document:
        return replace(self, text=text)

    def saved_as(self, path: Path) -> Document:
        return replace(self, path=path, saved_text=self.text, title="")


def read_document(path: Path) -> Document:
    """Open a `.py` file, or the code cells of an `.ipynb`. DocumentError in words where that fails."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DocumentError(f"{path.name} is larger than 5 MB, which no program is.")
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError(f"{path.name} could not be opened: {error.strerror or error}.") from error
    if b"\0" in data:
        raise DocumentError(f"{path.name} is not a text file.")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path.name} is not UTF-8 text (byte {error.start} does not fit).") from error
    if path.suffix == ".ipynb":
        # A notebook becomes a new program: saving must not overwrite it with something that is no notebook.
        program = notebook_text(text, path.name)
        return Document(program, saved_text=program, title=path.stem + ".py", origin="opened")
    return Document(text, path, text, origin="opened")


def notebook_text(text: str, name: str) -> str:
    """The cells of a notebook as one program: code as it is, notes as comments, magics and shell lines commented."""
    try:
        cells = [(cell["cell_type"], "".join(cell["source"])) for cell in json.loads(text)["cells"]]
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentError(f"{name} is not a notebook that can be read.") from error
    parts = []
    for kind, source in cells:
        if kind == "code":
            lines = ("# " + line if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())
            parts.append("# %%\n" + "\n".join(lines))
        elif kind == "markdown":
            parts.append("# %% [markdown]\n" + "\n".join(f"# {line}".rstrip() for line in source.splitlines()))
    return "\n\n".join(parts) + "\n"


def cells(text: str) -> tuple[Cell, ...]:
    """The `# %%` cells; a program without any has none."""
    lines = text.split("\n")
    starts = [(number, match.group(1).strip()) for number, line in enumerate(lines, 1) if (match := CELL.match(line))]
    ends = [number - 1 for number, _ in starts[1:]] + [len(lines)]
    return tuple(
        Cell(first, last, title.removeprefix("[markdown]").strip(), title.startswith("[markdown]"))
        for (first, title), last in zip(starts, ends, strict=True)
    )


def parses(text: str) -> bool:
    """Whether the text is a whole program, so that running it can say more than "syntax error"."""
    return tree_of(text) is not None


def has_statements(text: str) -> bool:
    """Whether there is anything to run; comments are nothing. A text that is no program has something to say."""
    tree = tree_of(text)
    return tree is None or bool(tree.body)


def tree_of(text: str) -> ast.Module | None:
    """The syntax tree, or None. Never raises, whatever was pasted."""
    with warnings.catch_warnings():
        # "Invalid escape sequence" and the like are said when the program runs.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
