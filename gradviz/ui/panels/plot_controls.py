"""How curves are drawn, beside the controls of the run: logarithmic axes, smoothing, and which charts are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSlider, QToolButton, QWidget

from ...scene.plots import Chart
from ...session.plotting import WINDOWS, Plotting
from ...session.session import Session
from ..fonts import pixels


class PlotControls(QWidget):
    """`charts_changed` when the person chose other charts."""

    charts_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session, self._plotting = session, Plotting(session)
        self._chosen: dict[str, bool] = {}
        self.log = QToolButton()
        self.log.setText("Log scale")
        self.log.setCheckable(True)
        self.log.setToolTip("Draw loss, gradients and sizes on a logarithmic axis (L).")
        self.log.clicked.connect(self._plotting.toggle_log_curves)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(WINDOWS) - 1)
        self.slider.setAccessibleName("Smoothing")
        self.slider.setToolTip("Draw the mean of the last passes, and the curve itself pale behind it (S, Shift+S).")
        self.slider.valueChanged.connect(self._slid)
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.more = QToolButton()
        self.more.setText("Charts ▾")
        self.more.setAccessibleName("Charts")
        self.more.setToolTip("Which charts are shown, and how.")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self.menu)
        self._further: Sequence[QAction] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.slider, self._words, self.log, self.more):
            self._row.addWidget(widget)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("smoothing")

    def offer(self, actions: Sequence[QAction]) -> None:
        """Commands below the list of charts."""
        self._further = actions

    def is_shown(self, chart: Chart) -> bool:
        return self._chosen.get(chart.id, chart.is_usual)

    def list_charts(self, charts: Sequence[Chart]) -> None:
        """Offer what the run has."""
        wanted = [(chart.id, chart.title, self.is_shown(chart)) for chart in charts]
        listed = [(each.data(), each.text(), each.isChecked()) for each in self.menu.actions() if each.data()]
        if listed == wanted and self.menu.actions():
            return
        self.menu.clear()
        for id, title, shown in wanted:
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(shown)
            action.setData(id)
            action.toggled.connect(self._chart_toggled)
        self.menu.addSeparator()
        self.menu.addActions(list(self._further))

    def fit(self, width: int) -> None:
        """In a narrow panel the slider goes; its keys stay."""
        size = self._session.settings.type_size
        for widget in (self.slider, self._words):
            widget.setVisible(width >= pixels(1000, size))

    def _chart_toggled(self, shown: bool) -> None:
        self._chosen[self.sender().data()] = shown
        self.charts_changed.emit()

    def _slid(self, place: int) -> None:
        if place != self._plotting.place:
            self._plotting.smooth(place)

    def _settings_changed(self, name: str) -> None:
        settings = self._session.settings
        self.log.setChecked(settings.log_curves)
        self.slider.setValue(self._plotting.place)
        window = settings.smoothing
        self._words.setText(f"mean of {window} passes" if window > 1 else "no smoothing")
        if name in ("type_size", "smoothing"):
            self.slider.setFixedSize(QSize(pixels(80, settings.type_size), pixels(20, settings.type_size)))
            self._words.setFixedWidth(pixels(128, settings.type_size))
            self._row.setSpacing(pixels(6, settings.type_size))
