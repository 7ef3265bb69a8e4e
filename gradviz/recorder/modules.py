"""Names of parameters and modules, found where the program keeps its models: `model.0.weight`, `self.fc1`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


class Modules:
    """Looks through the program's names for modules. Asked once for each leaf, not for each step."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self._namespace = namespace

    def parameter_name(self, tensor: Any, scopes: Iterable[Mapping[str, Any]] = ()) -> str | None:
        """The path of a parameter, from the variable that holds its model."""
        for variable, module in self._modules(scopes):
            for path, parameter in module.named_parameters():
                if parameter is tensor:
                    return f"{variable}.{path}"
        return None

    def module_name(self, wanted: Any) -> str:
        """The path of a module; its class where no variable leads to it."""
        for variable, module in self._modules(()):
            for path, part in module.named_modules():
                if part is wanted:
                    return f"{variable}.{path}" if path else variable
        return type(wanted).__name__

    def variable_name(self, tensor: Any, scopes: Iterable[Mapping[str, Any]] = ()) -> str | None:
        """The variable, at the top of the program or in `scopes`, that holds this very tensor."""
        every = (item for scope in (self._namespace, *scopes) for item in tuple(scope.items()))
        return next((name for name, value in every if value is tensor), None)

    def holds_module(self, name: str) -> bool:
        """Whether a variable of this name holds a module: `model = Linear(1, 1)` names no tensor."""
        return name in self._namespace and hasattr(type(self._namespace[name]), "named_parameters")

    def _modules(self, scopes: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
        for scope in (self._namespace, *scopes):
            for name, value in tuple(scope.items()):
                if hasattr(type(value), "named_parameters") and hasattr(type(value), "named_modules"):
                    yield name, value
