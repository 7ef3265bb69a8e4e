"""Puts the steps of a backward pass into the record that ran without being noted one by one.

The engine told which nodes would run and in what order; the operations before told all that the rules need. Running the
rules again gives every gradient that was sent. Nodes that were noted in any case (broadcasting, hooks, several outputs)
keep their own record. Where the engine told only the node that the pass began at, the plan is made here, and leaves,
which waited for the end, go behind the nodes that completed their gradients.
"""

from __future__ import annotations

from typing import Any

from ..engine import replay, watch
from ..engine.passes import plan_from_scalar
from ..engine.passing import fitted, send
from . import records
from .records import Record
from .writes import Writes


class Told:
    """What compiled ops told of the nodes they made; values as they were, if their memory was written since."""

    def __init__(self, raw: list[Any], later: list[Any]) -> None:
        self._raw = raw
        self._made: dict[Any, tuple[int, int]] = {}  # node → index of the record, place in the list
        self._writes = Writes()
        index = place = 0
        while place < len(raw):
            site = raw[place]
            if site.__class__ is watch.Site:
                if raw[place + 2].__class__ is not bool:
                    self._made[raw[place + 2]] = index, place
                place += site.length
            else:
                length = records.LENGTHS[site]
                self._writes.note(index, site, raw[place + 1 : place + length])
                place += length
            index += 1
        for kind, fields in records.records(later):
            self._writes.note(index, kind, fields)
            index += 1

    def gradients(self, node: Any, grad: Any) -> tuple[Any, ...]:
        """What the node sent, by its rule."""
        index, start = self._made[node]
        raw, site = self._raw, self._raw[start]
        then = self._writes.as_it_was
        values = tuple([then(value, index)[0] for value in site.values(raw, start)])
        result, _ = then(raw[start + 4], index)
        return replay.gradients(node, grad, site.operands(raw, start), values, site.options(raw, start), result)



def happened(raw: list[Any], later: list[Any]) -> list[Record]:
    """All records of a pass in order, with those of every node that ran; `later` is what was noted since."""
    found: list[Record] = []
    told = Told(raw, later)
    begun: list[Any] = []
    planned: Planned | None = None
    noted = list(records.records(raw))
    for place, (kind, fields) in enumerate(noted):
        if kind == records.BEGAN:
            begun, planned = fields, None
        if kind == records.PLANNED:
            planned = Planned(told, begun, *fields)
        elif kind == records.RUN:
            planned = Planned(told, begun, *plan_from_scalar(fields[0]))
            planned.waited = leaves(noted[place:])
        elif planned is None:
            if kind not in (records.BROKEN, records.READ):
                found.append((kind, fields))
        elif planned.takes(kind, fields, found):
            planned = None
    return found


def leaves(noted: list[Record]) -> dict[Any, Record]:
    """The records of the leaves of one pass."""
    found: dict[Any, Record] = {}
    for kind, fields in noted:
        if kind in (records.ENDED, records.BROKEN):
            break
        if kind == records.LEAF:
            found[fields[0]] = kind, fields
    return found


class Planned:
    """One backward pass on its way through the planned nodes."""

    def __init__(self, told: Told, begun: list[Any], nodes: list[Any], due: dict[Any, list[Any]]) -> None:
        self._told = told
        self._nodes = nodes
        self._place = {node: place for place, node in enumerate(nodes)}
        self._next = 0
        self._due = due
        self.waited: dict[Any, Record] = {}
        """The leaves that accumulated at the end of the pass, and not when they were complete."""
        self._due_at = {leaf: node for node, leaves in due.items() for leaf in leaves}
        self._grads: dict[Any, Any] = {}
        self._held: list[Record] = []
        for (_, (target, slot)), gradient in zip(begun[0], begun[1], strict=True):
            send(target if target.outputs == 1 and not slot else (target, slot), gradient, self._grads)

    def takes(self, kind: int, fields: list[Any], found: list[Record]) -> bool:
        """Put a record behind the nodes that ran before it; True when it ends the pass."""
        if kind == records.LEAF and self.waited:
            return False  # `_complete` puts it into its place
        if kind == records.NODE:
            node, _, _, sent = fields
            self._run_to(self._place[node], found)
            self._next += 1
            self._grads.pop(node, None)
            for edge, gradient in zip(node.edges(), sent, strict=False):
                if edge is not None and gradient is not None:
                    send(edge, gradient, self._grads)
        elif kind == records.LEAF:
            last = self._due_at.get(fields[0])
            if last is not None:
                self._run_to(self._place[last] + 1, found)
            self._grads.pop(fields[0], None)
        elif kind == records.BROKEN:
            self._run_to(self._place[fields[0]], found)
        elif kind == records.ENDED:
            self._run_to(len(self._nodes), found)
        else:
            # What a node's own code did: it belongs before the node that is noted next.
            self._held.append((kind, fields))
            return False
        found += self._held
        self._held.clear()
        if kind != records.BROKEN:
            found.append((kind, fields))
        if kind == records.NODE:
            self._complete(node, found)
        return kind in (records.ENDED, records.BROKEN)

    def _run_to(self, end: int, found: list[Record]) -> None:
        while self._next < end:
            self._run(self._nodes[self._next], found)
            self._complete(self._nodes[self._next], found)
            self._next += 1

    def _complete(self, node: Any, found: list[Record]) -> None:
        """Put those leaves that had waited behind the node that they were due at."""
        if self.waited:
            found += [self.waited[leaf] for leaf in self._due.get(node, ()) if leaf in self.waited]

    def _run(self, node: Any, found: list[Record]) -> None:
        grad = self._grads.pop(node, None)
        if grad is None:
            return
        raw = self._told.gradients(node, grad)
        sent = fitted(node, raw)
        for edge, gradient in zip(node.edges(), sent, strict=False):
            if edge is not None and gradient is not None:
                send(edge, gradient, self._grads)
        found.append((records.NODE, [node, (grad,), raw, sent]))
