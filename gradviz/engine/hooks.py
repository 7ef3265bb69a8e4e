"""What registering a hook returns."""

from __future__ import annotations

from typing import Any


class RemovableHandle:
    """What registering a hook returns: `remove()` takes the hook away."""

    counter = iter(range(2**62))
    seen = False  # whether any hook was ever registered: a pass may then run code of the user's in the middle

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        RemovableHandle.seen = True
        self.hooks = hooks
        self.id = next(RemovableHandle.counter)
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook away; a second call does nothing."""
        self.hooks.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()
