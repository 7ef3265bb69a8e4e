"""The lower part of the window: tabs and the timeline in one bar, the chosen panel below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..scene.steps import step_words
from ..session.session import Session
from ..session.view import View
from ..trace.messages import TextPrinted
from .fonts import pixels
from .panels import PANELS, Panel
from .passes import WIDE, PassPicker
from .timeline import Timeline

COVERED = "Covered until the question in the graph is answered: what stands here could tell."


class Bottom(QWidget):
    """A click on the chosen tab folds the panel away; the bar stays."""

    folded = Signal(bool)
    made = Signal(str, object)
    """Panel id and widget, when a panel comes into being."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.is_folded = False
        self.opens_itself = False
        """Whether the first printed word or curve unfolds the panel; what the person does with it ends that."""
        self._opened_for = ""
        self.panels: dict[str, QWidget] = {}
        self._declared = {panel.id: panel for panel in PANELS if panel.place == "bottom"}
        self._tabs = QButtonGroup(self)
        self._tabs.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        self.bar = QWidget(objectName="bottomBar")
        self.bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = QWidget()
        tabs = QHBoxLayout(self.tabs)
        tabs.setContentsMargins(0, 0, 0, 0)
        tabs.setSpacing(2)
        for panel in self._declared.values():
            tabs.addWidget(self._tab(panel))
        self.timeline = Timeline(session)
        self._words = QLabel()
        self._words.setProperty("role", "muted")
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._words.setAccessibleName("Step")
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(10, 6, 14, 6)
        row.setSpacing(14)
        row.addWidget(self.tabs)
        row.addWidget(self.timeline, 1)
        self._picker = PassPicker(session)
        row.addWidget(self._picker)
        row.addWidget(self._words)
        self._pages = QStackedWidget(objectName="panels")
        self._pages.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._cover = QLabel(COVERED, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._cover.setProperty("role", "muted")
        self._bare = QWidget()
        self._pages.addWidget(self._bare)  # until the panels are there
        self._pages.addWidget(self._cover)
        self._shown = ""
        """Id of the panel on top, under the cover or not."""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self._pages, 1)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("type_size")
        self._view_changed(session.view)

    def _tab(self, panel: Panel) -> QPushButton:
        button = QPushButton(panel.title)
        button.setCheckable(True)
        button.setProperty("kind", "tab")
        button.setProperty("panel", panel.id)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(panel.title)
        button.clicked.connect(self._tab_clicked)
        self._tabs.addButton(button)
        self._buttons[panel.id] = button
        return button

    @property
    def chosen(self) -> str:
        """Id of the panel on top."""
        button = self._tabs.checkedButton()
        return button.property("panel") if button else ""

    def choose(self, panel: str) -> None:
        """Bring a panel to the top; it is made when first chosen."""
        if panel not in self._declared:
            return
        if panel not in self.panels:
            widget = self._declared[panel].make(self._session)
            self.panels[panel] = widget
            self._pages.addWidget(widget)
            self.made.emit(panel, widget)
        self._buttons[panel].setChecked(True)
        self._shown = panel
        self._show_page()

    def _show_page(self) -> None:
        """The chosen panel; while a question about the next step is open, nothing that could tell the answer."""
        is_open = self._session.view.prediction is not None
        page = self._cover if is_open else self.panels.get(self._shown, self._bare)
        if page is not self._pages.currentWidget():
            self._pages.setCurrentWidget(page)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.is_folded:
            # With larger type the bar needs another height.
            self.fold(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_bar()

    def _share_bar(self) -> None:
        """In a narrow window the tabs come first: the inspector tells the step, too, and the pass has its number."""
        self._words.setVisible(self.width() >= pixels(WIDE, self._session.settings.type_size))
        self._picker.fit(self.width())

    def fold(self, folded: bool) -> None:
        """Show only the bar, or the panel as well."""
        self.is_folded = folded
        self._pages.setVisible(not folded)
        self.setSizePolicy(
            QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum if folded else QSizePolicy.Policy.Preferred
        )
        self.folded.emit(folded)

    def fold_until_needed(self) -> None:
        """Leave the room to the program until there is something to show."""
        self.opens_itself = True
        self.fold(True)
        self._view_changed(self._session.view)

    def count(self, panel: str, number: int) -> None:
        """Put a number behind the title of a tab."""
        title = self._declared[panel].title
        self._buttons[panel].setText(f"{title} ({number})" if number else title)

    def _tab_clicked(self) -> None:
        button = self.sender()
        panel = button.property("panel")
        is_same = panel == self._shown
        self.opens_itself = False
        self.choose(panel)
        self.fold(is_same and not self.is_folded)

    def _view_changed(self, view: View) -> None:
        if self.opens_itself:
            self._open_for(_need(view))
        self._show_page()
        self._words.setText("" if view.state is None else step_words(view.state))

    def _open_for(self, need: str) -> None:
        """Make room for what there is to show, once for each kind of it."""
        if need and (self.is_folded or need != self._opened_for):
            self._opened_for = need
            self.choose("training" if need == "curves" else "output")
            self.fold(False)
            self.opens_itself = need != "curves"

    @property
    def share(self) -> float:
        """How much of the height the open panel wants: a few lines of text less than plots, a picture more."""
        if not self.opens_itself:
            return 0.28
        return {"words": 0.18, "pictures": 0.36}.get(self._opened_for, 0.28)

    def _settings_changed(self, name: str) -> None:
        if name == "type_size":
            # As wide as its longest words, so that the timeline does not breathe while one steps.
            self._words.setMinimumWidth(pixels(150, self._session.settings.type_size))
            self._pages.setMinimumHeight(pixels(90, self._session.settings.type_size))
            self._share_bar()


def _need(view: View) -> str:
    """What of a run belongs into the panel: "curves", "pictures", "words", or nothing."""
    if view.trace.pass_count > 1:
        return "curves"
    output = view.newest.output
    return "pictures" if any(not isinstance(item, TextPrinted) for item in output) else "words" if output else ""
