"""Tells listeners that something changed: the few lines that the session needs of the observer pattern.

Qt's signals are not to be had here, and a library for this alone took a tenth of the time to the first window.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any, overload
from weakref import WeakMethod

Slot = Callable[..., object]


class SignalInstance:
    """The listeners of one signal of one object, in the order in which they were connected."""

    def __init__(self) -> None:
        self._slots: tuple[Callable[[], Slot | None], ...] = ()

    def connect(self, slot: Slot) -> None:
        """Call `slot` with what each `emit` carries.

        A bound method is held weakly, so that no signal keeps a closed panel alive; any other callable is kept.
        """
        held = WeakMethod(slot) if isinstance(slot, MethodType) else lambda: slot
        self._slots = (*self._slots, held)

    def disconnect(self, slot: Slot) -> None:
        """Call `slot` no more; nothing happens where it was not connected."""
        self._slots = tuple(held for held in self._slots if held() != slot)

    def emit(self, *values: Any) -> None:
        """Call every listener that is still there; those that are connected meanwhile hear the next one."""
        is_gone = False
        for held in self._slots:
            slot = held()
            if slot is None:
                is_gone = True
            else:
                slot(*values)
        if is_gone:
            self._slots = tuple(held for held in self._slots if held() is not None)


class Signal:
    """Declared in a class, `changed = Signal(View)`: each object has its own listeners. The types are for readers."""

    def __init__(self, *types: type) -> None:
        self.types = types
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, item: None, owner: type) -> Signal: ...
    @overload
    def __get__(self, item: object, owner: type) -> SignalInstance: ...
    def __get__(self, item: object | None, owner: type) -> Signal | SignalInstance:
        if item is None:
            return self
        # From now on the object's own attribute is found first.
        made = item.__dict__[self._name] = SignalInstance()
        return made
