"""Parameters that are computed from others whenever they are read: a module's class gets a property in their place."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, NoReturn, TypeVar

from gradviz.engine import torch
from gradviz.engine.names import missing, shown_as
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.container import ModuleDict, ModuleList
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.parameter import Parameter

M = TypeVar("M", bound=Module)
UNLESS = ", unless `unsafe` flag is enabled.\n"


class ParametrizationList(ModuleList):
    """The functions that make one parameter, and the original that they start from."""

    def __init__(self, modules: Sequence[Module], original: Any, unsafe: bool = False) -> None:
        if not modules:
            raise ValueError("ParametrizationList requires one or more modules.")
        super().__init__(modules)
        self.unsafe = unsafe
        shape, dtype = original.shape, original.dtype
        with torch.no_grad():
            new: Any = original
            for module in reversed(list(self)):
                if hasattr(module, "right_inverse"):
                    new = module.right_inverse(new)
        self.is_tensor = isinstance(new, Tensor)
        if not self.is_tensor and not isinstance(new, Sequence):
            raise ValueError(
                "'right_inverse' must return a Tensor or a Sequence of tensors (list, tuple...). "
                f"Got {type(new).__name__}"
            )
        self.ntensors = 1 if self.is_tensor else len(new)
        if self.is_tensor:
            if new.dtype != dtype:
                raise ValueError(
                    "When `right_inverse` outputs one tensor, it may not change the dtype.\n"
                    f"original.dtype: {dtype}\nright_inverse(original).dtype: {new.dtype}"
                )
            if new is not original:
                original.data = new.data
            keep(self, "original", original)
        else:
            for i, each in enumerate(new):
                made = Parameter(each, original.requires_grad) if isinstance(original, Parameter) else each
                keep(self, f"original{i}", made.requires_grad_(original.requires_grad))
        if not unsafe:
            check_made(self(), shape, dtype)

    def right_inverse(self, value: Any) -> None:
        """Set the originals so that they make this value."""
        with torch.no_grad():
            for module in reversed(list(self)):
                if not hasattr(module, "right_inverse"):
                    raise RuntimeError(f"parametrization {type(module).__name__} does not implement right_inverse.")
                value = module.right_inverse(value)
            names = ["original"] if self.is_tensor else [f"original{i}" for i in range(self.ntensors)]
            for name, each in zip(names, [value] if self.is_tensor else value, strict=True):
                getattr(self, name).data = each.data

    def forward(self) -> Any:
        first, *others = self
        if self.is_tensor:
            made = first(self.original)
        else:
            made = first(*(getattr(self, f"original{i}") for i in range(self.ntensors)))
        for module in others:
            made = module(made)
        return made


def register_parametrization(module: M, tensor_name: str, parametrization: Module, *, unsafe: bool = False) -> M:
    """Let `parametrization` make a parameter or buffer, or let it follow those that do so already."""
    parametrization.train(module.training)
    if is_parametrized(module, tensor_name):
        if not unsafe:
            before = getattr(module, tensor_name)
            check_made(parametrization(before), before.shape, before.dtype)
        found: Any = module.parametrizations[tensor_name]
        found.append(parametrization)
        found.unsafe |= unsafe
    elif tensor_name in module._buffers or tensor_name in module._parameters:
        made = ParametrizationList([parametrization], getattr(module, tensor_name), unsafe)
        delattr(module, tensor_name)
        if not is_parametrized(module):
            give_class(module)
            module.parametrizations = ModuleDict()
        setattr(type(module), tensor_name, computed(tensor_name))
        module.parametrizations[tensor_name] = made
    else:
        raise ValueError(
            f"Module '{module}' does not have a parameter, a buffer, or a parametrized element with name "
            f"'{tensor_name}'"
        )
    return module


def is_parametrized(module: Module, tensor_name: str | None = None) -> bool:
    """Is this parameter, or any, computed from others?"""
    found = module.__dict__.get("_modules", {}).get("parametrizations")
    if not isinstance(found, ModuleDict):
        return False
    return len(found) > 0 if tensor_name is None else tensor_name in found


def remove_parametrizations(module: M, tensor_name: str, leave_parametrized: bool = True) -> M:
    """Make it a plain parameter again: with the computed value, or with the original one."""
    if not is_parametrized(module, tensor_name):
        raise ValueError(f"Module {module} does not have a parametrization on {tensor_name}")
    found: Any = module.parametrizations[tensor_name]
    if not found.is_tensor and not leave_parametrized:
        raise ValueError(
            "Cannot leave unparametrized (`leave_parametrized=False`) a tensor that is parametrized in terms of a "
            "sequence of tensors."
        )
    with torch.no_grad() if found.is_tensor else nullcontext():
        value = getattr(module, tensor_name)
    if not found.is_tensor:
        original = Parameter(value) if value.requires_grad else value
    else:
        original = found.original
        if leave_parametrized:
            original.data = value.data
    delattr(type(module), tensor_name)
    del module.parametrizations[tensor_name]
    keep(module, tensor_name, original)
    if not is_parametrized(module):
        del module.parametrizations
        module.__class__ = type(module).__bases__[0]
    return module


def type_before_parametrizations(module: Module) -> type:
    return type(module).__bases__[0] if is_parametrized(module) else type(module)


def keep(module: Any, name: str, tensor: Any) -> None:
    if isinstance(tensor, Parameter):
        module.register_parameter(name, tensor)
    else:
        module.register_buffer(name, tensor)


def computed(name: str) -> property:
    """The property that makes the parameter when it is read."""

    def make(self: Any) -> Any:
        return self.parametrizations[name]()

    def take(self: Any, value: Any) -> None:
        self.parametrizations[name].right_inverse(value)

    return property(make, take)


def give_class(module: Any) -> None:
    """Give a module a class of its own, which may have properties that others of its kind have not."""
    kind = type(module)

    def deepcopy(self: Any, memo: dict[int, Any]) -> Any:
        twin = self.__new__(type(self))
        memo[id(self)] = twin
        twin.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return twin

    def refuse(self: Any) -> NoReturn:
        raise RuntimeError("Serialization of parametrized modules is only supported through state_dict().")

    module.__class__ = type(f"Parametrized{kind.__name__}", (kind,), {"__deepcopy__": deepcopy, "__getstate__": refuse})


def check_made(made: Any, shape: Any, dtype: Any) -> None:
    if not isinstance(made, Tensor):
        raise ValueError(f"A parametrization must return a tensor. Got {type(made).__name__}.")
    for what, was, got in (("dtype", dtype, made.dtype), ("shape", shape, made.shape)):
        if was != got:
            raise ValueError(
                f"Registering a parametrization may not change the {what} of the tensor{UNLESS}"
                f"unparametrized {what}: {was}\nparametrized {what}: {got}"
            )


shown_as("torch.nn.utils.parametrize", ParametrizationList)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.utils.parametrize", name)
