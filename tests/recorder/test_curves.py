import math

import numpy as np

from gradviz.recorder.curves import LOSS, Rows, number_of, row_keys, total
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


def test_rows_become_blocks_in_order():
    rows = Rows()
    assert rows.take() is None
    rows.add(((LOSS,), (1.0,)))
    rows.add(((LOSS, CurveKey("value", "w")), (2.0, 5.0)))
    block = rows.take()
    assert (block.first, block.keys) == (0, (LOSS, CurveKey("value", "w")))
    assert np.array_equal(block.rows, [[1.0, np.nan], [2.0, 5.0]], equal_nan=True)
    rows.add(((LOSS,), (3.0,)))
    assert rows.take().first == 2


def test_leaves_that_share_a_name_are_told_apart():
    keys = row_keys(("w", "w", "w"))
    assert [key.leaf for key in keys if key.kind == "value"] == ["w", "w (2)", "w (3)"]
