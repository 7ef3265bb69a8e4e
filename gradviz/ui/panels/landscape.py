"""The loss over the leaves, live: a picture is asked of the evaluator when the function or the stretch is another one.

The way and the point move with every frame; the picture under them stays until a new one is there. Nothing waits:
questions go to a process, its answers come with a frame of their own.
"""

from __future__ import annotations

import itertools
import time

import numpy as np
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...scene.contours import Contours, contours_of
from ...scene.landscape import Cut, cut_of
from ...scene.leaf_path import Iterates
from ...scene.numbers import short_number
from ...scene.slices import Slice, slices_of
from ...scene.window import Window, window_for
from ...session.session import Session
from ...session.view import View
from ...trace.forward import Evaluate, Evaluated
from ...trace.trace import Trace
from ..bridge import Bridge
from ..elided import ElidedLabel
from ..fonts import pixels
from ..style import theme_of
from .function_plot import FunctionPlot
from .overlaid import overlays_of
from .surface_view import SurfaceView

FRAME_MS = 48

PAUSE = 0.3
"""Seconds between two pictures of a function that changes with every pass."""

LINE, PLANE = 400, 256
"""Points along an axis that are asked for."""

QUESTIONS = itertools.count(1)
"""Numbers for questions; a later one makes an earlier one void, whichever view asked it."""

EMPTY = (
    "Nothing to draw yet. Call backward() on a loss: it is drawn here as a function of its leaves, with the path that "
    "the program takes."
)


