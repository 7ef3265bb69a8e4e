"""Where in the program something happened, read from Python's frames while it happens."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

from ..engine import watch
from .naming import Chain

DEEPEST = 8
"""Frames of the program that a record remembers, innermost first."""

MOST_CODES = 10_000
"""Codes of functions that are remembered."""

Where = tuple[Chain, Any, tuple[Any, ...]]
"""The chain of the program's frames; the engine's frame that the program called, where that is not the op itself; and
the modules between them, outermost first."""


ENGINE, CALL, PROGRAM = range(3)


class Frames:
    """Walks up from the engine to the program at `path`.

    `module_call` is the file and name of the function that calls a module's `forward`: its frame knows the module.
    """

    def __init__(self, path: str, module_call: tuple[str, str]) -> None:
        self._path = path
        self._module_call = module_call
        self._kinds: dict[int, tuple[int, CodeType]] = {}  # by the id of the code, which is kept with it
        self._places: dict[tuple[int, ...], Where] = {}  # by codes (which the place keeps) and offsets

    def called(self, frame: FrameType) -> int | Where:
        """The place of a compiled op's caller: an offset in the program's own code, or what `where` says.

        The code is noted when it is first met. Places in a function that the program itself called are handed out
        again, so that a loop's records share them.
        """
        code, outer = frame.f_code, frame.f_back
        if outer is not None and outer.f_code is watch.top:
            place = self._places.get((id(code), frame.f_lasti, outer.f_lasti))
            if place is not None:
                return place
            kind = self._kinds.get(id(code))
            if kind is not None and kind[0] == ENGINE:  # `@` that becomes mv: what `where` would find, at once
                return (outer.f_code, outer.f_lasti), frame, ()
        if code.co_filename != self._path:
            return self.where(frame, 1)
        above = None if outer is None else outer.f_code
        if watch.top is None and above is not None and above.co_name == "<module>" and above.co_filename == self._path:
            watch.top = above  # nothing ran at the top itself before: all is inside functions
        if code.co_name == "<module>":
            if watch.top is None:
                watch.top = code
                return frame.f_lasti
            return (code, frame.f_lasti), None, ()
        if outer is None:
            return self.where(frame, 1)
        if outer.f_code is not watch.top:
            return self._deeper(frame, outer)
        place = (code, frame.f_lasti, outer.f_code, outer.f_lasti), None, ()
        self._places[id(code), frame.f_lasti, outer.f_lasti] = place
        return place

    def _deeper(self, frame: FrameType, outer: FrameType) -> Where:
        """The place in a function (or comprehension) that was called by one that the program itself called."""
        over = outer.f_back
        if over is None or over.f_code is not watch.top:
            return self.where(frame, 1)
        key = id(frame.f_code), frame.f_lasti, id(outer.f_code), outer.f_lasti, over.f_lasti
        place = self._places.get(key)
        if place is None:
            place = self.where(frame, 1)
            if len(place[0]) == 6:  # else the engine called: each call is another
                self._places[key] = place
        return place

    def chain(self, depth: int) -> Chain:
        """The chain alone, of a call from any depth of the engine; at least `depth` frames up are the engine's."""
        frame: FrameType | None = sys._getframe(depth + 1)
        kinds, top = self._kinds, watch.top
        while frame is not None:
            code = frame.f_code
            if code is top:
                return code, frame.f_lasti
            if (kinds.get(id(code)) or self._kind(code))[0] == PROGRAM:
                place = self.called(frame)
                return (code, place) if place.__class__ is int else place[0]  # type: ignore[index]
            frame = frame.f_back
        return ()

    def where(self, frame: FrameType | None, depth: int = 0) -> Where:
        """What is remembered of the place; an empty chain where no frame is the program's.

        `depth` counts the engine's frames that are left behind already.
        """
        kinds = self._kinds
        entry: Any = None
        modules: tuple[Any, ...] = ()
        while frame is not None:
            code = frame.f_code
            kind = (kinds.get(id(code)) or self._kind(code))[0]
            if kind == PROGRAM:
                break
            if kind == CALL:
                modules = (frame.f_locals["self"], *modules)
            depth += 1
            entry = frame
            frame = frame.f_back
        if frame is None:
            return (), None, ()
        if depth <= 1:
            entry = None
        if frame.f_code.co_name == "<module>":
            return (frame.f_code, frame.f_lasti), entry, modules
        chain: list[CodeType | int] = []
        while frame is not None and len(chain) < 2 * DEEPEST:
            code = frame.f_code
            kind = (kinds.get(id(code)) or self._kind(code))[0]
            if kind == PROGRAM:
                chain += (code, frame.f_lasti)
                if code.co_name == "<module>":
                    break
            elif kind == CALL:
                modules = (frame.f_locals["self"], *modules)
            frame = frame.f_back
        return tuple(chain), entry, modules

    def scopes(self) -> list[dict[str, Any]]:
        """The variables of the program's functions that are running, innermost first."""
        found: list[dict[str, Any]] = []
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and len(found) < DEEPEST:
            if frame.f_code.co_filename == self._path and frame.f_code.co_name != "<module>":
                found.append(frame.f_locals)
            frame = frame.f_back
        return found

    def _kind(self, code: CodeType) -> tuple[int, CodeType]:
        """Whose code it is, looked up once."""
        file, name = self._module_call
        calls = code.co_name == name and code.co_filename == file
        found = PROGRAM if code.co_filename == self._path else CALL if calls else ENGINE, code
        if len(self._kinds) > MOST_CODES:  # a program that makes functions without end
            self._kinds.clear()
        self._kinds[id(code)] = found
        return found
