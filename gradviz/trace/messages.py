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

    @property
    def size(self) -> int:
        """Bytes."""
        return self.png.nbytes


@dataclass(frozen=True, slots=True, eq=False)
class PlaneShown:
    """Values over a plane, as `gradviz.show_plane` gave them: where a model says yes and where no, drawn by the window.

    `values` (rows, columns) float32 from the lowest y up, over `low_x` … `high_x` and `low_y` … `high_y`; the boundary
    is where they are 0. `points` (n, 2) float32 and `classes` (n,) int64 are samples to be drawn into it. Like a
    figure, the same `key` again replaces it; keys of planes are negative. `number` is the pass that was open.
    """

    key: int
    name: str
    values: NDArray[np.float32]
    low_x: float
    high_x: float
    low_y: float
    high_y: float
    points: NDArray[np.float32]
    classes: NDArray[np.int64]
    number: int = 0

    @property
    def size(self) -> int:
        """Bytes."""
        return self.values.nbytes + self.points.nbytes + self.classes.nbytes


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
    | PlaneShown
    | OutputThinned
    | ErrorRaised
    | RunPaused
    | RunEnded
)
