"""The menu bar, made from COMMANDS: a command that is not there cannot be in a menu, and none is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from ..session.commands import COMMANDS, MENUS, Command
from ..session.folding import GROUPINGS, Folder
from ..session.lessons import Lesson, lessons
from ..session.session import Session
from ..session.settings import GRAPHS
from ..session.view import View

if TYPE_CHECKING:
    from .documents import Documents

THEMES = {"system": "As the System", "light": "Light", "dark": "Dark", "contrast": "High Contrast"}


class CommandAction(QAction):
    """Does one command. Its target is looked up when it is asked for: the canvas is made after the menus."""

    def __init__(self, command: Command, target: Callable[[str], object], parent: QMainWindow) -> None:
        super().__init__(command.title, parent)
        self.command, self._target = command, target
        self.setShortcuts([QKeySequence(key) for key in command.keys])
        self.setToolTip(command.tip)
        self.setStatusTip(command.tip)
        self.setCheckable(bool(command.toggle))
        self.triggered.connect(self._do)

    def _do(self) -> None:
        target = self._target(self.command.target)
        if target is not None:
            getattr(target, self.command.method)()


class Menus:
    """All actions by command id, and the menus that the table cannot know: recent files, lessons, choices of view."""

    def __init__(self, window: QMainWindow, session: Session, target: Callable[[str], object]) -> None:
        self._session = session
        self.actions: dict[str, CommandAction] = {}
        menus: dict[str, QMenu] = {}
        for name in MENUS:
            if name == "Help":
                self.lessons = window.menuBar().addMenu("&Lessons")
            menus[name] = window.menuBar().addMenu(f"&{name}")
        group = dict.fromkeys(MENUS, "")
        for command in COMMANDS:
            action = CommandAction(command, target, window)
            menu = menus[command.menu]
            if group[command.menu] not in ("", command.group):
                menu.addSeparator()
            group[command.menu] = command.group
            menu.addAction(action)
            # The keys must work in present mode too, where the menu bar is hidden.
            window.addAction(action)
            self.actions[command.id] = action
            if command.id == "file.open":
                self.recent = menu.addMenu("Open Recent")
        self._graphs = _choices(window, menus["View"].addMenu("Graph"), GRAPHS)
        self._graphs.triggered.connect(self._choose_graph)
        self._groupings = _choices(window, menus["View"].addMenu("Group Cards"), GROUPINGS)
        self._groupings.triggered.connect(self._choose_grouping)
        self._themes = _choices(window, menus["View"].addMenu("Theme"), THEMES)
        self._themes.triggered.connect(self._choose_theme)
        for menu in menus.values():
            menu.setToolTipsVisible(True)
        session.changed.connect(self._view_changed)
        session.settings_changed.connect(self._settings_changed)
        self._settings_changed("")
        self._view_changed(session.view)

    def fill(self, documents: Documents) -> None:
        """Give the menus of lessons and recent files what opens them."""
        fill_lessons(self.lessons, documents.open_lesson)
        self._open = documents.open_path
        self.recent.aboutToShow.connect(self._fill_recent)

    def _fill_recent(self) -> None:
        self.recent.clear()
        for path in self._session.settings.recent:
            action = RecentAction(path, self.recent)
            action.chosen.connect(self._open)
            self.recent.addAction(action)
        if not self._session.settings.recent:
            self.recent.addAction("Nothing opened yet").setEnabled(False)

    def _choose_theme(self, action: QAction) -> None:
        self._session.change(theme=action.data())

    def _choose_graph(self, action: QAction) -> None:
        self._session.change(graph=action.data())

    def _choose_grouping(self, action: QAction) -> None:
        Folder(self._session).choose(action.data())

    def _settings_changed(self, name: str) -> None:
        settings = self._session.settings
        for action in self._themes.actions():
            action.setChecked(action.data() == settings.theme)
        for action in self._graphs.actions():
            action.setChecked(action.data() == settings.graph)
        for action in self._groupings.actions():
            action.setChecked(action.data() == settings.grouping)
        for action in self.actions.values():
            if action.command.toggle:
                action.setChecked(getattr(settings, action.command.toggle))

    def _view_changed(self, view: View) -> None:
        has_steps = view.state is not None
        for command, action in self.actions.items():
            if command.startswith("step.") and command != "step.follow":
                action.setEnabled(has_steps)
        self.actions["run.hold"].setEnabled(view.is_busy)
        self.actions["run.hold"].setText("Let Program Go On" if view.status == "held" else "Pause Program")
        self.actions["step.play"].setText("Pause" if view.playing else "Play")


def _choices(window: QMainWindow, menu: QMenu, titles: Mapping[str, str]) -> QActionGroup:
    """Lines of a menu of which one is ticked; each has its name as data."""
    group = QActionGroup(window)
    for name, title in titles.items():
        choice = menu.addAction(title)
        choice.setCheckable(True)
        choice.setData(name)
        group.addAction(choice)
    return group


class RecentAction(QAction):
    """A menu line that knows its file."""

    chosen = Signal(str)

    def __init__(self, path: str, menu: QMenu) -> None:
        super().__init__(path, menu)
        self._path = path
        self.triggered.connect(self._choose)

    def _choose(self) -> None:
        self.chosen.emit(self._path)


def fill_lessons(menu: QMenu, chosen) -> None:
    """A menu with all lessons, one menu within it for each group; `chosen` is called with the one that was chosen."""
    groups: dict[str, QMenu] = {}
    for lesson in lessons():
        if lesson.group not in groups:
            groups[lesson.group] = menu.addMenu(lesson.group)
            groups[lesson.group].setToolTipsVisible(True)
        action = LessonAction(lesson, groups[lesson.group])
        action.chosen.connect(chosen)
        groups[lesson.group].addAction(action)


class LessonAction(QAction):
    """A menu line that knows its lesson."""

    chosen = Signal(object)

    def __init__(self, lesson: Lesson, menu: QMenu) -> None:
        super().__init__(f"{lesson.order}. {lesson.title}", menu)
        self._lesson = lesson
        self.setToolTip(lesson.summary.replace("`", ""))
        self.triggered.connect(self._choose)

    def _choose(self) -> None:
        self.chosen.emit(self._lesson)
