"""Figures that a program shows arrive as pictures, between what was printed before and after."""

import struct

from gradviz.trace import storage
from gradviz.trace.messages import FigureShown
from gradviz.trace.trace import KEPT_FIGURES

TWO = """
import matplotlib.pyplot as plt
print("before", end="")
plt.figure(figsize=(4, 2)); plt.plot([1, 2]); plt.show()
print("between", plt.get_fignums())
plt.plot([3, 4]); plt.show()
print("after")
plt.figure(); plt.plot([1])
"""


def figures(messages):
    return [message for message in messages if isinstance(message, FigureShown)]


def pixels(shown):
    data = shown.png.tobytes()
    assert data.startswith(b"\x89PNG")
    return struct.unpack(">II", data[16:24])


def test_pictures_stand_between_the_lines_and_only_what_is_shown(runs):
    assert runs.run(TWO).exit_code == 0
    output = runs.supervisor.trace.output
    assert [getattr(item, "text", "picture") for item in output] == [
        "before", "picture", "between []\n", "picture", "after\n",
    ]  # fmt: skip
    first, second = figures(output)
    assert (first.width, first.height, pixels(first)) == (400, 200, (800, 400))
    assert (second.width, second.height, pixels(second)) == (640, 480, (1280, 960))
    stored = storage.trace_from(storage.trace_bytes(runs.supervisor.trace))
    assert [item.png.tobytes() for item in figures(stored.output)] == [first.png.tobytes(), second.png.tobytes()]


def test_a_figure_shown_again_replaces_its_picture(runs):
    runs.run(
        "import matplotlib.pyplot as plt\nf = plt.figure()\n"
        "for i in range(300):\n    plt.clf(); plt.plot([i, i + 1]); f.show()\nprint('done')"
    )
    sent = figures(runs.messages)
    assert 1 < len(sent) < 100, "not one for every frame of an animation"
    assert {item.key for item in sent} == {1}
    (kept,) = figures(runs.supervisor.trace.output)
    assert kept is sent[-1]
    assert getattr(runs.supervisor.trace.output[-1], "text", "") == "done\n"
    runs.run("import matplotlib.pyplot as plt\nplt.plot([299, 300]); plt.show()")
    assert figures(runs.messages)[0].png.tobytes() == kept.png.tobytes(), "the last frame is the one that stays"


def test_a_thousand_figures_are_not_a_thousand_pictures(runs):
    ended = runs.run(
        "from matplotlib.pyplot import *\nfor i in range(1000):\n    figure(figsize=(1, 1)); show()\nprint('end')"
    )
    assert ended.exit_code == 0
    assert len(figures(runs.messages)) == len(figures(runs.supervisor.trace.output)) == KEPT_FIGURES
    assert runs.text("note") == f"… {1000 - KEPT_FIGURES:,} more figures are left out …\n"
    assert runs.text() == "end\n"


def test_an_endless_figure_is_drawn_coarser(runs):
    ended = runs.run(
        "import matplotlib.pyplot as plt, numpy as np\nplt.figure(figsize=(900, 300), dpi=300); plt.show()\n"
        "plt.figure(figsize=(9, 9)); plt.imshow(np.random.rand(900, 900, 3), interpolation='none'); plt.show()"
    )
    assert ended.exit_code == 0
    wide, noisy = figures(runs.messages)
    assert (wide.width, wide.height, pixels(wide)) == (90_000, 30_000, (2400, 800))
    assert noisy.png.nbytes <= 2 << 20


def test_what_matplotlib_raises_while_it_draws_is_the_programs_error(runs):
    ended = runs.run("import matplotlib.pyplot as plt\nplt.title('$\\\\frac{1}$')\nplt.show()\nprint('never')")
    assert ended.exit_code == 1
    assert runs.supervisor.trace.error.kind == "ValueError"
    assert runs.supervisor.trace.error.source.line == 3
    assert runs.text() == ""


def test_a_backend_that_the_program_chooses_is_its_own(runs):
    runs.run("import matplotlib\nmatplotlib.use('svg')\nimport matplotlib.pyplot as plt\nprint(plt.get_backend())")
    assert runs.text() == "svg\n"


def test_a_child_process_finds_its_backend(runs):
    program = "import matplotlib.pyplot as plt; plt.plot([1]); plt.savefig('/dev/null', format='png'); print('drawn')"
    runs.run(
        "import subprocess, sys, matplotlib.pyplot as plt\nplt.plot([1])\n"
        f"print(subprocess.run([sys.executable, '-c', {program!r}], capture_output=True, text=True).stdout)"
    )
    assert runs.text() == "drawn\n\n"


def test_without_a_window_nothing_is_drawn(runs):
    runs.run(TWO, live=False)
    assert figures(runs.messages) == []
    assert runs.text("stderr") == ""
    assert runs.text() == "beforebetween [1]\nafter\n", "as under python without a screen"
