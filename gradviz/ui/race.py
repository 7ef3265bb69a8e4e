"""The dialog that makes a race of the program, and what joins a running race to the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from ..session.race import Race
from ..session.session import Session
from ..session.variants import (
    OPTIMIZERS,
    Variant,
    VariantError,
    around,
    constructions,
    draws_unseeded,
    numbers,
    rates,
    with_optimizers,
    with_rates,
)
from ..session.view import View
from .bridge import Bridge
from .fonts import pixels

USUAL = ("SGD", "SGD, momentum", "RMSprop", "Adam")
"""Ticked at first."""

NOTHING = (
    "There is nothing to vary: the program names no learning rate and makes no optimizer of torch.optim. "
    "Give the rate a name, such as lr = 0.1, or write it as lr=… of an optimizer."
)
UNSEEDED = "The program draws random numbers without a seed: its runs will not start alike."


class RaceDialog(QDialog):
    """Learning rates or optimizers; `chosen` has the variants to run."""

    chosen = Signal(list)

    def __init__(self, parent: QWidget, program: str, type_size: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("Race")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._program = program
        self._rates, self._places = rates(program), constructions(program)
        self.by_rate = QRadioButton("Learning rates")
        self.by_optimizer = QRadioButton("Optimizers")
        self.place = QComboBox()
        self.place.setAccessibleName("Which learning rate")
        for rate in self._rates:
            self.place.addItem(f"{rate.title} = {rate.value:g}, line {rate.line}")
        self.place.currentIndexChanged.connect(self._place_chosen)
        self.list = QLineEdit()
        self.list.setAccessibleName("Learning rates")
        self.list.setPlaceholderText("0.01, 0.03, 0.1")
        self.list.textEdited.connect(self._edited)
        self.maker = QComboBox()
        self.maker.setAccessibleName("Which optimizer")
        for place in self._places:
            self.maker.addItem(f"{place.kind}, line {place.line}")
        self.boxes = [QCheckBox(each.title) for each in OPTIMIZERS]
        for box, each in zip(self.boxes, OPTIMIZERS, strict=True):
            box.setChecked(each.title in USUAL)
            box.setToolTip(f"torch.optim.{each.name}(…, {each.arguments.format(lr='the same')})")
            box.clicked.connect(self._ticked)
        self.words = QLabel(UNSEEDED if draws_unseeded(program) else "")
        self.words.setWordWrap(True)
        self.words.setProperty("role", "muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self.buttons.addButton("Race", QDialogButtonBox.ButtonRole.AcceptRole)
        self.go.setProperty("kind", "primary")
        self.buttons.accepted.connect(self._go)
        self.buttons.rejected.connect(self.reject)
        self._lay_out(type_size)
        self._place_chosen()
        self.by_rate.setEnabled(bool(self._rates))
        self.by_optimizer.setEnabled(bool(self._places))
        self.by_rate.setChecked(bool(self._rates))
        self.by_optimizer.setChecked(not self._rates and bool(self._places))
        for widget, has in ((self.place, self._rates), (self.list, self._rates), (self.maker, self._places)):
            widget.setEnabled(bool(has))
        for box in self.boxes:
            box.setEnabled(bool(self._places))
        if not self._rates and not self._places:
            self.words.setText(NOTHING)
            self.go.setEnabled(False)

    def _lay_out(self, type_size: int) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(pixels(14, type_size))
        grid.setVerticalSpacing(pixels(6, type_size))
        for place, box in enumerate(self.boxes):
            grid.addWidget(box, place % 6, place // 6)
        intro = QLabel(
            "Runs the program several times at once, each with another learning rate or optimizer, from the same "
            "start. The program in the editor stays as it is."
        )
        intro.setWordWrap(True)
        column = QVBoxLayout(self)
        gap = pixels(18, type_size)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(pixels(8, type_size))
        for widget in (intro, self.by_rate, self.place, self.list, self.by_optimizer, self.maker):
            column.addWidget(widget)
        column.addLayout(grid)
        column.addWidget(self.words)
        column.addWidget(self.buttons)
        self.place.setVisible(len(self._rates) > 0)
        self.maker.setVisible(len(self._places) > 1)
        self.setMinimumWidth(pixels(440, type_size))

    def showEvent(self, event: QShowEvent) -> None:
        """As high as the words need at this width, which the layout alone does not ask for."""
        super().showEvent(event)
        width = max(self.minimumWidth(), self.sizeHint().width())
        self.resize(width, max(self.sizeHint().height(), self.layout().totalHeightForWidth(width)))

    def _place_chosen(self) -> None:
        if self._rates:
            own = self._rates[max(0, self.place.currentIndex())].value
            self.list.setText(", ".join(f"{value:g}" for value in around(own)))

    def _edited(self) -> None:
        self.by_rate.setChecked(True)

    def _ticked(self) -> None:
        self.by_optimizer.setChecked(True)

    def variants(self) -> tuple[Variant, ...]:
        """What is asked for. VariantError in words where it cannot be raced."""
        if self.by_rate.isChecked():
            return with_rates(self._program, self._rates[self.place.currentIndex()], numbers(self.list.text()))
        chosen = tuple(each for box, each in zip(self.boxes, OPTIMIZERS, strict=True) if box.isChecked())
        if not chosen:
            raise VariantError("Tick the optimizers that race.")
        return with_optimizers(self._program, self._places[self.maker.currentIndex()], chosen)

    def _go(self) -> None:
        try:
            variants = self.variants()
        except VariantError as error:
            self.words.setText(str(error))
            return
        self.chosen.emit(list(variants))
        self.accept()


class Racing:
    """Carries out the commands Race…, which stops a race that runs, and Stop, which stops whatever runs."""

    def __init__(self, window: QWidget, session: Session) -> None:
        self._window, self._session = window, session
        self.race = Race(session)
        self.race.changed.connect(self._show)
        self._bridge = Bridge(self.race.refresh)
        self._actions: tuple[QAction, QAction] | None = None

    def follow(self, race: QAction, stop: QAction) -> None:
        """The actions that ask for a race and end it; they say what they do."""
        self._actions = race, stop
        self._session.changed.connect(self._view_changed)
        self._show()

    def toggle(self) -> None:
        """Ask what is to race, or end the race."""
        if self.race.is_running:
            self.race.stop()
            return
        dialog = RaceDialog(self._window, self._session.document.text, self._session.settings.type_size)
        dialog.chosen.connect(self.start)
        dialog.open()

    def start(self, variants: list[Variant]) -> None:
        self._session.runner.lanes.wake = self._bridge.wake
        self.race.start(variants)

    def stop(self) -> None:
        """End the running program, and a race."""
        self.race.stop()
        if self._session.view.is_busy:
            self._session.stop()

    def _view_changed(self, view: View) -> None:
        if self._actions is not None:
            self._actions[1].setEnabled(view.is_busy or self.race.is_running)

    def _show(self) -> None:
        if self._actions is not None:
            self._actions[0].setText("Stop Race" if self.race.is_running else "Race…")
        self._view_changed(self._session.view)

    def shutdown(self) -> None:
        """End a race and hear nothing more of it."""
        self.race.stop()
        self._bridge.shutdown()
