"""Functions that people hang before and after a module's `forward`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from gradviz.engine.hooks import RemovableHandle

if TYPE_CHECKING:
    from gradviz.engine.torch.nn.module import Module


class ForwardHook(NamedTuple):
    function: Callable[..., Any]
    with_kwargs: bool
    always_call: bool


def register(hooks: dict[int, ForwardHook], hook: ForwardHook, prepend: bool) -> RemovableHandle:
    before = dict(hooks) if prepend else {}
    handle = RemovableHandle(hooks, hook)
    for number in before:  # a dictionary keeps its order: taken out and put back, they come last
        hooks[number] = hooks.pop(number)
    return handle


def call_with_hooks(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """`forward` with the hooks before it, which may change the arguments, and after it, which may change the output."""
    finished = False
    called = set()
    try:
        for hook in list(module._forward_pre_hooks.values()):
            args, kwargs = _arguments_after(hook, module, args, kwargs)
        output = module.forward(*args, **kwargs)
        for number, hook in list(module._forward_hooks.items()):
            called.add(number)
            output = _output_after(hook, module, args, kwargs, output)
        finished = True
        return output
    finally:
        if not finished:  # those that asked for it run after an error as well, with nothing to show
            for number, hook in list(module._forward_hooks.items()):
                if hook.always_call and number not in called:
                    _output_after(hook, module, args, kwargs, None)


def _arguments_after(
    hook: ForwardHook, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if hook.with_kwargs:
        changed = hook.function(module, args, kwargs)
        if changed is None:
            return args, kwargs
        if not (isinstance(changed, tuple) and len(changed) == 2):
            raise RuntimeError(
                f"forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got {changed}."
            )
        return changed
    changed = hook.function(module, args)
    if changed is None:
        return args, kwargs
    return changed if isinstance(changed, tuple) else (changed,), kwargs


def _output_after(
    hook: ForwardHook, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any
) -> Any:
    if hook.with_kwargs:
        changed = hook.function(module, args, kwargs, output)
    else:
        changed = hook.function(module, args, output)
    return output if changed is None else changed
