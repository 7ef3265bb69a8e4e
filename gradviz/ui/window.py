"""The main window: puts the parts in their places and joins them; what they show is their own business."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QScrollArea, QSplitter, QVBoxLayout, QWidget

from ..session.session import Session
from . import fonts, memory, style
from .autorun import AutoRun
from .bottom import Bottom
from .editor.program import ProgramPanel
from .menus import Menus, fill_lessons
from .panels import PANELS
from .present import CodeLine, Presenter
from .statusbar import StatusBar
from .topbar import TopBar

if TYPE_CHECKING:
    from .targets import Targets

CURVE_COMMANDS = (
    "view.log_curves", "view.log_passes", "view.exponential", "view.whole_curves", "file.export_curves",
)  # fmt: skip
"""What the menus of charts offer."""
RUN_COMMANDS = ("runs.keep", "runs.race", "runs.undo")
"""Buttons of the panel of kept runs; the first ones stand beside the controls of the running program, too."""
RECOVERY = 2_000
"""Milliseconds between a change and its copy in the recovery file."""


class Window(QMainWindow):
    """Shows at once with editor and player. After the first paint `attend` makes what carries out commands, and
    `furnish` what needs larger libraries; until then no module behind them is imported (a test lists the others)."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._is_first = False
        self._unfolded: list[int] = []
        self.targets: Targets | None = None
        self.canvas: QWidget | None = None
        self.panels: dict[str, QWidget] = {}
        self.setAcceptDrops(True)
        self.setMinimumSize(760, 480)
        self.top = TopBar(session)
        self.program = ProgramPanel(session)
        self.bottom = Bottom(session)
        self.status = StatusBar(session)
        self.code_line = CodeLine(session)
        self._place_parts()
        self.menus = Menus(self, session, self.target)
        self.auto_run = AutoRun(session, self)
        self._presenter = Presenter(
            self,
            session,
            [self.menuBar(), self.left, self.right, self.bottom.tabs, self.status],
            self.bottom,
            self.code_line,
        )
        self._keep = QTimer(self, singleShot=True, interval=RECOVERY)
        self._keep.timeout.connect(session.keep_recovery)
        self._join()
        self._restore()
        self._show_settings("theme")
        self._show_document()

    # -- putting together ----------------------------------------------------------------------------------------

    def _place_parts(self) -> None:
        self.tools = QWidget(objectName="panel")
        QVBoxLayout(self.tools).setContentsMargins(0, 0, 0, 0)
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.tools)
        self.left = _splitter(Qt.Orientation.Vertical, self.program, area)
        self.right = QWidget(objectName="panel")
        QVBoxLayout(self.right).setContentsMargins(0, 0, 0, 0)
        self._waiting = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.middle = _splitter(Qt.Orientation.Horizontal, self.left, self._waiting, self.right)
        self.middle.setStretchFactor(1, 1)
        self.rows = _splitter(Qt.Orientation.Vertical, self.middle, self.bottom)
        self.rows.setStretchFactor(0, 1)
        whole = QWidget(objectName="panel")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part, stretch in ((self.top, 0), (self.rows, 1), (self.code_line, 0), (self.status, 0)):
            column.addWidget(part, stretch)
        self.setCentralWidget(whole)

    def _join(self) -> None:
        self.top.present_asked.connect(self.toggle_present)
        self.program.left.connect(self._focus_canvas)
        self.bottom.made.connect(self._panel_made)
        self.bottom.folded.connect(self._bottom_folded)
        self.rows.splitterMoved.connect(self._rows_moved)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self.session.document_changed.connect(self._show_document)
        self.session.settings_changed.connect(self._show_settings)

    def attend(self) -> None:
        """Make what carries out commands; before, they did nothing. Once: a second call changes nothing."""
        if self.targets is not None:
            return
        from .targets import Targets

        self.targets = targets = Targets(self)
        self.documents, self.findings = targets.documents, targets.findings
        self.documents.began.connect(self.program.editor.setFocus)
        self.documents.opened.connect(self._focus_canvas)
        self.top.open_asked.connect(self.documents.open)
        self.top.export_asked.connect(targets.pictures.export)
        self.top.copy_asked.connect(targets.pictures.copy)
        self.findings.changed.connect(self._show_findings)
        self.findings.shown.connect(self._show_card)
        targets.racing.follow(self.action("runs.race"), self.action("run.stop"))
        self.menus.fill(self.documents)
        fill_lessons(self.top.lessons.menu(), self.documents.open_lesson)

    def furnish(self) -> None:
        """Make the canvas and the panels, with the libraries they need."""
        self.attend()
        from .canvas.canvas import GraphCanvas

        sizes = self.middle.sizes()
        self.canvas = GraphCanvas(self.session)
        self.middle.replaceWidget(1, self.canvas).deleteLater()
        self.middle.setSizes(sizes)
        for panel in PANELS:
            if panel.place == "bottom":
                continue
            widget = panel.make(self.session)
            self.panels[panel.id] = widget
            if panel.id == "inspector":
                widget.line_chosen.connect(self.program.go_to_line)
            elif panel.id == "sliders":
                widget.left.connect(self._focus_canvas)
            (self.tools if panel.place == "tools" else self.right).layout().addWidget(widget)
        self.tools.layout().addStretch(1)
        for panel in PANELS:
            if panel.place == "bottom":
                self.bottom.choose(panel.id)
        self.bottom.choose(self._chosen_tab)
        self._focus_canvas()

    def _panel_made(self, panel: str, widget: QWidget) -> None:
        self.panels[panel] = widget
        if panel == "training":
            widget.controls.offer([self.action(f"run.{name}") for name in ("one_update", "to_pass", "until_loss")])
            widget.offer([self.action(name) for name in CURVE_COMMANDS])
            widget.controls.add_commands([self.action(name) for name in RUN_COMMANDS[:2]])
            widget.finding_chosen.connect(self.findings.go_to)
        elif panel == "runs":
            widget.offer([self.action(name) for name in RUN_COMMANDS])
            widget.save_asked.connect(self.targets.run_files.save_kept)
        elif panel == "problems":
            widget.line_chosen.connect(self.program.go_to_line)
            widget.counted.connect(self._count_problems)
            widget.finding_chosen.connect(self.findings.go_to)
            self._count_problems(widget.count())

    def _bottom_folded(self, folded: bool) -> None:
        """A splitter does not give room back by itself."""
        height, sizes = self.bottom.bar.sizeHint().height(), self.rows.sizes()
        if folded:
            if sizes[1] > height:
                self._unfolded = self._unfolded or sizes
            self.rows.setSizes([sum(sizes), height])
        else:
            # Large type needs more room, too, but never at the price of the graph.
            lower = round(sum(sizes) * min(0.36, self.bottom.share * self.session.settings.type_size / 100))
            self.rows.setSizes(self._unfolded or [sum(sizes) - lower, lower])
            self._unfolded = []

    def _rows_moved(self) -> None:
        """From now on the person says how high the lower panel is."""
        self.bottom.opens_itself = False

    def _show_findings(self) -> None:
        """At the lines, at the curves and in the list."""
        for part in (self.program, self.canvas, self.panels.get("training"), self.panels.get("problems")):
            if part is not None:
                part.show_findings(self.findings.found)

    def _show_card(self, key: str) -> None:
        if self.canvas is not None:
            self.canvas.centre_on(key)

    def _count_problems(self, number: int) -> None:
        self.bottom.count("problems", number)

    def target(self, name: str) -> object:
        """The object that carries out commands of this target; None while it is not there yet."""
        return None if self.targets is None else self.targets.named(name)

    def action(self, command: str) -> QAction:
        """The action of a command."""
        return self.menus.actions[command]

    # -- document ------------------------------------------------------------------------------------------------

    def _show_document(self) -> None:
        document = self.session.document
        self.setWindowTitle(f"{document.name}[*] · gradviz")
        self.setWindowModified(document.is_modified)
        self._keep.start()

    # -- view ----------------------------------------------------------------------------------------------------

    def toggle_present(self) -> None:
        keyboard = self.focusWidget()
        self._presenter.toggle()
        # A question over the graph that waits for a number keeps the keyboard.
        if keyboard is None or self.canvas is None or not self.canvas.isAncestorOf(keyboard):
            self._focus_canvas()

    def search_ops(self) -> None:
        """Put the keyboard into the search field of the palette."""
        if "palette" in self.panels:
            self.panels["palette"].field.setFocus()

    def _focus_canvas(self) -> None:
        if self.canvas is not None:
            self.canvas.setFocus()

    def _scheme_changed(self) -> None:
        if self.session.settings.theme == "system":
            self.session.settings_changed.emit("theme")

    def _show_settings(self, name: str) -> None:
        if name in ("theme", "type_size"):
            settings = self.session.settings
            theme = style.theme_of(settings.theme)
            application = QApplication.instance()
            application.setFont(fonts.sans(settings.type_size))
            application.setPalette(style.palette_of(theme))
            application.setStyleSheet(style.style_sheet(theme, settings.type_size))
            self._widen_sides()

    def _widen_sides(self) -> None:
        """Larger type needs wider panels, but never at the price of the graph."""
        least = max(220, min(fonts.pixels(210, self.session.settings.type_size), round(self.width() * 0.3)))
        self.left.setMinimumWidth(least)
        self.right.setMinimumWidth(least)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widen_sides()

    # -- remembering ---------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(1440, 900)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_first:
            self._is_first = False
            width, height = self.width(), self.height()
            # The program's longest usual line fits, then the graph takes what a larger screen has more.
            left, right = min(450, max(385, round(width * 0.298))), min(340, round(width * 0.215))
            self.middle.setSizes([left, width - left - right, right])
            self.left.setSizes([round(height * 0.42), round(height * 0.28)])
            self.bottom.fold_until_needed()
            self._unfolded = []  # what a splitter without sizes had is no size that anybody chose

    def _restore(self) -> None:
        """Stand where and as the window stood last, or as a first window should."""
        known = memory.read(self.session.settings.window)
        if known is None:
            self._chosen_tab, self._is_first = "training", True
            screen = (self.screen() or QGuiApplication.primaryScreen()).availableSize()
            # Room for the frame, whose size nobody knows before the window manager has drawn it.
            self.resize(self.sizeHint().boundedTo(screen - QSize(16, 48)))
            return
        self._chosen_tab = known.tab
        self.restoreGeometry(known.geometry)
        for splitter, state in zip(self._splitters(), known.splitters, strict=True):
            splitter.restoreState(state)
        if known.opens_itself:
            self.bottom.fold_until_needed()
            self._unfolded = []  # curves need more room than the words of the last time
        elif known.folded:
            self.bottom.fold(True)

    def _splitters(self) -> tuple[QSplitter, ...]:
        return self.middle, self.rows, self.left

    def _remember(self) -> None:
        states = tuple(splitter.saveState() for splitter in self._splitters())
        tab = self.bottom.chosen or self._chosen_tab
        fold = self.bottom.is_folded, self.bottom.opens_itself
        known = memory.Memory(self.saveGeometry(), states, tab, *fold)
        self.session.change(window=memory.write(known))

    def closeEvent(self, event: QCloseEvent) -> None:
        self.attend()
        if not self.documents.may_leave():
            event.ignore()
            return
        self._presenter.leave()
        self._remember()
        self.session.recovery.forget()
        self.shutdown()
        event.accept()

    def leave_at_once(self) -> None:
        """End without a question: what is not saved is asked about when the application starts again."""
        self.session.keep_recovery()
        self._presenter.leave()
        self._remember()
        self.shutdown()

    def shutdown(self) -> None:
        """Stop every timer of the window; nothing runs on after it is closed."""
        self._keep.stop()
        parts = (self.targets, self.auto_run, self.top.transport, self.status, self.canvas)
        for part in (*parts, *self.panels.values()):
            stop = getattr(part, "shutdown", None)
            if stop is not None:
                stop()

    # -- files from elsewhere ------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.targets is not None and self.documents.dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self.documents.dropped(event)
        if path:
            event.acceptProposedAction()
            self.documents.open_path(path)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow() and self.isVisible():
            # Another program may be next to crash the machine.
            self.session.keep_recovery()


def _splitter(orientation: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter

