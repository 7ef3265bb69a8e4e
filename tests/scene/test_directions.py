"""Random and principal directions, against their definitions and NumPy's own decomposition."""

import numpy as np

from gradviz.scene.directions import coordinates, principal_directions, random_directions


def test_each_filter_of_a_random_direction_is_as_long_as_that_of_the_leaf():
    draw = np.random.default_rng(1)
    weight, kernel, bias = draw.random((5, 3)), draw.random((4, 2, 3, 3)), draw.random(5)
    for direction in random_directions((weight, kernel, bias)):
        np.testing.assert_allclose(np.linalg.norm(direction[0], axis=1), np.linalg.norm(weight, axis=1))
        rows = direction[1].reshape(4, -1)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), np.linalg.norm(kernel.reshape(4, -1), axis=1))
        assert not direction[2].any(), "as in the paper's pictures"


def test_leaves_without_filters_move_as_a_whole():
    (one,), _ = random_directions((np.array([3.0, 4.0]),))
    assert np.isclose(np.linalg.norm(one), 5.0)
    (zero,), _ = random_directions((np.zeros(3),))
    assert np.isclose(np.linalg.norm(zero), 1.0)


def test_principal_directions_are_those_of_the_decomposition():
    rows = np.random.default_rng(2).standard_normal((7, 40)) * np.linspace(1, 3, 40)
    first, second, parts = principal_directions(rows, rows[-1])
    _, sizes, expected = np.linalg.svd(rows - rows[-1], full_matrices=False)
    for found, row in zip((first, second), expected, strict=False):
        assert np.isclose(abs(found @ row), 1.0)
        assert found @ (rows[0] - rows[-1]) >= 0
    np.testing.assert_allclose(parts, (sizes**2 / np.sum(sizes**2))[:2])


def test_a_straight_way_gets_a_second_direction_at_right_angles():
    rows = np.outer(np.linspace(1, 0, 5), np.arange(1.0, 9.0))
    first, second, parts = principal_directions(rows, rows[-1])
    assert abs(first @ second) < 1e-9
    assert np.isclose(parts[0], 1.0)
    assert principal_directions(rows[:1], rows[0]) is None
    assert principal_directions(np.ones((4, 3)), np.ones(3)) is None


def test_places_in_the_plane_are_the_nearest_ones():
    draw = np.random.default_rng(3)
    origin, first, second = draw.standard_normal((3, 6))
    rows = origin + np.outer([1.0, -2.0], first) + np.outer([0.5, 3.0], second)
    np.testing.assert_allclose(coordinates(rows, origin, first, second), [[1.0, 0.5], [-2.0, 3.0]])
