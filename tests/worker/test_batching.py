"""Every op of the engine, with all its samples: many points at once give what they give one by one."""

from itertools import product

import numpy as np
import pytest

from gradviz.engine.catalog import catalog
from gradviz.engine.tensor import Tensor
from gradviz.recorder.plain import Plain
from gradviz.trace.forward import Forward, Ref, Step, constant
from gradviz.worker.batching import Batched
from gradviz.worker.forward import Replay, quiet, tensor_of
from tests.engine.samples import parts, samples_of

POINTS = (3, 2)
"""As many as samples have rows and columns: a leading axis taken for one of theirs must not fit by chance."""

ITSELF = ("backward_hook", "detach")
"""Declared to be shown; no operation of the engine's."""

CASES = [
    pytest.param(op, number, id=f"{op.name}-{number}")
    for op in catalog()
    if op.name not in ITSELF and not op.name.endswith(".in_place") and op.differentiable
    for number in range(len(samples_of(op)))
]


def forward_of(op, sample, kind):
    """A forward of one step, whose leaves are the op's float operands; None where no operand is one."""
    values, arguments = parts(op, sample)
    leaves, constants, count = [], [], 0

    def place(value):
        nonlocal count
        count += 1
        if value.dtype.kind == "f":
            leaves.append(constant(count, value.astype(kind)))
        else:
            constants.append(constant(count, value))
        return count

    operands = []
    for value in values:
        if isinstance(value, list):
            operands += [Ref(place(each)) for each in value]
        else:
            operands.append(None if value is None or value.dtype == object else Ref(place(value)))

    def argument_place(item):
        nonlocal count
        count += 1
        constants.append(constant(count, item._value if isinstance(item, Tensor) else item))
        return count

    plain = Plain(lambda item: isinstance(item, Tensor), argument_place)
    given = tuple((name, plain(item)) for name, item in arguments.items())
    step = Step(op.name, tuple(operands), given, (count + 1, count + 2, count + 3, count + 4))
    names = tuple(f"leaf{n}" for n in range(len(leaves)))
    return Forward(names, tuple(leaves), tuple(constants), (step,), count + 1, 0.0) if leaves else None


@pytest.mark.parametrize(("op", "number"), CASES)
def test_many_points_at_once_are_the_points_one_by_one(op, number):
    for kind in (np.float64, np.float32):
        forward = forward_of(op, samples_of(op)[number], kind)
        if forward is None:
            continue
        replay = Replay(forward)
        own = replay.own_leaves()
        with quiet():
            replay.values(own)  # what fails here would be NaN everywhere below
        single_ones = {tuple(n == m for n in range(len(own))) for m in range(len(own))}
        for moving, points in product(single_ones | {(True,) * len(own)}, POINTS):
            draw = np.random.default_rng(3)
            many = [
                np.stack([value * (1 + 0.05 * point) + 0.01 * point * draw.random(value.shape)
                          for point in range(points)]).astype(kind)
                for value in own
            ]  # fmt: skip
            found = Batched(forward, moving).losses(many, own)
            single = [
                replay.loss([some[point] if moves else one for some, one, moves in zip(many, own, moving, strict=True)])
                for point in range(points)
            ]
            close = {"rtol": 1e-9, "atol": 1e-12} if kind is np.float64 else {"rtol": 3e-5, "atol": 1e-5}
            np.testing.assert_allclose(found, single, **close, equal_nan=True, err_msg=f"{op.name} {moving}")


def test_the_types_of_a_batch_are_those_of_the_pass():
    """A NumPy scalar of float64 beside float32 numbers promotes in another way than an array does."""
    leaf, wide = constant(0, np.float32(0.1)), constant(1, np.float64(1 / 3))
    forward = Forward(("w",), (leaf,), (wide,), (Step("mul", (Ref(0), Ref(1)), (), (2,)),), 2, 0.0)
    points = np.array([0.1, 0.7, 1e-3], np.float32)
    expected = [float(tensor_of(point)._value * np.float64(1 / 3)) for point in points]
    np.testing.assert_array_equal(Batched(forward, (True,)).losses([points], [points[0]]), expected)
