"""A desktop that asks for less motion is followed until the person chooses."""

import sys

import pytest

from gradviz.ui import system_motion
from gradviz.ui.system_motion import SystemMotion


@pytest.fixture
def ask(qapp, session, monkeypatch, qtbot):
    def answered(text):
        answer = [sys.executable, "-c", f"print({text!r})"]
        monkeypatch.setattr(sys, "platform", "linux")
        monkeypatch.setattr(system_motion, "QUESTIONS", {"linux": (answer[0], answer[1:], "false")})
        asked = SystemMotion(session, qapp)
        asked.ask()
        qtbot.waitUntil(lambda: asked._process.state() == asked._process.ProcessState.NotRunning, timeout=20_000)
        asked.shutdown()
        asked.deleteLater()

    return answered


@pytest.mark.parametrize(("answer", "moves"), [("false", False), ("true", True), ("", True)])
def test_the_desktop_is_followed(ask, session, answer, moves):
    ask(answer)
    assert session.settings.motion is moves


def test_who_chose_is_not_overruled(ask, session):
    session.appearance.toggle_motion()
    session.appearance.toggle_motion()
    ask("false")
    assert session.settings.motion is True


def test_a_system_without_an_answer_changes_nothing(qapp, session, monkeypatch):
    monkeypatch.setattr(system_motion, "QUESTIONS", {sys.platform: ("no-such-program-here", [], "false")})
    asked = SystemMotion(session, qapp)
    asked.ask()
    qapp.processEvents()
    asked.shutdown()
    asked.deleteLater()
    assert session.settings.motion is True
