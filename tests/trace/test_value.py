"""What is kept of a large value, against NumPy on the whole of it."""

import numpy as np
import pytest

from gradviz.trace.value import BINS, SKETCH_SIDE, Value, counted, summarize

RANDOM = np.random.default_rng(0)
ARRAYS = {
    "matrix": RANDOM.normal(size=(256, 784)).astype(np.float32),
    "far from zero": (RANDOM.normal(size=(300, 200)) + 1e6).astype(np.float32),
    "rising": np.linspace(-1e3, 1e3, 100_000).reshape(1000, 100),
    "turned": RANDOM.normal(size=(784, 256)).astype(np.float32).T,
    "images": RANDOM.normal(size=(16, 6, 28, 28)).astype(np.float32),
    "one row": RANDOM.normal(size=70_000),
    "one column": RANDOM.normal(size=(70_000, 1)),
    "booleans": RANDOM.normal(size=(300, 300)) > 0,
    "whole": RANDOM.integers(-9, 9, (300, 300)),
    "half": RANDOM.normal(size=(300, 300)).astype(np.float16),
    "complex": RANDOM.normal(size=(100, 100)) * (1 + 2j),
    "nan": np.where(RANDOM.normal(size=(300, 300)) > 2, np.nan, 1.0),
    "infinite": np.where(RANDOM.normal(size=(300, 300)) > 2, -np.inf, 1.0),
    "small": np.array([[1.0, 2.0], [3.0, 5.0]]),
}


def block_means(floats):
    """Each mean by itself."""
    matrix = floats.reshape(-1, floats.shape[-1])
    edges = [[i * n // min(n, SKETCH_SIDE) for i in range(min(n, SKETCH_SIDE) + 1)] for n in matrix.shape]
    return [
        [matrix[top:below, left:right].mean() for left, right in zip(edges[1], edges[1][1:], strict=False)]
        for top, below in zip(edges[0], edges[0][1:], strict=False)
    ]


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_a_summary_agrees_with_numpy(array):
    floats = np.abs(array).astype(np.float64) if np.iscomplexobj(array) else array.astype(np.float64)
    finite = floats[np.isfinite(floats)]
    summary = summarize(array)
    wanted = finite.min(), finite.max(), finite.mean(), finite.std()
    found = summary.least, summary.greatest, summary.mean, summary.deviation
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    assert (summary.nan, summary.infinite) == (np.isnan(floats).sum(), np.isinf(floats).sum())
    np.testing.assert_allclose(summary.sketch, block_means(floats), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_a_histogram_agrees_with_numpy(array):
    """Elements within rounding of an edge may stand on its other side: NumPy counts with the edges moved a little."""
    floats = np.abs(array).astype(np.float64) if np.iscomplexobj(array) else array.astype(np.float64)
    finite = floats[np.isfinite(floats)]
    least, greatest = finite.min(), finite.max()
    found = counted(array, least, greatest)
    assert found.sum() == finite.size
    if least == greatest:
        assert found.tolist() == [finite.size]
        return
    edges = np.linspace(least, greatest, BINS + 1)
    slack = 1e-5 * (greatest - least)
    below = np.cumsum(found)[:-1]
    assert np.all(below >= [(finite < edge - slack).sum() for edge in edges[1:-1]])
    assert np.all(below <= [(finite < edge + slack).sum() for edge in edges[1:-1]])


def test_a_histogram_of_what_is_strange():
    assert counted(np.zeros(0), np.nan, np.nan).size == 0
    assert counted(np.array([np.nan, np.inf]), np.nan, np.nan).size == 0
    assert counted(np.array([-1.7e308, 1.7e308]), -1.7e308, 1.7e308).size == 0
    assert counted(np.float32([-3e38, 0, 3e38]), -3e38, 3e38).sum() == 3
    assert counted(np.array([True, False, True]), 0.0, 1.0)[[0, -1]].tolist() == [1, 2]


def test_only_large_values_count_when_they_are_made():
    large, small = Value.of(np.arange(90_000.0)), Value.of(np.arange(64.0))
    assert large.data is None
    np.testing.assert_array_equal(large.histogram, np.histogram(np.arange(90_000), BINS)[0])
    assert small.summary.bins.size == 0
    assert small.histogram.tolist() == [2] * BINS
