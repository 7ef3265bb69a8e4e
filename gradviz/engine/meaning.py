"""What the functions of formulas mean on tensors, so that a backward pass can itself be recorded.

No op has a second rule for `create_graph=True`. The text of its rule, which normally runs on arrays, is evaluated on
tensors, in a space where each name means the differentiable function of that name (`node_source.py` compiles it when
it is first needed). Where that meaning comes from, first found:

* `@on_tensors("spread")` beside the op or below: written out, mostly as the ops that PyTorch uses there
  (a name that only `recorded` rules use needs no kernel beside);
* the op whose forward is that very function: `forward="exp(self)"` gives `exp` its meaning. The functions that carry
  gradients back through indexing and cutting are ops for this reason (`ops/adjoint.py`);
* `@formula`: a kernel made of such functions and operators only; its code runs again, with their meanings;
* a name that formulas lack is an op's, as in PyTorch's own rules (`recorded="avg_pool2d_backward(grad, self, …)"`);
* constants and Python's own functions mean themselves.

A kernel with none of these works on plain values alone, and says so when it is given a tensor;
`tests/engine/test_second_derivatives.py` visits every sample of every op and so finds it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np

from . import kernels, op
from .node import Node, number
from .tensor import Tensor

explicit: dict[str, Callable[..., Any]] = {}
_again: dict[str, Callable[..., Any]] = {}
_by_forward: dict[str, op.Op] = {}
_read = 0  # how many declarations _by_forward has seen: programs and tests may declare more


def on_tensors(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give functions of formulas their meaning on tensors."""

    def give(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            explicit[name] = function
        return function

    return give


def known(name: str) -> bool:
    """Return whether a name of a recorded rule has a meaning: as a function of formulas, on tensors, or as an op."""
    return name in explicit or name in kernels.SPACE or name in op.by_name


def meaning(name: str) -> Any:
    """Return what a name of a formula means on tensors."""
    if name in explicit:
        return explicit[name]
    found = ops_by_forward().get(name)
    if found is not None:
        return found.function
    if name in kernels.FORMULAS:
        return run_again(name)
    if name not in kernels.SPACE:
        return op.find(name).function
    value = kernels.SPACE[name]
    own = isinstance(value, np.ufunc) or getattr(value, "__module__", "").startswith(__package__)
    return plain_only(name, value) if own else value


def ops_by_forward() -> dict[str, op.Op]:
    """Return the ops whose forward is one function of exactly their inputs and arguments, by that function's name."""
    global _read
    for each in op.declared[_read:]:
        name = called(each)
        if name:
            _by_forward.setdefault(name, each)
    _read = len(op.declared)
    return _by_forward


def called(declared: op.Op) -> str | None:
    """Return the name of the function that an op's forward is, or None for a longer expression."""
    from .formula import parameters

    if not declared.differentiable or ".in_place" in declared.name:
        return None
    if declared.forward.isidentifier():
        return declared.forward
    tree = ast.parse(declared.forward, mode="eval").body
    names = [name.rstrip("?*") for name in declared.inputs] + parameters(declared.arguments)
    if not isinstance(tree, ast.Call) or not isinstance(tree.func, ast.Name) or tree.keywords:
        return None
    given = [each.id if isinstance(each, ast.Name) else None for each in tree.args]
    return tree.func.id if given == names else None


def run_again(name: str) -> Callable[..., Any]:
    """Return a formula's function with every name in it meaning what it means on tensors."""
    if name not in _again:
        function = kernels.FORMULAS[name]
        space = dict(function.__globals__)
        again = FunctionType(function.__code__, space, name, function.__defaults__, function.__closure__)
        _again[name] = again
        space.update((each, meaning(each)) for each in function.__code__.co_names if each in kernels.SPACE)
    return _again[name]


def plain_only(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that refuses tensors: it counts shapes, or nobody has said what it means on tensors."""

    def refuse(*given: Any, **options: Any) -> Any:
        if any(isinstance(each, Tensor) for each in (*given, *options.values())):
            raise NotImplementedError(
                f"gradviz's NumPy engine cannot record {name}(), so create_graph=True does not work here yet."
            )
        return function(*given, **options)

    return refuse


class NotImplemented(Node):
    """The node of what PyTorch cannot differentiate either: a pass that comes here fails."""

    __slots__ = ("count", "what")
    outputs = -1
    count: int
    what: str

    def rule(self, grad: Any) -> tuple[Any, ...]:
        """Raise."""
        raise RuntimeError(self.what)

    record = rule

    def run(self, grad: Any, grads: dict[Any, Any], keep: bool) -> None:
        """Raise."""
        self.rule(grad)

    def free(self) -> None:
        """Nothing is saved."""


def dead_end(what: str, values: Sequence[Any], inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Return arrays as tensors from which no gradient comes back; `what` says why."""
    node = NotImplemented()
    node.seq, node.extra, node.what = number(), None, what
    node.a, node.b, node.count = None, [each._edge for each in inputs], len(values)
    return tuple(Tensor._of(value, (node, index)) for index, value in enumerate(values))


# -- the functions of kernels.py --------------------------------------------------------------------------------------


@on_tensors("zeros_like")
def zeros_like(x: Tensor) -> Tensor:
    """Return zeros that depend on nothing."""
    return Tensor._of(kernels.zeros_like(x._value), None)


@on_tensors("ones_like")
def ones_like(x: Tensor) -> Tensor:
    """Return ones that depend on nothing."""
    return Tensor._of(kernels.ones_like(x._value), None)


@on_tensors("where")
def where(condition: Tensor, yes: Any, no: Any) -> Any:
    """Choose elementwise; where both choices are numbers they take the default float type."""
    if not isinstance(yes, Tensor) and not isinstance(no, Tensor):
        yes = float(yes)
    return op.find("where").function(condition, yes, no)


@on_tensors("spread")
def spread(gradient: Tensor, shape: tuple[int, ...], dim: Any = None, keepdim: bool = False) -> Any:
    """Repeat a reduced gradient over the dimensions that were reduced."""
    if dim not in (None, (), []) and not keepdim and shape:
        for axis in sorted(kernels.axes_of(dim, len(shape))):
            gradient = gradient.unsqueeze(axis)
    return gradient.expand(shape)


@on_tensors("total")
def total(x: Tensor, dim: Any = None, keepdim: bool = False, dtype: Any = None) -> Any:
    """Sum, over all or some dimensions."""
    return x.sum(dim=dim, keepdim=keepdim, dtype=dtype)


@on_tensors("sum_along")
def sum_along(x: Tensor, dim: Any) -> Any:
    """Sum along a dimension and keep it."""
    return x.sum(dim=dim, keepdim=True)


@on_tensors("reshaped")
def reshaped(x: Tensor, shape: tuple[int, ...]) -> Any:
    """Give a tensor another shape."""
    return x.reshape(shape)


@on_tensors("permuted_back")
def permuted_back(gradient: Tensor, dims: tuple[int, ...]) -> Any:
    """Undo a reordering of dimensions."""
    return gradient.permute([int(i) for i in np.argsort([each % len(dims) for each in dims])]) if dims else gradient


@on_tensors("transposed")
def transposed(x: Tensor) -> Any:
    """Swap the last two dimensions."""
    return x.t() if x._value.ndim == 2 else x.transpose(-2, -1)


@on_tensors("unexpanded")
def unexpanded(gradient: Tensor, shape: tuple[int, ...]) -> Any:
    """Sum a gradient over what expanding repeated."""
    return summed_to(gradient, shape)


@on_tensors("parts")
def parts(gradient: Tensor, shapes: list[tuple[int, ...]], dim: int) -> list[Any]:
    """Cut a gradient into the pieces that were joined."""
    result, start = [], 0
    for shape in shapes:
        if shape == (0,) and gradient._value.ndim != 1:
            result.append(Tensor._of(np.zeros(shape, gradient._value.dtype), None))
            continue
        result.append(gradient.narrow(dim, start, shape[dim]))
        start += shape[dim]
    return result


@on_tensors("power_slope")
def power_slope(base: Any, exponent: Any) -> Any:
    """Return exponent · base^(exponent − 1), recorded as a power for a square too, as PyTorch records it."""
    if exponent.__class__ is int and exponent == 2:
        return exponent * base**1
    return run_again("power_slope")(base, exponent)


@on_tensors("layers")
def layers(gradient: Tensor, dim: int) -> Any:
    """Take a gradient apart along a dimension."""
    return [gradient.select(dim, index) for index in range(gradient._value.shape[dim])]


def zeros(shape: tuple[int, ...], like: Any) -> Tensor:
    """Return zeros of a shape in the type of the first gradient that arrived."""
    kind = next(each._value.dtype for each in like if each is not None)
    return Tensor._of(np.zeros(shape, kind)[()], None)


@on_tensors("joined_gradients")
def joined_gradients(grads: Any, shape: tuple[int, ...], sizes: list[int], dim: int) -> Any:
    """Join the gradients of pieces; zeros where none arrived."""
    whole = [
        zeros((*shape[:dim], size, *shape[dim + 1 :]), grads) if each is None else each
        for each, size in zip(grads, sizes, strict=True)
    ]
    return op.find("cat").function(whole, dim)


@on_tensors("piled_gradients")
def piled_gradients(grads: Any, shape: tuple[int, ...], dim: int) -> Any:
    """Pile up the gradients of layers; zeros where none arrived."""
    whole = [zeros(shape[:dim] + shape[dim + 1 :], grads) if each is None else each for each in grads]
    return op.find("stack").function(whole, dim)


@on_tensors("product_slope")
def product_slope(gradient: Tensor, x: Tensor, result: Any, dim: Any = None, keepdim: bool = False) -> Any:
    """Return the gradient of a product: for each element the product of all others.

    Without zeros that is the whole product divided by the element, as in PyTorch. With zeros each element's others
    are multiplied out, n² numbers for n elements, because a quotient would lose the second derivative.
    """
    if not x._value.ndim:
        return gradient
    if dim is not None and not keepdim:
        gradient, result = gradient.unsqueeze(dim), result.unsqueeze(dim)
    if np.all(x._value):
        return gradient * (result / x)
    rows = x.reshape(1, -1) if dim is None else x.movedim(dim, -1)
    size = rows._value.shape[-1]
    itself = Tensor._of(np.eye(size, dtype=bool), None)
    others = where(itself, 1.0, rows.unsqueeze(-2).expand(*rows._value.shape, size)).prod(-1)
    return gradient * (others.reshape(x._value.shape) if dim is None else others.movedim(-1, dim))


def summed_to(gradient: Tensor, shape: tuple[int, ...]) -> Any:
    """Sum a tensor over the dimensions that broadcasting to its shape would add or stretch, as at::sum_to does."""
    if not shape:
        return gradient.sum()
    own = gradient._value.shape
    extra = len(own) - len(shape)
    axes = [*range(extra), *(i + extra for i, n in enumerate(shape) if n == 1 and own[i + extra] != 1)]
    if axes:
        gradient = gradient.sum(dim=tuple(axes), keepdim=True)
    return gradient.view(shape) if extra > 0 else gradient
