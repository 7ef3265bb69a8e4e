"""What every optimizer shares: groups of parameters with their settings, state per parameter, saving and loading.

A step computes each parameter's new value as an array and writes it once, so that whoever watches sees one update per
parameter and not the arithmetic behind it.
"""

from __future__ import annotations

import copy
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from gradviz.engine.grad_mode import enable_grad, no_grad
from gradviz.engine.overwrite import overwrite
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.gradient import zero_gradient
from gradviz.engine.typename import typename

Value = Any  # npt.NDArray or np.generic, as Tensor.numpy_value gives it
Group = dict[str, Any]
Parameters = Iterable[Tensor] | Iterable[Group] | Iterable[tuple[str, Tensor]]


class Optimizer:
    """`defaults` are the settings of groups that do not say otherwise. A subclass defines `updated`, or `step`."""

    def __init__(self, params: Parameters, defaults: Group) -> None:
        self.defaults = defaults
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, but got "
                + typename(params)
            )
        self.state: defaultdict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[Group] = []
        groups: list[Any] = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

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
        if members and all(isinstance(member, tuple) for member in members):
            param_group["param_names"] = [name for name, _ in members]
            members = [member for _, member in members]
        param_group["params"] = members
        for member in members:
            self._check_member(member)
        for name, default in self.defaults.items():
            param_group.setdefault(name, default)
        if len(members) != len(set(members)):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=3,
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
        for group in self.param_groups:
            for parameter in group["params"]:
                zero_gradient(parameter, set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; a `closure` computes the loss and its gradients first."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for parameter in group["params"]:
                    if parameter.grad is not None:
                        gradient = parameter.grad.numpy_value()
                        gradient = -gradient if group.get("maximize") else gradient
                        value = self.updated(parameter, parameter.numpy_value(), gradient, group)
                        overwrite(parameter, value)
        return loss

    @staticmethod
    def remembered(value: Value) -> Tensor:
        """A tensor for `self.state`, made without telling whoever watches the program."""
        return Tensor._of(value, None)

    def updated(self, parameter: Tensor, value: Value, gradient: Value, group: Group) -> Value:
        """The parameter's next value. Keeps what it needs for the one after that in `self.state[parameter]`."""
        raise NotImplementedError(f"{type(self).__name__} defines neither updated() nor step()")

    # Saving

    def state_dict(self) -> dict[str, Any]:
        """State and settings with parameters numbered in their order, as `load_state_dict` takes them."""
        members = [member for group in self.param_groups for member in group["params"]]
        number = {id(member): i for i, member in reversed(list(enumerate(members)))}
        groups = []
        for group in self.param_groups:
            settings = {name: value for name, value in group.items() if name != "params"}
            groups.append({**settings, "params": [number[id(member)] for member in group["params"]]})
        return {"state": {number[id(m)]: state for m, state in self.state.items()}, "param_groups": groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        saved = copy.deepcopy(state_dict)
        sizes = [len(group["params"]) for group in self.param_groups]
        saved_sizes = [len(group["params"]) for group in saved["param_groups"]]
        if len(sizes) != len(saved_sizes):
            raise ValueError("loaded state dict has a different number of parameter groups")
        if sizes != saved_sizes:
            raise ValueError(
                "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
            )
        members: dict[int, Tensor] = {}
        for group, settings in zip(self.param_groups, saved["param_groups"], strict=True):
            members.update(zip(settings["params"], group["params"], strict=True))
            group.update({name: value for name, value in settings.items() if name != "params"})
        self.state = defaultdict(dict, {members[number]: state for number, state in saved["state"].items()})

    def __repr__(self) -> str:
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {name}: {group[name]}" for name in sorted(group) if name != "params"]
        return "\n".join([*lines, ")"])
