"""RUNS: the kept runs as a table, and how two of their programs differ."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ...scene.looks import LOOKS
from ...scene.overlays import figures_of
from ...session.runs import KeptRun
from ...session.session import Session
from ..fonts import pixels
from ..style import theme_of
from .difference_view import DifferenceView

EMPTY = (
    "No run is kept yet. Keep Run (K) keeps the curves, the path and the program of this run; change the learning "
    "rate or the optimizer, run again, and both are drawn over one another. Race… runs several at once."
)
HEADINGS = ("Run", "Passes", "Final loss", "Best loss", "Distance", "Time", "")
ID = Qt.ItemDataRole.UserRole
FRAME_MS = 33
"""A table need not be filled at screen rate."""


class RunsPanel(QWidget):
    """One row a run: tick to show, double click to rename; selected rows are compared below one another."""

    save_asked = Signal(int)
    """A kept run is to be saved."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._filling = False
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Runs")
        self.buttons = QHBoxLayout()
        self.delete = QToolButton()
        self.delete.setText("Delete")
        self.delete.setToolTip("Delete the selected runs (Delete); undoing brings them back.")
        self.delete.clicked.connect(self._delete)
        self.table = QTreeWidget()
        self.table.setAccessibleName("Kept runs")
        self.table.setHeaderLabels(list(HEADINGS))
        self.table.setRootIsDecorated(False)
        self.table.setUniformRowHeights(True)
        self.table.setAllColumnsShowFocus(True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self.table.itemChanged.connect(self._item_changed)
        self.table.itemSelectionChanged.connect(self._compare)
        header = self.table.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.headerItem().setTextAlignment(0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.headerItem().setToolTip(4, "How far all leaves together travelled: the sum of ‖Δw‖ over the passes.")
        QShortcut(QKeySequence.StandardKey.Delete, self.table, self._delete, context=Qt.ShortcutContext.WidgetShortcut)
        self.comparison = DifferenceView(session)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.table)
        self._split.addWidget(self.comparison)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("role", "empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._split)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self.buttons)
        self._column.addWidget(self._pages, 1)
        self.buttons.addWidget(self.delete)
        self.buttons.addStretch(1)
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS)
        self._frame.timeout.connect(self.fill)
        session.runs.changed.connect(self._runs_changed)
        session.document_changed.connect(self._compare)
        session.settings_changed.connect(self._settings_changed)
        self._restyle()

    def offer(self, actions: Sequence[QAction]) -> None:
        """Commands as buttons before the ones of the panel."""
        for place, action in enumerate(actions):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setAccessibleName(action.text())
            self.buttons.insertWidget(place, button)

    # -- changes -------------------------------------------------------------------------------------------------

    def _runs_changed(self) -> None:
        if self.isVisible() and not self._frame.isActive():
            self._frame.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fill()

    def _settings_changed(self, name: str) -> None:
        if name in ("theme", "type_size"):
            self._restyle()
            self.fill()

    def _restyle(self) -> None:
        size = self._session.settings.type_size
        self.buttons.setContentsMargins(pixels(10, size), pixels(3, size), pixels(10, size), pixels(3, size))
        self.buttons.setSpacing(pixels(6, size))
        self._empty.setContentsMargins(pixels(16, size), pixels(12, size), pixels(16, size), 0)
        self.table.setIconSize(QSize(pixels(58, size), pixels(14, size)))

    # -- the table -----------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Bring the rows up to date; rows that stay keep their selection."""
        kept = self._session.runs.kept
        self._filling = True
        if [run.id for run in kept] != [row.data(0, ID) for row in self._rows()]:
            selected = self.selected
            self.table.clear()
            for run in kept:
                item = QTreeWidgetItem(self.table)
                item.setData(0, ID, run.id)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
                item.setSelected(run.id in selected)
        for row, run in zip(self._rows(), kept, strict=True):
            self._fill_row(row, run)
        self._filling = False
        self._pages.setCurrentIndex(1 if kept else 0)
        self.delete.setEnabled(bool(kept))
        self._compare()

    def _fill_row(self, item: QTreeWidgetItem, run: KeptRun) -> None:
        from .overlaid import swatch  # with pyqtgraph, which the window's first paint does not wait for

        theme, size = theme_of(self._session.settings.theme), self._session.settings.type_size
        look, figures = LOOKS[run.mark.look], figures_of(run.trace)
        item.setText(0, run.name)
        item.setToolTip(0, f"{look.title}. Tick to show, double click to rename, right click for more.")
        item.setIcon(0, swatch(look, theme, size))
        item.setCheckState(0, Qt.CheckState.Checked if run.mark.is_shown else Qt.CheckState.Unchecked)
        for column, text in enumerate(figures.cells, 1):
            item.setText(column, text)
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setText(6, figures.note)
        item.setToolTip(6, figures.note)

    def _rows(self) -> list[QTreeWidgetItem]:
        rows = (self.table.topLevelItem(place) for place in range(self.table.topLevelItemCount()))
        return [row for row in rows if row is not None]

    @property
    def selected(self) -> tuple[int, ...]:
        """Ids of the selected runs, from top to bottom."""
        return tuple(row.data(0, ID) for row in self._rows() if row.isSelected())

    def _item_changed(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column:
            return
        runs, id = self._session.runs, item.data(0, ID)
        run = runs.find(id)
        if run is None:
            return
        is_shown = item.checkState(0) == Qt.CheckState.Checked
        if is_shown != run.mark.is_shown:
            runs.show(id, is_shown)
        if item.text(0) != run.name:
            runs.rename(id, item.text(0))

    def _delete(self) -> None:
        if self.selected:
            self._session.runs.delete(*self.selected)
        else:
            self._session.told.emit("Select the runs to delete first.")

    def _compare(self) -> None:
        if self._filling:
            return
        chosen = [run for id in self.selected if (run := self._session.runs.find(id)) is not None]
        kept = self._session.runs.kept
        self.comparison.show_runs(chosen[:2] or list(kept[-1:]))

    # -- the menu of a row ---------------------------------------------------------------------------------------

    def _show_menu(self, place: QPoint) -> None:
        item = self.table.itemAt(place)
        run = self._session.runs.find(item.data(0, ID)) if item is not None else None
        if run is not None:
            self.menu_of(run).popup(self.table.viewport().mapToGlobal(place))

    def menu_of(self, run: KeptRun) -> QMenu:
        """Rename, hide, look, save, delete."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.triggered.connect(self._menu_chosen)
        theme, size = theme_of(self._session.settings.theme), self._session.settings.type_size
        from .overlaid import swatch

        for title, what in (("Rename", "rename"), ("Hide" if run.mark.is_shown else "Show", "show")):
            menu.addAction(title).setData((what, run.id, 0))
        looks = menu.addMenu("Colour and Line")
        for place, look in enumerate(LOOKS):
            action = looks.addAction(swatch(look, theme, size), look.title)
            action.setCheckable(True)
            action.setChecked(place == run.mark.look)
            action.setData(("look", run.id, place))
        menu.addAction("Save…").setData(("save", run.id, 0))
        menu.addSeparator()
        menu.addAction("Delete").setData(("delete", run.id, 0))
        return menu

    def _menu_chosen(self, action: QAction) -> None:
        what, id, look = action.data()
        runs = self._session.runs
        run = runs.find(id)
        if run is None:
            return
        if what == "rename":
            self.table.editItem(next(row for row in self._rows() if row.data(0, ID) == id), 0)
        elif what == "show":
            runs.show(id, not run.mark.is_shown)
        elif what == "look":
            runs.recolour(id, look)
        elif what == "save":
            self.save_asked.emit(id)
        else:
            runs.delete(id)

    def shutdown(self) -> None:
        self._frame.stop()
