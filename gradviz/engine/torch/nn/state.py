"""What a module remembers, as a flat dictionary of tensors by dotted name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gradviz.engine.grad_mode import no_grad
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.parameter import Parameter

if TYPE_CHECKING:
    from gradviz.engine.torch.nn.module import Module


class IncompatibleKeys(NamedTuple):
    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def own_state(module: Module) -> dict[str, Tensor]:
    """The parameters and persistent buffers of this module alone."""
    passing = module._non_persistent_buffers_set  # neither saved nor expected
    buffers = {name: buffer for name, buffer in module._buffers.items() if name not in passing}
    return {name: tensor for name, tensor in (module._parameters | buffers).items() if tensor is not None}


def state_dict(module: Module, destination: dict[str, Any], prefix: str, keep_vars: bool) -> dict[str, Any]:
    for name, tensor in own_state(module).items():
        destination[prefix + name] = tensor if keep_vars else tensor.detach()
    for name, child in module._modules.items():
        if child is not None:
            child.state_dict(destination=destination, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
    return destination


def load_state_dict(module: Module, source: Mapping[str, Any], strict: bool, assign: bool) -> IncompatibleKeys:
    if not isinstance(source, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(source)}.")
    keys = IncompatibleKeys([], [])
    errors: list[str] = []
    _load(module, source, "", assign, keys, errors)
    if strict:
        for heading, names in (("Missing", keys.missing_keys), ("Unexpected", keys.unexpected_keys)):
            if names:
                quoted = ", ".join(f'"{name}"' for name in names)
                errors.insert(int(bool(keys.missing_keys) and heading == "Unexpected"),
                              f"{heading} key(s) in state_dict: {quoted}. ")
    if errors:
        lines = "\n\t".join(errors)
        raise RuntimeError(f"Error(s) in loading state_dict for {type(module).__name__}:\n\t{lines}")
    return keys


def _load(
    module: Module, source: Mapping[str, Any], prefix: str, assign: bool, keys: IncompatibleKeys, errors: list[str]
) -> None:
    own = own_state(module)
    for name, tensor in own.items():
        key = prefix + name
        if key in source:
            _load_tensor(module, name, tensor, source[key], key, assign, errors)
        else:
            keys.missing_keys.append(key)
    for key in source:
        if key.startswith(prefix):
            name, dot, _ = key.removeprefix(prefix).partition(".")
            if name not in (module._modules if dot else own):
                keys.unexpected_keys.append(key)
    for name, child in module._modules.items():
        if child is not None:
            _load(child, source, f"{prefix}{name}.", assign, keys, errors)


def _load_tensor(
    module: Module, name: str, tensor: Tensor, saved: Any, key: str, assign: bool, errors: list[str]
) -> None:
    if not isinstance(saved, Tensor):
        errors.append(
            f'While copying the parameter named "{key}", expected torch.Tensor or Tensor-like object from checkpoint '
            f"but received {type(saved)}"
        )
        return
    if tensor.dim() == 0 and tuple(saved.shape) == (1,):
        saved = saved.reshape(())
    if saved.shape != tensor.shape:
        errors.append(
            f"size mismatch for {key}: copying a param with shape {saved.shape} from checkpoint, "
            f"the shape in current model is {tensor.shape}."
        )
    elif assign:
        if isinstance(tensor, Parameter):
            saved = Parameter(saved, requires_grad=tensor.requires_grad)
        setattr(module, name, saved)
    else:
        with no_grad():
            tensor.copy_(saved)
