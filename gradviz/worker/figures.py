"""What `plt.show()` shows: matplotlib draws into this backend, and each figure leaves the process as a picture.

There is no window in here. A blocking `show()` behaves as if the person had looked and closed the windows: the figures
are done with. `show(block=False)`, `plt.pause()` and `figure.show()` keep them open, and showing one again replaces its
picture, as its window would have been redrawn.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import io
import sys
import time
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np

from ..trace.messages import FigureShown, Message, TextPrinted
from ..trace.trace import KEPT_FIGURES, KEPT_PICTURES

BACKEND = "gradviz_figures"

SCREEN = 100
"""Pixels to the inch that give a figure its natural size; matplotlib's own default."""

SHARP = 2 * SCREEN
"""Pixels to the inch of the picture, for screens with two device pixels to one."""

LONGEST = 2400
"""Pixels of the longer side: more no panel shows, and `figsize=(1000, 1000)` must not fill the memory."""

LARGEST = 2 << 20
"""Bytes of one picture; above, it is drawn coarser."""

PATIENCE = 0.2
"""Seconds between two pictures of one figure: an animation of a thousand frames is not a thousand pictures."""


class Figures:
    """Sends what is shown. `settle` is called first, so that text that was printed before stands before."""

    def __init__(self, send: Callable[[Message], None], settle: Callable[[], None], number: Callable[[], int]) -> None:
        self._send = send
        self._settle = settle
        self._number = number
        self._open: dict[Any, tuple[int, float]] = {}  # manager → the key of its picture, and when that was sent
        self._stale: set[Any] = set()
        self._sizes: dict[int, int] = {}
        self._left_out = 0

    def show(self, managers: Sequence[Any], close: bool) -> None:
        """Send the figures of matplotlib's managers. What matplotlib raises while it draws goes to the program."""
        for manager in managers:
            _, sent = self._open.get(manager, (0, 0.0))
            if close or time.monotonic() - sent > PATIENCE:
                self._draw(manager)
            else:
                self._stale.add(manager)
        if close:
            for manager in managers:
                self.forget(manager)

    def forget(self, manager: Any) -> None:
        """Its figure is closed; a newer one gets a picture of its own."""
        if manager in self._stale:
            self._draw(manager)
        self._open.pop(manager, None)

    def finish(self) -> None:
        """Send the newest state of what was shown last, and say how many figures were left out."""
        for manager in tuple(self._stale):
            try:
                self._draw(manager)
            except Exception as error:  # noqa: BLE001 (matplotlib draws what the program asked for: anything may come)
                self._send(TextPrinted("note", f"… a figure could not be drawn again: {error} …\n", self._number()))
        self._settle()
        if self._left_out:
            word = "figure is" if self._left_out == 1 else "figures are"
            self._send(TextPrinted("note", f"… {self._left_out:,} more {word} left out …\n", self._number()))

    def _draw(self, manager: Any) -> None:
        self._stale.discard(manager)
        key, _ = self._open.get(manager, (len(self._sizes) + 1, 0.0))
        others = sum(size for other, size in self._sizes.items() if other != key)
        if key > KEPT_FIGURES or others + LARGEST > KEPT_PICTURES:
            self._left_out += 1
            return
        data, dpi = picture(manager.canvas.figure)
        self._sizes[key] = len(data)
        self._settle()
        png = np.frombuffer(data, np.uint8)
        width, height = (round(int.from_bytes(data[at : at + 4], "big") * SCREEN / dpi) for at in (16, 20))
        self._send(FigureShown(key, png, width, height, self._number()))
        self._open[manager] = (key, time.monotonic())


def picture(figure: Any) -> tuple[bytes, float]:
    """The figure as a PNG file, and its pixels to the inch."""
    dpi = min(SHARP, LONGEST / max(*figure.get_size_inches(), 0.01))
    while True:
        file = io.BytesIO()
        figure.savefig(file, format="png", dpi=dpi)
        data = file.getvalue()
        if len(data) <= LARGEST or dpi < SCREEN / 4:
            return data, dpi
        dpi /= 2


class BackendFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the backend below its name, and has matplotlib choose it where the program chose no other."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name == BACKEND:
            return importlib.machinery.ModuleSpec(name, self)
        if name == "matplotlib.pyplot":
            # Not by the environment: a child process would inherit a backend that it cannot find.
            options = sys.modules["matplotlib"].rcParams
            if options["backend"].lower() == "agg":
                options["backend"] = f"module://{BACKEND}"
        return None

    def exec_module(self, module: ModuleType) -> None:
        from matplotlib import is_interactive
        from matplotlib._pylab_helpers import Gcf
        from matplotlib.backend_bases import FigureManagerBase
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        figures = self._figures

        class Manager(FigureManagerBase):
            """Stands for the window of one figure."""

            def show(self) -> None:
                figures.show([self], close=False)

            def destroy(self) -> None:
                figures.forget(self)

            @classmethod
            def pyplot_show(cls, *, block: bool | None = None) -> None:
                """`plt.show()`: every open figure."""
                close = not is_interactive() if block is None else block
                figures.show(Gcf.get_all_fig_managers(), close)
                if close:
                    Gcf.destroy_all()

        class Canvas(FigureCanvasAgg):
            manager_class = Manager

        vars(module).update(FigureCanvas=Canvas, FigureManager=Manager)


def install(figures: Figures) -> None:
    """Show figures from now on. matplotlib is not imported before the program does."""
    sys.meta_path.insert(0, BackendFinder(figures))
