"""Telling apart what PyTorch has and the engine has not from what nobody has.

`torch_names.txt` lists PyTorch 2.13's public names, one module per line: "torch.cuda: is_available …".
It was written by `tests/record_names.py`.
"""

from __future__ import annotations

import functools


@functools.cache
def torch_names() -> dict[str, frozenset[str]]:
    """Return PyTorch's public names by module; read when a name is first missed."""
    # pathlib is imported here, once, because nothing else at the start of a worker needs it.
    from pathlib import Path

    found = {}
    for line in (Path(__file__).parent / "torch_names.txt").read_text(encoding="utf-8").splitlines():
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


def shown_as(module: str, *classes: type) -> None:
    """Let classes say that they come from where PyTorch has them: people print `type(x)`."""
    for each in classes:
        each.__module__ = module
