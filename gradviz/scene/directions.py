"""Two directions through the space of all leaves, where there are too many for axes of their own."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..trace.value import Array

Floats = NDArray[np.float64]


def random_directions(leaves: tuple[Array, ...], seed: int = 0) -> tuple[tuple[Floats, ...], tuple[Floats, ...]]:
    """Two random directions, filter-normalised: Li et al., Visualizing the Loss Landscape of Neural Nets, 2018.

    Each row of a weight (a neuron's, or a filter's) is as long as that of the leaf, so that the picture does not depend
    on how a network scales its layers. Leaves of less than two dimensions stay, as in the paper's own pictures; where
    there are no others, each moves as a whole.
    """
    draw = np.random.default_rng(seed)
    has_filters = any(leaf.ndim > 1 for leaf in leaves)

    def one() -> tuple[Floats, ...]:
        return tuple(_normalised(draw.standard_normal(leaf.shape), leaf, has_filters) for leaf in leaves)

    return one(), one()


def _normalised(direction: Floats, leaf: Array, has_filters: bool) -> Floats:
    if leaf.ndim < 2:
        if has_filters:
            return np.zeros(leaf.shape)
        length = float(np.linalg.norm(direction))
        return direction * ((float(np.linalg.norm(leaf)) or 1.0) / (length or 1.0))
    axes = tuple(range(1, leaf.ndim))
    own = np.sqrt(np.sum(np.square(leaf, dtype=np.float64), axis=axes, keepdims=True))
    lengths = np.sqrt(np.sum(np.square(direction), axis=axes, keepdims=True))
    return np.asarray(direction * own / np.maximum(lengths, 1e-10), np.float64)


def principal_directions(rows: Floats, origin: Floats) -> tuple[Floats, Floats, tuple[float, float]] | None:
    """The two directions in which a way (passes, elements) reaches farthest from `origin`, and their parts of it all.

    Unit vectors; each points so that the way begins on the positive side. None for a way that is a point.
    Found in the small matrix of products between passes: there are far fewer of them than elements.
    """
    moved = rows - origin
    products = moved @ moved.T
    sizes, vectors = np.linalg.eigh(products)
    total = float(np.sum(np.maximum(sizes, 0.0)))
    if len(rows) < 2 or total <= 0.0 or not np.isfinite(total):
        return None
    found: list[Floats] = []
    parts: list[float] = []
    for place in (-1, -2):
        direction = vectors[:, place] @ moved
        length = float(np.linalg.norm(direction))
        if length <= 1e-9 * np.sqrt(total):
            # A straight way has one direction; the picture needs another one, at right angles.
            direction = np.random.default_rng(0).standard_normal(len(origin))
            for other in found:
                direction -= (direction @ other) * other
            length = float(np.linalg.norm(direction))
            if length <= 1e-9:
                return None
        direction = direction / length
        found.append(direction if direction @ moved[0] >= 0 else -direction)
        parts.append(max(0.0, float(sizes[place])) / total)
    return found[0], found[1], (parts[0], parts[1])


def coordinates(rows: Floats, origin: Floats, first: Floats, second: Floats) -> Floats:
    """(passes, 2): the places in the plane that are nearest to the rows (least squares)."""
    basis = np.stack([first, second], axis=1)
    found, *_ = np.linalg.lstsq(basis, (rows - origin).T, rcond=None)
    return np.asarray(found.T, np.float64)
