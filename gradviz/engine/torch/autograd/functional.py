"""torch.autograd.functional: Jacobians, Hessians and their products with vectors, for functions of tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradviz.engine.backward import grad
from gradviz.engine.grad_mode import enable_grad
from gradviz.engine.names import missing
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor

Function = Callable[..., Any]
Tensors = tuple[Tensor, ...]

JACOBIAN_CONSTANT = (
    "While computing the hessian, found that the jacobian of the user-provided function with respect to input {} is "
    "independent of the input. This is not allowed in strict mode. You should ensure that your function is twice "
    "differentiable and that the jacobian depends on the inputs (this would be violated by a linear function for "
    "example)."
)
OUTPUT_CONSTANT = (
    "Output {} of the user-provided function does not require gradients. The outputs must be computed in a "
    "differentiable manner from the input when running in strict mode."
)
UNUSED = "The output of the user-provided function is independent of input {}. This is not allowed in strict mode."
GRADIENT_CONSTANT = (
    "The jacobian of the user-provided function is independent of input {}. This is not allowed in strict mode when "
    "create_graph=True."
)


def as_tuple(given: Any, what: str, name: str) -> tuple[bool, Tensors]:
    """Return whether tensors came as a tuple, and them as one; raise TypeError for what is no tensor."""
    many = isinstance(given, tuple)
    found = given if many else (given,)
    for index, each in enumerate(found):
        if not isinstance(each, Tensor):
            place = f"value at index {index}" if many else f"given {what}"
            raise TypeError(
                f"The {what} given to {name} must be either a Tensor or a tuple of Tensors but the {place} has type "
                f"{type(each)}."
            )
    return many, found


def prepared(inputs: Tensors, create: bool) -> Tensors:
    """Return the inputs as tensors of their own that require gradients: the function may have caught the given ones."""
    return tuple(
        each.view_as(each) if create and each.requires_grad else each.detach().requires_grad_() for each in inputs
    )


def outputs_of(func: Function, inputs: Tensors, name: str, strict: bool) -> tuple[bool, Tensors]:
    """Call the function; return whether it gave a tuple, and its outputs as one."""
    many, outputs = as_tuple(func(*inputs), "outputs of the user-provided function", name)
    if strict:
        for index, each in enumerate(outputs):
            if not each.requires_grad:
                raise RuntimeError(OUTPUT_CONSTANT.format(index))
    return many, outputs


def single_output(func: Function, inputs: Tensors, name: str, strict: bool) -> Tensor:
    """Call a function that must give one number."""
    many, outputs = outputs_of(func, inputs, name, strict)
    if many:
        raise RuntimeError(f"The function given to {name} should return a single Tensor")
    if outputs[0].numel() != 1:
        raise RuntimeError(f"The Tensor returned by the function given to {name} should contain a single element")
    return outputs[0]


def gradients(outputs: Sequence[Tensor], inputs: Tensors, starts: Any, create: bool) -> tuple[Tensor | None, ...]:
    """Return the gradients of those outputs that have any; None for an input that none depends on."""
    places = [place for place, each in enumerate(outputs) if each.requires_grad]
    if not places:
        return (None,) * len(inputs)
    begun = None if starts is None else [starts[place] for place in places]
    return grad([outputs[p] for p in places], inputs, begun, True, create, allow_unused=True)


def filled(
    found: Sequence[Tensor | None], like: Tensors, strict: bool, texts: tuple[str, str], create: bool
) -> Tensors:
    """Return gradients with zeros for None; in strict mode a gradient that is missing or constant raises."""
    for index, each in enumerate(found):
        if strict and each is None:
            raise RuntimeError(texts[0].format(index))
        if strict and create and each is not None and not each.requires_grad:
            raise RuntimeError(texts[1].format(index))
    return tuple(
        Tensor._of(np.zeros_like(other._value)[()], None) if each is None else each
        for each, other in zip(found, like, strict=True)
    )


def vector(v: Any, like: Tensors, many: bool, name: str, what: str) -> Tensors | None:
    """Check a vector's parts against the tensors that they belong to; None where one number needs none."""
    if v is None:
        if len(like) != 1 or like[0].numel() != 1:
            raise RuntimeError(f"The vector v can only be None if {what} a single Tensor with a single element.")
        return None
    _, found = as_tuple(v, "v", name)
    if len(found) != len(like):
        if many:
            raise RuntimeError(f"v is a tuple of invalid length: should be {len(like)} but got {len(found)}.")
        raise RuntimeError("The given v should contain a single Tensor.")
    for index, (each, other) in enumerate(zip(found, like, strict=True)):
        if each.shape != other.shape:
            start = f"Entry {index} in " if many else ""
            raise RuntimeError(f"{start}v has invalid size: should be {other.shape} but got {each.shape}.")
    return found


RETURNED = "the user-provided function returns"
TAKEN = "the input to the user-provided function is"


