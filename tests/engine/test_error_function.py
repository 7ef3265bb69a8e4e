"""The error function of arrays, against the C library's."""

import math

import numpy as np

from gradviz.engine.error_function import erf_single


def test_nearly_all_numbers_are_rounded_as_exact_ones_are():
    x = np.linspace(-6, 6, 50_001).astype("f4")
    exact = np.array([math.erf(each) for each in x.tolist()])
    found = erf_single(x)
    assert found.dtype == np.float32
    assert np.mean(found == exact.astype("f4")) > 0.999
    np.testing.assert_allclose(found, exact, atol=6e-8)


def test_ends():
    found = erf_single(np.array([np.nan, np.inf, -np.inf, 1e-30, 0], "f4"))
    np.testing.assert_array_equal(found[[0, 1, 2, 4]], np.array([np.nan, 1, -1, 0], "f4"))
    np.testing.assert_allclose(found[3], 1.1283791e-30, rtol=1e-6)