class Landscape(QWidget):
    """Draws the loss of the session's run. `is_wide` puts the surface beside the contours and words below."""

    def __init__(self, session: Session, is_wide: bool) -> None:
        super().__init__()
        self._session = session
        self._is_wide = is_wide
        self._iterates = Iterates()
        self._choice: Slice | None = None
        self._chosen: Slice | None = None
        self._choices: tuple[Slice, ...] = ()
        self._seed = 0
        self._known: tuple[object, ...] = ()
        self._contours = Contours(np.zeros(0), (), False)
        self._cut: Cut | None = None
        self._asked: tuple[int, Cut, Window] | None = None
        self._asked_at = 0.0
        self._is_answered = True
        self._shown: tuple[Cut, Window] | None = None
        """What the picture under the way is of."""
        self._answer: Evaluated | None = None
        self._heard: Evaluated | None = None
        self._why = ""
        self._bridge = Bridge(self._listen)
        self._bridge.setParent(self)  # what was on its way to it goes with it
        self._make()
        self._frame = QTimer(self)
        self._frame.setSingleShot(True)
        self._frame.setInterval(FRAME_MS)
        self._frame.timeout.connect(self.draw)
        session.changed.connect(self._view_changed)
        session.runs.changed.connect(self._zoomed)
        session.settings_changed.connect(self._settings_changed)
        self._restyle()

    def _make(self) -> None:
        self._title, self._reading = QLabel("f(x)"), ElidedLabel()
        self._title.setProperty("role", "chart")
        self._reading.setProperty("role", "reading-plain")
        self._pick = QToolButton()
        self._pick.setAccessibleName("Which picture of the loss")
        self._pick.setToolTip("Which line or plane through the leaves is drawn.")
        self._pick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self)
        self._group = QActionGroup(self)
        self._menu.triggered.connect(self._picked)
        self._pick.setMenu(self._menu)
        self._again = QToolButton()
        self._again.setText("Other directions")
        self._again.setToolTip("Draw the plane through two other random directions.")
        self._again.clicked.connect(self._draw_others)
        self._top = QWidget()
        self._top.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._head = QHBoxLayout(self._top)
        for widget in (self._title, self._pick, self._again):
            if not self._is_wide:
                widget.setProperty("kind", "legend")  # as small as what names the curves beside it
            self._head.addWidget(widget)
        self._head.addStretch(1)
        self._head.addWidget(self._reading)
        self.plot = FunctionPlot(self)
        self.plot.pass_chosen.connect(self._session.go_to_pass)
        self.plot.zoomed.connect(self._zoomed)
        self.surface: SurfaceView | None = None
        self._words = QLabel() if self._is_wide else ElidedLabel()
        self._words.setProperty("role", "muted")
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._row = QHBoxLayout()
        self._row.addWidget(self.plot, 3)
        if self._is_wide:
            self._words.setWordWrap(True)
            self.surface = SurfaceView()
            self._row.addWidget(self.surface, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._top)
        layout.addLayout(self._row, 1)
        layout.addWidget(self._words)
        layout.addWidget(self._empty, 1)

    # -- changes -------------------------------------------------------------------------------------------------

    def _view_changed(self, _: View) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            self._restyle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._session.runner.evaluator.listen(self._bridge.wake)
        self._listen()
        self.draw()

    def hideEvent(self, event: QHideEvent) -> None:
        """Out of sight nobody calls here; what is shown next listens in its turn."""
        super().hideEvent(event)
        self._session.runner.evaluator.listen(None)
        self._frame.stop()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _restyle(self) -> None:
        theme, size = theme_of(self._session.settings.theme), self._session.settings.type_size
        self._top.setMinimumHeight(pixels(40 if self._is_wide else 22, size))
        air = pixels(4, size) if self._is_wide else 0
        self._head.setContentsMargins(pixels(10, size), air, pixels(10, size), air)
        self._row.setContentsMargins(0, 0, pixels(14 if self._is_wide else 4, size), 0)
        self._head.setSpacing(pixels(8, size))
        for label in (self._words, self._empty):
            label.setContentsMargins(pixels(10, size), pixels(2, size), pixels(8, size), pixels(3, size))
        self.plot.dress(theme, size)
        if self.surface is not None:
            self.surface.dress(theme, size)

    def _picked(self, action: QAction) -> None:
        self._chosen = action.data()
        self.plot.is_zoomed = False
        self._known = ()
        self.draw()

    def _draw_others(self) -> None:
        self._seed += 1
        self._known = ()
        self.draw()

    def _zoomed(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    # -- drawing -------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Bring everything up to date: way and point at once, the picture when it is there."""
        view = self._session.view
        trace, number = view.trace, view.cursor.number
        self._offer(trace, number)
        cut = self._cut_at(trace, number, view.status in ("starting", "running"))
        self._cut = cut
        self._empty.setVisible(cut is None)
        for widget in (self._top, self.plot, self._words):
            widget.setVisible(cut is not None)
        if self.surface is not None:
            self.surface.setVisible(cut is not None and cut.is_plane and cut.forward is not None)
        if cut is None:
            return
        self._title.setText(cut.title)
        self.plot.setAccessibleName(cut.title)
        self._reading.setText(cut.readout)
        self._reading.setToolTip(cut.readout)
        self._again.setVisible(cut.choice.kind == "random")
        if self._shown is not None and not _same_axes(cut, self._shown[0]):
            self._clear()
        self.plot.show_cut(cut)
        if not self.plot.lay_over(overlays_of(self._session, trace.began)):
            self._frame.start(FRAME_MS)
        if self.surface is not None:
            self.surface.show_cut(cut)
        window = self._window(cut)
        if cut.forward is not None:
            self._ask(cut, window, view.status in ("starting", "running"))
        else:
            self._clear()
            self._why = cut.why_not
        self._look(window)
        self._tell()

    def _offer(self, trace: Trace, number: int) -> None:
        """The menu of pictures; what a person chose stays while the run has it."""
        choices = slices_of(trace, number)
        if choices != self._choices:
            self._choices = choices
            for action in self._group.actions():
                self._group.removeAction(action)
            self._menu.clear()
            for offered in choices:
                action = self._menu.addAction(offered.title)
                action.setCheckable(True)
                action.setData(offered)
                self._group.addAction(action)
        choice = self._chosen if self._chosen in choices else (choices[0] if choices else None)
        if choice != self._choice:
            self._choice = choice
            self.plot.is_zoomed = False
        for action in self._group.actions():
            action.setChecked(action.data() == choice)
        self._pick.setText(f"{choice.title} ▾" if choice is not None else "")
        self._pick.setVisible(len(choices) > 1)

    def _cut_at(self, trace: Trace, number: int, is_live: bool) -> Cut | None:
        """The cut; the same object as long as nothing of it changes."""
        if self._choice is None:
            return None
        lengths = trace.curves.length, len(trace.passes), len(trace.forwards)
        known = (trace.began, *lengths, number, self._choice, self._seed)
        if known != self._known:
            self._known = known
            return cut_of(trace, number, self._choice, self._iterates, self._seed)
        return self._cut

    def _window(self, cut: Cut) -> Window:
        if self.plot.is_zoomed:
            return self.plot.window_in_view()
        before = self._shown or (self._asked[1:] if self._asked is not None else None)
        fits = before is not None and _same_axes(cut, before[0]) and self._is_of_run(before[0], cut)
        return window_for(cut, before[1] if before is not None and fits else None)

    def _is_of_run(self, before: Cut, cut: Cut) -> bool:
        """A window is kept along a run, and through runs of a program whose numbers are turned."""
        return before.choice == cut.choice

    # -- the picture ---------------------------------------------------------------------------------------------

    def _ask(self, cut: Cut, window: Window, is_live: bool) -> None:
        """Ask for a picture unless it is there, or asked for."""
        if self._shown is not None and self._fits(self._shown, cut, window) and self._is_answered:
            return
        if self._asked is not None and not self._is_answered and self._fits(self._asked[1:], cut, window):
            return
        waited = time.monotonic() - self._asked_at
        is_same_place = self._asked is not None and self._asked[2].is_near(window)
        if is_live and is_same_place and (not self._is_answered or waited < PAUSE):
            if not self._frame.isActive():
                self._frame.start(round(PAUSE * 1000))  # the data changed with the pass: the next picture comes soon
            return
        assert cut.forward is not None, "asked for functions only"
        number = next(QUESTIONS)
        self._asked, self._is_answered, self._asked_at = (number, cut, window), False, time.monotonic()
        self._why = ""
        count = PLANE if cut.is_plane else LINE
        xs = np.linspace(window.low_x, window.high_x, count)
        ys = np.linspace(window.low_y, window.high_y, count) if cut.is_plane else np.zeros(0)
        evaluator = self._session.runner.evaluator
        evaluator.ask(Evaluate(number, cut.forward, cut.origin, cut.first, cut.second, xs, ys))

    def _fits(self, known: tuple[Cut, Window], cut: Cut, window: Window) -> bool:
        return known[1].is_near(window, 0.002) and cut.is_same_function(known[0])

    def _listen(self) -> None:
        """An answer has come."""
        answer = self._session.runner.evaluator.answer
        if answer is None or answer is self._heard or self._asked is None or answer.number != self._asked[0]:
            return
        self._heard = answer
        self._is_answered = answer.is_final
        _, cut, window = self._asked
        self._why = answer.why_not
        if answer.why_not:
            self._clear()
            self._shown = cut, window
        else:
            self._answer, self._shown = answer, (cut, window)
            self._paint(answer, cut)
        self.draw()

    def _paint(self, answer: Evaluated, cut: Cut) -> None:
        if not cut.is_plane:
            self.plot.show_contours(None)
            self.plot.show_curve(answer.xs, answer.losses[0])
            return
        contours = contours_of(answer.xs, answer.ys, answer.losses)
        self._contours = contours
        self.plot.show_curve(np.zeros(0), np.zeros(0))
        self.plot.show_contours(contours)
        if self.surface is not None:
            self.surface.show_surface(answer.xs, answer.ys, answer.losses, contours.levels)

    def _clear(self) -> None:
        """Take the picture away: it is of other axes."""
        self._answer = self._shown = None
        self.plot.show_contours(None)
        self.plot.show_curve(np.zeros(0), np.zeros(0))
        if self.surface is not None:
            self.surface.show_surface(np.zeros(0), np.zeros(0), np.zeros((0, 0)), np.zeros(0))

    def _look(self, window: Window) -> None:
        """Show the window; over one axis as high as the losses in it."""
        cut, answer = self._cut, self._answer
        assert cut is not None, "drawn with a cut only"
        ys = cut.losses
        if answer is not None and not cut.is_plane and answer.losses.size:
            low, high = (window.low_x, window.high_x)
            ys = answer.losses[0][(answer.xs >= low) & (answer.xs <= high)]
        self.plot.show_window(window, ys)

    def _tell(self) -> None:
        """What the picture is of, or why there is none, in words."""
        cut = self._cut
        assert cut is not None, "drawn with a cut only"
        words = self._why or cut.words
        if self._why:
            words = f"The function is not drawn. {self._why} The path is what the program itself computed."
        elif self._is_wide and cut.is_plane and self._answer is not None:
            words = f"{words} {scale_words(self._answer.losses, self._contours.is_steep, cut.loss)}".strip()
        self._words.setText(words)
        self._words.setToolTip("" if self._is_wide else words)
        self._words.setVisible(bool(words))
        self._make_room()

    def _make_room(self) -> None:
        """The numbers matter more than the title, which the axes tell as well."""
        size = self._session.settings.type_size
        picks = sum(each.sizeHint().width() for each in (self._pick, self._again) if not each.isHidden())
        needed = self._title.sizeHint().width() + self._reading.sizeHint().width() + picks + pixels(40, size)
        self._title.setVisible(not self._reading.text() or needed <= self.width())
        bare = needed - self._title.sizeHint().width()
        self._reading.setVisible(bare <= self.width())


def scale_words(losses: np.ndarray, is_steep: bool, name: str) -> str:
    """What the shades mean: on paper the low places are dark, on a dark screen they shine."""
    finite = losses[np.isfinite(losses)]
    if not finite.size:
        return f"The {name} is not a number anywhere here."
    low, high = short_number(float(finite.min())), short_number(float(finite.max()))
    steps = ", from line to line by equal ratios above the lowest" if is_steep else ""
    return f"Strongest shade: {name} {low}, faintest: {high}{steps}."


def _same_axes(one: Cut, other: Cut) -> bool:
    return (one.choice, one.across, one.up) == (other.choice, other.across, other.up) or (
        one.choice == other.choice and one.choice.kind == "principal"
    )
