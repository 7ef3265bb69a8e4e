"""Module: a tree of layers that knows its parameters, buffers and children by name.

Assigning an attribute sorts it in: a Parameter goes among the parameters, a Module among the children, a tensor whose
name was registered among the buffers. All the rest (moving, saving, switching to evaluation) walks that tree.
"""

from __future__ import annotations

from typing import Any, TypeVar

from gradviz.engine.names import missing_method, shown_as
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.conversion import Convertible
from gradviz.engine.torch.nn.gradient import zero_gradient
from gradviz.engine.torch.nn.hooks import Hooked
from gradviz.engine.torch.nn.parameter import Buffer, Parameter
from gradviz.engine.torch.nn.state import Stateful, _IncompatibleKeys
from gradviz.engine.typename import typename

M = TypeVar("M", bound="Module")

KINDS = ("_parameters", "_buffers", "_modules")


class Module(Hooked, Stateful, Convertible):
    """The base of every layer and model. A subclass calls `super().__init__()` and defines `forward`."""

    training: bool
    call_super_init = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        refuse_arguments(self, args, kwargs)
        # Past our own __setattr__, which asks the dictionaries that are made here.
        self.__dict__.update(
            training=True,
            _parameters={},
            _buffers={},
            _non_persistent_buffers_set=set(),
            _modules={},
            _module_hooks=None,
            _state_hooks=None,
        )
        if self.call_super_init:
            super().__init__(*args, **kwargs)

    # Running

    def forward(self, *inputs: Any) -> Any:
        raise NotImplementedError(f'Module [{type(self).__name__}] is missing the required "forward" function')

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        hooks = self._module_hooks
        return self.forward(*args, **kwargs) if hooks is None else hooks.call(self, args, kwargs)

    # Attributes

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_parameters"][name]
        except KeyError:
            pass
        for kind in KINDS:
            members = self.__dict__.get(kind)
            if members is not None and name in members:
                return members[name]
        if name == "_module_hooks":  # Module.__init__() did not run; torch misses this one of its tables first
            name = "_backward_hooks"
        raise missing_method("torch.nn.Module", type(self).__name__, name)

    def __setattr__(self, name: str, value: Any) -> None:
        members = self.__dict__
        if isinstance(value, Parameter):
            if "_parameters" not in members:
                raise AttributeError("cannot assign parameters before Module.__init__() call")
            self._forget(name, but="_parameters")
            self.register_parameter(name, value)
        elif name in members.get("_parameters", ()):
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as parameter '{name}' (torch.nn.Parameter or None expected)"
                )
            self._parameters[name] = None
        elif isinstance(value, Module):
            if "_modules" not in members:
                raise AttributeError("cannot assign module before Module.__init__() call")
            self._forget(name, but="_modules")
            self._modules[name] = value
        elif name in members.get("_modules", ()):
            if value is not None:
                raise TypeError(
                    f"cannot assign '{typename(value)}' as child module '{name}' (torch.nn.Module or None expected)"
                )
            self._modules[name] = None
        elif isinstance(value, Buffer) or name in members.get("_buffers", ()):
            if value is not None and not isinstance(value, Tensor):
                raise TypeError(
                    f"cannot assign '{typename(value)}' as buffer '{name}' "
                    "(torch.nn.Buffer, torch.Tensor or None expected)"
                )
            persistent = value.persistent if isinstance(value, Buffer) else name not in self._non_persistent_buffers_set
            self.register_buffer(name, value, persistent)
        else:
            object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        for kind in KINDS:
            if name in self.__dict__[kind]:
                del self.__dict__[kind][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def _forget(self, name: str, but: str) -> None:
        """Drop what was known under this name as something else."""
        for members in (self.__dict__, *(self.__dict__[kind] for kind in KINDS if kind != but)):
            members.pop(name, None)
        self._non_persistent_buffers_set.discard(name)

    def __dir__(self) -> list[str]:
        names = [*dir(type(self)), *self.__dict__, *self._parameters, *self._modules, *self._buffers]
        return sorted({name for name in names if not name[0].isdigit()})

    # Registration

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        self._check_name("parameter", name, "_parameters")
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        if param is not None and param.grad_fn is not None:
            raise ValueError(
                f"Cannot assign non-leaf Tensor to parameter '{name}'. Model parameters must be created explicitly. "
                f"To express '{name}' as a function of another Tensor, compute the value in the forward() method."
            )
        self._parameters[name] = param

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Keep a tensor with the module that is state but no parameter; a persistent one is in `state_dict`."""
        self._check_name("buffer", name, "_buffers")
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        if persistent:
            self._non_persistent_buffers_set.discard(name)
        else:
            self._non_persistent_buffers_set.add(name)

    def register_module(self, name: str, module: Module | None) -> None:
        self.add_module(name, module)

    def add_module(self, name: str, module: Module | None) -> None:
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{typename(module)} is not a Module subclass")
        self._check_name("module", name, "_modules")
        self._modules[name] = module

    def _check_name(self, what: str, name: str, kind: str) -> None:
        if kind not in self.__dict__ and what != "module":
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{what} name should be a string. Got {typename(name)}")
        shown = f", got: {name}" if what == "module" else ""
        taken = hasattr(self, name) and name not in getattr(self, kind)
        if taken and (what == "module" or ("." not in name and name)):
            raise KeyError(f"attribute '{name}' already exists")
        if "." in name:
            raise KeyError(f'{what} name can\'t contain "."{shown}')
        if name == "":
            raise KeyError(f'{what} name can\'t be empty string ""')

    # Modes and gradients

    def train(self: M, mode: bool = True) -> M:
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self: M) -> M:
        return self.train(False)

    def requires_grad_(self: M, requires_grad: bool = True) -> M:
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self.parameters():
            zero_gradient(parameter, set_to_none)

    def compile(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: torch compiles to run faster and with the same numbers."""

    # Text

    def extra_repr(self) -> str:
        return ""

    def _get_name(self) -> str:
        return type(self).__name__

    def __repr__(self) -> str:
        own = self.extra_repr().split("\n") if self.extra_repr() else []
        children = [f"({name}): " + moved_in(repr(module)) for name, module in self._modules.items()]
        if len(own) <= 1 and not children:
            return f"{self._get_name()}({''.join(own)})"
        return f"{self._get_name()}(\n  " + "\n  ".join(own + children) + "\n)"


def moved_in(text: str) -> str:
    """A child's text under its parent's: lines after the first move in by two, empty ones stay empty."""
    first, *rest = text.split("\n")
    return "\n".join([first, *("  " + line if line.strip() else "" for line in rest)])


def refuse_arguments(module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Raise torch's errors for arguments that Module.__init__() does not take."""
    if module.call_super_init:
        return
    kind = type(module).__name__
    if kwargs:
        raise TypeError(f"{kind}.__init__() got an unexpected keyword argument '{next(iter(kwargs))}'")
    if args:
        raise TypeError(f"{kind}.__init__() takes 1 positional argument but {len(args) + 1} were given")


shown_as("torch.nn.modules.module", Module, _IncompatibleKeys)
