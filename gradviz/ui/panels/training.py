"""TRAINING: what every backward() of the running program gave, as live curves, without a line of logging code.

Redrawn at most 60 times a second and only when there is something new; a panel out of sight does nothing. pyqtgraph is
imported with the first curve, not with the window.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from ...scene.findings import Finding
from ...scene.overlays import Overlay
from ...scene.plots import Chart, Manner, charts_of, has_curves
from ...scene.theme import MONO
from ...session.session import Session
from ...session.view import View
from ...trace.history import NEVER
from ...trace.origins import Origin, origin_of
from ...trace.trace import Trace
from ..fonts import pixels
from ..style import theme_of
from .pass_controls import PassControls
from .plot_controls import PlotControls

if TYPE_CHECKING:
    from .curve_chart import CurveChart
    from .landscape import Landscape

FRAME_MS = 16
FEW_RUNS = 3
"""More kept runs than these take turns with their charts."""
RACE_MS = 40
"""Between two frames of a race: twelve runs in a chart take a while to paint, and the runs need the processor."""
"""One drawing per screen frame at most."""

EMPTY = (
    "No curves yet. Call backward() in a loop, and the loss, every leaf and its gradient are drawn here while the "
    "program runs. No logging code is needed."
)
LIBRARY = f"{__package__}.curve_chart"
"""Loaded beside the window after its first paint; here nothing waits for it."""
USUAL = ("loss", "values", "gradients")
"""The charts of nearly every run."""
ORDER = (*USUAL, "logged", "rates", "updates")
"""From left to right."""
ONE_PASS = "This program called backward() once. Call it in a loop, and loss, leaves and gradients become curves here."


class TrainingPanel(QWidget):
    """Controls above, charts side by side below; a click on a curve goes to that pass."""

    finding_chosen = Signal(object)
    """The mark of a finding was clicked."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._drawn: tuple[object, ...] = ()
        self._origin: tuple[object, Origin | None] = (None, None)
        self._charts: dict[str, CurveChart] = {}
        self._turn, self._was_live = 0, False
        self._function: Landscape | None = None
        self.setObjectName("panel")
        self.setAccessibleName("Training")
        self.controls = PassControls(session)
        self.plotting = PlotControls(session)
        self.plotting.charts_changed.connect(self._again)
        self.controls.add(self.plotting)
        self._actions: Sequence[QAction] = ()
        self._findings: tuple[Finding, ...] = ()
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._row = QHBoxLayout()
        plots = QWidget()
        plots.setLayout(self._row)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(plots)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.controls)
        layout.addWidget(self._pages, 1)
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._seen: tuple[object, ...] = ()
        self._behind: set[str] = set()
        self._drawn_at: dict[str, int] = {}
        self._frame.timeout.connect(self._draw)
        session.changed.connect(self._view_changed)
        session.runs.changed.connect(self._runs_changed)
        session.settings_changed.connect(self._settings_changed)
        self._restyle()

    @property
    def charts(self) -> dict[str, CurveChart]:
        """The charts made so far, by id."""
        return self._charts

    @property
    def function(self) -> Landscape | None:
        return self._function

    # -- changes -------------------------------------------------------------------------------------------------

    def _view_changed(self, _: View) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start(FRAME_MS)

    def _runs_changed(self) -> None:
        self._view_changed(self._session.view)

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            self._restyle()
        elif name in ("log_curves", "log_passes", "smoothing", "exponential", "factor"):
            self._again()

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Marks at the foot of the curves. NaN and infinity have marks of their own."""
        self._findings = findings
        for chart in self._charts.values():
            chart.show_notes(self._notes())

    def _notes(self) -> dict[int, str]:
        shown = (finding for finding in self._findings if finding.failure.id != "breaks")
        return {finding.sight.marked: f"{finding.failure.title}." for finding in shown}

    def _note_chosen(self, number: int) -> None:
        finding = next((each for each in self._findings if each.sight.marked == number), None)
        if finding is not None:
            self.finding_chosen.emit(finding)

    def offer(self, actions: Sequence[QAction]) -> None:
        """Commands for the menus of the charts."""
        self._actions = actions
        self.plotting.offer(actions)
        for chart in self._charts.values():
            chart.offer(actions)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.plotting.fit(self.width())
        self.controls.fit(self.width())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()

    def show_all(self) -> None:
        """Show all passes in every chart."""
        for chart in self._charts.values():
            chart.plot.show_all()

    def _again(self) -> None:
        self._drawn = ()
        if self.isVisible():
            self._draw()

    def _restyle(self) -> None:
        theme, size = theme_of(self._session.settings.theme), self._session.settings.type_size

        def px(length: float) -> int:
            return pixels(length, size)

        small = f'font-family: "{MONO[0]}"; font-size: {px(11)}px;'
        sheet = (
            f'QLabel[role="chart"] {{ font-size: {px(12)}px; font-weight: 600; color: {theme.text_muted}; }}'
            f'QLabel[role="reading"] {{ background: {theme.card}; border: 1px solid {theme.line}; color: {theme.text};'
            f" border-radius: {px(4)}px; padding: {px(1)}px {px(5)}px; {small} }}"
            f'QLabel[role="reading-plain"] {{ {small} color: {theme.text_muted}; }}'
            f'QToolButton[kind="legend"] {{ border: none; background: transparent; padding: {px(1)}px {px(3)}px;'
            f" font-size: {px(11)}px; color: {theme.text_muted}; }}"
            f'QToolButton[kind="legend"]:hover {{ background: {theme.raised}; }}'
            f'QToolButton[kind="legend"]:focus {{ border: 1px solid {theme.focus}; }}'
        )
        if sheet != self.styleSheet():
            self.setStyleSheet(sheet)
        self._empty.setContentsMargins(px(16), px(12), px(16), 0)
        self._row.setContentsMargins(px(4), 0, px(8), px(2))
        self._row.setSpacing(px(8))
        for chart in self._charts.values():
            chart.restyle(theme, size)

    # -- drawing -------------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        view = self._session.view
        trace = view.newest if has_curves(view.newest) else view.trace
        overlays = tuple(each for each in self._overlays(trace.began) if has_curves(each.trace))
        # Kept runs are there to be looked at, also where the program on screen has made no curve.
        source = trace if has_curves(trace) or not overlays else overlays[0].trace
        curves = has_curves(source)
        if not curves and not any(each.forward is not None for each in trace.forwards):
            once = trace.pass_count == 1 and trace.passes and trace.passes[0].history.backward_began != NEVER
            self._empty.setText(ONE_PASS if once else EMPTY)
            self._pages.setCurrentIndex(0)
            self._drawn = ()
            if LIBRARY in sys.modules:
                self._make(USUAL)  # Made while nothing runs, they cost the first passes of a run no frame.
            return
        is_live = view.status in ("starting", "running")
        settings = self._session.settings
        manner = Manner(settings.log_curves, settings.log_passes, *settings.smooth)
        over = tuple((each.id, each.name, each.look, each.trace.curves.length) for each in overlays)
        drawn = (trace.curves.length, trace.curves.keys, trace.began, manner, is_live, over)
        if drawn != self._drawn:
            self._drawn = drawn
            charts = charts_of(source) if curves else ()
            self.plotting.list_charts(charts)
            charts = tuple(chart for chart in charts if self.plotting.is_shown(chart))
            if not self._make(tuple(chart.id for chart in charts)):
                self._drawn = ()
            made = [content for content in charts if content.id in self._charts]
            if is_live and self._was_live and view.following and made:
                # One a frame: together they would hold the window up for as long as all of them take.
                self._turn += 1
                made = [made[self._turn % len(made)]]
            self._was_live = is_live
            made = self._next_of_race(made, drawn, len(over))
            for content in made:
                self._charts[content.id].lay_over(overlays)
                own = manner if content.id != "values" else replace(manner, log_curves=False)
                self._charts[content.id].show_chart(content, trace.curves, trace.began, own, is_live)
                self._charts[content.id].show_pass(view.cursor.number)
                if not self._charts[content.id].is_whole:
                    self._behind.add(content.id)
                    self._again_soon()
        if not (is_live and view.following):
            for chart in self._charts.values():
                chart.show_pass(view.cursor.number)
        if self._drawn:
            self._show_function(trace)
        self._pages.setCurrentIndex(1)

    def _next_of_race(self, made: list[Chart], drawn: tuple[object, ...], runs: int) -> list[Chart]:
        """With many runs over one another, one chart a frame: the one that waits longest, until all are up to date."""
        if drawn != self._seen:
            self._seen, self._behind = drawn, {content.id for content in made}
        self._behind &= {content.id for content in made}
        if runs <= FEW_RUNS or len(made) < 2 or not self._behind:
            return made
        waiting = [content for content in made if content.id in self._behind]
        chosen = min(waiting, key=lambda content: self._drawn_at.get(content.id, 0))
        self._turn += 1
        self._drawn_at[chosen.id] = self._turn
        self._behind.discard(chosen.id)
        if self._behind:
            self._again_soon()
        return [chosen]

    def _again_soon(self) -> None:
        self._drawn = ()
        self._frame.start(RACE_MS)

    def _overlays(self, began: object) -> tuple[Overlay, ...]:
        if not self._session.runs.shown:
            return ()
        from .overlaid import overlays_of

        return overlays_of(self._session, began)

    def _make(self, ids: tuple[str, ...]) -> bool:
        """Make what is missing, one chart a frame so that none is dropped; returns whether all are there."""
        from .curve_chart import CurveChart

        theme, size = theme_of(self._session.settings.theme), self._session.settings.type_size
        missing = [id for id in ids if id not in self._charts]
        for id in missing[:1]:
            chart = self._charts[id] = CurveChart(self._words_of_break)
            chart.restyle(theme, size)
            chart.offer(self._actions)
            chart.pass_chosen.connect(self._session.go_to_pass)
            chart.break_chosen.connect(self._break_chosen)
            chart.note_chosen.connect(self._note_chosen)
            chart.show_notes(self._notes())
            chart.pointed.connect(self._pointed)
            chart.zoomed.connect(self._zoomed)
            before = [other for other in ORDER[: ORDER.index(id)] if other in self._charts]
            self._row.insertWidget(len(before), chart, 3)
        for id, chart in self._charts.items():
            chart.setVisible(id in ids)
        if not missing:
            return True
        # The last one is a frame of its own, too: f(x) is made after it.
        self._frame.start(FRAME_MS)
        return False

    def _show_function(self, trace: Trace) -> None:
        """Beside the curves: the loss over the leaves, which draws itself."""
        if trace.forwards and self._function is None:
            from .landscape import Landscape

            self._function = Landscape(self._session, is_wide=False)
            self._row.addWidget(self._function, 3)
        if self._function is not None:
            is_drawn = any(each.forward is not None for each in trace.forwards)
            self._row.setStretchFactor(self._function, 3 if is_drawn else 2)
            self._function.setVisible(bool(trace.forwards))

    def _zoomed(self) -> None:
        """What one chart shows, the others show, too."""
        source = next(chart for chart in self._charts.values() if chart is self.sender())
        for chart in self._charts.values():
            if chart is not source:
                chart.follow(source)

    def _pointed(self, number: int) -> None:
        source = self.sender()
        for chart in self._charts.values():
            if chart is not source:
                chart.point_at(number)

    def _words_of_break(self, number: int) -> str:
        """What made the NaN or infinity that begins in a pass."""
        known = self._session.view.newest.began, number
        if self._origin[0] != known:
            self._origin = known, origin_of(self._session.view.newest, number)
        return "" if self._origin[1] is None else self._origin[1].words

    def _break_chosen(self, number: int) -> None:
        self._words_of_break(number)
        origin = self._origin[1]
        if origin is None:
            self._session.go_to_pass(number)
        else:
            self._session.told.emit(f"NaN or infinity {origin.words}.")
            self._session.go_to(origin.cursor)
