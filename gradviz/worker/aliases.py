"""Lets `import torch` in the program give gradviz's own engine."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType

ENGINE = "gradviz.engine.torch"


class EngineFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `torch` and `torch.…` in the NumPy engine; an absent part is refused with a sentence that names it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] in ("torchvision", "torchaudio"):
            raise ModuleNotFoundError(f"{name} needs real PyTorch: choose the PyTorch engine", name=name)
        if name != "torch" and not name.startswith("torch."):
            return None
        if importlib.util.find_spec(_engine_name(name)) is None:
            raise ModuleNotFoundError(
                f"gradviz's NumPy engine does not have {name}; where PyTorch is installed, choose the PyTorch engine",
                name=name,
            )
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        # A module may put another one in its place in sys.modules; so both names lead to one and the same module.
        sys.modules[module.__name__] = importlib.import_module(_engine_name(module.__name__))


def _engine_name(name: str) -> str:
    return ENGINE + name.removeprefix("torch")


def install() -> None:
    """Answer `import torch` from now on. Real PyTorch must not have been imported before."""
    sys.meta_path.insert(0, EngineFinder())
