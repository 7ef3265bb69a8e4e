"""einsum, with PyTorch's way and PyTorch's nodes: operands aligned, then brought together two by two from the left."""

from __future__ import annotations

import string
from math import prod
from typing import Any

from ..surface import public
from ..tensor import Tensor


@public("einsum", method=False)
def einsum(equation: Any = None, *operands: Any) -> Any:
    """Multiply and sum as an equation like "ij,jk->ik" says."""
    if not operands:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its "
            "subscripts list"
        )
    given = list(operands[0]) if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else list(operands)
    terms, out, summed = read_equation(equation, given)
    check_sizes(terms, given)
    parts = [aligned(each, term, out + summed) for each, term in zip(given, terms, strict=True)]
    dims = range(len(out), len(out) + len(summed))
    waiting = {dim: sum(part.shape[dim] != 1 for part in parts) for dim in dims}
    found = parts[0]
    for part in parts[1:]:
        found = together(found, part, waiting)
    if not summed:
        return found
    return found.view(found.shape[: len(out)]) if len(parts) > 1 else found.sum(list(dims))


def read_equation(equation: str, operands: list[Tensor]) -> tuple[list[list[str]], list[str], list[str]]:
    """Return the labels of each operand, those of the result, and those of what is summed, in PyTorch's order.

    … becomes capital labels of its own.
    """
    left, arrow, right = equation.replace(" ", "").partition("->")
    words = left.split(",")
    if len(words) != len(operands):
        more = "fewer" if len(words) > len(operands) else "more"
        raise RuntimeError(f"einsum(): {more} operands were provided than specified in the equation")
    free = [each for each in string.ascii_uppercase if each not in equation]
    widths = [
        each.ndim - len(word.replace("...", "")) if "..." in word else 0
        for word, each in zip(words, operands, strict=True)
    ]
    dots = free[: max(widths, default=0)]
    terms = []
    for index, (word, each, width) in enumerate(zip(words, operands, widths, strict=True)):
        term = list(word.replace("...", "".join(dots[len(dots) - width :])))
        if len(term) != each.ndim:
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({len(word.replace('...', ''))}) "
                f"{'does not match' if '...' not in word else 'is more than'} the number of dimensions ({each.ndim}) "
                f"for operand {index} and no ellipsis was given"
            )
        terms.append(term)
    if arrow:
        out = list(right.replace("...", "".join(dots)))
    else:
        every = [label for term in terms for label in term]
        out = dots + sorted({label for label in every if every.count(label) == 1 and label not in dots})
    for label in out:
        if not any(label in term for term in terms):
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation for any input operand"
            )
    rest = {label for term in terms for label in term} - {*out, *dots}
    return terms, out, [*(label for label in dots if label not in out), *sorted(rest)]


def check_sizes(terms: list[list[str]], operands: list[Tensor]) -> None:
    """Raise where a label stands for two lengths, neither of which is 1."""
    seen: dict[str, int] = {}
    for index, (term, each) in enumerate(zip(terms, operands, strict=True)):
        for label, size in zip(term, each.shape, strict=True):
            if seen.get(label, 1) not in (1, size) and size != 1:
                raise RuntimeError(
                    f"einsum(): subscript {label} has size {size} for operand {index} which does not broadcast with "
                    f"previously seen size {seen[label]}"
                )
            if seen.get(label, 1) == 1:
                seen[label] = size


def aligned(operand: Any, term: list[str], order: list[str]) -> Any:
    """Return the operand with one dimension for each label of `order`: of length 1 where it has none of this name."""
    place: dict[str, int] = {}
    at = 0
    for label in term:
        if label in place:
            operand = operand.diagonal(0, place[label], at).movedim(-1, place[label])
        else:
            place[label] = at
            at += 1
    for label in order:
        if label not in place:
            operand = operand.unsqueeze(-1)
            place[label] = at
            at += 1
    return operand.permute([place[label] for label in order])


def together(a: Any, b: Any, waiting: dict[int, int]) -> Any:
    """Return the product of two operands, summed over the dimensions that no later one has.

    `waiting` counts for each of these how many operands still have it.
    """
    summed, only_a, only_b = list[int](), list[int](), list[int]()
    for dim, count in waiting.items():
        in_a, in_b = a.shape[dim] != 1, b.shape[dim] != 1
        if in_a and in_b:
            waiting[dim] = count - 1
            if count == 2:
                summed.append(dim)
        elif count == 1 and (in_a or in_b):
            (only_a if in_a else only_b).append(dim)
        else:
            continue
        if waiting[dim] == 1:
            waiting[dim] = 0
    a = a.sum(only_a, keepdim=True) if only_a else a
    b = b.sum(only_b, keepdim=True) if only_b else b
    return matrix_product(a, b, summed) if summed else a * b


def matrix_product(a: Any, b: Any, summed: list[int]) -> Any:
    """Return the product of two aligned operands, summed over dimensions that both have, as one batched product."""
    kept = [dim for dim in range(a.ndim) if dim not in summed]
    both = [dim for dim in kept if a.shape[dim] != 1 and b.shape[dim] != 1]
    left = [dim for dim in kept if a.shape[dim] != 1 and b.shape[dim] == 1]
    right = [dim for dim in kept if dim not in both and dim not in left]
    batch, rows, columns = (prod(x.shape[dim] for dim in dims) for x, dims in ((a, both), (a, left), (b, right)))
    shared = prod(a.shape[dim] for dim in summed)
    first = a.permute(both + left + summed + right).reshape(batch, rows, shared)
    second = b.permute(both + summed + right + left).reshape(batch, shared, columns)
    order = both + left + summed + right
    sizes = [a.shape[dim] for dim in both + left] + [1] * len(summed) + [b.shape[dim] for dim in right]
    return first.bmm(second).view(sizes).permute([order.index(dim) for dim in range(a.ndim)])
