"""The names that teaching programs use, each with a small program, run under PyTorch or under the engine in its place.

`corpus.txt` holds them with the number of programs that use each; `python -m tests.names.corpus` compares both engines
and prints what differs, with the coverage.
"""

import ast
import contextlib
import io
import math
import re
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests import cells

FILE = Path(__file__).with_name("corpus.txt")
MISSING = FILE.with_name("missing.txt")
ENTRY = re.compile(r"(\S+) (\d+) \| (.*)")


@dataclass(frozen=True)
class Name:
    """A name of the list: its section ("Tensor", "torch.nn" …), how many programs use it, a program with it."""

    section: str
    name: str
    count: int
    program: str

    @property
    def title(self) -> str:
        """The section and the name, as in `Tensor.view`."""
        return f"{self.section}.{self.name}"


def corpus() -> list[Name]:
    """Return all names in the order of the file."""
    names, section = [], ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith("["):
            section = line.strip("[]")
        elif line.startswith(" "):
            last = names.pop()
            names.append(Name(section, last.name, last.count, f"{last.program}\n{line[1:]}"))
        else:
            found = ENTRY.fullmatch(line)
            names.append(Name(section, found[1], int(found[2]), found[3]))
    return names


def scope(lib):
    """Return what each program finds: values, and two loops that would be written again and again."""
    w = lib.tensor([[1.0, 2.5, -3.0], [4.0, 0.5, 6.0]], requires_grad=True)

    def steps(optimizer):
        for _ in range(5):
            optimizer.zero_grad()
            ((w - 1) ** 2 * lib.tensor([1.0, 2.0, 0.5])).sum().backward()
            optimizer.step()

    def rates(optimizer, scheduler):
        seen = []
        for _ in range(6):
            seen.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
        return seen

    return {
        "torch": lib,
        "nn": lib.nn,
        "F": lib.nn.functional,
        "np": np,
        "math": math,
        "w": w,
        "x": w.detach().clone(),
        "v": lib.tensor([1.0, -2.0, 0.5]),
        "i": lib.tensor([1, 2, 3]),
        "b": lib.tensor([True, False, True]),
        "image": ((lib.arange(32.0) * 7) % 11 / 4 - 1).view(1, 2, 4, 4),
        "steps": steps,
        "rates": rates,
    }


def tensors_of(value, kind):
    """Return the tensors of a nested result."""
    if isinstance(value, kind):
        return [value]
    if isinstance(value, (tuple, list)):
        return [each for part in value for each in tensors_of(part, kind)]
    return []


def answer(program: str, lib) -> str:
    """Return what a program prints, its last expression, and the gradient of that; or its error.

    The gradient is that of `w` from a weighted sum of all tensors in the last expression that have a history: weighted,
    because the elements of a softmax add up to 1 and would leave nothing but rounding.
    """
    lib.manual_seed(0)
    names, printed = scope(lib), io.StringIO()
    body = ast.parse(program).body
    last = ast.Expression(body.pop().value)
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), cells.imported_as_torch(lib):
        warnings.simplefilter("ignore")
        try:
            exec(compile(ast.Module(body, []), "<program>", "exec"), names)
            value = eval(compile(last, "<program>", "eval"), names)
            print(repr(value))
            tracked = [each for each in tensors_of(value, lib.Tensor) if each.grad_fn is not None]
            if tracked and names["w"].grad is None:
                sum((each * lib.arange(1.0, each.numel() + 1).view(each.shape)).sum() for each in tracked).backward()
                print("gradient", names["w"].grad)
        except (NameError, SyntaxError):
            raise  # a program that is itself wrong would fail alike in both engines, whatever they do
        except Exception as error:  # noqa: BLE001 - the error is the answer
            print(f"{type(error).__name__}: {error}")
        finally:
            lib.set_printoptions(profile="default")
    return cells.ADDRESS.sub("0x…", printed.getvalue())


def missing() -> set[str]:
    """Return the titles of the names that do not work, or not as PyTorch's do."""
    return {line.split(" ")[0] for line in MISSING.read_text("utf-8").splitlines() if not line.startswith("#")}


def coverage(working: set[str]) -> tuple[float, float]:
    """Return the share of the names that work: weighted by their count, and plain."""
    names = corpus()
    there = [each for each in names if each.title in working]
    return sum(each.count for each in there) / sum(each.count for each in names), len(there) / len(names)


if __name__ == "__main__":
    import torch

    from gradviz.engine import torch as gv_torch

    working, wanted = set(), sys.argv[1:]
    for each in corpus():
        if wanted and each.title not in wanted:
            continue
        ours, theirs = answer(each.program, gv_torch), answer(each.program, torch)
        if ours == theirs:
            working.add(each.title)
            continue
        print(f"{each.title} {each.count}")
        if wanted:
            print(f"  {each.program}\n--- torch\n{theirs}--- ours\n{ours}")
        else:
            pair = zip(ours.splitlines(), theirs.splitlines(), strict=False)
            a, b = next(((a, b) for a, b in pair if a != b), (ours, theirs))
            print(f"    ours:  {a[-150:] if 'Error' in a else a[:150]}\n    torch: {b[:150]}")
    print("{:.2%} weighted, {:.2%} plain".format(*coverage(working)))
