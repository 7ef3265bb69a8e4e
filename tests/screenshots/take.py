"""Pictures of every view in every theme, size and type, for people to look at.

    python tests/screenshots/take.py              all of them, into tests/screenshots/out
    python tests/screenshots/take.py line-dark    those whose name begins so

No worker runs: the views play runs written by hand, so that the same commit gives the same pictures.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = Path(__file__).parent / "out"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"

import numpy as np  # noqa: E402
from PySide6.QtCore import QEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea, QToolButton, QWidget  # noqa: E402

from gradviz.session.document import Document  # noqa: E402
from gradviz.session.session import Session  # noqa: E402
from gradviz.trace.messages import PlaneShown, RunEnded, TextPrinted  # noqa: E402
from gradviz.trace.query import Cursor  # noqa: E402
from gradviz.trace.trace import Trace  # noqa: E402
from gradviz.ui import fonts  # noqa: E402
from gradviz.ui.panels.element_view import ElementView  # noqa: E402
from gradviz.ui.panels.inspector import Inspector  # noqa: E402
from gradviz.ui.panels.value_view import ValueView  # noqa: E402
from gradviz.ui.window import Window  # noqa: E402
from tests import descents, stepped, traces  # noqa: E402
from tests.ui.played import PlayedRunner  # noqa: E402


@dataclass(frozen=True)
class Shot:
    """One picture: what is shown, and in which theme, size and type."""

    view: str
    theme: str
    width: int
    height: int
    type_size: int

    @property
    def name(self) -> str:
        size = f"-{self.type_size}" if self.type_size != 100 else ""
        return f"{self.view}-{self.theme}-{self.width}x{self.height}{size}"


def run_of(name: str, steps: int = 0, then: Callable[[Window], None] | None = None) -> Callable[[Window], None]:
    """A view that shows a run of tests/traces.py, `steps` steps behind the first place."""

    def prepare(window: Window) -> None:
        session, trace = window.session, traces.ALL[name]()
        session.runner.answers[trace.program] = trace
        session.show_document(Document(trace.program, saved_text=trace.program, title=f"{name}.py", origin="lesson"))
        session.run()
        session.refresh()
        if steps:
            session.step(steps)
        if then is not None:
            then(window)

    return prepare


def empty(window: Window) -> None:
    window.session.new()


def chosen(window: Window) -> None:
    window.session.select(next(f"t{key}" for key in window.session.view.state.history.tensors))


def building(window: Window) -> None:
    window.session.start_building(next(op for op in window.session.catalog if op.name == "mul"))


def elements(window: Window) -> None:
    """The products of one element of a matrix product, with the whole Jacobian."""
    history = window.session.view.state.history
    node = next(node for node in history.runs if history.nodes[node].node.name == "MmBackward0")
    window.session.go_to(Cursor(0, history.nodes[node].ran))
    settle(0.1)
    bar = window.findChild(Inspector).findChild(QScrollArea).verticalScrollBar()
    bar.setValue(window.findChild(ElementView).y() - 30)


def histogram(window: Window) -> None:
    """The numbers of a large tensor: table, heat map, histogram."""
    window.session.select("t1")
    settle(0.1)
    views = window.findChildren(ValueView)
    window.findChild(Inspector).findChild(QScrollArea).verticalScrollBar().setValue(views[0].y() - 10)


def untrusted(window: Window) -> None:
    window.session.show_document(Document("import torch\nprint(1)\n", title="found.py", origin="opened"))
    window.session.run()


def last_leaf(window: Window) -> None:
    """The facts of a leaf whose gradient was another one in the pass before."""
    chosen(window)
    settle(0.1)
    bar = window.findChild(Inspector).findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())


def predicting(window: Window) -> None:
    """A question that is typed."""
    window.session.change(predict=True)
    window.session.step_forward()


def picking(window: Window) -> None:
    """A question with choices."""
    predicting(window)


def answered(window: Window) -> None:
    """An answer that was wrong, and what is right."""
    predicting(window)
    window.canvas.prediction.field.setText("12")
    window.canvas.prediction.field.returnPressed.emit()


def covered(window: Window) -> None:
    """Panels that could tell the answer to an open question."""
    window.bottom.choose("function")
    window.bottom.fold(False)
    predicting(window)


def tab(panel: str) -> Callable[[Window], None]:
    def choose(window: Window) -> None:
        window.bottom.choose(panel)

    return choose


def present(window: Window) -> None:
    window.toggle_present()


def descent(trace: Trace, hovered: int = -1, **settings: object) -> Callable[[Window], None]:
    """A view of the training panel; the pointer reads a pass."""

    def prepare(window: Window) -> None:
        session = window.session
        session.change(**settings)
        session.runner.answers[trace.program] = trace
        session.show_document(Document(trace.program, saved_text=trace.program, title="descent.py", origin="lesson"))
        session.run()
        session.refresh()
        window.bottom.choose("training")
        window.bottom.fold(False)
        settle()
        if hovered >= 0:
            chart = window.panels["training"].charts["loss"]
            chart.pointed.emit(hovered)
            chart.point_at(hovered)

    return prepare


def moons() -> Trace:
    """A run that showed a boundary between two half circles in the middle of its words."""
    angle = np.linspace(0, np.pi, 30)
    upper, lower = (np.cos(angle), np.sin(angle)), (1 - np.cos(angle), 0.5 - np.sin(angle))
    points = np.stack([np.concatenate(pair) for pair in zip(upper, lower, strict=True)], axis=1)
    x, y = np.meshgrid(np.linspace(-1.5, 2.5, 40), np.linspace(-0.9, 1.4, 24))
    score = np.sin(2.2 * x - 0.6) * 0.9 + 1.1 - 3 * y
    shown = PlaneShown(
        -1, "score of class 1", score.astype(np.float32), -1.5, 2.5, -0.9, 1.4, points.astype(np.float32),
        np.repeat([0, 1], 30),
    )  # fmt: skip
    return replace(descents.minimum(), output=(shown, TextPrinted("stdout", "step 160: loss 0.00, 100% right\n")))


def plane(window: Window) -> None:
    descent(moons())(window)
    window.bottom.choose("output")
    settle()


def optimizer(steps: int) -> Callable[[Window], None]:
    """Some steps behind the second step of an optimizer: its formulas with their numbers."""

    def prepare(window: Window) -> None:
        session, trace = window.session, stepped.stepped(stepped.ADAM)
        session.runner.answers[trace.program] = trace
        session.show_document(Document(trace.program, saved_text=trace.program, title="adam.py", origin="lesson"))
        session.run()
        session.refresh()
        session.go_to(Cursor(1, 0))
        window.session.debugger.next_update()
        session.step(steps)

    return prepare


def function(trace: Trace) -> Callable[[Window], None]:
    """The function that a descent goes down, in half of the window."""

    def prepare(window: Window) -> None:
        session = window.session
        session.runner.answers[trace.program] = trace
        session.show_document(Document(trace.program, saved_text=trace.program, title="descent.py", origin="lesson"))
        session.run()
        session.refresh()
        window.bottom.choose("function")
        window.bottom.fold(False)
        window.rows.setSizes([window.height() // 2, window.height() // 2])

    return prepare


def compared(panel: str) -> Callable[[Window], None]:
    """Kept runs over the one on screen, and a panel that shows them."""

    def prepare(window: Window) -> None:
        for rate, name in ((0.01, "lr 0.01"), (0.03, "lr 0.03"), (0.2, "lr 0.2"), (0.9, "lr 0.9"), (1.02, "lr 1.02")):
            trace = descents.minimum(40, rate)
            began = replace(trace.began, program=descents.MINIMUM.replace("0.1", str(rate)))
            window.session.runs.keep((name, replace(trace, began=began, ended=RunEnded(0, 40, rate))))
        descent(descents.minimum())(window)
        window.bottom.choose(panel)

    return prepare


def failing(panel: str) -> Callable[[Window], None]:
    """A descent with too large a rate: what is said of it in a panel."""

    def prepare(window: Window) -> None:
        descent(descents.minimum(rate=1.1))(window)
        window.bottom.choose(panel)

    return prepare


VIEWS: dict[str, Callable[[Window], None]] = {
    "empty": empty,
    "line": run_of("line", 6),
    "selected": run_of("line", 6, chosen),
    "building": run_of("line", 0, building),
    "passes": run_of("accumulate_twice"),
    "ghosts": run_of("untracked", 8, tab("output")),
    "matrix": run_of("matrix", 5),
    "elements": run_of("matrix", 0, elements),
    "values": run_of("matrix", 5, histogram),
    "error": run_of("error", 0, tab("problems")),
    "untrusted": untrusted,
    "present": run_of("line", 6, present),
    "training": descent(descents.minimum(), 20),
    "compared": compared("training"),
    "runs": compared("runs"),
    "overlaid": compared("function"),
    "failing": failing("training"),
    "findings": failing("problems"),
    "smoothed": descent(descents.regression(1000), log_curves=True, smoothing=20),
    "exponential": descent(descents.regression(1000), log_curves=True, exponential=True, factor=0.98),
    "plane": plane,
    "function": function(descents.minimum()),
    "contours": function(descents.valley()),
    "optimizer": optimizer(0),
    "moved": optimizer(2),
    "earlier": run_of("downhill", -3, last_leaf),
    "cleared": run_of("downhill", 0, last_leaf),
    "predict": run_of("line", 6, predicting),
    "picking": run_of("line", 4, picking),
    "answered": run_of("line", 6, answered),
    "covered": run_of("line", 6, covered),
}


def all_shots() -> Iterator[Shot]:
    for view in VIEWS:
        for theme in ("light", "dark"):
            for width, height, type_size in ((1280, 800, 100), (1920, 1080, 100), (1280, 800, 150)):
                yield Shot(view, theme, width, height, type_size)
        yield Shot(view, "contrast", 1280, 800, 100)


def take(shot: Shot, folder: Path, look: Callable[[Window], None] | None = None) -> Path:
    """Make the window as the shot says, take its picture, and close it; `look` sees it before it goes."""
    with tempfile.TemporaryDirectory() as home:
        session = Session(PlayedRunner(), Path(home))
        session.change(theme=shot.theme, type_size=shot.type_size, motion=False)
        window = Window(session)
        window.resize(shot.width, shot.height)
        window.show()
        window.furnish()
        VIEWS[shot.view](window)
        window.resize(shot.width, shot.height)
        settle()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{shot.name}.png"
        window.grab().save(str(path))
        if look is not None:
            look(window)
        session.document = Document()
        window.close()
        window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return path


def settle(seconds: float = 0.45) -> None:
    """Let timers, layouts and late formulas come to rest."""
    end = time.monotonic() + seconds
    while True:
        QApplication.sendPostedEvents()
        QApplication.processEvents()
        if time.monotonic() >= end:
            return
        time.sleep(0.01)


def cut_off(window: QWidget) -> list[str]:
    """Texts of labels and buttons that are wider than their boxes (those that may be cut have a tool tip or wrap)."""
    found = []
    for kind in (QLabel, QPushButton, QToolButton):
        for widget in window.findChildren(kind):
            text = widget.text().replace("&", "")
            if not text or not widget.isVisible() or "<" in text:
                continue
            if isinstance(widget, QLabel) and widget.wordWrap():
                if widget.heightForWidth(widget.width()) > widget.height() + 1:
                    found.append(
                        f"{text!r} needs {widget.heightForWidth(widget.width())} of {widget.height()} px height"
                    )
                continue
            needed = widget.fontMetrics().horizontalAdvance(text)
            if needed > widget.width() + 1 and not widget.toolTip():
                found.append(f"{text!r} needs {needed} of {widget.width()} px")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", default="", help="only pictures whose name begins so")
    wanted = parser.parse_args().name
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    fonts.load_fonts()
    bad = 0
    for shot in all_shots():
        if shot.name.startswith(wanted):
            cut: list[str] = []
            take(shot, OUT, lambda window, cut=cut: cut.extend(cut_off(window)))
            bad += len(cut)
            print(shot.name, *cut, sep="\n    ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
