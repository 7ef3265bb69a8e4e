"""Cut, copy and paste by key and by menu, in the program and in a number."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

KEYS = {
    "edit.cut": Qt.Key.Key_X,
    "edit.copy": Qt.Key.Key_C,
    "edit.paste": Qt.Key.Key_V,
    "edit.select_all": Qt.Key.Key_A,
}


@pytest.fixture(params=["keys", "menu"])
def do(request, window):
    """Gives a command as a person does."""
    window.activateWindow()

    def done(command):
        if request.param == "keys":
            QTest.keyClick(QApplication.focusWidget(), KEYS[command], Qt.KeyboardModifier.ControlModifier)
        else:
            window.menus.actions[command].trigger()

    return done


def test_in_the_program(do, window):
    editor = window.program.editor
    editor.setPlainText("a = 1\n")
    editor.setFocus()
    do("edit.select_all")
    do("edit.cut")
    assert editor.toPlainText() == ""
    assert QApplication.clipboard().text() == "a = 1\n"
    do("edit.paste")
    do("edit.paste")
    assert editor.toPlainText() == "a = 1\na = 1\n"


def test_in_a_field(do, window):
    field = window.findChild(QLineEdit)
    field.setText("tanh")
    field.setFocus()
    do("edit.select_all")
    do("edit.copy")
    assert QApplication.clipboard().text() == "tanh"


def test_where_there_is_no_text_nothing_happens(do, window):
    QApplication.clipboard().setText("kept")
    before = window.program.editor.toPlainText()
    window.canvas.setFocus()
    for command in KEYS:
        do(command)
    assert window.program.editor.toPlainText() == before
    assert QApplication.clipboard().text() == "kept"
