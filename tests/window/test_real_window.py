"""The app as a person starts and uses it: a display, a window manager, a mouse and a keyboard.

Nothing of gradviz is imported here. What is checked is what can be seen: the title, the pixels, the processes.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (
    "import torch\n\nx = torch.tensor(4., requires_grad=True)\nw = torch.tensor(2., requires_grad=True)\n"
    "y = w * x\nloss = (y - 5.) ** 2\nloss.backward()\n"
)
LEAF, GRADIENT = (0xE9, 0xF0, 0xFF), (0xFF, 0xF0, 0xE3)
"""Colours of the light theme: the ground of leaves, and of what the gradient in motion touches."""

GRAB = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication([])
application.primaryScreen().grabWindow(0).save(sys.argv[1])
"""


def wait_for(condition, seconds=30.0, every=0.15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s in vain for {condition.__name__}")


class Desktop:
    """An X server with a window manager; processes that it started are ended with it."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []
        reading, writing = os.pipe()
        server = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
        self.start(server, pass_fds=(writing,))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        self.environment = {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb", "HOME": str(folder)}
        self.environment["GRADVIZ_HOME"] = str(folder / "gradviz")
        self.environment.pop("WAYLAND_DISPLAY", None)
        self.start(["openbox"])

    def start(self, command, **options):
        environment = getattr(self, "environment", None)
        log = open(self.folder / f"{Path(command[0]).name}.log", "wb")  # noqa: SIM115
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT, **options)
        log.close()
        self.started.append(process)
        return process

    def xdotool(self, *words):
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True, timeout=20
        )
        return done.stdout.strip()

    def picture(self):
        path = self.folder / "screen.png"
        subprocess.run([sys.executable, "-c", GRAB, str(path)], env=self.environment, check=True, timeout=30)
        return QImage(str(path))

    def end(self):
        for process in reversed(self.started):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


@pytest.fixture
def desktop(tmp_path):
    (tmp_path / "gradviz").mkdir()
    settings = {"theme": "light", "motion": False}
    (tmp_path / "gradviz" / "settings.json").write_text(json.dumps(settings))
    made = Desktop(tmp_path)
    yield made
    made.end()


def children_of(process):
    """All living descendants of a process."""
    found = []
    waiting = [process]
    while waiting:
        parent = waiting.pop()
        for path in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                numbers = [int(number) for number in path.read_text().split()]
            except OSError:
                continue
            found += numbers
            waiting += numbers
    return found


def is_alive(process):
    try:
        return "State:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


def colored(image, color):
    """How many pixels where the canvas is have this colour, but for rounding."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    height, width = image.height(), image.width()
    canvas = pixels[int(height * 0.16) : int(height * 0.65), int(width * 0.32) : int(width * 0.75), 2::-1].astype(int)
    return int((np.abs(canvas - color).sum(axis=2) < 9).sum())


def test_type_a_program_step_it_and_close(desktop):
    app = desktop.start([sys.executable, "-m", "gradviz"])

    def window_shown():
        return desktop.xdotool("search", "--onlyvisible", "--name", "gradviz")

    window = wait_for(window_shown).split()[0]

    def first_lesson_is_drawn():
        return colored(desktop.picture(), LEAF) > 3000

    wait_for(first_lesson_is_drawn)
    time.sleep(1.0)
    three_leaves = colored(desktop.picture(), LEAF)
    desktop.xdotool("windowsize", "--sync", window, 1270, 770)
    desktop.xdotool("mousemove", "--window", window, 150, 250, "click", 1)
    desktop.xdotool("key", "ctrl+a")
    for line in PROGRAM.splitlines():
        # xdotool types no line ends.
        desktop.xdotool("type", "--delay", "4", line)
        desktop.xdotool("key", "Return")

    def title_marks_unsaved_work():
        return "*" in desktop.xdotool("getwindowname", window)

    wait_for(title_marks_unsaved_work)

    def typed_graph_is_drawn():
        # Two leaves instead of three, in another size.
        leaves = colored(desktop.picture(), LEAF)
        return leaves > 3000 and abs(leaves - three_leaves) > 0.03 * three_leaves

    wait_for(typed_graph_is_drawn)
    desktop.xdotool("key", "Escape")
    for _ in range(3):
        desktop.xdotool("key", "Right")

    def node_is_running():
        return colored(desktop.picture(), GRADIENT) > 100

    wait_for(node_is_running)
    workers = children_of(app.pid)
    assert workers, "a spare worker waits for the next run"
    desktop.xdotool("key", "ctrl+q")

    def asked_about_unsaved_work():
        return len(desktop.xdotool("search", "--onlyvisible", "--name", "gradviz").split()) > 1

    wait_for(asked_about_unsaved_work)
    desktop.xdotool("key", "alt+d")

    def closed():
        return app.poll() is not None

    if not _within(closed, 3):
        desktop.xdotool("key", "Tab", "Return")
    wait_for(closed)
    assert app.returncode == 0, (desktop.folder / "python.log").read_text()
    wait_for(lambda: not any(map(is_alive, workers)))
    left = [path.name for path in (desktop.folder / "gradviz" / "recovery").glob("*")]
    assert left == [], "a clean end leaves nothing to recover"


def _within(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_an_interrupt_ends_window_and_workers(desktop):
    app = desktop.start([sys.executable, "-m", "gradviz"])
    wait_for(lambda: desktop.xdotool("search", "--onlyvisible", "--name", "gradviz"))
    wait_for(lambda: children_of(app.pid))
    workers = children_of(app.pid)
    app.send_signal(signal.SIGTERM)
    wait_for(lambda: app.poll() is not None)
    wait_for(lambda: not any(map(is_alive, workers)), seconds=5)
