"""The forward of a pass, found in its raw record as plain data, and sent on where it is another than before.

Nothing of the program runs again for it: the ops from the leaves to the loss are noted with what they were given.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..trace.events import LeafAccumulated
from ..trace.forward import Constant, Forward, ForwardRecorded
from ..trace.passes import Pass
from . import records
from .decisions import Decisions
from .identities import Identities
from .leaf_names import LeafNames
from .naming import Names
from .reader import Reader
from .search import NoForwardError, Search

WRITTEN = "What{} writes into a tensor, without autograd's knowledge, is held as it was written."


class Forwards:
    """Follows the passes that are sent and tells when the function is another one."""

    def __init__(
        self, reader: Reader, identities: Identities, names: Names, leaf_names: LeafNames, program: str
    ) -> None:
        self._reader = reader
        self._identities = identities
        self._names = names
        self._leaf_names = leaf_names
        self._program = program
        self._decisions: Decisions | None = None
        self._sent: ForwardRecorded | None = None

    def after(self, item: Pass, raw: list[Any], later: list[Any]) -> ForwardRecorded | None:
        """What to send after a pass; None while it is what was sent before, and for a pass without leaves."""
        number = item.number
        tensors = [fields[1] for kind, fields in records.records(raw) if kind == records.LEAF]
        if not tensors:
            return None
        try:
            made = ForwardRecorded(number, self._find(raw, later, self._named(item, tensors, raw), number > 0))
        except NoForwardError as reason:
            source = None if reason.chain is None else self._names.source(reason.chain)
            where = f" in line {source.line}" if source else ""
            made = ForwardRecorded(number, None, str(reason).replace("{}", where))
        except Exception as fault:  # noqa: BLE001 (a fault of ours must never become the program's)
            made = ForwardRecorded(number, None, f"The recorder failed ({type(fault).__name__}: {fault}).")
        if self._sent is not None and _is_like(self._sent, made):
            return None
        self._sent = made if made.forward is None else replace(made, forward=snapshot(made.forward))
        return self._sent

    def _named(self, item: Pass, tensors: list[Any], raw: list[Any]) -> list[tuple[Any, str]]:
        """The leaves with the names that their curves have, in the order in which the pass shows them."""
        values = [self._reader.look(tensor) for tensor in tensors]
        keys = self._leaf_names.shape(tensors, values, raw).keys
        named = zip(tensors, [key.leaf for key in keys if key.kind == "value"], strict=True)
        order = {event.tensor: place for place, event in enumerate(item.events) if isinstance(event, LeafAccumulated)}
        return sorted(named, key=lambda pair: order.get(self._identities.tensors.of(pair[0]), len(item.events)))

    def _find(self, raw: list[Any], later: list[Any], leaves: list[tuple[Any, str]], again: bool) -> Forward:
        search = Search(raw, later, leaves, self._reader)
        search.walk()
        for _, _, chain, place in search.decisive():
            if self._decisions is None:
                self._decisions = Decisions(self._program)
            source = self._names.source(chain)
            if not self._decisions.is_harmless(source):
                where = f"line {source.line}" if source else "the program"
                names = _listed(search.leaves_behind(place))
                raise NoForwardError(
                    f"{where[0].upper()}{where[1:]} reads a value that depends on {names} and goes on by it; "
                    "elsewhere it might go another way."
                )
        forward = search.forward(again)
        if search.held is None:
            return forward
        source = self._names.source(search.held)
        written = WRITTEN.replace("{}", f" line {source.line}" if source else " the program")
        return replace(forward, note=f"{forward.note} {written}".strip())


def snapshot(forward: Forward) -> Forward:
    """With copies of all values: the program goes on and may write the memory of any of them."""

    def copied(constants: tuple[Constant, ...]) -> tuple[Constant, ...]:
        return tuple([replace(each, data=each.data.copy()) for each in constants])

    return replace(forward, leaves=copied(forward.leaves), constants=copied(forward.constants))


def _is_like(sent: ForwardRecorded, made: ForwardRecorded) -> bool:
    if sent.forward is None or made.forward is None:
        return sent.forward is made.forward and sent.why_not == made.why_not
    return made.forward.is_like(sent.forward)


def _listed(names: list[str]) -> str:
    return " and ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} others"
