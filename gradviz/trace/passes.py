"""A pass: one forward, the backward that followed, and the updates after it.

A run is cut into passes so that a long training run stays bounded: every pass leaves its scalars in the curves, only
some are kept whole. Each kept pass explains itself: what it uses of earlier ones is carried along at its head.
A new pass begins with the first tracked op (or the next `backward()`) after a backward has ended; what stands between
the last update or zeroing and that op already belongs to the new pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from .events import Event, Node, OpRan, Source
from .value import Value

if TYPE_CHECKING:
    from .history import History


@dataclass(frozen=True, slots=True)
class TensorState:
    """A tensor as an earlier pass left it."""

    tensor: int
    value: Value
    requires_grad: bool
    maker: str
    name: str | None
    source: Source | None
    version: int = 0
    gradient: Value | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """What a pass uses and earlier passes made."""

    tensors: tuple[TensorState, ...] = ()
    leaves: tuple[Node, ...] = ()
    ops: tuple[OpRan, ...] = ()


@dataclass(frozen=True, eq=False)
class Pass:
    """`number` counts from 0 over the whole run, whether or not the pass was kept."""

    number: int
    carried: Carried
    events: tuple[Event, ...]

    @cached_property
    def history(self) -> History:
        """The answer to every question about this pass, built once."""
        from .history import History

        return History(self)

    def read_ahead(self) -> None:
        """Build the history now, on a thread that may take its time: 100 ms for 10,000 ops.

        Not by asking for it: before Python 3.12 a cached property locks all passes while one of them is read.
        """
        from .history import History

        if "history" not in self.__dict__:
            history = History(self)
            history.lines  # noqa: B018
            self.__dict__["history"] = history
