"""Every key of the table does its command when the canvas has the keyboard, and no key does two."""

from collections import Counter

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from gradviz.session.commands import COMMANDS

KEYS = [(command.id, key) for command in COMMANDS for key in command.keys]


def test_no_key_does_two_things():
    counts = Counter(QKeySequence(key).toString() for _, key in KEYS)
    assert [key for key, count in counts.items() if count > 1] == []
    assert all(QKeySequence(key).toString() for _, key in KEYS), "Qt knows each of them"


@pytest.fixture
def pressed(window, show):
    """Commands by their keys: `pressed(key)` tells what was done."""
    show("line")
    window.activateWindow()
    done = []
    for name, action in window.menus.actions.items():
        action.triggered.disconnect(action._do)
        action.triggered.connect(lambda *given, name=name: done.append(name))
        action.setEnabled(True)

    def press(key):
        done.clear()
        window.canvas.setFocus()
        QTest.keySequence(window.canvas, QKeySequence(key))
        return list(done)

    yield press
    for action in window.menus.actions.values():
        action.triggered.disconnect()
        action.triggered.connect(action._do)


def test_every_key_does_its_command(pressed):
    assert {(name, key): pressed(key) for name, key in KEYS} == {(name, key): [name] for name, key in KEYS}
