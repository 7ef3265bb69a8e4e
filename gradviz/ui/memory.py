"""How the window stood when it was closed, as one line of text in the settings."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from PySide6.QtCore import QByteArray


@dataclass(frozen=True)
class Memory:
    """Geometry and splitters as Qt packs them, the chosen tab, and how the lower panel is folded away."""

    geometry: QByteArray
    splitters: tuple[QByteArray, ...]
    tab: str
    folded: bool
    opens_itself: bool


def write(known: Memory) -> str:
    """The text for the settings."""
    return json.dumps(
        {
            "geometry": _text(known.geometry),
            "splitters": [_text(state) for state in known.splitters],
            "tab": known.tab,
            "folded": known.folded,
            "opens_itself": known.opens_itself,
        }
    )


def read(text: str) -> Memory | None:
    """What was remembered; None for a first start, and for a text that is torn."""
    try:
        stored = json.loads(text)
        middle, rows, left = map(_bytes, stored["splitters"])
        return Memory(
            _bytes(stored["geometry"]),
            (middle, rows, left),
            str(stored["tab"]),
            bool(stored["folded"]),
            bool(stored.get("opens_itself", False)),
        )
    except (ValueError, KeyError, TypeError, binascii.Error):
        return None


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode()


def _bytes(text: str) -> QByteArray:
    return QByteArray(base64.b64decode(text))
