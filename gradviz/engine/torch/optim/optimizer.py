"""What every optimizer shares: groups of parameters with their settings, state per parameter, hooks around a step.

A step computes each parameter's new value as an array and writes it once, so that whoever watches sees one update per
parameter and not the arithmetic behind it.
"""

from __future__ import annotations

import functools
import warnings
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from gradviz.engine import watch
from gradviz.engine.dtype import default_dtype
from gradviz.engine.grad_mode import enable_grad
from gradviz.engine.hooks import RemovableHandle
from gradviz.engine.overwrite import overwrite
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.gradient import zero_gradient
from gradviz.engine.torch.optim import saving
from gradviz.engine.torch.optim.arithmetic import Value
from gradviz.engine.typename import typename

Group = dict[str, Any]
State = dict[str, Any]
Parameters = Iterable[Tensor] | Iterable[Group] | Iterable[tuple[str, Tensor]]
Hooks = OrderedDict[int, Callable[..., Any]]


class Required:
    """The default of a setting that every group must state."""

    def __repr__(self) -> str:
        return "<required parameter>"


required = Required()


class Optimizer:
    """`defaults` are the settings of groups that do not say otherwise. A subclass defines `updated`, or `step`."""

    def __init__(self, params: Parameters, defaults: Group) -> None:
        self.defaults = defaults
        if defaults.get("differentiable"):
            raise NotImplementedError(
                f"gradviz's NumPy engine does not have {type(self).__name__} with differentiable=True: its steps are "
                "not part of the graph."
            )
        self._optimizer_step_pre_hooks: Hooks = OrderedDict()
        self._optimizer_step_post_hooks: Hooks = OrderedDict()
        self._optimizer_state_dict_pre_hooks: Hooks = OrderedDict()
        self._optimizer_state_dict_post_hooks: Hooks = OrderedDict()
        self._optimizer_load_state_dict_pre_hooks: Hooks = OrderedDict()
        self._optimizer_load_state_dict_post_hooks: Hooks = OrderedDict()
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + typename(params)
            )
        self.state: defaultdict[Any, State] = defaultdict(dict)
        self.param_groups: list[Group] = []
        groups: list[Any] = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)
        if defaults.get("fused") and defaults.get("foreach"):
            raise RuntimeError("`fused` and `foreach` cannot be `True` together.")

    def __init_subclass__(cls) -> None:
        # A program's own optimizer writes its own step(); hooks run around that one too.
        super().__init_subclass__()
        if "step" in vars(cls):
            cls.step = hooked(cls.step)  # type: ignore[method-assign]

    # Settings

    def add_param_group(self, param_group: Group) -> None:
        """Let the optimizer move further parameters, with settings of their own."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        members = param_group["params"]
        if isinstance(members, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in "
                "sets will change between runs. Please use a list instead."
            )
        members = [members] if isinstance(members, Tensor) else list(members)
        names = [member[0] for member in members if isinstance(member, tuple)]
        members = param_group["params"] = [member[1] if isinstance(member, tuple) else member for member in members]
        if names:
            if len(names) != len(members):
                raise ValueError("all optimizer params should be with/without names. Some param names are missing")
            param_group["param_names"] = names
        for member in members:
            self._check_member(member)
        for name, default in self.defaults.items():
            if default is required and name not in param_group:
                raise ValueError(f"parameter group didn't specify a value of required optimization parameter {name}")
            param_group.setdefault(name, default)
        if len(members) != len(set(members)):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=3,
            )
        for group in self.param_groups:
            if ("param_names" in group) != ("param_names" in param_group):
                raise ValueError(
                    "all optimizer param groups should be with/without names. cannot add param group "
                    f"{'with' if names else 'without'} names to the optimizer"
                )
        known = {member for group in self.param_groups for member in group["params"]}
        if not known.isdisjoint(members):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append(param_group)

    def _check_member(self, member: Any) -> None:
        if not isinstance(member, Tensor):
            raise TypeError("optimizer can only optimize Tensors, but one of the params is " + typename(member))
        if not member.is_leaf and not member.retains_grad:
            raise ValueError("can't optimize a non-leaf Tensor")

    # Steps

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or fill them with zeros."""
        for group in self.param_groups:
            for parameter in group["params"]:
                zero_gradient(parameter, set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; a `closure` computes the loss and its gradients first."""
        if type(self).updated is Optimizer.updated:
            raise NotImplementedError
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        updated = self.updated
        for group in self.param_groups:
            maximize = group.get("maximize")
            for parameter in group["params"]:
                grad = parameter.grad
                if grad is not None:
                    gradient = -grad._value if maximize else grad._value
                    overwrite(parameter, updated(parameter, parameter._value, gradient, group))
        return loss

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        """The parameter's next value. Keeps what it needs for the one after that in `self.state[parameter]`."""
        raise NotImplementedError

    @staticmethod
    def begin(state: State, value: Value, *names: str) -> None:
        """State before the first step: how many there were, and zeros like the parameter under these names."""
        state["step"] = remembered(default_step()(0))
        for name in names:
            state[name] = remembered(np.zeros(value.shape, value.dtype)[()])

    @staticmethod
    def count(state: State) -> Any:
        """Count one more step and return its number."""
        step = state["step"]
        number = step.numpy_value() + step.numpy_value().dtype.type(1)
        step._assign(number)
        return number.item()

    # Hooks

    def register_step_pre_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` before each step; it may return other arguments for it."""
        return RemovableHandle(self._optimizer_step_pre_hooks, hook)

    def register_step_post_hook(self, hook: Callable[..., Any]) -> RemovableHandle:
        """Call `hook(optimizer, args, kwargs)` after each step."""
        return RemovableHandle(self._optimizer_step_post_hooks, hook)

    def register_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` before `state_dict()`."""
        return _registered(self._optimizer_state_dict_pre_hooks, hook, prepend)

    def register_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` with what `state_dict()` gives; it may return another."""
        return _registered(self._optimizer_state_dict_post_hooks, hook, prepend)

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer, state_dict)` with what is to be loaded; it may return another."""
        return _registered(self._optimizer_load_state_dict_pre_hooks, hook, prepend)

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any], prepend: bool = False) -> RemovableHandle:
        """Call `hook(optimizer)` after `load_state_dict()`."""
        return _registered(self._optimizer_load_state_dict_post_hooks, hook, prepend)

    # Saving

    def state_dict(self) -> dict[str, Any]:
        """State and settings with parameters numbered in their order, as `load_state_dict` takes them."""
        for before in self._optimizer_state_dict_pre_hooks.values():
            before(self)
        state = saving.state_dict(self.param_groups, self.state)
        for after in self._optimizer_state_dict_post_hooks.values():
            state = after(self, state) or state
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over settings and state. Raises ValueError when the groups have other sizes."""
        source = state_dict.copy()
        for before in self._optimizer_load_state_dict_pre_hooks.values():
            source = before(self, source) or source
        self.param_groups, self.state = saving.loaded(self.param_groups, source)
        for after in self._optimizer_load_state_dict_post_hooks.values():
            after(self)

    def __repr__(self) -> str:
        text = f"{type(self).__name__} ("
        for i, group in enumerate(self.param_groups):
            text += f"\nParameter Group {i}\n"
            text += "".join(f"    {name}: {group[name]}\n" for name in sorted(group) if name != "params")
        return text + ")"


def hooked(step: Callable[..., Any]) -> Callable[..., Any]:
    """The step with the optimizer's hooks before and after it."""

    @functools.wraps(step)
    def around(self: Optimizer, *args: Any, **kwargs: Any) -> Any:
        if watch.current is not None:
            watch.current.optimizer_begins(self)
        arguments: Any = ((self, *args), kwargs)
        for before in self._optimizer_step_pre_hooks.values():
            others = before(self, *arguments)
            if others is not None and not (isinstance(others, tuple) and len(others) == 2):
                raise RuntimeError(f"{step} must return None or a tuple of (new_args, new_kwargs), but got {others}.")
            arguments = others or arguments
        result = step(*arguments[0], **arguments[1])
        for after in self._optimizer_step_post_hooks.values():
            after(self, *arguments)
        watcher = watch.of_passes()
        if watcher is not None:
            watcher.optimizer_stepped(self)
        return result

    return around


Optimizer.step = hooked(Optimizer.step)  # type: ignore[method-assign]


def remembered(value: Value) -> Tensor:
    """A tensor for an optimizer's state, made without telling whoever watches the program."""
    return Tensor._of(value, None)


def default_step() -> Any:
    """The NumPy type that steps are counted in: float64 where that is the default type, else float32."""
    kind = default_dtype().numpy.type
    return kind if kind is np.float64 else np.float32


def number_of(setting: Any) -> float:
    """A setting as a number: a learning rate may be a tensor of one element."""
    return setting.item() if isinstance(setting, Tensor) else setting  # type: ignore[no-any-return]


def check(lr: Any, **settings: Any) -> None:
    """Raise torch's errors for a learning rate or another setting below zero, and for `betas` outside [0, 1).

    They are looked at in the order in which they are given, as torch does.
    """
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    if not lr >= 0.0:
        raise ValueError(f"Invalid learning rate: {lr}")
    for name, value in settings.items():
        if name == "betas":
            for i in range(2):
                if not 0.0 <= value[i] < 1.0:
                    raise ValueError(f"Invalid beta parameter at index {i}: {value[i]}")
        elif not value >= 0.0:
            raise ValueError(f"Invalid {'epsilon' if name == 'eps' else name} value: {value}")


def _registered(hooks: Hooks, hook: Callable[..., Any], prepend: bool) -> RemovableHandle:
    handle = RemovableHandle(hooks, hook)
    if prepend:
        hooks.move_to_end(next(reversed(hooks)), last=False)
    return handle
