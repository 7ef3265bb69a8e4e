"""Products by the shorter way have the bits, the shape and the strides of `@`."""

import numpy as np
import pytest

from gradviz.engine.matrix import times

LAYOUTS = {
    "in order": lambda x: x,
    "turned": np.asfortranarray,
    "backwards": lambda x: np.ascontiguousarray(x[::-1])[::-1],
    "with gaps": lambda x: np.repeat(x, 2, axis=-1)[..., ::2],
}


@pytest.mark.parametrize("second", LAYOUTS)
@pytest.mark.parametrize("first", LAYOUTS)
def test_times_is_matmul(first, second):
    random = np.random.default_rng(0)
    for kind in (np.float32, np.float64, np.float16, np.int64):
        for rows, inner, columns in ((1, 1, 1), (3, 1, 5), (0, 4, 2), (3, 0, 2), (5, 7, 1), (64, 33, 10)):
            a = LAYOUTS[first]((random.normal(size=(rows, inner)) * 9).astype(kind))
            for b in (random.normal(size=(inner, columns)) * 9, random.normal(size=inner) * 9):
                b = LAYOUTS[second](b.astype(kind))
                found, wanted = times(a, b), a @ b
                assert (found.dtype, found.shape, found.strides) == (wanted.dtype, wanted.shape, wanted.strides)
                assert found.tobytes() == wanted.tobytes()
    batch = random.normal(size=(2, 3, 4)).astype(np.float32)
    assert np.array_equal(times(batch, batch.swapaxes(1, 2)), batch @ batch.swapaxes(1, 2))
