"""What libraries do with a program's tensors: how far it belongs to the picture.

`plt.plot(x)` takes x apart element by element; nobody wrote that. An operation that a library called and no gradient
follows is shown only where the program goes on from its result: by an operation of its own, or by a variable that
holds it. What the program iterates itself, and what its own files do, is always shown.
"""

from __future__ import annotations

import functools
import sysconfig
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from . import records
from .reader import LAST, Reader

INSTALLED = frozenset(("site-packages", "dist-packages"))
ENGINES = frozenset(("engine", "torch"))


@functools.lru_cache(1024)
def is_library(file: str) -> bool:
    """Whether a file of code is neither the program's nor an engine's."""
    parts = set(Path(file.replace("\\", "/")).parts)
    if file.startswith("<") or parts & ENGINES:
        return False
    return bool(parts & INSTALLED) or not Path(file).is_absolute() or file.startswith(sysconfig.get_path("stdlib"))


def by_library(entry: Any) -> bool:
    """Whether what the program called, and what in turn called the engine, is a library."""
    return entry is not None and is_library(entry.f_code.co_filename)


def aside(happened: Sequence[records.Record], reader: Reader, holds: Callable[[Any], bool]) -> set[int]:
    """Return the positions of the operations that belong to a library alone; `holds` asks the program's variables."""
    theirs = {
        position
        for position, (kind, fields) in enumerate(happened)
        if kind == records.OP and not fields[6] and by_library(fields[9]) and not is_tracked(fields[5], reader)
    }
    needed: set[int] = set()
    for position in range(len(happened) - 1, -1, -1) if theirs else ():
        kind, fields = happened[position]
        if kind == records.OP:
            if position not in theirs or any(id(each) in needed or holds(each) for each in fields[3]):
                theirs.discard(position)
                needed.update(map(id, fields[1]))
        elif kind in (records.UPDATED, records.FLAG):
            needed.add(id(fields[0]))
    return theirs


def is_tracked(edges: tuple[Any, ...], reader: Reader) -> bool:
    """Whether a gradient follows an operation with these edges."""
    targets = [reader.as_target(edge) for edge in edges]
    return any(target is not None and reader.sequence(target[0]) != LAST for target in targets)