def finished(found: Tensors, create: bool, many: bool) -> Any:
    """Return results without history unless it was asked for, as a tuple if the question was one."""
    results = found if create else tuple(each.detach() for each in found)
    return results if many else results[0]


def vjp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """Return the function's outputs and vᵀJ, shaped like the inputs."""
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", "vjp")
        used = prepared(given, create_graph)
        several, outputs = outputs_of(func, used, "vjp", strict)
        parts = vector(v, outputs, several, "vjp", RETURNED)
        found = gradients(outputs, used, parts, create_graph)
        product = filled(found, used, strict, (UNUSED, GRADIENT_CONSTANT), create_graph)
    return finished(outputs, create_graph, several), finished(product, create_graph, many)


def jvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """Return the function's outputs and Jv, shaped like the outputs: the derivative of vᵀJ in v."""
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", "jvp")
        parts = vector(v, given, many, "jvp", TAKEN)
        used = prepared(given, create_graph)
        several, outputs = outputs_of(func, used, "jvp", strict)
        starts = tuple(Tensor._of(np.zeros_like(each._value)[()], None).requires_grad_() for each in outputs)
        found = gradients(outputs, used, starts, True)
        rows = filled(found, used, strict, (UNUSED, GRADIENT_CONSTANT), create_graph)
        product = filled(gradients(rows, starts, parts, create_graph), outputs, strict, (UNUSED, UNUSED), False)
    return finished(outputs, create_graph, several), finished(product, create_graph, several)


def product_with_hessian(
    name: str, func: Function, inputs: Any, v: Any, create_graph: bool, strict: bool
) -> tuple[Any, Any]:
    """Return the function's output and its Hessian times v."""
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", name)
        parts = vector(v, given, many, name, TAKEN)
        used = prepared(given, create_graph)
        output = single_output(func, used, name, strict)
        found = gradients([output], used, None, True)
        rows = filled(found, used, strict, (UNUSED, JACOBIAN_CONSTANT), True)
        second = gradients(rows, used, parts, create_graph)
        product = filled(second, used, strict, (JACOBIAN_CONSTANT, JACOBIAN_CONSTANT), create_graph)
    return finished((output,), create_graph, False), finished(product, create_graph, many)


def vhp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """Return the function's output and vᵀH."""
    return product_with_hessian("vhp", func, inputs, v, create_graph, strict)


def hvp(func: Function, inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """Return the function's output and Hv, which is vᵀH: a Hessian is symmetric."""
    return product_with_hessian("hvp", func, inputs, v, create_graph, strict)


def jacobian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """Return d(outputs)/d(inputs): for each pair a tensor of the output's shape followed by the input's.

    One backward pass per element of the outputs. `vectorize` and `strategy` choose how PyTorch computes; the result is
    the same.
    """
    if strict and vectorize:
        raise RuntimeError(
            "torch.autograd.functional.jacobian: `strict=True` and `vectorized=True` are not supported together. "
            "Please either set `strict=False` or `vectorize=False`."
        )
    with enable_grad():
        many, given = as_tuple(inputs, "inputs", "jacobian")
        used = prepared(given, create_graph)
        several, outputs = outputs_of(func, used, "jacobian", strict)
        found = tuple(rows_of(index, each, used, create_graph, strict) for index, each in enumerate(outputs))
    results = tuple(finished(each, create_graph, many) for each in found)
    return results if several else results[0]


def rows_of(index: int, output: Tensor, inputs: Tensors, create: bool, strict: bool) -> Tensors:
    """Return one output's Jacobian with respect to each input."""
    unused = UNUSED.replace("The output", f"Output {index}")
    rows: list[list[Tensor]] = [[] for _ in inputs]
    flat = output.reshape(-1)
    for k in range(output.numel()):
        found = gradients([flat[k]], inputs, None, create)
        for part, each in zip(rows, filled(found, inputs, strict, (unused, GRADIENT_CONSTANT), create), strict=True):
            part.append(each)
    stack = find("stack").function
    return tuple(
        stack(part, 0).view((*output.shape, *each.shape))
        if part
        else Tensor._of(np.zeros((*output.shape, *each.shape), each._value.dtype), None)
        for part, each in zip(rows, inputs, strict=True)
    )


def hessian(
    func: Function,
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """Return the second derivatives of a function with one number as its result: for each pair of inputs a tensor."""
    many, given = as_tuple(inputs, "inputs", "hessian")

    def gradient(*tensors: Tensor) -> Any:
        output = single_output(func, tensors, "hessian", strict)
        found = gradients([output], tensors, None, True)
        return filled(found, tensors, strict, (UNUSED, JACOBIAN_CONSTANT), True)

    found = jacobian(gradient, given, create_graph, strict)
    return found if many else found[0][0]


def __getattr__(name: str) -> Any:
    raise missing("torch.autograd.functional", name)


__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]
