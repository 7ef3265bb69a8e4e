"""PyTorch's words for what went wrong, in one place, because programs and people search for them."""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from .dtype import C_NAMES

HERE = (os.path.join(os.path.dirname((lambda: None).__code__.co_filename), ""), "<engine")

GRAPH_FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after they have already been "
    "freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify "
    "retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors "
    "after calling backward."
)
SCALAR_ONLY = "grad can be implicitly created only for scalar outputs"
NO_GRAD_FN = "element {} of tensors does not require grad and does not have a grad_fn"
LEAF_IN_PLACE = "a leaf Variable that requires grad is being used in an in-place operation."
LEAF_VIEW_IN_PLACE = "a view of a leaf Variable that requires grad is being used in an in-place operation."
INTEGER_REQUIRES_GRAD = "Only Tensors of floating point and complex dtype can require gradients"
INTEGER_REQUIRES_GRAD_METHOD = "only Tensors of floating point dtype can require gradients"
INTEGER_REQUIRES_GRAD_SET = "only Tensors of floating point and complex dtype can require gradients"
NONLEAF_REQUIRES_GRAD = (
    "you can only change requires_grad flags of leaf variables. If you want to use a computed variable in a subgraph "
    "that doesn't require differentiation use var_no_grad = var.detach()."
)
NONLEAF_GRAD = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, "
    "use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the "
    "leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information."
)
NUMPY_REQUIRES_GRAD = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
INFERENCE_SAVED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
    "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in "
    "autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
)
INFERENCE_VERSION = "Inference tensors do not track version counter."
INFERENCE_REQUIRES_GRAD = "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed."
INFERENCE_IN_PLACE = (
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal "
    "tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details."
)
SCALAR_CONVERSION = (
    "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\n"
    "Consider using tensor.detach() first."
)
COPY_CONSTRUCT = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
)
DEEPCOPY = (
    "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
    "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, see "
    "https://github.com/pytorch/pytorch/pull/103001"
)
RETAIN_GRAD = "can't retain_grad on Tensor that has requires_grad=False"
REGISTER_HOOK = "cannot register a hook on a tensor that doesn't require gradient"
INPUTS_EMPTY = "`inputs` argument to `backward()` cannot be empty."
INPUT_NO_GRAD = "One of the differentiated Tensors does not require grad"
UNUSED_INPUT = (
    "The differentiated Tensor at index {} appears to not have been used in the graph. "
    "Set allow_unused=True if this is the desired behavior."
)
MANY_OUTPUTS_IN_PLACE = (
    "Output {} of {} is a view and is being modified inplace. This view is the output of a function that returns "
    "multiple views. Such functions do not allow the output views to be modified inplace. You should replace the "
    "inplace operation by an out-of-place one."
)
NO_GRAD_VIEW_IN_PLACE = (
    "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case "
    "is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace "
    "either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want "
    "the inplace to be tracked)."
)
BOOL_DIFFERENCE = (
    "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator "
    "instead."
)
BOOL_IN_DIFFERENCE = (
    "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the "
    "`~` or `logical_not()` operator instead."
)
OVERLAP = (
    "unsupported operation: more than one element of the written-to tensor refers to a single memory location. "
    "Please clone() the tensor before performing the operation."
)
SAVED_DETACHED = (
    "Trying to use a saved tensor that has been detached in-place, i.e. with .detach_().This is not supported, please "
    "use out-of-place `.detach()` instead"
)
INPUT_OVERLAP = (
    "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory "
    "location. Please clone() the tensor before performing the operation."
)
HINT = (
    " Hint: enable anomaly detection to find the operation that failed to compute its gradient, with "
    "torch.autograd.set_detect_anomaly(True, check_nan=False)."
)


