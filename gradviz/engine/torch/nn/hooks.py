"""Functions that people hang before and after a module's `forward` and its part of the backward pass."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from gradviz.engine.hooks import RemovableHandle
from gradviz.engine.torch.nn.backward_hooks import BackwardHook, attach_to_node

TWO_KINDS = (
    "Cannot use both regular backward hooks and full backward hooks on a single Module. Please use only one of them."
)


class ForwardHook(NamedTuple):
    function: Callable[..., Any]
    with_kwargs: bool = False
    always_call: bool = False


class Hooks:
    """All hooks of one module. A module without any has none of this: then a call costs one look."""

    def __init__(self) -> None:
        self.forward: dict[int, ForwardHook] = {}
        self.forward_pre: dict[int, ForwardHook] = {}
        self.backward: dict[int, Callable[..., Any]] = {}
        self.backward_pre: dict[int, Callable[..., Any]] = {}
        self.full: bool | None = None  # which kind the backward hooks are

    def call(self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """`forward` with the hooks before it, which may change the arguments, and after it, may change the result.

        Backward hooks are put into the graph around it.
        """
        result, called = None, set()
        try:
            for hook in list(self.forward_pre.values()):
                args, kwargs = arguments_after(hook, module, args, kwargs)
            around = None
            if self.backward_pre or (self.full and self.backward):
                around = BackwardHook(module, list(self.backward.values()), list(self.backward_pre.values()))
                args = around.around_inputs(args)
            result = module.forward(*args, **kwargs)
            for number, hook in list(self.forward.items()):
                called.add(number)
                result = result_after(hook, module, args, kwargs, result)
            if around is not None:
                result = around.around_result(result)
            if self.full is False and self.backward:
                attach_to_node(module, list(self.backward.values()), args, result)
            return result
        except Exception:
            self._call_always(module, args, kwargs, result, called)
            raise

    def _call_always(
        self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any, called: set[int]
    ) -> None:
        """Hooks that asked for it run after an error as well, with what there is to show."""
        for number, hook in list(self.forward.items()):
            if hook.always_call and number not in called:
                try:
                    result = result_after(hook, module, args, kwargs, result)
                except Exception as error:  # noqa: BLE001 - the first error is the one to show
                    warnings.warn(
                        "module forward hook with ``always_call=True`` raised an exception that was silenced as "
                        f"another error was raised in forward: {error}",
                        stacklevel=2,
                    )


class Hooked:
    """The part of a Module that takes hooks."""

    _module_hooks: Hooks | None

    # torch's names of the tables, which some programs clear or count
    _forward_hooks = property(lambda self: hooks_of(self).forward)
    _forward_pre_hooks = property(lambda self: hooks_of(self).forward_pre)
    _backward_hooks = property(lambda self: hooks_of(self).backward)
    _backward_pre_hooks = property(lambda self: hooks_of(self).backward_pre)

    def register_forward_hook(
        self,
        hook: Callable[..., Any],
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Call `hook(module, args, output)` after `forward`; what it returns replaces the output unless it is None."""
        return register(hooks_of(self).forward, ForwardHook(hook, with_kwargs, always_call), prepend)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Call `hook(module, args)` before `forward`; what it returns replaces the arguments unless it is None."""
        return register(hooks_of(self).forward_pre, ForwardHook(hook, with_kwargs), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_input, grad_output)` when the inputs' gradients are known; it may replace them."""
        return register_backward(hooks_of(self), hook, prepend, full=True)

    def register_backward_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """The older kind: it sees the gradients of the last operation in `forward` only."""
        return register_backward(hooks_of(self), hook, False, full=False)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(module, grad_output)` before the module's part of the pass; it may replace the gradients."""
        return register(hooks_of(self).backward_pre, hook, prepend)


def hooks_of(module: Hooked) -> Hooks:
    """The hooks of a module, made at the first."""
    if module._module_hooks is None:
        module._module_hooks = Hooks()
    return module._module_hooks


def register_backward(hooks: Hooks, hook: Callable[..., Any], prepend: bool, full: bool) -> RemovableHandle:
    if hooks.full is (not full):
        raise RuntimeError(TWO_KINDS)
    hooks.full = full
    return register(hooks.backward, hook, prepend)


def register(hooks: dict[int, Any], hook: Any, prepend: bool) -> RemovableHandle:
    before = list(hooks) if prepend else []
    handle = RemovableHandle(hooks, hook)
    for number in before:  # a dictionary keeps its order: taken out and put back, they come last
        hooks[number] = hooks.pop(number)
    return handle


def arguments_after(
    hook: ForwardHook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
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


def result_after(hook: ForwardHook, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> Any:
    if hook.with_kwargs:
        changed = hook.function(module, args, kwargs, result)
    else:
        changed = hook.function(module, args, result)
    return result if changed is None else changed
