"""What the two processes say to each other: commands down, trace messages and a few of the worker's own up.

Everything travels in the frames of `trace.codec`. This module imports neither engine nor recorder, so that the parent
can read it without loading either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..trace import codec
from ..trace.forward import Evaluate, Evaluated
from ..trace.ops import OpInfo


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a run is to be held.

    After this many passes ("pass"), at a loss below this ("loss"; also at NaN, which never will be), or after the next
    pass that updates a tensor ("step": an optimizer's step, or one by hand).
    """

    kind: Literal["pass", "loss", "step"]
    value: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """Run a program. One worker runs one program and is then spent: a fresh start is the only true reset.

    `engine` is "numpy" or "pytorch". `directory` becomes the working directory and the first entry of `sys.path`.
    `held` starts a training run paused after its first pass, `goal` lets it go so far; `speed` is passes a second, 0
    for no limit.
    `live` asks for kept passes at screen rate while the program runs; without it only first and last are sent, and
    text is never thinned. The passes in `keep` are sent whole in any case. Not `recorded`, the program just runs.
    `working_directory` (`directory` where empty) and `command_name` (`path` where empty) are for the command line,
    which starts a program in the folder a person stands in and under the name that was typed.
    """

    program: str
    path: str
    directory: str
    arguments: tuple[str, ...] = ()
    engine: str = "numpy"
    held: bool = False
    speed: float = 0.0
    live: bool = True
    keep: tuple[int, ...] = ()
    working_directory: str = ""
    command_name: str = ""
    recorded: bool = True
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Pause after the pass that is running."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on for `passes` passes, or to the `goal`, and hold again; without either to the end."""

    passes: int = 0
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class SetSpeed:
    """At most this many passes a second; 0 for no limit."""

    speed: float


@dataclass(frozen=True, slots=True)
class Ready:
    """First word of a worker: it can take a program. `ops` is the catalogue of the NumPy engine."""

    ops: tuple[OpInfo, ...]
    python: str
    pytorch: str
    """Version of the PyTorch that is installed, empty without one."""


@dataclass(frozen=True, slots=True)
class InputAsked:
    """The program called `input()`, which has no keyboard here."""

    prompt: str


Command = Run | Hold | Resume | SetSpeed | Evaluate

codec.register(Goal, Run, Hold, Resume, SetSpeed, Ready, InputAsked, Evaluate, Evaluated)
