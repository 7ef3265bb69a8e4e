"""Numbers that are none any more: the first NaN or infinity of a run that reaches its loss or its leaves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...trace.card_keys import card_of_event
from ...trace.curves import is_missing
from ...trace.origins import origin_of
from ...trace.query import Cursor
from .evidence import Evidence
from .finding import Failure, Sight

NOT_KEPT = "That pass was not kept whole; run the program again, and it will be."


def _breaks(evidence: Evidence) -> Iterator[Sight]:
    curves = evidence.trace.curves
    firsts: dict[int, tuple[str, bool]] = {}  # what is broken, and whether it is so from there on
    for key in curves.keys:
        if key.kind in ("loss", "value", "gradient"):
            column = curves.column(key)
            broken = np.flatnonzero(~np.isfinite(column) & ~is_missing(column))
            if broken.size:
                what = {"loss": "the loss", "value": key.leaf, "gradient": f"{key.leaf}.grad"}[key.kind]
                number = int(broken[0])
                stays = broken.size == len(column) - number - np.count_nonzero(is_missing(column[number:]))
                firsts.setdefault(number, (f"{what} is {_word(float(column[number]))}", bool(stays)))
    if not firsts:
        return
    number = min(firsts)
    origin = origin_of(evidence.trace, number)
    what, stays = firsts[number]
    said = f"From pass {number + 1:,} on {what}" if stays else f"In pass {number + 1:,} {what}"
    if origin is None:
        kept = evidence.trace.find_pass(number)
        again = "" if kept is not None and kept.number == number else f" {NOT_KEPT}"
        yield Sight(f"{said}.{again}", Cursor(number, 0), number=number)
        return
    item = evidence.trace.find_pass(origin.cursor.number)
    source = item.history.source(origin.cursor.step) if item is not None else None
    card = card_of_event(item.history, item.history.events[origin.cursor.step - 1]) if item is not None else ""
    yield Sight(f"{said}; it was {origin.words}.", origin.cursor, source.line if source else 0, card, number)


def _word(number: float) -> str:
    return "NaN" if np.isnan(number) else "infinite"


BREAKS = Failure(
    "breaks",
    "A number became NaN or infinite",
    "Look at what goes into that line: a logarithm or root near 0, a division by 0, or a learning rate too large.",
    _breaks,
)
