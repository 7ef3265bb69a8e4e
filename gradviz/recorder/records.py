"""The raw record: one flat list to which each happening appends references, and nothing is computed.

A record is its kind followed by as many fields as `LENGTHS` says; or, for the many operations of the NumPy engine, what
their compiled functions told (`engine.watch.Site`). A flat list keeps Python's garbage collector out of it: a tuple for
each happening would be one more object to follow, and recording would cost twice as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..engine import watch

MADE = 0  # tensor, value, maker, chain, entry
OP = 1  # op, inputs, arguments, outputs, values, edges, in_place, grad_mode, chain, entry, modules
FLAG = 2  # tensor, requires_grad, chain
BEGAN = 3  # roots, gradients, inputs, keeps_graph, chain
NODE = 4  # node, gradients_in, raw, sent
LEAF = 5  # node, tensor, before, added, after, the tensor that .grad is
ENDED = 6  # freed
UPDATED = 7  # tensor, before, after, version, chain
ZEROED = 8  # tensor, before, after, chain
ERROR = 9  # event
WRITTEN = 10  # value, before
PLANNED = 11  # nodes in the order in which they run, the leaves due after each
BROKEN = 12  # the node in which an error ended the pass
RUN = 13  # the node that the pass began at; the plan follows from it
READ = 14  # tensor, "decision" or "number", chain

STEPPED = 15  # the step (`optimizer_steps.Step`), chain

LENGTHS = (6, 12, 4, 6, 5, 7, 2, 6, 5, 2, 3, 3, 2, 2, 4, 3)

Record = tuple[int, list[Any]]


def records(raw: list[Any], end: int | None = None) -> Iterator[Record]:
    """(kind, fields) of each record in the first `end` items."""
    position = 0
    end = len(raw) if end is None else end
    while position < end:
        kind = raw[position]
        if kind.__class__ is watch.Site:
            yield OP, told(kind, raw, position)
            position += kind.length
        else:
            following = position + LENGTHS[kind]
            yield kind, raw[position + 1 : following]
            position = following


def told(site: watch.Site, raw: list[Any], start: int) -> list[Any]:
    """The fields of an OP record from what a compiled op told."""
    where, tracked, output, value = raw[start + 1 : start + 5]
    node, mode = (None, tracked) if tracked.__class__ is bool else (tracked, True)
    place = ((watch.top, where), None, ()) if where.__class__ is int else where
    return [
        site.op, site.operands(raw, start), site.options(raw, start), (output,), (value,), (node,), False, mode, *place
    ]  # fmt: skip
