"""Full Jacobians of an op: by its rule, and by central differences of its forward; inputs in any layout of memory.

Full, because a check along one random direction passes rules that are wrong off it (PyTorch #59615).
"""

import numpy as np

from gradviz.engine.tensor import Tensor, share

STEP = 1e-6
CLOSE = {"atol": 2e-6, "rtol": 1e-5}  # what central differences with that step give in float64


def strided(array):
    """Return the same values as every second element of a larger array."""
    wide = np.full([2 * n + 1 for n in array.shape], np.nan if array.dtype.kind == "f" else 7, array.dtype)
    view = wide[(..., *(slice(1, None, 2) for _ in array.shape))]
    view[...] = array
    return view


def backwards(array):
    """Return the same values with negative strides: what NumPy's flips inside a rule hand on."""
    turned = (..., *(slice(None, None, -1) for _ in array.shape))
    return array[turned].copy()[turned]


# What a tensor's array may look like. PyTorch knows no negative strides; our rules meet them in gradients.
LAYOUTS = {
    "C": lambda array: array.copy(order="C")[()],
    "Fortran": lambda array: array.copy(order="F"),
    "strided": strided,
    "backwards": backwards,
    "shared": lambda array: array.copy(),  # the memory has a second owner; no dimensions: an array, not a scalar
}


def laid_out(values, layout):
    """Return input values in a layout."""
    change = LAYOUTS[layout]
    return [
        None if each is None else [change(part) for part in each] if isinstance(each, list) else change(each)
        for each in values
    ]


def tensors(values, grad=True, shared=False):
    """Return tensors around these very arrays, leaves where they are floats."""

    def one(value):
        if value is None:
            return None
        made = Tensor._of(value if value.ndim else value[()], None)
        if shared:
            share(made)
        return made.requires_grad_() if grad and value.dtype.kind == "f" else made

    return [[one(each) for each in value] if isinstance(value, list) else one(value) for value in values]


def run(function, given, arguments):
    """Return the outputs that have a gradient."""
    result = function(*given, **arguments)
    return [each for each in (result if isinstance(result, tuple) else (result,)) if each._value.dtype.kind == "f"]


def outputs(function, values, arguments):
    """Return all output elements in one row."""
    found = run(function, tensors(values, False), arguments)
    return np.concatenate([np.ravel(each._value) for each in found])


def by_differences(function, values, arguments, position, index=None):
    """Return d(outputs) / d(input) by central differences; `index` picks from a list of tensors."""
    base = values[position] if index is None else values[position][index]
    columns = []
    for k in range(base.size):
        ends = []
        for sign in (1, -1):
            moved = base.copy().reshape(-1)
            moved[k] += sign * STEP
            moved = moved.reshape(base.shape)
            if index is not None:
                moved = [*values[position][:index], moved, *values[position][index + 1 :]]
            ends.append(outputs(function, [*values[:position], moved, *values[position + 1 :]], arguments))
        columns.append((ends[0] - ends[1]) / (2 * STEP))
    return np.stack(columns, 1) if columns else np.zeros((len(outputs(function, values, arguments)), 0))


def by_rule(function, values, arguments, layout="C"):
    """Return d(outputs) / d(input) by the rule for every float input: {(position, index): matrix}.

    One backward pass per output element; the gradient that is sent has the layout of the inputs.
    """
    given = tensors(laid_out(values, layout), shared=layout == "shared")
    leaves = {}
    for position, each in enumerate(given):
        for index, leaf in enumerate(each if isinstance(each, list) else [each]):
            if leaf is not None and leaf.requires_grad:
                leaves[position, index if isinstance(each, list) else None] = leaf
    rows = {key: [] for key in leaves}
    for out in run(function, given, arguments):
        for k in range(out._value.size):
            seed = np.zeros(out._value.size, out._value.dtype)
            seed[k] = 1
            for leaf in leaves.values():
                leaf.grad = None
            seed = LAYOUTS[layout](seed.reshape(out._value.shape))
            if out.requires_grad:
                out.backward(Tensor._of(seed if seed.ndim else seed[()], None), retain_graph=True)
            for key, leaf in leaves.items():
                value, grad = leaf._value, leaf.grad
                assert grad is None or grad._value.shape == value.shape, f"the gradient's shape is {grad._value.shape}"
                rows[key].append(np.zeros(value.size, value.dtype) if grad is None else np.ravel(grad._value))
    return {key: np.stack(each) if each else None for key, each in rows.items()}
