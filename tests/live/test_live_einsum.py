"""einsum of random equations beside PyTorch: values, gradients, and the nodes of both passes."""

import random

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch
from tests.live.second_graphs import tree

NAMED = (
    "ij,jk->ik", "bij,bjk->bik", "bhqd,bhkd->bhqk", "i,i->", "ij->ji", "ii->i", "ii", "ij,j->i", "i,j->ij", "ij->",
    "ij->i", "ij,ij->ij", "ij,ij->", "...ij,...jk->...ik", "ij,jk,kl->il", "bi,ij,bj->b", "...i->...", "...i->i",
    "Aa,aB", "ijj->i", "i,i,i->i", "ab,cd->abcd",
)  # fmt: skip


def drawn(number):
    """A random equation."""
    draw = random.Random(number)
    labels = "abcdX"
    terms = ["".join(draw.choice(labels) for _ in range(draw.randint(0, 3))) for _ in range(draw.randint(1, 3))]
    used = sorted({*"".join(terms)})
    out = draw.sample(used, draw.randint(0, len(used)))
    return ",".join(terms) + (f"->{''.join(out)}" if draw.random() < 0.8 else "")


def operands(equation, lib):
    """Arrays that fit an equation; some dimensions are of length 1."""
    draw = np.random.default_rng(len(equation))
    sizes = dict(zip("abcdXijklhqABd", draw.permutation([2, 3, 4, 2, 3, 1, 2, 3, 4, 2, 3, 2, 3, 5]), strict=True))
    made = []
    for term in equation.partition("->")[0].split(","):
        shape = [sizes.get(label, 2) for label in term.replace("...", "")]
        shape = [2, *shape] if "..." in term else shape
        made.append(lib.tensor(draw.standard_normal(shape).tolist(), dtype=lib.float64, requires_grad=True))
    return made


def result(equation, lib):
    given = operands(equation, lib)
    try:
        found = lib.einsum(equation, *given)
    except RuntimeError as error:
        return str(error)
    if not found.requires_grad:
        return found.tolist()
    grads = lib.autograd.grad((found * found).sum(), given, create_graph=True)
    return tree(found.grad_fn), [tree(each.grad_fn) for each in grads], [found.tolist(), *(g.tolist() for g in grads)]


def compare(one, other):
    assert len(one) == len(other)
    for mine, its in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, its, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("equation", NAMED)
def test_an_equation_has_pytorch_s_values_and_nodes(equation):
    ours, theirs = result(equation, gv_torch), result(equation, torch)
    assert ours[:2] == theirs[:2]
    compare(ours[2], theirs[2])


@pytest.mark.parametrize("equation", [*map(drawn, range(150))])
def test_a_random_equation_has_pytorch_s_values(equation):
    """The nodes hang on the memory that a sum of a turned tensor lies in, and are left out here."""
    ours, theirs = result(equation, gv_torch), result(equation, torch)
    if isinstance(theirs, str):
        assert ours == theirs
    else:
        compare(ours[-1], theirs[-1])
