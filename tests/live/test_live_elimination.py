"""Determinants and solutions of small matrices have torch's bits, where MKL is what torch solves with."""

import numpy as np
import pytest
import torch

from gradviz.engine import elimination

AS_MEASURED = "mkl" in torch.__config__.show().lower() and torch.backends.cpu.get_cpu_capability() == "AVX512"


def matrices(size, kind):
    random = np.random.default_rng(size)
    for number in range(40):
        matrix = random.normal(size=(size, size)) * 2
        yield (np.round(matrix * 2) if number % 2 else matrix).astype(kind)


def same(ours, theirs):
    if AS_MEASURED:
        return np.array_equal(ours, theirs)
    return np.allclose(ours, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("kind", ["float32", "float64"])
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_determinants(size, kind):
    for matrix in matrices(size, kind):
        assert same(elimination.determinant(matrix), torch.linalg.det(torch.from_numpy(matrix)).numpy())


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_solutions_of_two_equations(kind):
    for matrix in matrices(2, kind):
        if np.linalg.det(matrix):
            inverse = torch.linalg.inv(torch.from_numpy(matrix)).numpy()
            assert same(elimination.solution(matrix, np.eye(2, dtype=kind)), inverse)


def test_larger_ones_are_solutions():
    for size in range(3, 9):
        for matrix in matrices(size, "float64"):
            if abs(np.linalg.det(matrix)) > 0.1:
                assert np.allclose(matrix @ elimination.solution(matrix, np.eye(size)), np.eye(size), atol=1e-8)


def test_a_singular_matrix():
    matrix = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert elimination.determinant(matrix) == 0
    with pytest.raises(np.linalg.LinAlgError):
        elimination.solution(matrix, np.eye(2))
