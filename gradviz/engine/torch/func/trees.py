"""Nested tuples, lists and dictionaries of tensors, taken apart into their leaves and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def leaves(tree: Any) -> list[Any]:
    """Return what stands at the ends, in order."""
    if isinstance(tree, dict):
        return [each for part in tree.values() for each in leaves(part)]
    if isinstance(tree, (tuple, list)):
        return [each for part in tree for each in leaves(part)]
    return [tree]


def rebuilt(tree: Any, ends: Iterator[Any]) -> Any:
    """Return the same nest with other ends."""
    if isinstance(tree, dict):
        return type(tree)((key, rebuilt(part, ends)) for key, part in tree.items())
    if isinstance(tree, (tuple, list)):
        parts = [rebuilt(part, ends) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else type(tree)(parts)
    return next(ends)


def changed(tree: Any, function: Callable[[Any], Any]) -> Any:
    """Return the nest with a function of each end."""
    return rebuilt(tree, map(function, leaves(tree)))


def spread_over(marks: Any, tree: Any) -> list[Any] | None:
    """Return one mark for each end of a nest: marks that stand higher count for all below; None if they do not fit."""
    if isinstance(tree, dict) and isinstance(marks, dict):
        pairs = [(marks[key], part) for key, part in tree.items()] if marks.keys() == tree.keys() else None
    elif isinstance(tree, (tuple, list)) and isinstance(marks, type(tree)):
        pairs = list(zip(marks, tree, strict=True)) if len(marks) == len(tree) else None
    else:
        return None if isinstance(marks, (tuple, list, dict)) else [marks] * len(leaves(tree))
    found = [spread_over(*pair) for pair in pairs or ()]
    return None if pairs is None or None in found else [each for part in found for each in part or ()]
