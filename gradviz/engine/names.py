"""Telling apart what PyTorch has and the engine has not from what nobody has.

`torch_names.txt` lists PyTorch 2.13's public names, one module per line: "torch.cuda: is_available …".
It was written by `tests/record_names.py`.
"""

from __future__ import annotations

import functools
import os
from typing import Any


def lines() -> list[str]:
    """Return the lines of the list."""
    # Not pathlib: nothing else at the start of a worker needs it.
    with open(os.path.join(os.path.dirname(__file__), "torch_names.txt"), encoding="utf-8") as file:
        return file.read().splitlines()


@functools.cache
def torch_names() -> dict[str, frozenset[str]]:
    """Return PyTorch's public names by module; read when a name is first missed."""
    found = {}
    for line in lines():
        module, _, names = line.partition(": ")
        found[module] = frozenset(names.split())
    return found


class NotThereYetError(NotImplementedError, AttributeError):
    """An object has not got a method of PyTorch's; an AttributeError too, so that hasattr() gives False."""


def missing(module: str, name: str) -> Exception:
    """Return the error for a name that is not there: NotImplementedError if PyTorch has it, else AttributeError."""
    if module == "torch.Tensor":
        return missing_method(module, "Tensor", name)
    if name in torch_names().get(module, ()):
        return NotImplementedError(f"gradviz's NumPy engine does not have {module}.{name} yet.")
    return AttributeError(f"module '{module}' has no attribute '{name}'")


def missing_method(owner: str, kind: str, name: str) -> AttributeError:
    """Return the same for an object of class `kind`, whose methods are those of PyTorch's class `owner`."""
    if name in torch_names().get(owner, ()):
        return NotThereYetError(f"gradviz's NumPy engine does not have {owner.rpartition('.')[2]}.{name} yet.")
    return AttributeError(f"'{kind}' object has no attribute '{name}'")


class Absent:
    """Stands in a class for a method of PyTorch's that it has not got: whoever asks for it gets the error.

    Why not `__getattr__` in the class? Python then looks for each attribute of each object the slow way: a tenth of
    the time of a scalar operation.
    """

    def __init__(self, owner: str, name: str) -> None:
        self.owner = owner
        self.name = name

    def __get__(self, instance: Any, kind: type) -> Any:
        raise missing_method(self.owner, kind.__name__, self.name)


def note_absent(kind: type, owner: str) -> None:
    """Let a class say of each public name of PyTorch's class `owner` that it lacks that it is not there yet."""
    names = next(line for line in lines() if line.startswith(f"{owner}: ")).partition(": ")[2]
    for name in names.split():
        if not hasattr(kind, name):
            setattr(kind, name, Absent(owner, name))


def shown_as(module: str, *classes: type) -> None:
    """Let classes say that they come from where PyTorch has them: people print `type(x)`."""
    for each in classes:
        each.__module__ = module
