"""What a run says while it goes on. A stored trace is these messages, one after another, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .events import ErrorRaised, Source
from .forward import ForwardRecorded
from .ops import OpInfo
from .passes import Pass


@dataclass(frozen=True, slots=True)
class RunBegan:
    """First of every run. `engine` is "numpy" or "pytorch"; `program` the text that ran."""

    engine: str
    program: str
    path: str
    ops: tuple[OpInfo, ...]


@dataclass(frozen=True, slots=True)
class PassRecorded:
    """A pass, whole. The same number again replaces it: a pass that is still open, or was paused in."""

    item: Pass


@dataclass(frozen=True, slots=True)
class CurveKey:
    """What a curve is of.

    `kind` is "loss", "value", "gradient" (the number itself of a leaf of one element, else the norm), "update" (how far
    the pass moved the leaf, as a part of its size: ‖Δw‖/‖w‖), "rate" (an optimizer's learning rate) or "logged" (what
    the program gave to `gradviz.log`). `leaf` is the name of the leaf, of the optimizer where there are several, or
    what was logged; empty for the loss.
    """

    kind: str
    leaf: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class CurvesExtended:
    """Scalars of `rows.shape[0]` passes from number `first` on: float64 (passes, keys), `MISSING` where there is none.

    The last pass may come again, at the head of a later message: it was still open when it was sent.
    """

    first: int
    keys: tuple[CurveKey, ...]
    rows: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PassMarked:
    """Pass `number` stays whole however long the run becomes: NaN or infinity began in it or right after it."""

    number: int


@dataclass(frozen=True, slots=True)
class PassesExpected:
    """How many passes the program's loops ask for; they may end earlier where a loop has a `break` (`at_most`)."""

    count: int
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class TextPrinted:
    """`stream` is "stdout", "stderr" or "note" (our own words); `number` the pass that was open."""

    stream: str
    text: str
    number: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FigureShown:
    """A figure that the program showed, as a PNG file in uint8 (bytes).

    It stands between what was printed before and after it. The same `key` again replaces the picture where it stands:
    the figure was drawn anew. `width` and `height` are its natural size in pixels of a screen with 100 to the inch; the
    picture itself may be finer. `number` is the pass that was open.
    """

    key: int
    png: NDArray[np.uint8]
    width: int
    height: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class OutputThinned:
    """The program has printed more than `limit` characters: from here on only the newest arrive. `source` prints."""

    limit: int
    source: Source | None


@dataclass(frozen=True, slots=True)
class RunPaused:
    """The program is held after pass `number`."""

    number: int


@dataclass(frozen=True, slots=True)
class RunEnded:
    """Last of every run. `passes` counts all, `seconds` is wall time, `note` says in words why it was cut short."""

    exit_code: int
    passes: int
    seconds: float
    note: str = ""


Message = (
    RunBegan
    | PassRecorded
    | CurvesExtended
    | PassMarked
    | PassesExpected
    | ForwardRecorded
    | TextPrinted
    | FigureShown
    | OutputThinned
    | ErrorRaised
    | RunPaused
    | RunEnded
)
