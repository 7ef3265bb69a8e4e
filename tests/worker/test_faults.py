"""Tracebacks are compared with what Python itself prints for the same file."""

import re
import subprocess
import sys

import pytest

from gradviz.engine import torch
from gradviz.worker import faults
from gradviz.worker.program import Program
from gradviz.worker.protocol import Run

BROKEN = {
    "division": "x = 1\ny = x / 0\n",
    "in a function": "def f(n):\n    return g(n)\n\ndef g(n):\n    return [][n]\n\nf(3)\n",
    "chained": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('ü') from e\n",
    "while handling": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    {}['k']\n",
    "recursion": "def f(n):\n    return f(n + 1)\nf(0)\n",
    "syntax": "a = 1\nb = = 2\n",
    "indentation": "if True:\nx = 1\n",
    "syntax in exec": "exec('a b')\n",
    "a library": "import json\njson.loads('{')\n",
    "group": "raise ExceptionGroup('two', [ValueError(1), TypeError(2)])\n",
    "note": "e = ValueError('x')\ne.add_note('a note')\nraise e\n",
    "no message": "raise KeyError\n",
    "unclosed": "print((1,\n",
}


def run(text, path):
    return Program(Run(text, str(path), str(path.parent)))


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_the_traceback_is_pythons(text, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")
    told = subprocess.run([sys.executable, "-X", "utf8", str(path)], capture_output=True, check=False)
    assert told.returncode == 1
    # In a process of its own: a program turns the process it runs in into its own.
    code = (
        "import sys\nfrom gradviz.worker import faults\nfrom gradviz.worker.program import Program\n"
        "from gradviz.worker.protocol import Run\n"
        "p = Program(Run(open(sys.argv[1], encoding='utf-8').read(), sys.argv[1], ''))\n"
        "p.prepare(print)\no = p.run()\nsys.stderr.write(faults.traceback_text(o.error))\n"
    )
    ours = subprocess.run([sys.executable, "-X", "utf8", "-c", code, str(path)], capture_output=True, check=False)
    assert _without_depth(ours.stderr) == _without_depth(told.stderr)


def _without_depth(text):
    """The few frames that run a program here come off the depth that it can reach."""
    return re.sub(r"(\d+) more times", "many more times", text.decode())


@pytest.mark.parametrize(
    ("text", "kind", "piece"),
    [
        ("x = 1\ny = 2 * (x / 0)\n", "ZeroDivisionError", "x / 0"),
        ("ä = 'ö'; ü = ä + 1\n", "TypeError", "ä + 1"),
        ("def f(n):\n    return [][n]\nf(3)\n", "IndexError", "[][n]"),
        ("import json\nv = json.loads('{')\n", "JSONDecodeError", "json.loads('{')"),
        ("a = 1\nb = = 2\n", "SyntaxError", "="),
        ("undefined\n", "NameError", "undefined"),
        ("raise ValueError('x')\n", "ValueError", "raise ValueError('x')"),
    ],
)
def test_the_event_points_at_the_guilty_piece(text, kind, piece):
    error = None
    try:
        exec(compile(text, "program.py", "exec"), {})
    except Exception as caught:  # noqa: BLE001
        error = faults.error_raised(caught, "program.py", text)
    assert error.kind == kind
    lines = text.split("\n")
    assert error.source.line == error.source.end_line
    assert lines[error.source.line - 1][error.source.column : error.source.end_column] == piece


def test_the_engine_is_not_in_the_traceback():
    """Neither its files nor the functions that it compiles from its declarations."""
    try:
        exec(compile("torch.ones(2, 3) @ torch.ones(4, 5)", "p.py", "exec"), {"torch": torch})
    except RuntimeError as caught:
        text = faults.traceback_text(caught)
    assert re.findall(r'File "([^"]+)"', text) == [__file__, "p.py"]
    assert text.endswith("RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)\n")


def test_words_can_be_put_in_place_of_the_systems():
    assert faults.error_raised(MemoryError(), "p.py", "", "too much").message == "too much"


def test_a_long_recursion_keeps_its_last_frames():
    try:
        exec(compile("def f():\n    f()\nf()", "p.py", "exec"), {})
    except RecursionError as caught:
        error = faults.error_raised(caught, "p.py", "def f():\n    f()\nf()")
    assert len(error.frames) == 100
    assert error.frames[-1].function == "f"
