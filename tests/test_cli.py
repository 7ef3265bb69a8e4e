"""The command line as a person uses it: in a process of its own, where Qt cannot be imported."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from gradviz import __version__, cli
from gradviz.trace import storage
from gradviz.trace.check import check
from gradviz.trace.messages import TextPrinted
from tests.grouped import PROGRAMS

ROOT = Path(__file__).parent.parent
LESSONS = sorted((ROOT / "resources" / "lessons").glob("*.py"))

WITHOUT_QT = (
    "import sys, runpy\n"
    f"sys.path.insert(0, {str(ROOT)!r})\n"
    "class Refuse:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name.partition('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph'):\n"
    "            raise ImportError(f'{name} is not installed')\n"
    "sys.meta_path.insert(0, Refuse())\n"
    "sys.argv[0] = 'gradviz'\n"
    "runpy.run_module('gradviz', run_name='__main__')\n"
)


def gradviz(*arguments, **options):
    command = [sys.executable, "-X", "utf8", "-c", WITHOUT_QT, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, **options)


def python(*arguments, **options):
    command = [sys.executable, "-X", "utf8", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False, timeout=60, **options)


def written(tmp_path, text, name="program.py"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


PLAIN = {
    "prints": "print('hello')\nimport sys\nprint('trouble', file=sys.stderr)\nprint('a', end='')",
    "arguments": "import sys\nprint(sys.argv[1:], __name__)\nsys.exit(len(sys.argv))",
    "bytes": "import sys\nsys.stdout.buffer.write(bytes(range(256)))",
    "error": "def f(): return 1 / 0\nprint('before')\nf()",
    "exit with words": "import sys\nsys.exit('no more')",
    "at exit": "import atexit, threading, time\natexit.register(print, 'last')\n"
    "threading.Thread(target=lambda: (time.sleep(0.1), print('thread'))).start()\nprint('first')",
    "children": "import os, subprocess, sys\nprint('one', flush=True)\n"
    "subprocess.run([sys.executable, '-c', 'print(2)'])\nprint('three')",
    "descriptor": "import os\nos.write(1, b'raw\\n')\nos.write(2, b'raw too\\n')",
    "much": "for n in range(200_000): print(n)",
    "crash": "import os\nprint('x', flush=True)\nos.abort()",
    "os._exit": "import os\nprint('x', flush=True)\nos._exit(3)",
    "form feed and tabs": "if True:\n\tprint('tab')\x0c\nprint('ü')",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN.keys())
def test_run_is_python(text, tmp_path):
    path = written(tmp_path, text)
    real = python(path, "a", "--flag", "b c", cwd=tmp_path)
    ours = gradviz("run", path, "a", "--flag", "b c", cwd=tmp_path)
    assert ours.stdout == real.stdout
    if real.returncode >= 0:
        assert (ours.returncode, ours.stderr) == (real.returncode, real.stderr)
    else:
        assert ours.returncode == 128 - real.returncode
        assert b"aborted" in ours.stderr


def test_options_may_stand_behind_the_file_and_a_double_dash_ends_them(tmp_path):
    path = written(tmp_path, "import sys\nprint(sys.argv[1:])")
    kept = tmp_path / "run.trace"
    told = gradviz("run", path, "x", "--trace", kept, "--other=1", "--", "--trace", "y")
    assert told.stdout == b"['x', '--other=1', '--trace', 'y']\n"
    assert storage.trace_from(kept.read_bytes()).ended.exit_code == 0


def test_without_a_trace_to_keep_nothing_is_recorded(tmp_path):
    path = written(tmp_path, "import torch\nx = torch.ones(2, requires_grad=True)\n(x * x).sum().backward()\n")
    for recorded, passes in ((False, 0), (True, 1)):
        trace, code = cli._run(str(path), "numpy", (), lambda message: True, recorded=recorded)
        assert (code, len(trace.passes), trace.curves.length) == (0, passes, passes)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_trace_of_every_lesson_is_legal(path, tmp_path):
    kept = tmp_path / "lesson.trace"
    told = gradviz("run", "--trace", kept, path)
    assert (told.returncode, told.stderr) == (0, b"")
    trace = storage.trace_from(kept.read_bytes())
    assert check(trace) == []
    assert trace.ended.note == ""
    assert trace.passes
    assert trace.began.ops
    assert "".join(item.text for item in trace.output if isinstance(item, TextPrinted)).encode() == told.stdout


def test_export_draws_every_format_but_png_without_qt(tmp_path):
    for suffix in ("svg", "json", "dot"):
        told = gradviz("export", LESSONS[0], "-o", tmp_path / f"graph.{suffix}")
        assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")
    ElementTree.parse(tmp_path / "graph.svg")
    assert json.loads((tmp_path / "graph.json").read_text(encoding="utf-8"))["pass"] == 1
    assert (tmp_path / "graph.dot").read_text(encoding="utf-8").startswith(("digraph", "strict digraph"))
    told = gradviz("export", LESSONS[0], "-o", tmp_path / "graph.png")
    assert told.returncode == 2
    assert b"needs Qt" in told.stderr
    assert not (tmp_path / "graph.png").exists()


def test_export_folds_groups(tmp_path):
    path, picture = written(tmp_path, PROGRAMS["mlp"]), tmp_path / "graph.json"
    titles = {}
    for group in ("nothing", "auto", "module", "line"):
        assert gradviz("export", path, "-o", picture, "--group", group).returncode == 0
        cards = json.loads(picture.read_text(encoding="utf-8"))["cards"]
        titles[group] = [card["title"] for card in cards if card["kind"] == "group"]
    assert titles == {"nothing": [], "auto": [], "module": ["net"], "line": titles["line"]}
    assert "line 14" in titles["line"]


def test_export_draws_either_graph(tmp_path):
    picture, words = tmp_path / "graph.svg", {}
    for graph in ("both", "forward", "backward"):
        assert gradviz("export", LESSONS[0], "-o", picture, "--graph", graph).returncode == 0
        words[graph] = {text.text for text in ElementTree.parse(picture).iter("{http://www.w3.org/2000/svg}text")}
    assert {"x", "MulBackward0"} <= words["both"]
    assert {"x", "mul", "value"} <= words["forward"]
    assert {"AccumulateGrad", "MulBackward0", "gradient sent"} <= words["backward"]


def test_export_of_a_step_of_a_pass_of_a_program_and_of_a_trace(tmp_path):
    path = written(
        tmp_path,
        "import torch\nw = torch.tensor(1.0, requires_grad=True)\nfor n in range(50):\n    loss = (w - n) ** 2\n"
        "    loss.backward()\n    w.grad.zero_()\n",
    )
    kept, picture = tmp_path / "run.trace", tmp_path / "graph.json"
    assert gradviz("export", path, "-o", picture, "--pass", 20, "--step", 2).returncode == 0
    drawn = json.loads(picture.read_text(encoding="utf-8"))
    assert (drawn["pass"], drawn["step"]) == (20, 2)
    gradviz("run", path, "--trace", kept)
    assert gradviz("export", kept, "-o", picture).returncode == 0
    assert json.loads(picture.read_text(encoding="utf-8"))["pass"] == 50
    told = gradviz("export", kept, "-o", picture, "--pass", 22)
    assert told.returncode == 2
    assert b"was not kept" in told.stderr


def test_mistakes_are_answered_in_words(tmp_path):
    path = written(tmp_path, "import torch\nx = torch.ones(2, requires_grad=True)\nx.sum().backward()")
    stray = written(tmp_path, "not a trace", "stray.trace")
    for arguments, words in [
        (("run", tmp_path / "missing.py"), "missing.py could not be opened"),
        (("export", path, "-o", "graph.xyz"), "xyz"),
        (("export", path, "-o", "graph.svg", "--pass", "9"), "there is no pass 9: the run has passes 1 to 1"),
        (("export", path, "-o", "graph.svg", "--step", "99"), "there is no step 99"),
        (("export", stray, "-o", "graph.svg"), "not a gradviz trace"),
        (("export", written(tmp_path, "print(1)", "plain.py"), "-o", "graph.svg"), "no graph to draw"),
        (("export", path, "-o", tmp_path / "no" / "graph.svg"), "could not be written"),
        (("lessons", "nonsense"), "no lesson"),
    ]:
        told = gradviz(*arguments, cwd=tmp_path)
        assert told.returncode == 2, arguments
        assert words in told.stderr.decode(), arguments
        assert "Traceback" not in told.stderr.decode()


def test_lessons_are_listed_and_printed():
    lines = gradviz("lessons").stdout.decode().splitlines()
    listed = [line for line in lines if line[:2].strip().isdigit()]
    assert len(listed) == len(LESSONS)
    assert [line for line in lines if line and line not in listed] == ["Basics", "Training", "What goes wrong"]
    name = listed[0].split()[1]
    assert gradviz("lessons", name).stdout == LESSONS[0].read_bytes()


def test_version_and_help():
    assert gradviz("--version").stdout.decode() == f"gradviz {__version__}\n"
    told = gradviz("--help").stdout.decode()
    assert all(command in told for command in ("open", "run", "export", "lessons"))


def test_a_reader_that_goes_away_ends_the_program(tmp_path):
    path = written(tmp_path, "while True: print('y')")
    command = [sys.executable, "-m", "gradviz", "run", str(path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        process.wait(10)
        assert b"BrokenPipe" not in process.stderr.read()
