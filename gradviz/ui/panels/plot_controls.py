"""How curves are drawn, beside the controls of the run: logarithmic axes, smoothing, and which charts are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from ...scene.plots import Chart
from ...session.plotting import Plotting
from ...session.session import Session
from ..fonts import pixels

KINDS = (
    ("Mean of the Last Passes", "All of them count alike.", False),
    ("Exponential", "All passes count, each by so much of the one after it: as many programs log it.", True),
)
"""Title, tip, and the setting `exponential`."""


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
        self.slider.setAccessibleName("Smoothing")
        self.slider.setToolTip("Draw curves smoothly, and the curve itself pale behind (S, Shift+S).")
        self.slider.valueChanged.connect(self._slid)
        self.kind = QToolButton()
        self.kind.setAccessibleName("Kind of smoothing")
        self.kind.setProperty("kind", "legend")
        self.kind.setToolTip("How curves are smoothed.")
        self.kind.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.kinds = QMenu(self)
        self.kinds.setToolTipsVisible(True)
        for title, tip, exponential in KINDS:
            action = self.kinds.addAction(title)
            action.setToolTip(tip)
            action.setCheckable(True)
            action.setData(exponential)
        self.kinds.triggered.connect(self._kind_chosen)
        self.kind.setMenu(self.kinds)
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
        for widget in (self.slider, self.kind, self.log, self.more):
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
        for widget in (self.slider, self.kind):
            widget.setVisible(width >= pixels(1000, size))

    def _chart_toggled(self, shown: bool) -> None:
        self._chosen[self.sender().data()] = shown
        self.charts_changed.emit()

    def _slid(self, place: int) -> None:
        if place != self._plotting.place:
            self._plotting.smooth(place)

    def _kind_chosen(self, action: QAction) -> None:
        if action.data() != self._session.settings.exponential:
            self._plotting.toggle_exponential()
        action.setChecked(True)

    def _settings_changed(self, name: str) -> None:
        settings = self._session.settings
        self.log.setChecked(settings.log_curves)
        if name in ("smoothing", "exponential", "factor"):
            place = self._plotting.place
            self.slider.blockSignals(True)  # a shorter range would choose another place by itself
            self.slider.setRange(0, len(self._plotting.places) - 1)
            self.slider.setValue(place)
            self.slider.blockSignals(False)
            self.kind.setText(f"{self._plotting.words} ▾")
            for action in self.kinds.actions():
                action.setChecked(action.data() == settings.exponential)
        if name in ("type_size", "smoothing"):
            self.slider.setFixedSize(QSize(pixels(80, settings.type_size), pixels(20, settings.type_size)))
            self.kind.setFixedWidth(pixels(136, settings.type_size))
            self._row.setSpacing(pixels(6, settings.type_size))
