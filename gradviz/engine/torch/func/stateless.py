"""torch.func.functional_call: a module called with parameters that are not its own."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with other tensors in the place of its parameters and buffers, named as in its state_dict."""
    given = in_one(parameter_and_buffer_dicts)
    places = dict(module.named_parameters(remove_duplicate=False)) | dict(module.named_buffers(remove_duplicate=False))
    if strict and (given.keys() - places.keys() or places.keys() - given.keys()):
        words = "Error(s) in passing in tensors for module {}: {} unexpected, {} missing."
        lists = sorted(given.keys() - places.keys()), sorted(places.keys() - given.keys())
        raise RuntimeError(words.format(type(module).__name__, *lists))
    if tie_weights:  # what the module has twice is replaced twice
        for name, tensor in list(given.items()):
            for other, own in places.items():
                if own is places.get(name) and own is not None and other not in given:
                    given[other] = tensor
    positional = () if args is None else args if isinstance(args, tuple) else (args,)
    with replaced(module, {name: tensor for name, tensor in given.items() if name in places}):
        return module(*positional, **(kwargs or {}))


def in_one(given: Any) -> dict[str, Any]:
    """Return one dictionary, of one or of several that share no name."""
    if isinstance(given, dict):
        return dict(given)
    if not isinstance(given, (list, tuple)):
        raise ValueError(
            f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(given)}"
        )
    if not all(isinstance(each, dict) for each in given):
        raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
    counts = Counter(name for each in given for name in each)
    repeated = [name for name, count in counts.items() if count > 1]
    if repeated:
        raise ValueError(f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous")
    return {name: tensor for each in given for name, tensor in each.items()}


@contextlib.contextmanager
def replaced(module: Any, tensors: dict[str, Any]) -> Iterator[None]:
    """Put tensors in their places, and what was there back afterwards."""
    before = []
    try:
        for name, tensor in tensors.items():
            path, _, last = name.rpartition(".")
            owner = module.get_submodule(path)
            kept = owner._parameters if last in owner._parameters else owner._buffers
            before.append((kept, last, kept[last]))
            kept[last] = tensor
        yield
    finally:
        for kept, last, tensor in reversed(before):
            kept[last] = tensor
