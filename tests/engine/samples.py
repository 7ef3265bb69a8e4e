"""Tensors from the samples of an op's declaration."""

import numpy as np

# What finite differences of single elements cannot check, and where it is compared with PyTorch instead.
ELSEWHERE = (
    *("view_as_real", "view_as_complex", "conj", "complex", "polar"),  # tests/live/lines/numbers.txt
    *("fft_c2c", "fft_r2c", "fft_c2r"),  # tests/live/test_live_fourier.py
    # What takes symmetric matrices has no single elements to move; PyTorch has no rule for what eig does here either.
    *("cholesky", "cholesky.old", "eigh", "eig"),  # tests/live/lines/matrices.txt
    "ctc_loss",  # its rule, like PyTorch's, is right only behind a log_softmax; tests/live compares the two together
)


def parts(op, sample):
    """Return the input values (arrays or None, lists of arrays for `tensors*`) and the arguments of a sample."""
    values = list(sample)
    arguments = values.pop() if isinstance(values[-1], dict) else {}
    if op.inputs[0].endswith("*"):
        return [[np.asarray(each, dtype=np.float64) for each in values[0]]], arguments
    return [to_array(each) for each in values], arguments


def to_array(value):
    array = np.asarray(value)
    return (
        array.astype(np.float64)
        if array.dtype.kind == "f" or (array.dtype.kind == "i" and not isinstance(value, np.ndarray))
        else array
    )


def differentiable(op, values):
    """Return the numbers of the inputs that have a rule and a float value."""
    names = [name.rstrip("?*") for name in op.inputs]
    return [
        i
        for i, value in enumerate(values)
        if op.rule(names[i]) is not None and not isinstance(value, list) and value.dtype.kind == "f"
    ]


def samples_of(op):
    """Return an op's samples; an in-place op without its own has those of the op that it is a form of."""
    if op.samples:
        return list(op.samples)
    if op.arguments == "values":  # filled with random numbers: those of a sample are handed in
        return [([1.0, -2.0], {"values": np.array([0.25, 0.75])})]
    if op.name.endswith(".in_place"):
        from gradviz.engine.op import find

        return list(find(op.name.removesuffix(".in_place")).samples)
    return []
