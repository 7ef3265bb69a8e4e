"""What is shown of rows, against the norms of the arrays themselves."""

import numpy as np
import pytest

from gradviz.recorder.row_shape import SHORT, row_shape
from gradviz.trace.curves import is_missing


def test_leaves_that_share_a_name_are_told_apart():
    value = np.float32(1)
    shape = row_shape(("w", "w", "w"), (value, value, value))
    assert [key.leaf for key in shape.keys if key.kind == "value"] == ["w", "w (2)", "w (3)"]
    assert [key.leaf for key in shape.updates] == ["w", "w (2)", "w (3)"]


def test_which_leaves_keep_their_elements():
    values = (
        np.zeros(SHORT, np.float32),
        np.zeros(SHORT + 1, np.float32),
        np.float32(1),
        np.zeros(3),
        np.zeros((2, 2), np.float32).T,
        np.zeros(0, np.float32),
        np.complex64(1),
    )
    shape = row_shape("abcdefg", values)
    assert shape.short == (0, 2, 4)
    assert shape.measured == (1, 3, 5, 6)
    assert shape.sizes == (SHORT, 1, 4)
    assert shape.elements == 2 * (SHORT + 5)


@pytest.mark.parametrize("scale", [1.0, 1e-30, 1e30, 0.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_columns_of_short_leaves(scale, dtype):
    draw = np.random.default_rng(0)
    shapes = (3, 4), (), (17,), (1,)
    rows = [[[(draw.normal(size=size) * scale).astype(dtype) for _ in "vg"] for size in shapes] for _ in range(5)]
    shape = row_shape("abcd", [pair[0] for pair in rows[0]])
    elements = np.array([np.concatenate([each.ravel() for pair in row for each in pair]) for row in rows])
    found = shape.columns(np.arange(4.0)[:, None], elements)
    assert found[:, 0].tolist() == [0, 1, 2, 3]
    for place in range(len(shapes)):
        for row in range(4):
            value, gradient, after = (each.astype(np.float64) for each in (*rows[row][place], rows[row + 1][place][0]))
            expected = [float(each.item()) if each.size == 1 else np.linalg.norm(each) for each in (value, gradient)]
            np.testing.assert_allclose(found[row, 1 + 2 * place : 3 + 2 * place], expected, rtol=1e-14)
            move = found[row, 9 + place]
            if scale:
                np.testing.assert_allclose(move, np.linalg.norm(after - value) / np.linalg.norm(value), rtol=1e-14)
            else:
                assert is_missing(np.array([move])), "no part of zero"


def test_norms_beyond_what_a_square_can_hold():
    huge, tiny = np.array([3e200, 4e200]), np.array([3e-200, 4e-200])
    found = row_shape("ab", (huge, tiny)).columns(np.zeros((1, 1)), np.array([[*huge, *tiny, *tiny, *huge]]))
    np.testing.assert_allclose(found[0, 1:5], [5e200, 5e-200, 5e-200, 5e200], rtol=1e-14)


def test_nan_and_infinity_are_seen():
    value = np.array([np.nan, 1.0], np.float32), np.array([1.0, -np.inf], np.float32)
    found = row_shape("a", value[:1]).columns(np.zeros((1, 1)), np.array([np.concatenate(value)]))
    assert np.isnan(found[0, 1])
    assert found[0, 2] == np.inf
    assert not is_missing(found[0, 1:2]).any()
