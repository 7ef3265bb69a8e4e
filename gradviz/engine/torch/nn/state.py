"""What a module remembers, as a flat dictionary of tensors by dotted name, and back."""

from __future__ import annotations

import warnings
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from gradviz.engine.grad_mode import no_grad
from gradviz.engine.hooks import RemovableHandle
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.parameter import Parameter, is_lazy
from gradviz.engine.torch.nn.tree import Tree

EXTRA = "_extra_state"


class _IncompatibleKeys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


class StateHooks:
    """Functions called before and after saving and loading; few modules have any."""

    def __init__(self) -> None:
        self.before_saving: dict[int, Callable[..., None]] = {}
        self.after_saving: dict[int, tuple[Callable[..., Any], bool]] = {}  # with: may its answer replace the state
        self.before_loading: dict[int, tuple[Callable[..., None], weakref.ref[Any] | None]] = {}
        self.after_loading: dict[int, Callable[..., None]] = {}


class Stateful(Tree):
    """The part of a Module that saves and loads."""

    _version = 1  # of what a class saves, kept beside the state
    _non_persistent_buffers_set: set[str]
    _state_hooks: StateHooks | None

    def state_dict(self, *args: Any, destination: Any = None, prefix: str = "", keep_vars: bool = False) -> Any:
        """All parameters and persistent buffers by dotted name, sharing memory with the module."""
        if args:
            warnings.warn(
                "Positional args are being deprecated, use kwargs instead. Refer to "
                "https://pytorch.org/docs/main/generated/torch.nn.Module.html#torch.nn.Module.state_dict for details.",
                FutureWarning,
                stacklevel=2,
            )
            given = dict(zip(("destination", "prefix", "keep_vars"), args, strict=False))
            destination, prefix = given.get("destination", destination), given.get("prefix", prefix)
            keep_vars = given.get("keep_vars", keep_vars)
        if destination is None:
            destination = OrderedDict()
            destination._metadata = OrderedDict()
        metadata = {"version": self._version}
        if hasattr(destination, "_metadata"):
            destination._metadata[prefix[:-1]] = metadata
        hooks = self._state_hooks
        for before in hooks.before_saving.values() if hooks else ():
            before(self, prefix, keep_vars)
        self._save_to_state_dict(destination, prefix, keep_vars)
        for name, child in self._modules.items():
            if child is not None:
                child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        for after, may_replace in hooks.after_saving.values() if hooks else ():
            answer = after(self, destination, prefix, metadata)
            if answer is not None and not may_replace:
                raise RuntimeError("state_dict post-hook must return None")
            destination = destination if answer is None else answer
        return destination

    def _save_to_state_dict(self, destination: Any, prefix: str, keep_vars: bool) -> None:
        """Put in what this module alone remembers."""
        for name, tensor in own_state(self).items():
            destination[prefix + name] = tensor if keep_vars else tensor.detach()
        if type(self).get_extra_state is not Stateful.get_extra_state:
            destination[prefix + EXTRA] = self.get_extra_state()

    def get_extra_state(self) -> Any:
        """What else a class of yours wants in its state: define this and `set_extra_state`."""
        raise RuntimeError("This module has no extra state: its class does not define get_extra_state().")

    def set_extra_state(self, state: Any) -> None:
        """Take back what `get_extra_state` gave."""
        raise RuntimeError("This module has no extra state: its class does not define set_extra_state().")

    # Loading

    def load_state_dict(
        self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Copy tensors into the parameters and buffers of the same names; all errors are reported together.

        With `assign` the tensors take the places of parameters and buffers. Raises RuntimeError for shapes that differ
        and, when `strict`, for names that are missing or too many.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        metadata = getattr(state_dict, "_metadata", None)
        source: Any = OrderedDict(state_dict)  # a copy, since hooks may change it
        if metadata is not None:
            source._metadata = metadata
        keys = _IncompatibleKeys([], [])
        errors: list[str] = []
        load_into(self, source, "", metadata or {}, assign, keys, errors)
        if strict:
            for heading, names in (("Unexpected", keys.unexpected_keys), ("Missing", keys.missing_keys)):
                if names:
                    quoted = ", ".join(f'"{name}"' for name in names)
                    errors.insert(0, f"{heading} key(s) in state_dict: {quoted}. ")
        if errors:
            lines = "\n\t".join(errors)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{lines}")
        return keys

    def _load_from_state_dict(
        self,
        state_dict: Any,
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        """Take what this module alone remembers."""
        for before, module in list(self._state_hooks.before_loading.values()) if self._state_hooks else ():
            told = () if module is None else (module(),)
            before(*told, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)
        own = own_state(self)
        assign = local_metadata.get("assign_to_params_buffers", False)
        for name, tensor in own.items():
            key = prefix + name
            if key in state_dict:
                load_tensor(self, name, tensor, state_dict[key], key, assign, error_msgs)
            elif strict:
                missing_keys.append(key)
        extra = prefix + EXTRA
        if type(self).set_extra_state is not Stateful.set_extra_state:
            if extra in state_dict:
                self.set_extra_state(state_dict[extra])
            elif strict:
                missing_keys.append(extra)
        elif strict and extra in state_dict:
            unexpected_keys.append(extra)
        for key in state_dict if strict else ():
            if key.startswith(prefix) and key != extra:
                name, dot, _ = key.removeprefix(prefix).partition(".")
                if name not in (self._modules if dot else own):
                    unexpected_keys.append(key)

    # Hooks

    def _hooks_of_state(self) -> StateHooks:
        if self._state_hooks is None:
            self._state_hooks = StateHooks()
        return self._state_hooks

    def register_state_dict_pre_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call `hook(module, prefix, keep_vars)` before the state is taken."""
        return RemovableHandle(self._hooks_of_state().before_saving, hook)

    def register_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata)` after the state was taken, to change it in place."""
        return RemovableHandle(self._hooks_of_state().after_saving, (hook, False))

    def _register_state_dict_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        return RemovableHandle(self._hooks_of_state().after_saving, (hook, True))

    def register_load_state_dict_pre_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call `hook(module, state_dict, prefix, local_metadata, strict, missing, unexpected, errors)` before."""
        return self._register_load_state_dict_pre_hook(hook, with_module=True)

    def _register_load_state_dict_pre_hook(
        self, hook: Callable[..., None], with_module: bool = False
    ) -> RemovableHandle:
        module = weakref.ref(self) if with_module else None
        return RemovableHandle(self._hooks_of_state().before_loading, (hook, module))

    def register_load_state_dict_post_hook(self, hook: Callable[..., None]) -> RemovableHandle:
        """Call `hook(module, incompatible_keys)` after loading; it may change the lists in place."""
        return RemovableHandle(self._hooks_of_state().after_loading, hook)


def own_state(module: Stateful) -> dict[str, Any]:
    """The parameters and persistent buffers of this module alone."""
    passing = module._non_persistent_buffers_set  # neither saved nor expected
    buffers = {name: buffer for name, buffer in module._buffers.items() if name not in passing}
    return {name: tensor for name, tensor in (module._parameters | buffers).items() if tensor is not None}


def load_into(
    module: Stateful,
    source: Any,
    prefix: str,
    metadata: Any,
    assign: bool,
    keys: _IncompatibleKeys,
    errors: list[str],
) -> None:
    """Load a module and all below it, noting what does not fit."""
    own = metadata.get(prefix[:-1], {})
    if assign:
        own["assign_to_params_buffers"] = assign
    module._load_from_state_dict(source, prefix, own, True, keys.missing_keys, keys.unexpected_keys, errors)
    for name, child in module._modules.items():
        if child is not None:
            start = f"{prefix}{name}."
            part = OrderedDict((key, value) for key, value in source.items() if key.startswith(start))
            load_into(child, part, start, metadata, assign, keys, errors)
    for after in module._state_hooks.after_loading.values() if module._state_hooks else ():
        if after(module, keys) is not None:
            raise AssertionError(
                "Hooks registered with ``register_load_state_dict_post_hook`` are not expected to return new values, "
                "if incompatible_keys need to be modified, it should be done inplace."
            )


def load_tensor(
    module: Stateful, name: str, tensor: Tensor, saved: Any, key: str, assign: bool, errors: list[str]
) -> None:
    """Load one parameter or buffer, or note why it cannot be."""
    if not isinstance(saved, Tensor):
        errors.append(
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint '
            f"but received {type(saved)}"
        )
        return
    if not is_lazy(tensor):
        if tensor.dim() == 0 and tuple(saved.shape) == (1,):
            saved = saved[0]
        if saved.shape != tensor.shape:
            errors.append(
                f"size mismatch for {key}: copying a param with shape {saved.shape} from checkpoint, "
                f"the shape in current model is {tensor.shape}."
            )
            return
    try:
        take(module, name, tensor, saved, assign)
    except Exception as error:  # noqa: BLE001 - reported with all others, as torch does
        errors.append(
            f'While copying the parameter named "{key}", whose dimensions in the model are {tensor.size()} and whose '
            f"dimensions in the checkpoint are {saved.size()}, an exception occurred : {error.args}."
        )


def take(module: Stateful, name: str, tensor: Tensor, saved: Any, assign: bool) -> None:
    """Copy a saved tensor's values into the module's, or put it in its place."""
    if not assign:
        with no_grad():
            tensor.copy_(saved)
        return
    if isinstance(tensor, Parameter):
        if isinstance(saved, Parameter):
            saved.requires_grad_(tensor.requires_grad)
        else:
            saved = Parameter(saved, requires_grad=tensor.requires_grad)
    setattr(module, name, saved)
