"""Layers that learn the number of their inputs' channels from the first input, and are ordinary layers from then on."""

from __future__ import annotations

from typing import Any

from gradviz.engine import torch
from gradviz.engine.hooks import RemovableHandle
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.convolution import (
    Conv1d,
    Conv2d,
    Conv3d,
    ConvolutionLayer,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
)
from gradviz.engine.torch.nn.linear import Linear
from gradviz.engine.torch.nn.module import Module
from gradviz.engine.torch.nn.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
    RunningNorm,
)
from gradviz.engine.torch.nn.parameter import UninitializedBuffer, UninitializedParameter, is_lazy
from gradviz.engine.torch.nn.starting import starting


class LazyModuleMixin:
    """Before the first call `initialize_parameters(input)` runs; then the layer takes its ordinary class."""

    cls_to_become: type | None = None
    _initialize_hook: RemovableHandle
    _load_hook: RemovableHandle
    _parameters: dict[str, Any]
    _buffers: dict[str, Any]

    def wait(self: Any) -> None:
        """Have the first call find out what is missing."""
        self._load_hook = self._register_load_state_dict_pre_hook(shape_from_state, with_module=True)
        self._initialize_hook = self.register_forward_pre_hook(infer, with_kwargs=True)

    def initialize_parameters(self, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(f"initialize_parameters is not implemented for {type(self).__name__}")

    def has_uninitialized_params(self) -> bool:
        """True while a parameter or buffer has no shape."""
        return any(is_lazy(each) for each in (*self._parameters.values(), *self._buffers.values()))


def shape_from_state(module: Any, state_dict: Any, prefix: str, *_: Any) -> None:
    """Give a lazy layer the shapes of what is about to be loaded."""
    for members in (module._parameters, module._buffers):
        for name, tensor in members.items():
            if is_lazy(tensor) and prefix + name in state_dict and not is_lazy(state_dict[prefix + name]):
                with torch.no_grad():
                    tensor.materialize(state_dict[prefix + name].shape)


def infer(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Give a lazy layer its shapes and starting values, and let it become what it stands for."""
    with starting(module):
        module.initialize_parameters(*args, **kwargs)
    if module.has_uninitialized_params():
        raise RuntimeError(f"module {module._get_name()} has not been fully initialized")
    module._initialize_hook.remove()
    module._load_hook.remove()
    del module._initialize_hook, module._load_hook
    if module.cls_to_become is not None:
        module.__class__ = module.cls_to_become


class LazyLinear(LazyModuleMixin, Linear):
    cls_to_become = Linear

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: Any = None) -> None:
        Module.__init__(self)
        self.in_features, self.out_features = 0, out_features
        self.weight = UninitializedParameter(dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(dtype=dtype)
        else:
            self.register_parameter("bias", None)
        self.wait()

    def initialize_parameters(self, input: Tensor) -> None:
        if self.has_uninitialized_params():
            with torch.no_grad():
                self.in_features = input.shape[-1]
                self.weight.materialize((self.out_features, self.in_features))
                if self.bias is not None:
                    self.bias.materialize((self.out_features,))
                self.reset_parameters()
        elif not self.in_features:  # the shapes came from a loaded state
            self.in_features = self.weight.shape[1]


class LazyConvolution(LazyModuleMixin):
    """What all lazy convolutions do."""

    def __init__(self, out_channels: int, kernel_size: Any, *args: Any, **options: Any) -> None:
        super().__init__(0, out_channels, kernel_size, *args, **options)  # type: ignore[call-arg]
        self.wait()

    def make_parameters(self: Any, bias: bool, dtype: Any) -> None:
        self.weight = UninitializedParameter(dtype=dtype)
        if bias:
            self.bias = UninitializedParameter(dtype=dtype)
        else:
            self.register_parameter("bias", None)

    def reset_parameters(self: Any) -> None:
        if not self.has_uninitialized_params():
            ConvolutionLayer.reset_parameters(self)

    def initialize_parameters(self: Any, input: Tensor, *args: Any, **kwargs: Any) -> None:
        if not self.has_uninitialized_params():
            return
        batched, single = self.dimensions + 2, self.dimensions + 1
        if input.dim() not in (batched, single):
            raise RuntimeError(
                f"Expected {single}D (unbatched) or {batched}D (batched) input to {type(self).__name__}, but got input "
                f"of size: {input.shape}"
            )
        self.in_channels = input.shape[1] if input.dim() == batched else input.shape[0]
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        outer, inside = self.out_channels, self.in_channels
        if self.transposed:
            outer, inside = inside, outer
        self.weight.materialize((outer, inside // self.groups, *self.kernel_size))
        if self.bias is not None:
            self.bias.materialize((self.out_channels,))
        self.reset_parameters()


class LazyConv1d(LazyConvolution, Conv1d):
    cls_to_become = Conv1d


class LazyConv2d(LazyConvolution, Conv2d):
    cls_to_become = Conv2d


class LazyConv3d(LazyConvolution, Conv3d):
    cls_to_become = Conv3d


class LazyConvTranspose1d(LazyConvolution, ConvTranspose1d):
    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(LazyConvolution, ConvTranspose2d):
    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(LazyConvolution, ConvTranspose3d):
    cls_to_become = ConvTranspose3d


class LazyNorm(LazyModuleMixin):
    """What lazy batch and instance norms do; these lack parameters from the start, unless told otherwise."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: Any = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(0, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)  # type: ignore[call-arg]
        self.wait()

    def make_parameters(self: Any, bias: bool, dtype: Any) -> None:
        for name in ("weight", "bias"):
            if self.affine and (bias or name == "weight"):
                setattr(self, name, UninitializedParameter(dtype=dtype))
            else:
                self.register_parameter(name, None)
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, UninitializedBuffer(dtype=dtype) if self.track_running_stats else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0) if self.track_running_stats else None)

    def reset_parameters(self: Any) -> None:
        if not self.has_uninitialized_params() and self.num_features:
            RunningNorm.reset_parameters(self)

    def initialize_parameters(self: Any, input: Tensor) -> None:
        if self.has_uninitialized_params():
            self.num_features = input.shape[1]
            for each in (self.weight, self.bias, self.running_mean, self.running_var):
                if each is not None:
                    each.materialize((self.num_features,))
            self.reset_parameters()


class LazyBatchNorm1d(LazyNorm, BatchNorm1d):
    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(LazyNorm, BatchNorm2d):
    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(LazyNorm, BatchNorm3d):
    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(LazyNorm, InstanceNorm1d):
    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(LazyNorm, InstanceNorm2d):
    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(LazyNorm, InstanceNorm3d):
    cls_to_become = InstanceNorm3d
