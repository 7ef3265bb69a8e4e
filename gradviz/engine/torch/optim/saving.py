"""An optimizer's state as plain data, with parameters as numbers, and back."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import Any

from gradviz.engine.tensor import Tensor

Group = dict[str, Any]


def state_dict(groups: list[Group], state: dict[Any, Any]) -> dict[str, Any]:
    """Parameters numbered in their order, first the state by number, then the groups with their settings."""
    members = [member for group in groups for member in group["params"]]
    number = {id(member): i for i, member in reversed(list(enumerate(members)))}
    packed = []
    for group in groups:
        settings = {name: value for name, value in group.items() if name != "params"}
        packed.append({**settings, "params": [number[id(member)] for member in group["params"]]})
    return {"state": {number.get(id(key), key): each for key, each in state.items()}, "param_groups": packed}


def loaded(groups: list[Group], source: dict[str, Any]) -> tuple[list[Group], defaultdict[Any, Any]]:
    """The groups with loaded settings, and the loaded state of their parameters in the parameters' dtype."""
    saved = copy.deepcopy(source["param_groups"])
    if len(groups) != len(saved):
        raise ValueError("loaded state dict has a different number of parameter groups")
    if [len(group["params"]) for group in groups] != [len(group["params"]) for group in saved]:
        raise ValueError(
            "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
        )
    numbers = chain.from_iterable(group["params"] for group in saved)
    members = dict(zip(numbers, chain.from_iterable(group["params"] for group in groups), strict=True))
    state: defaultdict[Any, Any] = defaultdict(dict)
    for number, each in source["state"].items():
        if number in members:
            state[members[number]] = _fitted(members[number], each, None)
        else:
            state[number] = each
    for own, settings in zip(groups, saved, strict=True):
        settings["params"] = own["params"]
        if "param_names" in own:
            settings.setdefault("param_names", own["param_names"])
    return saved, state


def _fitted(parameter: Tensor, value: Any, name: Any) -> Any:
    """A piece of state in the parameter's dtype; counted steps keep theirs. As in torch, what fits is not copied."""
    if isinstance(value, Tensor):
        array, kind = value.numpy_value(), parameter.numpy_value().dtype
        if name == "step" or array.dtype == kind or not parameter.is_floating_point():
            return value
        return Tensor._of(array.astype(kind)[()], None)
    if isinstance(value, dict):
        return {key: _fitted(parameter, each, key) for key, each in value.items()}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return type(value)(_fitted(parameter, each, None) for each in value)  # type: ignore[call-arg]
    return value
