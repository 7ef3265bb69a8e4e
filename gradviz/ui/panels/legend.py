"""The legend of a chart: a click hides or shows a curve, a double click shows only it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from ...scene.plots import Chart, Series
from ...scene.theme import Theme
from ...trace.messages import CurveKey
from ..fonts import pixels

NAMED = 6
"""Legend entries beside the title at most; further ones are in its menu."""


class Legend(QWidget):
    """Title and curves of one chart; `changed` when other curves are hidden."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._chart: Chart | None = None
        self._theme: Theme | None = None
        self._type_size = 100
        self._told: set[CurveKey] = set()
        self.hidden: set[CurveKey] = set()
        """Curves that are not drawn."""
        self._title = QLabel()
        self._title.setProperty("role", "chart")
        self.buttons = [self._button() for _ in range(NAMED)]
        self._more = QToolButton()
        self._more.setAccessibleName("More curves")
        self._more.setProperty("kind", "legend")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self)
        self.menu.triggered.connect(self._menu_chosen)
        self._more.setMenu(self.menu)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        for button in (*self.buttons, self._more):
            self._row.addWidget(button)

    def _button(self) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName("A curve that is not there yet")
        button.setProperty("kind", "legend")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(self._clicked)
        button.installEventFilter(self)
        return button

    def restyle(self, theme: Theme, type_size: int) -> None:
        self._theme, self._type_size = theme, type_size
        self.setFixedHeight(pixels(22, type_size))
        self._row.setContentsMargins(pixels(8, type_size), 0, pixels(8, type_size), 0)
        self._row.setSpacing(pixels(2, type_size))
        self._fill()

    def show_chart(self, chart: Chart) -> None:
        """Name the chart and its curves."""
        self._chart = chart
        for series in chart.series:
            if series.key not in self._told:
                self._told.add(series.key)
                if not series.shown:
                    self.hidden.add(series.key)
        self._title.setText(chart.title)
        self._fill()

    def toggle(self, key: CurveKey) -> None:
        """Hide or show one curve."""
        self.hidden ^= {key}
        self._fill()
        self.changed.emit()

    def only(self, key: CurveKey) -> None:
        """Show this curve alone; all of them again where it is alone already."""
        assert self._chart is not None, "a legend belongs to a chart"
        others = {series.key for series in self._chart.series} - {key}
        self.hidden = set() if self.hidden == others else others
        self._fill()
        self.changed.emit()

    def color(self, series: Series) -> str:
        colors = self._theme.series if self._theme else ("#000000",)
        return colors[series.color % len(colors)]

    def _fill(self) -> None:
        if self._chart is None:
            return
        series = self._chart.series if len(self._chart.series) > 1 else ()
        for button, item in zip(self.buttons, series, strict=False):
            self._name(button, item)
        named = self._fitting(len(series))
        for position, button in enumerate(self.buttons):
            button.setVisible(position < named)
        self.menu.clear()
        self._more.setVisible(len(series) > named)
        self._more.setText(f"+{len(series) - named}")
        for position, item in enumerate(series[named:], named):
            action = QAction(self._dot(item), item.title, self.menu, checkable=True)
            action.setChecked(item.key not in self.hidden)
            action.setData(position)
            self.menu.addAction(action)

    def _fitting(self, count: int) -> int:
        """How many legend entries have room beside the title; the others are in the menu."""
        room = self.width() - self._title.sizeHint().width() - pixels(24, self._type_size)
        named = min(count, NAMED)
        gap = self._row.spacing()

        def taken(number: int) -> int:
            widths = [button.sizeHint().width() + gap for button in self.buttons[:number]]
            return sum(widths) + (pixels(40, self._type_size) if number < count else 0)

        while named and taken(named) > room:
            named -= 1
        return named

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonDblClick and watched in self.buttons and self._chart is not None:
            key = self._chart.series[self.buttons.index(watched)].key
            self.hidden.discard(key)  # the first of the two clicks has hidden it
            self.only(key)
            return True
        return False

    def _name(self, button: QToolButton, series: Series) -> None:
        title = series.title if len(series.title) <= 12 else "…" + series.title[-11:]
        button.setText(title)
        button.setIcon(self._dot(series))
        button.setIconSize(QSize(pixels(9, self._type_size), pixels(9, self._type_size)))
        button.setChecked(series.key not in self.hidden)
        button.setToolTip(f"{series.title}: click to hide or show its curve, double click to see it alone.")
        button.setAccessibleName(f"Show {series.title}")

    def _dot(self, series: Series) -> QIcon:
        """A filled dot for a shown curve, a ring for a hidden one: never colour alone."""
        side = pixels(9, self._type_size)
        pixmap = QPixmap(side, side)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = QColor(self.color(series))
        painter.setPen(color)
        painter.setBrush(Qt.BrushStyle.NoBrush if series.key in self.hidden else color)
        painter.drawEllipse(1, 1, side - 3, side - 3)
        painter.end()
        return QIcon(pixmap)

    def _clicked(self) -> None:
        button = self.sender()
        if self._chart is not None and isinstance(button, QToolButton):
            self.toggle(self._chart.series[self.buttons.index(button)].key)

    def _menu_chosen(self, action: QAction) -> None:
        if self._chart is not None:
            self.toggle(self._chart.series[action.data()].key)
