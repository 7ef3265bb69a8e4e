import math

import numpy as np

from gradviz.recorder.curves import LOSS, Rows, number_of, row_shape, total
from gradviz.trace.curves import Curves, is_missing
from gradviz.trace.messages import CurveKey


def test_a_number_or_a_norm():
    assert number_of(np.float32(-3.5)) == -3.5
    assert number_of(np.array([[-3.5]])) == -3.5
    assert number_of(np.array([3.0, 4.0], np.float32)) == 5.0
    assert number_of(np.full(4, 1e30, np.float32)) == math.sqrt(4 * float(np.float32(1e30)) ** 2)
    assert number_of(np.array([3, 4])) == 5.0
    assert math.isnan(number_of(np.float32("nan")))


def test_a_loss_of_several_elements_is_their_sum():
    assert total(np.float32(2.5)) == 2.5
    assert total(np.array([1.0, 2.0], np.float32)) == 3.0


def rows_of(*stretches):
    """Rows of stretches (shape, rows of numbers)."""
    rows = Rows()
    for shape, numbers in stretches:
        rows.begin(shape)
        for row in numbers:
            rows.add(list(row))
    return rows


def test_rows_become_blocks_in_order_and_the_last_one_stays_open():
    rows = Rows()
    assert rows.take() is None
    assert rows.take({}) is None
    rows.begin(row_shape((), ()))
    rows.add([1.0])
    assert rows.take() is None, "more may come to it"
    rows.begin(row_shape(("w",), (True,)))
    rows.add([2.0, 5.0, 0.5])
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
    rows.add([3.0, 6.0, 0.5])
    assert rows.take().first == 1


def test_moves_of_single_numbers_are_differences_between_rows():
    shape = row_shape(("w", "b"), (True, True))
    rows = rows_of((shape, [(9.0, 2.0, 0.0, 0.0, 0.0), (8.0, 3.0, 0.0, 1.0, 0.0), (7.0, -3.0, 0.0, 1.5, 0.0)]))
    block = rows.take({CurveKey("update", "w"): 0.25})
    moves = [block.rows[:, block.keys.index(CurveKey("update", leaf))] for leaf in "wb"]
    assert moves[0].tolist() == [0.5, 2.0, 0.25]
    assert moves[1][1] == 0.5
    assert is_missing(moves[1]).tolist() == [True, False, True], "no part of zero; not known yet"


def test_blocks_cut_anywhere_are_the_same_rows():
    shape, other = row_shape(("w", "V"), (True, False)), row_shape(("V",), (False,))
    draw = np.random.default_rng(0)
    stretches = [(shape, draw.random((7, 5))), (other, draw.random((2, 3))), (shape, draw.random((4, 5)))]
    whole = Curves().extended(rows_of(*stretches).take({}))
    for cut in range(13):
        rows, curves, number = Rows(), Curves(), 0
        for kind, numbers in stretches:
            rows.begin(kind)
            for row in numbers:
                rows.add(row.tolist())
                if number % (cut + 1) == 0 and (block := rows.take({} if cut % 2 else None)):
                    curves = curves.extended(block)
                number += 1
        last = rows.take({})
        curves = curves if last is None else curves.extended(last)
        assert curves.length == whole.length
        for key in whole.keys:
            assert np.array_equal(curves.column(key), whole.column(key), equal_nan=True), (cut, key)


def test_leaves_that_share_a_name_are_told_apart():
    shape = row_shape(("w", "w", "w"), (True, False, True))
    assert [key.leaf for key in shape.keys if key.kind == "value"] == ["w", "w (2)", "w (3)"]
    assert shape.singles.tolist() == [0, 2]
