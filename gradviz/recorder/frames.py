"""Where in the program something happened, read from Python's frames while it happens."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

from .naming import Chain

DEEPEST = 8
"""Frames of the program that a record remembers, innermost first."""

Where = tuple[Chain, Any, tuple[Any, ...]]
"""The chain of the program's frames; the engine's frame that the program called, where that is not the op itself; and
the modules between them, outermost first."""


class Frames:
    """Walks up from the engine to the program at `path`.

    `module_call` is the file and name of the function that calls a module's `forward`: its frame knows the module.
    """

    def __init__(self, path: str, module_call: tuple[str, str]) -> None:
        self._path = path
        self._module_call = module_call

    def where(self, frame: FrameType | None) -> Where:
        """What is remembered of the place; an empty chain where no frame is the program's."""
        path = self._path
        depth = 0
        entry: Any = None
        modules: tuple[Any, ...] = ()
        while frame is not None and frame.f_code.co_filename != path:
            if self._calls_module(frame.f_code):
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
            if frame.f_code.co_filename == path:
                chain += (frame.f_code, frame.f_lasti)
                if frame.f_code.co_name == "<module>":
                    break
            elif self._calls_module(frame.f_code):
                modules = (frame.f_locals["self"], *modules)
            frame = frame.f_back
        return tuple(chain), entry, modules

    def _calls_module(self, code: CodeType) -> bool:
        file, name = self._module_call
        return code.co_name == name and code.co_filename == file
