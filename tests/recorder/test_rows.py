import numpy as np
import pytest

from gradviz.recorder import rows as rows_module
from gradviz.recorder.row_shape import LOSS, row_shape
from gradviz.recorder.rows import Rows
from gradviz.trace.curves import Curves, is_missing
from gradviz.trace.messages import CurveKey

ONE = np.float32(1)
MATRIX = np.zeros((30, 30), np.float32)


def rows_of(*stretches):
    """Rows of stretches (shape, rows of numbers of leaves that are short)."""
    rows = Rows()
    for shape, numbers in stretches:
        rows.begin(shape)
        for loss, *others in numbers:
            rows.add(loss, list(np.float32(others)))
    return rows


def test_rows_become_blocks_in_order_and_the_last_one_stays_open():
    rows = Rows()
    assert rows.take() is None
    assert rows.take({}) is None
    rows.begin(row_shape((), ()))
    rows.add(1.0, [])
    assert rows.take() is None, "more may come to it"
    rows.begin(row_shape(("w",), (ONE,)))
    rows.add(2.0, [np.float32(5.0), np.float32(0.5)])
    block = rows.take({})
    keys = LOSS, CurveKey("value", "w"), CurveKey("gradient", "w"), CurveKey("update", "w")
    assert (block.first, block.keys) == (0, keys)
    assert np.array_equal(block.rows, [[1.0, np.nan, np.nan, np.nan], [2.0, 5.0, 0.5, np.nan]], equal_nan=True)
    assert is_missing(block.rows[0]).tolist() == [False, True, True, True]
    assert rows.take({}) is None, "nothing is new"
    rows.note({CurveKey("logged", "accuracy"): 0.5}, 1)
    again = rows.take({})
    assert again.first == 1, "the open row comes again when something was added"
    assert again.rows[0, again.keys.index(CurveKey("logged", "accuracy"))] == 0.5
    rows.add(3.0, [np.float32(6.0), np.float32(0.5)])
    assert rows.take().first == 1


def test_moves_of_short_leaves_are_differences_between_rows():
    shape = row_shape(("w", "b"), (ONE, ONE))
    rows = rows_of((shape, [(9.0, 2.0, 0.0, 0.0, 0.0), (8.0, 3.0, 0.0, 1.0, 0.0), (7.0, -3.0, 0.0, 1.5, 0.0)]))
    block = rows.take({CurveKey("update", "w"): 0.25})
    moves = [block.rows[:, block.keys.index(CurveKey("update", leaf))] for leaf in "wb"]
    assert moves[0].tolist() == [0.5, 2.0, 0.25]
    assert moves[1][1] == 0.5
    assert is_missing(moves[1]).tolist() == [True, False, True], "no part of zero; not known yet"


def test_blocks_cut_anywhere_are_the_same_rows(monkeypatch):
    shape, other = row_shape(("w", "V"), (ONE, MATRIX)), row_shape(("V",), (MATRIX,))
    draw = np.random.default_rng(0)
    stretches = [(shape, draw.random((7, 5))), (other, draw.random((2, 3))), (shape, draw.random((14, 5)))]

    def add(rows, row):
        loss, *values, value, gradient = row.tolist()
        rows.add(loss, list(np.float32(values)), [value, gradient])
        rows.close([value / 2])

    rows = Rows()
    for kind, numbers in stretches:
        rows.begin(kind)
        for row in numbers:
            add(rows, row)
    whole = Curves().extended(rows.take({}))
    assert whole.length == 23
    for size in (1, 100, 1 << 18):
        monkeypatch.setattr(rows_module, "STRETCH_BYTES", size)
        for cut in range(23):
            rows, curves, number = Rows(), Curves(), 0
            for kind, numbers in stretches:
                rows.begin(kind)
                for row in numbers:
                    add(rows, row)
                    if number % (cut + 1) == 0 and (block := rows.take({} if cut % 2 else None)):
                        curves = curves.extended(block)
                    number += 1
            last = rows.take({})
            curves = curves if last is None else curves.extended(last)
            assert curves.length == whole.length
            for key in whole.keys:
                np.testing.assert_array_equal(curves.column(key), whole.column(key), err_msg=f"{size} {cut} {key}")


def test_a_leaf_of_another_size_is_not_written():
    rows = Rows()
    rows.begin(row_shape("w", [np.zeros(2, np.float32)]))
    two, three = np.zeros(2, np.float32), np.zeros(3, np.float32)
    assert rows.add(1.0, [two, two])
    assert not rows.add(2.0, [three, three])
    assert rows.count == 1
    assert rows.add(3.0, [two, two])
    assert rows.take({}).rows[:, 0].tolist() == [1.0, 3.0]


def test_a_row_that_an_interrupt_cut_short_is_taken_back():
    two = np.zeros(2, np.float32)
    rows = Rows()
    rows.begin(row_shape("w", [two]))
    assert rows.add(1.0, [two, two])

    class Interrupted:
        def __iter__(self):
            yield two
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rows.add(2.0, Interrupted())
    assert rows.take({}).rows[:, 0].tolist() == [1.0]
    assert not rows.add(3.0, [two, two]), "the next row is asked for again"
    assert rows.add(3.0, [two, two])
    assert rows.take({}).rows[:, 0].tolist() == [1.0, 3.0]


def test_elements_that_do_not_lie_side_by_side():
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    rows = Rows()
    rows.begin(row_shape("w", [matrix.T]))
    assert rows.add(1.0, [matrix.T, matrix[:, ::-1]])
    assert rows.add(1.0, [matrix.T, matrix[:, ::-1]])
    block = rows.take()
    np.testing.assert_allclose(block.rows[0, 1:3], np.linalg.norm(matrix.astype(np.float64)), rtol=1e-14)
