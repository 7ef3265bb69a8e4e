import math

import numpy as np

from gradviz.recorder.numbers import number_of, total


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
