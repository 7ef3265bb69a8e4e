"""The few questions and lists that stand in a window of their own."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QInputDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ..session.commands import COMMANDS, MENUS
from .fonts import pixels

PROGRAMS = "Programs, notebooks and runs (*.py *.ipynb *.gradrun);;All files (*)"
Buttons = QMessageBox.StandardButton


def ask_unsaved(parent: QWidget, name: str) -> str:
    """ "save", "discard" or "cancel"."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "gradviz", f"<b>Save the changes to {name}?</b>", parent=parent)
    box.setInformativeText("They are lost otherwise.")
    box.setStandardButtons(Buttons.Save | Buttons.Discard | Buttons.Cancel)
    box.button(Buttons.Discard).setText("Don't Save")
    box.setDefaultButton(Buttons.Save)
    return {Buttons.Save: "save", Buttons.Discard: "discard"}.get(Buttons(box.exec()), "cancel")


def ask_recovery(parent: QWidget, name: str) -> bool:
    """Whether to bring back what was not saved when gradviz ended by mistake."""
    box = QMessageBox(
        QMessageBox.Icon.NoIcon, "gradviz", f"<b>Bring back your unsaved work on {name}?</b>", parent=parent
    )
    box.setInformativeText("gradviz ended before it was saved. What you typed was kept.")
    back = box.addButton("Bring Back", QMessageBox.ButtonRole.AcceptRole)
    box.addButton("Throw Away", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(back)
    box.exec()
    return box.clickedButton() is back


def tell(parent: QWidget, sentence: str) -> None:
    """Something did not work, in words."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "gradviz", sentence, Buttons.Ok, parent)
    box.exec()


def ask_note(parent: QWidget, note: str, is_new: bool) -> str | None:
    """A note for a bookmark; None where the person gave up."""
    words = "A note for this step (may be empty):" if is_new else "The note; without one the bookmark goes:"
    text, is_taken = QInputDialog.getText(parent, "Bookmark", words, text=note)
    return text.strip() if is_taken else None


def ask_group(parent: QWidget, suggestion: str) -> str:
    """The name of a new group; empty where the person gave up."""
    text, is_taken = QInputDialog.getText(parent, "Group Cards", "Name of the group:", text=suggestion)
    return text.strip() if is_taken else ""


def ask_pass(parent: QWidget, after: int) -> int | None:
    """The number of a pass to run to, which comes after pass `after`."""
    words = f"Run to pass number (after {after:,}):" if after else "Run to pass number:"
    number, is_taken = QInputDialog.getInt(parent, "Run to Pass", words, after + 100, after + 1, 2**31 - 1)
    return number if is_taken else None


def ask_loss(parent: QWidget, suggestion: float) -> float | None:
    """The loss below which a run is to be held; asks again for what is no number."""
    text, words = f"{suggestion:.3g}", "Run until the loss is below:"
    while True:
        text, is_taken = QInputDialog.getText(parent, "Run Until Loss Below", words, text=text)
        if not is_taken:
            return None
        try:
            return float(text.replace("−", "-"))
        except ValueError:
            words = "Run until the loss is below (a number such as 0.01 or 1e-4):"


def ask_open(parent: QWidget, folder: str) -> Path | None:
    name, _ = QFileDialog.getOpenFileName(parent, "Open a program or a run", folder, PROGRAMS)
    return Path(name) if name else None


def ask_save(parent: QWidget, suggestion: str) -> Path | None:
    """Where to save; `.py` is added to a name without an ending."""
    name, _ = QFileDialog.getSaveFileName(parent, "Save the program", suggestion, "Python (*.py)")
    path = Path(name)
    return None if not name else path if path.suffix else path.with_suffix(".py")


def ask_run(parent: QWidget, suggestion: str, suffix: str) -> Path | None:
    """Where to save a run; its ending is added to a name without one."""
    name, _ = QFileDialog.getSaveFileName(parent, "Save the run", suggestion, f"Runs (*{suffix})")
    path = Path(name)
    return None if not name else path if path.suffix == suffix else path.with_name(path.name + suffix)


def ask_export(parent: QWidget, title: str, suggestion: str, formats: Mapping[str, Any]) -> Path | None:
    """Where to save; the ending says in which format. The suggestion's is the one that is offered first."""
    first = Path(suggestion).suffix.lstrip(".")
    order = sorted(formats.values(), key=lambda item: item.suffix != first)
    filters = {f"{item.title} (*.{item.suffix})": item.suffix for item in order}
    name, chosen = QFileDialog.getSaveFileName(parent, title, suggestion, ";;".join(filters))
    path = Path(name)
    return None if not name else path if path.suffix else path.with_suffix("." + filters.get(chosen, first))


def ask_picture(parent: QWidget, suggestion: str) -> Path | None:
    """Where to save a figure of the program; `.png` is added to a name without an ending."""
    name, _ = QFileDialog.getSaveFileName(parent, "Save the picture", suggestion, "PNG picture (*.png)")
    path = Path(name)
    return None if not name else path if path.suffix else path.with_suffix(".png")


class Keys(QDialog):
    """All commands with their keys."""

    def __init__(self, parent: QWidget, type_size: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        table = QWidget(objectName="panel")
        grid = QGridLayout(table)
        grid.setHorizontalSpacing(pixels(20, type_size))
        grid.setVerticalSpacing(pixels(5, type_size))
        grid.setContentsMargins(20, 16, 20, 16)
        row = 0
        for menu in MENUS:
            heading = QLabel(menu.upper())
            heading.setProperty("role", "heading")
            grid.addWidget(heading, row, 0)
            grid.setRowMinimumHeight(row, pixels(26, type_size))
            row += 1
            for command in (item for item in COMMANDS if item.menu == menu):
                # The first key is the one to learn; F5 beside Ctrl+Return is for those who know it.
                keys = ", ".join(dict.fromkeys(key_text(key) for key in command.keys)) or "—"
                for column, (text, role) in enumerate(((keys, "code"), (command.title, ""), (command.tip, "muted"))):
                    label = QLabel(text)
                    label.setProperty("role", role)
                    grid.addWidget(label, row, column)
                row += 1
        grid.setColumnStretch(2, 1)
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(table)
        close = QPushButton("Close")
        close.clicked.connect(self.accept)
        below = QVBoxLayout(self)
        below.setContentsMargins(0, 0, 0, 12)
        below.addWidget(area, 1)
        below.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)
        width = table.sizeHint().width() + area.verticalScrollBar().sizeHint().width() + 8
        area.setMinimumWidth(min(width, parent.width()))
        self.resize(width, min(pixels(640, type_size), parent.height() - 40))


def key_text(key: str) -> str:
    """A key as people write it: "→" for Right."""
    signs = {"Left": "←", "Right": "→", "Return": "Enter", "Up": "↑", "Down": "↓"}
    text = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    head, plus, last = text.rpartition("+")
    return f"{head}{plus}{signs.get(last, last)}" if last else text


class About(QDialog):
    """Version and licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About gradviz")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = QLabel("gradviz")
        name.setProperty("role", "title")
        words = QLabel(
            "See the graph that autograd builds for your PyTorch program, step its backward pass, watch it train.\n\n"
            f"Version {_version()}, Python {platform.python_version()}. MIT licence.\n"
            "Type: Inter and JetBrains Mono, SIL Open Font License.",
            wordWrap=True,
        )
        close = QPushButton("Close")
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 18)
        column.setSpacing(12)
        column.addWidget(name)
        column.addWidget(words)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setMinimumWidth(460)


def _version() -> str:
    try:
        return version("gradviz-desktop")
    except PackageNotFoundError:
        return "of this checkout"
