"""All declared ops, for the palette, the recorder and the tests."""

from __future__ import annotations

from .op import Op, declared


def catalog() -> tuple[Op, ...]:
    """Return every declared op in the order of declaration."""
    from . import ops  # noqa: F401 - declaring them is what importing does

    return tuple(declared)
