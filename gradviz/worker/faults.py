"""Exceptions of the program: as Python prints them, and as an event that points at the guilty expression."""

from __future__ import annotations

import os
import sysconfig
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import CodeType, FrameType, TracebackType

from ..trace.events import ErrorRaised, Frame, Source

# As code objects spell it, which in the stand-alone app is not where the files lie; and the functions that the engine
# compiles from its declarations.
OURS = (os.path.join(Path((lambda: None).__code__.co_filename).parent.parent, ""), "<engine op ")
LIBRARIES = tuple(sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib"))


def traceback_text(error: BaseException) -> str:
    """What `python FILE` prints for an uncaught exception, without the frames that run it here."""
    if isinstance(error, SyntaxError) and _first_frame_of_program(error) is None:
        return "".join(traceback.format_exception_only(error))
    return "".join(_clean(traceback.TracebackException.from_exception(error)).format())


def error_raised(error: BaseException, path: str, program: str, sentence: str = "") -> ErrorRaised:
    """The event. `sentence` replaces the exception's own words where those would not help a person."""
    source, frames = None, []
    if isinstance(error, SyntaxError) and error.filename == path and error.lineno:
        column = max((error.offset or 1) - 1, 0)
        end_line = error.end_lineno or error.lineno
        end_column = (error.end_offset or 0) - 1
        if end_line == error.lineno and end_column <= column:
            end_column = column + 1
        source = Source(error.lineno, column, end_line, end_column)
    lines = program.split("\n")  # not splitlines: a form feed ends no line of Python
    for entry in _frames(error.__traceback__):
        code = entry.tb_frame.f_code
        if code.co_filename == path:
            frames.append(Frame(code.co_qualname, entry.tb_lineno))
            source = _position(code, entry.tb_lasti, lines) or source
    words = sentence or (error.msg if isinstance(error, SyntaxError) else str(error))
    return ErrorRaised(type(error).__name__, words, source, tuple(frames[-100:]))


def source_of(frame: FrameType | None, path: str, program: str) -> Source | None:
    """Where the program is in a stack of calls: its innermost expression; None while it is not in it."""
    while frame is not None and frame.f_code.co_filename != path:
        frame = frame.f_back
    return None if frame is None else _position(frame.f_code, frame.f_lasti, program.split("\n"))


def _frames(entry: TracebackType | None) -> Iterator[TracebackType]:
    while entry is not None:
        yield entry
        entry = entry.tb_next


def _first_frame_of_program(error: BaseException) -> TracebackType | None:
    return next((e for e in _frames(error.__traceback__) if not e.tb_frame.f_code.co_filename.startswith(OURS)), None)


def _position(code: CodeType, lasti: int, lines: list[str]) -> Source | None:
    line, end_line, column, end_column = next(islice(code.co_positions(), lasti // 2, None), (None,) * 4)
    if line is None or end_line is None or column is None or end_column is None:
        return None
    # Python counts columns in bytes of UTF-8, people in characters.
    return Source(
        line, _characters(lines, line, column), end_line, _characters(lines, end_line, end_column), code.co_qualname
    )


def _characters(lines: list[str], line: int, column: int) -> int:
    if not 0 < line <= len(lines) or lines[line - 1].isascii():
        return column
    return len(lines[line - 1].encode()[:column].decode(errors="ignore"))


def _clean(summary: traceback.TracebackException) -> traceback.TracebackException:
    """Take our frames out, and those of the libraries that ours called, along the whole chain of causes."""
    seen: set[int] = set()
    waiting: list[traceback.TracebackException | None] = [summary]
    while waiting:
        item = waiting.pop()
        if item is None or id(item) in seen:
            continue
        seen.add(id(item))
        kept, within_ours = [], False
        for frame in item.stack:
            if frame.filename.startswith(OURS) or (within_ours and frame.filename.startswith(LIBRARIES)):
                within_ours = True
            else:
                within_ours = False
                kept.append(frame)
        item.stack[:] = kept
        waiting += [item.__cause__, item.__context__, *(item.exceptions or ())]
    return summary
