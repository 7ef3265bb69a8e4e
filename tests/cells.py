"""Run the cells of a program as a notebook would, under real PyTorch or under the engine in its place.

`import torch` inside a cell gives whichever package the caller hands in, as the worker does it for people's programs.
"""

import ast
import contextlib
import importlib
import io
import math
import pkgutil
import re
import sys
import warnings
from pathlib import Path
from unittest import mock

PROGRAMS = Path(__file__).parent / "programs"
TEACHING = sorted((PROGRAMS / "teaching").glob("*.py"))  # run as a whole: each prints much, for its print is compared
CELL = re.compile(r"^# %% ?(.*)$", re.MULTILINE)
BUILD_FILE = re.compile(r"\s*\(Triggered internally at [^)]*\)")
ADDRESS = re.compile(r"0x[0-9a-f]+")
NUMBER = re.compile(r"-?\d+\.\d*(?:e[-+]\d+)?")


def cells_of(path: Path) -> list[tuple[str, str]]:
    """(title, code) of each cell."""
    parts = CELL.split(path.read_text(encoding="utf-8"))[1:]
    return [(title.strip(), code.strip("\n")) for title, code in zip(parts[::2], parts[1::2], strict=True)]


@contextlib.contextmanager
def imported_as_torch(package):
    """While this lasts, `import torch`, `import torch.nn` … give `package` and its submodules."""
    if package.__name__ == "torch":
        yield
        return
    modules = {"torch": package}
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        modules["torch" + found.name.removeprefix(package.__name__)] = importlib.import_module(found.name)
    before = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "torch"}
    for name in before:
        del sys.modules[name]
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(before)


def run_cell(code: str, names: dict) -> tuple[str, str | None]:
    """What the cell prints, and the text of a bare expression at its end (None without one)."""
    body = ast.parse(code).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    printed, shown = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
            shown = None if value is None else repr(value)
    return ADDRESS.sub("0x…", printed.getvalue()), shown and ADDRESS.sub("0x…", shown)


def run_program(path: Path, package) -> list[dict]:
    """Every cell in order and in one namespace, after `manual_seed(0)`: `{"printed", "shown"}` of each.

    `torch.empty` gives zeros here, since what it gives is whatever the memory held.
    """
    names: dict = {"__name__": "__main__"}
    package.manual_seed(0)
    answers = []
    with imported_as_torch(package), mock.patch.object(package, "empty", package.zeros):
        for _, code in cells_of(path):
            printed, shown = run_cell(code, names)
            answers.append({"printed": printed, "shown": shown})
    return answers


def run_whole(path: Path, package) -> str:
    """What the file prints when it is run as a program, `print` and nothing else; options it set are set back."""
    printed = io.StringIO()
    with imported_as_torch(package), contextlib.redirect_stdout(printed):
        try:
            exec(compile(path.read_text(encoding="utf-8"), path.name, "exec"), {"__name__": "__main__"})
        finally:
            package.set_printoptions(profile="default")
            package.set_default_dtype(package.float32)
    return ADDRESS.sub("0x…", printed.getvalue())


def run_snippet(code: str, package) -> dict:
    """One cell on its own that ends in an error or a warning: `{"error", "warnings", "printed"}`."""
    names = {"torch": package}
    printed, error = io.StringIO(), None
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(printed):
        warnings.simplefilter("always")
        try:
            exec(compile(code, "<cell>", "exec"), names)
        except (NameError, SyntaxError):
            raise  # what is itself wrong would fail alike in both engines, whatever they do
        except Exception as exception:  # noqa: BLE001  the snippets are there to fail; what they raise is the answer
            error = f"{type(exception).__name__}: {exception}"
    texts = [f"{warning.category.__name__}: {warning.message}" for warning in caught]
    return {
        "error": error and BUILD_FILE.sub("", error),
        "warnings": [BUILD_FILE.sub("", text) for text in texts],
        "printed": printed.getvalue(),
    }


def same_but_for_rounding(ours: str | None, theirs: str | None) -> bool:
    """The same words, and numbers that agree to the digits that are printed of them.

    On another processor NumPy's exp and tanh, and MKL's products, may differ in the last bit, and so, now and then, a
    printed digit.
    """
    if ours is None or theirs is None:
        return ours is theirs
    words = [" ".join(NUMBER.sub("#", text).split()) for text in (ours, theirs)]
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (ours, theirs)]
    return words[0] == words[1] and all(
        math.isclose(a, b, rel_tol=2e-4, abs_tol=2e-4) for a, b in zip(*numbers, strict=True)
    )
