"""What programs see as `torch.nn.functional`: layers without state, built on the engine's ops as torch builds them."""

from __future__ import annotations

import warnings
from typing import Any

from gradviz.engine import torch
from gradviz.engine.in_place import in_place_form
from gradviz.engine.names import missing
from gradviz.engine.op import find
from gradviz.engine.random import default_generator
from gradviz.engine.tensor import Tensor

REDUCTIONS = ("none", "mean", "sum")


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    """input Wᵀ + b. As in torch one `addmm`, around which other than two dimensions are folded into rows."""
    if not isinstance(input, Tensor):
        raise TypeError(f"linear(): argument 'input' (position 1) must be Tensor, not {type(input).__name__}")
    if bias is None:
        return input.matmul(weight.t())
    if input.dim() == 2:
        return torch.addmm(bias, input, weight.t())
    if not input.is_contiguous():
        return input.matmul(weight.t()) + bias
    rows = input.view(-1, input.shape[-1])
    return torch.addmm(bias, rows, weight.t()).view(*input.shape[:-1], weight.shape[0])


def embedding(input: Tensor, weight: Tensor, padding_idx: int | None = None) -> Any:
    return _run("embedding", False, weight, input, -1 if padding_idx is None else padding_idx)


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """A product with a random mask, which scales what is kept by 1 / (1 − p)."""
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or input.numel() == 0:
        return input
    if not input.is_floating_point():
        name = input.dtype.tensor_name
        raise RuntimeError(f"result type Float can't be cast to the desired output type {name}")
    if p == 1:
        mask = torch.zeros((), dtype=input.dtype)
    else:
        values = default_generator.dropout_mask(input.shape, p, input.numpy_value().dtype)
        mask = torch.from_numpy(values)
    return input.mul_(mask) if inplace else input * mask


# Activations


def relu(input: Tensor, inplace: bool = False) -> Any:
    return input.relu_() if inplace else input.relu()


def sigmoid(input: Tensor) -> Any:
    return input.sigmoid()


def tanh(input: Tensor) -> Any:
    return input.tanh()


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Any:
    return _run("leaky_relu", inplace, input, negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Any:
    return _run("elu", inplace, input, alpha)


def silu(input: Tensor, inplace: bool = False) -> Any:
    return _run("silu", inplace, input)


def gelu(input: Tensor, approximate: str = "none") -> Any:
    return _run("gelu", False, input, approximate)


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Any:
    return _run("softplus", False, input, beta, threshold)


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = _implicit_dim("softmax", input, _stacklevel) if dim is None else dim
    return input.softmax(dim) if dtype is None else input.to(dtype).softmax(dim)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Any:
    dim = _implicit_dim("log_softmax", input, _stacklevel) if dim is None else dim
    return input.log_softmax(dim) if dtype is None else input.to(dtype).log_softmax(dim)


def one_hot(tensor: Any, num_classes: int = -1) -> Any:
    """Class numbers as int64 rows with a single 1."""
    if tensor.dtype != torch.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if (tensor < 0).any():
        raise RuntimeError("Class values must be non-negative.")
    classes = int(tensor.max().item()) + 1 if num_classes == -1 else num_classes
    if (tensor >= classes).any():
        raise RuntimeError("Class values must be smaller than num_classes.")
    return (tensor.unsqueeze(-1) == torch.arange(classes)).long()


def _implicit_dim(name: str, input: Tensor, stacklevel: int) -> int:
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. "
        "Change the call to include dim=X as an argument.",
        stacklevel=stacklevel,
    )
    return 0 if input.dim() in (0, 1, 3) else 1


# Losses


def mse_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    input, target = _same_size(input, target)
    return _run("mse_loss", False, input, target, reduction)


def l1_loss(
    input: Any,
    target: Any,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    weight: Tensor | None = None,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    input, target = _same_size(input, target)
    return _reduced((input - target).abs(), reduction)


def smooth_l1_loss(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    input, target = _same_size(input, target)
    return _run("smooth_l1_loss", False, input, target, reduction, beta)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Any:
    reduction = reduction_from_older_words(None, None, reduction)
    input, target = _same_size(input, target)
    return _run("huber_loss", False, input, target, reduction, delta)


def binary_cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if target.shape != input.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    return _run("binary_cross_entropy", False, input, target, weight, reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if target.shape != input.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    return _run("binary_cross_entropy_with_logits", False, input, target, weight, pos_weight, reduction)


def nll_loss(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    return _run("nll_loss", False, input, target, weight, reduction, ignore_index)


def cross_entropy(
    input: Tensor,
    target: Any,
    weight: Tensor | None = None,
    size_average: bool | None = None,
    ignore_index: int = -100,
    reduce: bool | None = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Any:
    """Scores (N, classes) or (classes) against class numbers (N) or (), or against probabilities of the same shape."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    class_dim = 0 if input.dim() == 1 else 1
    logs = input.log_softmax(class_dim)
    if target.shape == input.shape:
        if not target.is_floating_point():
            name = target.dtype.tensor_name
            raise RuntimeError(f"Expected floating point type for target with class probabilities, got {name}")
        return _soft_cross_entropy(logs, target, weight, reduction, label_smoothing, class_dim)
    loss = _run("nll_loss", False, logs, target, weight, reduction, ignore_index)
    if label_smoothing == 0.0:
        return loss
    if weight is not None:
        raise NotImplementedError("gradviz's NumPy engine does not have label_smoothing with a weight yet.")
    ignored = target == ignore_index
    smooth = (-logs.sum(class_dim)).masked_fill(ignored, 0.0)
    if reduction == "mean":
        smooth = smooth.sum() / (target.numel() - ignored.sum())
    elif reduction == "sum":
        smooth = smooth.sum()
    return loss * (1 - label_smoothing) + smooth * (label_smoothing / input.shape[class_dim])


def _soft_cross_entropy(
    logs: Any, target: Any, weight: Tensor | None, reduction: str, label_smoothing: float, class_dim: int
) -> Any:
    """Targets that are probabilities: the mean is over samples, not over their classes."""
    classes = logs.shape[class_dim]
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / classes
    products = logs * target
    if weight is not None:
        products = products * weight.reshape(*(-1 if i == class_dim else 1 for i in range(logs.dim())))
    if reduction == "none":
        return -products.sum(class_dim)
    total = -products.sum()
    return total if reduction == "sum" else total / (logs.numel() / classes)


def reduction_from_older_words(size_average: bool | None, reduce: bool | None, reduction: str) -> str:
    """`reduction`, unless one of its older names is used."""
    if size_average is not None or reduce is not None:
        averaged, reduced = size_average in (None, True), reduce in (None, True)
        reduction = "none" if not reduced else "mean" if averaged else "sum"
        warnings.warn(
            f"size_average and reduce args will be deprecated, please use reduction='{reduction}' instead.",
            stacklevel=3,
        )
    if reduction not in REDUCTIONS:
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def _run(name: str, inplace: bool, input: Tensor, *others: Any) -> Any:
    """The declared op of this name, or its in-place form."""
    op = find(name)
    function = in_place_form(op, op.function) if inplace else op.function
    return function(input, *others)


def _reduced(losses: Tensor, reduction: str) -> Any:
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def _same_size(input: Tensor, target: Tensor) -> Any:
    """Broadcast one to the other, as torch does with a warning: it is nearly always a mistake."""
    if input.shape == target.shape:
        return input, target
    warnings.warn(
        f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
        stacklevel=3,
    )
    return torch.broadcast_tensors(input, target)


def __getattr__(name: str) -> Any:
    raise missing("torch.nn.functional", name)