CREATE_GRAPH = (
    "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient "
    "which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you "
    "have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the "
    "cycle and avoid the leak."
)
DATA_REQUIRES_GRAD = "data set to a tensor that requires gradients must be floating point or complex dtype"
warned: set[str] = set()
BATCHED = (
    "If `is_grads_batched=True`, we interpret the first dimension of each grad_output as the batch dimension. The "
    "sizes of the remaining dimensions are expected to match the shape of corresponding output, but a mismatch was "
    "detected: grad_output[{0}] has a shape of {1} and output[{0}] has a shape of {2}. If you only want some tensors "
    "in `grad_output` to be considered batched, consider using vmap."
)
HINT_ABOVE = (
    " Hint: the backtrace further above shows the operation that failed to compute its gradient. The variable in "
    "question was changed in there or anywhere later. Good luck!"
)


def sizes(shape: tuple[int, ...]) -> str:
    """Return a shape as PyTorch's errors write it: [2, 3]."""
    return str(list(shape))


def type_name(tensor: Any) -> str:
    """Return torch.FloatTensor and its like."""
    return f"torch.{tensor.dtype.tensor_name}Tensor"


def kind_of(given: Any) -> str:
    """Return the name of an argument's type as PyTorch's errors write it: numpy.ndarray, but list."""
    kind = type(given)
    return f"numpy.{kind.__name__}" if kind.__module__ == "numpy" else kind.__name__


def wrong_kind(function: str, argument: str, given: Any, place: int = 0) -> str:
    """Return the text for a switch that is no bool."""
    where = f" (position {place})" if place else ""
    return f"{function}(): argument '{argument}'{where} must be bool, not {kind_of(given)}"


def lacking(name: str, missing: list[str]) -> TypeError:
    """Return the error for arguments that a call lacks; PyTorch has the plural the other way round."""
    plural = "s" if len(missing) == 1 else ""
    names = ", ".join(f'"{each}"' for each in missing)
    return TypeError(f"{name}() missing {len(missing)} required positional argument{plural}: {names}")


def output_of(node: Any, place: int | None) -> str:
    """Return what made a saved tensor, as the version error writes it: nodes go by the name of their op there."""
    if node is None:
        return ""
    before, word, after = node.name().removesuffix("0").rpartition("Backward")
    return f", which is output {place} of {before + after if word else node.name()},"


def stale(tensor: Any, version: int, expected: int, output: str, hint: str = HINT) -> RuntimeError:
    """Return the error for a saved tensor that was changed in place after it was saved."""
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"[{tensor}]{output} is at version {version}; expected version {expected} instead.{hint}"
    )


def gradient_dtype(got: Any, expected: Any) -> str:
    """Return the text for a .grad of another element type."""
    return (
        f"attempting to assign a gradient with dtype '{C_NAMES[got.name]}' to a tensor with grad_dtype "
        f"'{expected.tensor_name}'. "
        "The gradient must match the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's "
        "grad_dtype attribute with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. "
        "Diverging the dtypes of a tensor and its gradient may break downstream systems that assume they match."
    )


def gradient_size(got: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """Return the text for a .grad of another shape."""
    return (
        f"attempting to assign a gradient of size '{sizes(got)}' to a tensor of size '{sizes(expected)}'. "
        "Please ensure that the gradient and the tensor are the same size"
    )


def warn(text: str) -> None:
    """Warn at the line of the user's program: the nearest caller outside the engine."""
    frame = sys._getframe(1)
    level = 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
        level += 1
    warnings.warn(text, UserWarning, stacklevel=level)


def warn_once(text: str) -> None:
    """Warn where PyTorch does so once in a program."""
    if text not in warned:
        warned.add(text)
        warn(text)


def not_for(function: str, dtype: Any) -> NotImplementedError:
    """Return PyTorch's error for a function that an element type does not have."""
    return NotImplementedError(f"\"{function}\" not implemented for '{dtype.tensor_name}'")


def resized(before: tuple[int, ...], after: tuple[int, ...]) -> str:
    """Return the warning for an `out=` tensor that takes another shape."""
    return (
        f"An output with one or more elements was resized since it had shape {sizes(before)}, which does not match the "
        f"required output shape {sizes(after)}. This behavior is deprecated, and in a future PyTorch release outputs "
        "will not be resized unless they have zero elements. You can explicitly reuse an out tensor t by resizing it, "
        "inplace, to zero elements with t.resize_(0)."
    )
