"""Every op on empty tensors and on single numbers, made from the samples of its declaration.

Programs meet both: the last batch of a filter that nothing passes, a loss of one number. What comes of it is an answer
in words and lists, so that two engines can be compared, and so that one answer can be kept.
"""

import warnings

import numpy as np

from gradviz.engine.catalog import catalog
from tests.engine.calls import call
from tests.engine.samples import parts

# Not called by programs, and what draws random numbers.
INNER = ("lstm_layer", "safe_softmax", "backward_hook", "weight_norm", "detach", "rrelu_with_noise", "norm.number")
INNER += ("trilinear", "add.number", "sub.number", "mul.number", "div.number", "uniform", "normal", "floor_divide")


def fewer(value, change):
    """Return the value of an input, or each of a list of them, changed."""
    return [change(each) for each in value] if isinstance(value, list) else change(value)


def first_of(array):
    return array.ravel()[0] if array.size else array


# How the tensors of a sample become empty, or numbers: all of them, or the first alone.
VARIANTS = {
    "no rows": lambda values: [fewer(each, lambda a: a[:0] if a.ndim else a) for each in values],
    "no columns": lambda values: [fewer(each, lambda a: a[..., :0] if a.ndim else a) for each in values],
    "no elements": lambda values: [fewer(each, lambda a: np.zeros(0, a.dtype)) for each in values],
    "numbers": lambda values: [fewer(each, lambda a: np.asarray(first_of(a), a.dtype)) for each in values],
    "number first": lambda values: [fewer(values[0], lambda a: np.asarray(first_of(a), a.dtype)), *values[1:]],
}


def cases():
    """Return (op, number of the sample, variant) for each op that programs can call."""
    return [
        (op, index, variant)
        for op in catalog()
        if ".in_place" not in op.name and not op.name.endswith(("_backward", "_forward")) and op.name not in INNER
        for index in range(len(op.samples))
        for variant in VARIANTS
    ]


def listed(tensor):
    """Return a tensor as data."""
    if tensor is None:
        return None
    value = tensor.detach().resolve_conj().numpy(force=True)
    values = value.view(value.real.dtype) if value.dtype.kind == "c" and value.ndim else value.real
    return [repr(tensor.dtype), list(value.shape), values.tolist()]


def words(error):
    return f"{type(error).__name__}: {error}"


def answer(lib, op, index, variant):
    """Return what an op gives: values, nodes, gradients, or the words of the error on the way."""
    values, arguments = parts(op, op.samples[index])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            made, leaves = call(op, VARIANTS[variant](values), arguments, lib, "float32", True)
        except (NameError, SyntaxError):
            raise  # the call itself is wrong
        except Exception as error:  # noqa: BLE001 - the error is the answer
            return {"raises": words(error)}
        found = {"values": [listed(each) for each in made], "nodes": [node_of(each) for each in made]}
        roots = [each for each in made if each.requires_grad]
        if not roots:
            return found
        try:
            lib.autograd.backward(roots, [lib.ones_like(each) for each in roots])
        except Exception as error:  # noqa: BLE001 - the error is the answer
            return found | {"backward raises": words(error)}
        return found | {"gradients": [listed(each.grad) for each in leaves]}


def node_of(tensor):
    return None if tensor.grad_fn is None else type(tensor.grad_fn).__name__


def same(mine, theirs):
    """Return whether two answers say the same, up to the rounding of float32."""
    if isinstance(mine, float) and isinstance(theirs, float):
        return bool(np.isclose(mine, theirs, 2e-6, 1e-6, equal_nan=True))
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(same(mine[key], theirs[key]) for key in mine)
    if isinstance(mine, list) and isinstance(theirs, list):
        return len(mine) == len(theirs) and all(map(same, mine, theirs))
    return type(mine) is type(theirs) and mine == theirs
