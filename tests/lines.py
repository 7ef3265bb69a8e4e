"""Lines of programs: what the last expression of one prints under a torch, or how it fails."""

import ast
import math
import re
import warnings

import numpy as np

ADDRESS = re.compile(r" at 0x[0-9a-f]+")
WORDS = re.compile(r"<<([^\s=][^<>;]*)>>")  # Python's own << has a space or an equals sign behind it



def slopes(lib, function, *inputs):
    """Return a function's results, their grad_fn names and the gradients of a weighted sum of them."""
    leaves = [each.detach().clone().requires_grad_() for each in inputs]
    results = function(*leaves)
    several = results if isinstance(results, (tuple, list)) else (results,)
    total, seed = 0, 1.0
    for each in several:
        if each.requires_grad:
            weights = lib.arange(1, each.numel() + 1).reshape(each.shape) * 0.25 + seed
            total = total + (each * weights).sum().real
            seed += 0.5
    total.backward()
    names = [each.grad_fn.name() if each.grad_fn is not None else None for each in several]
    return [each.detach() for each in several], names, [leaf.grad for leaf in leaves]


def scope(lib):
    """Return the names that lines may use."""
    return {
        "torch": lib,
        "F": lib.nn.functional,
        "np": np,
        "math": math,
        "G": lambda function, *inputs: slopes(lib, function, *inputs),
        "x": lib.tensor([[1.25, -2.5, 3.75], [0.5, 4.25, -1.5]]),
        "y": lib.tensor([[2.0, 1.5, -3.25], [0.75, -4.5, 2.25]]),
        "p": lib.tensor([[0.5, 2.25, 3.5], [1.25, 0.75, 5.5]]),
        "u": lib.tensor([[0.5, -0.25, 0.75], [0.1, -0.6, 0.3]]),
        "v": lib.tensor([1.0, -2.0, 0.5]),
        "w": lib.tensor([3.0, 0.25, -1.75]),
        "m": lib.tensor([[4.0, 1.0, 0.5], [1.0, 3.0, -0.75], [0.5, -0.75, 2.0]]),
        "n": lib.tensor([[1.0, 2.0, 0.5], [-1.0, 3.0, 1.5], [0.25, -2.0, 2.5]]),
        "h": lib.tensor([[[1.0, 2.0], [3.0, 4.5]], [[0.5, -1.0], [2.0, 1.5]], [[-1.0, 0.25], [1.5, 2.0]]]),
        "i": lib.tensor([3, 1, 2, 1]),
        "j": lib.tensor([[5, -2, 7], [4, 3, -6]]),
        "b": lib.tensor([True, False, True]),
        "c": lib.tensor([1 + 2j, -0.5 + 1j, 2 - 3j]),
        "nan": math.nan,
        "inf": math.inf,
    }


def shown(lib, text):
    """Return what the last expression of a line prints, or the type and words of its error."""
    names = scope(lib)
    *before, last = map(str.strip, text.split("; "))
    kind = "eval" if isinstance(ast.parse(last).body[0], ast.Expr) else "exec"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            for each in before:
                exec(each, names)
            result = eval(compile(last, "<line>", kind), names)
            return ADDRESS.sub("", repr(result)).replace("gradviz.engine.torch", "torch")
        except (NameError, SyntaxError):
            raise  # a line that is itself wrong would fail alike in both engines, whatever they do
        except Exception as error:  # noqa: BLE001 - the error is the answer
            return f"{type(error).__name__}: {error}"


def expanded(line):
    """Return one line for each word in <<…>>."""
    words = WORDS.search(line)
    return [f"{line[: words.start()]}{word}{line[words.end() :]}" for word in words[1].split()] if words else [line]


def sections(text):
    """Return the lines of a file by their headings."""
    found = {}
    for line in filter(None, map(str.strip, text.split("\n"))):
        if line.startswith("# "):
            lines = found.setdefault(line[2:], [])
        else:
            lines.extend(expanded(line))
    return found
