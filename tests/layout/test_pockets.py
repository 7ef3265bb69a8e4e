"""Leaves between two branches: found where they are, and nowhere else."""

from __future__ import annotations

import networkx as nx

from gradviz.layout.flow import flows
from gradviz.layout.pockets import pockets
from tests.layout.corpus import Tape


def found(graph: nx.MultiDiGraph) -> set[tuple[str, str]]:
    (flow,) = flows(graph, "right")
    name = [graph.nodes[node]["name"] for node in flow.nodes]
    return {(name[node], name[leaf]) for node, leaf in pockets(flow)}


def parted(tape: Tape, *, upper_first: bool = True) -> tuple[int, int]:
    """A tensor with a head, addmm(b, x, w), and a following step, addmm(c, x, u)."""
    x = tape.op("tanh", tape.leaf("x"))
    head = tape.op("addmm", tape.leaf("b"), x, tape.op("t", tape.leaf("w")))
    step = tape.op("addmm", tape.leaf("c"), x, tape.op("t", tape.leaf("u")))
    return (head, step) if upper_first else (step, head)


def test_inner_leaves_are_below_the_upper_branch_and_above_the_lower_one():
    tape = Tape()
    tape.op("add", *parted(tape))
    assert found(tape.graph) == {("tanh", "w"), ("tanh", "c")}


def test_which_branch_is_the_upper_one_is_said_by_the_arguments_where_they_meet():
    tape = Tape()
    tape.op("add", *parted(tape, upper_first=False))
    assert found(tape.graph) == {("tanh", "u"), ("tanh", "b")}


def test_a_branch_goes_on_until_it_meets_another():
    tape = Tape()
    head, step = parted(tape)
    loss = tape.op("mse", tape.op("relu", head), tape.leaf("y"))
    total = tape.op("add", loss, step)
    tape.op("mul", total, tape.leaf("after"))
    assert found(tape.graph) == {("tanh", "w"), ("tanh", "c"), ("tanh", "y")}


def test_a_leaf_used_twice_belongs_to_no_branch():
    tape = Tape()
    x = tape.op("tanh", tape.leaf("x"))
    w = tape.leaf("w")
    tape.op("add", tape.op("mul", x, w), tape.op("div", x, w))
    assert found(tape.graph) == set()


def test_neither_a_chain_nor_the_stack_of_many_terms_has_pockets():
    tape = Tape()
    h = tape.leaf("x")
    for _ in range(3):
        h = tape.op("mul", h, tape.leaf("w"))
    assert found(tape.graph) == set()
    terms = [tape.op("sin", tape.leaf("z")) for _ in range(8)]
    tape.op("add", tape.op("stack", h, *terms), h)
    assert found(tape.graph) == set()
