"""The panels around the canvas, one declaration each.

A panel is made late, by its factory: the first paint of the window waits for none of the libraries behind them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtWidgets import QWidget

from ...session.session import Session


@dataclass(frozen=True)
class Panel:
    """`place` is "tools" (below the program), "right" (of the canvas) or "bottom" (a tab)."""

    id: str
    title: str
    place: Literal["tools", "right", "bottom"]
    make: Callable[[Session], QWidget]


def _palette(session: Session) -> QWidget:
    from .palette import Palette

    return Palette(session)


def _sliders(session: Session) -> QWidget:
    from .sliders import Sliders

    return Sliders(session)


def _inspector(session: Session) -> QWidget:
    from .inspector import Inspector

    return Inspector(session)


def _training(session: Session) -> QWidget:
    from .training import TrainingPanel

    return TrainingPanel(session)


def _function(session: Session) -> QWidget:
    from .function import FunctionPanel

    return FunctionPanel(session)


def _runs(session: Session) -> QWidget:
    from .runs import RunsPanel

    return RunsPanel(session)


def _output(session: Session) -> QWidget:
    from .output import Output

    return Output(session)


def _problems(session: Session) -> QWidget:
    from .problems import Problems

    return Problems(session)


PANELS: tuple[Panel, ...] = (
    Panel("palette", "Build", "tools", _palette),
    Panel("sliders", "Values", "tools", _sliders),
    Panel("inspector", "Inspector", "right", _inspector),
    Panel("training", "Training", "bottom", _training),
    Panel("function", "Function", "bottom", _function),
    Panel("runs", "Runs", "bottom", _runs),
    Panel("output", "Output", "bottom", _output),
    Panel("problems", "Problems", "bottom", _problems),
)
