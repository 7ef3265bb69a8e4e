"""OUTPUT: what the program printed and the figures it showed, in order, as they come."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from ...session.session import Session
from ...session.stepping import is_at_end
from ...session.view import View
from ...trace.messages import TextPrinted
from ...trace.trace import Item, Printed, Trace
from .. import fonts
from ..icon_buttons import IconButtons
from ..style import theme_of
from .printed_text import PrintedText

MOST_AT_ONCE = 100_000
"""Characters added in one refresh; a flood is cut to its newest part, and the cut is said."""

EMPTY = "Nothing printed yet. print(w.grad) and plt.show() in the program show up here."
HIDDEN = "Hidden while you predict: what the program printed is shown at its last step."


class Output(QWidget):
    """Standard output in the text colour, errors in red. Only what is new is added."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._began: object = None
        self._items: Printed = ()
        self._dropped = 0
        self._is_shown = False
        self.text = PrintedText()
        self.text.setAccessibleName("What the program printed")
        self._empty = QLabel(EMPTY)
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._follow = True
        tools = QVBoxLayout()
        tools.setSpacing(2)
        self._buttons = IconButtons(
            tools,
            ("copy", "Copy all of it", self.copy_all),
            ("clear", "Clear the view", self.clear),
            ("follow", "Keep the newest line in view", self.toggle_follow),
        )
        tools.addStretch(1)
        self._buttons["follow"].setCheckable(True)
        self._buttons["follow"].setChecked(True)
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.text)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 6, 6, 6)
        row.addWidget(pages, 1)
        row.addLayout(tools)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("theme")
        self._view_changed(session.view)

    # -- commands ------------------------------------------------------------------------------------------------

    def copy_all(self) -> None:
        """Copy all text that is kept, not only what is in view."""
        QGuiApplication.clipboard().setText("".join(item.text for item in self._items if isinstance(item, TextPrinted)))

    def clear(self) -> None:
        self.text.clear()

    def toggle_follow(self) -> None:
        self._follow = not self._follow
        self._buttons["follow"].setChecked(self._follow)
        if self._follow:
            self._to_end()

    # -- showing -------------------------------------------------------------------------------------------------

    def _settings_changed(self, name: str) -> None:
        if name == "predict":
            self._turn_page(self._session.view)
        if name not in ("theme", "type_size"):
            return
        settings = self._session.settings
        theme = theme_of(settings.theme)
        self.text.setFont(fonts.mono(settings.type_size))
        self.text.pictures.frame = QColor("transparent" if theme.dark else theme.line)
        self.text.pictures.theme, self.text.pictures.type_size = theme, settings.type_size
        self._buttons.use(theme)
        self._start_over(self._session.view.newest)

    def _view_changed(self, view: View) -> None:
        trace = view.newest
        if trace.began is not self._began or trace.output_dropped != self._dropped:
            self._start_over(trace)
        elif trace.output is not self._items:
            for item in trace.output[: len(self._items)]:
                if not isinstance(item, TextPrinted):
                    self.text.pictures.replace(item)
            self._add(_tail(self._items, trace.output))
            self._items = trace.output
        self._turn_page(view)

    def _turn_page(self, view: View) -> None:
        """The text, where there is any and it would not tell a person who predicts how the steps come out."""
        is_hidden = self._session.settings.predict and not is_at_end(view.trace, view.cursor)
        self._empty.setText(HIDDEN if is_hidden else EMPTY)
        self._pages.setCurrentIndex(1 if self._items and not is_hidden else 0)

    def _start_over(self, trace: Trace) -> None:
        self.text.clear()
        self._began, self._dropped, self._items = trace.began, trace.output_dropped, trace.output
        if trace.output_dropped:
            self._write(f"… {trace.output_dropped:,} characters are left out in the middle …\n", "note")
        self._add(list(trace.output))
        self._turn_page(self._session.view)

    def _add(self, items: list[Item]) -> None:
        if not items:
            return
        excess = sum(len(item.text) for item in items if isinstance(item, TextPrinted)) - MOST_AT_ONCE
        for item in items:
            if not isinstance(item, TextPrinted):
                self.text.pictures.append(item)
                continue
            if excess < len(item.text):
                self._write(item.text[max(0, excess) :], item.stream)
            excess -= len(item.text)
        if self._follow:
            self._to_end()

    def _write(self, text: str, stream: str) -> None:
        theme = theme_of(self._session.settings.theme)
        self.text.append_text(text, QColor({"stderr": theme.error, "note": theme.text_muted}.get(stream, theme.text)))

    def _to_end(self) -> None:
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.maximum())


def _tail(old: Printed, new: Printed) -> list[Item]:
    """What `new` has behind `old`; the last old item may have grown."""
    if not old:
        return list(new)
    last = len(old) - 1
    before, now = old[last], new[last]
    grown: list[Item] = []
    if isinstance(before, TextPrinted) and isinstance(now, TextPrinted) and len(now.text) > len(before.text):
        grown = [replace(now, text=now.text[len(before.text) :])]
    return grown + list(new[last + 1 :])
