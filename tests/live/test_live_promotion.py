"""The table of element types: each operation on each pair of types, with and without dimensions, beside PyTorch."""

import warnings

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

KINDS = ["bool", "uint8", "int8", "int16", "int32", "int64"]
KINDS += ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
NUMBERS = (True, 3, 2.5, 1.5 + 0.5j)
VALUES = [5, 3, 1, 7]
OTHERS = [2, 3, 4, 1]
OPERATIONS = {
    "a + b": lambda lib, a, b: a + b,
    "a - b": lambda lib, a, b: a - b,
    "a * b": lambda lib, a, b: a * b,
    "a / b": lambda lib, a, b: a / b,
    "a // b": lambda lib, a, b: a // b,
    "a % b": lambda lib, a, b: a % b,
    "a ** b": lambda lib, a, b: a**b,
    "a == b": lambda lib, a, b: a == b,
    "a < b": lambda lib, a, b: a < b,
    "a & b": lambda lib, a, b: a & b,
    "a << b": lambda lib, a, b: a << b,
    "maximum": lambda lib, a, b: lib.maximum(a, b),
    "where": lambda lib, a, b: lib.where(lib.tensor([True, False, True, False]), a, b),
    "atan2": lambda lib, a, b: lib.atan2(a, b),
    "result_type": lambda lib, a, b: lib.result_type(a, b),
    "a += b": lambda lib, a, b: a.__iadd__(b),
    "a *= b": lambda lib, a, b: a.__imul__(b),
    "a /= b": lambda lib, a, b: a.__itruediv__(b),
}
MIRRORED = {
    "b - a": lambda lib, a, b: b - a,
    "b / a": lambda lib, a, b: b / a,
    "b ** a": lambda lib, a, b: b**a,
    "b // a": lambda lib, a, b: b // a,
    "b % a": lambda lib, a, b: b % a,
}
# What PyTorch's kernels lack for a type, they refuse in words of their own: here any refusal is as good.
REFUSALS = (RuntimeError, TypeError, NotImplementedError)


def answer(lib, operation, first, second):
    """Return the type and the printed values of a result, or that it was refused."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            result = operation(lib, first(lib), second(lib))
        except REFUSALS:
            return "refused"
    if isinstance(result, lib.Tensor) and result.is_complex():
        # Powers of complex numbers differ in the last digit.
        return repr(result.dtype), [complex(f"{each * 1.0001:.2g}") for each in result.reshape(-1).tolist()]
    return repr(result)


def tensor(values, kind):
    return lambda lib: lib.tensor(values, dtype=getattr(lib, kind))


def half_complex(first, second):
    """Return whether PyTorch computes in complex32, which NumPy has not, and often refuses."""
    return torch.result_type(first(torch), second(torch)) == torch.complex32


def cases(name):
    """Return the pairs of operands for an operation: (label, first, second)."""
    for a in KINDS:
        for b in KINDS:
            yield f"{a}, {b}", tensor(VALUES, a), tensor(OTHERS, b)
            yield f"{a}, {b} without dimensions", tensor(VALUES, a), tensor(3, b)
            yield f"{a} without dimensions, {b}", tensor(3, a), tensor(OTHERS, b)
        if name not in ("maximum", "atan2"):
            for number in NUMBERS:
                if (a, number, name) == ("bool", True, "a ** b"):
                    continue  # bool to the power of True is bool there; here no bool has powers
                yield f"{a}, {number}", tensor(VALUES, a), lambda lib, number=number: number


def wrong(name, operation, pairs):
    found = []
    for label, first, second in pairs:
        if half_complex(first, second):
            continue
        ours, theirs = answer(gv_torch, operation, first, second), answer(torch, operation, first, second)
        if ours != theirs:
            found.append(f"{name}: {label}: ours {ours}, torch {theirs}")
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_pairs_of_types(name):
    found = wrong(name, OPERATIONS[name], cases(name))
    assert not found, f"{len(found)}\n" + "\n".join(found[:12])


@pytest.mark.parametrize("name", MIRRORED)
def test_numbers_on_the_left(name):
    pairs = [
        (f"{kind}, {number}", tensor(VALUES, kind), lambda lib, number=number: number)
        for kind in KINDS
        for number in NUMBERS
    ]
    found = wrong(name, MIRRORED[name], pairs)
    assert not found, f"{len(found)}\n" + "\n".join(found[:12])
