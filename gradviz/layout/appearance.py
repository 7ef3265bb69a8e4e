"""What makes a picture good to read, in numbers: how strongly a line wants to be level, what a whole picture costs."""

from __future__ import annotations

from gradviz.layout.layered import Layered, Segment

LEAVES, TRUNK, MAIN, EQUAL, SIDE = 64.0, 8.0, 4.0, 2.0, 0.25
"""How strongly a segment wants to be level: from an operation's own two leaves, between bends, on a main path, from
operands of equal depth, elsewhere."""
BENT_MAIN, BENT, LEVEL, HEIGHT = 200.0, 50.0, 0.5, 0.1
"""A picture's cost in units of rise: a main or another segment that is not level (to LEVEL); height, per layer."""


def strength(graph: Layered, segment: Segment) -> float:
    """Fans pull less per segment than chains: a sum over 500 terms must not drag its terms together.

    Two operands of equal depth pull strongly, so that the operation stands in the middle between them; two leaves of
    its own follow it at no cost, so they are all but tied to it.
    """
    if graph.is_bend(segment.tail) and graph.is_bend(segment.head):
        return TRUNK
    if segment.main:
        return MAIN
    terms, uses = graph.before[segment.head], graph.after[segment.tail]
    if equal_pair(terms):
        lone = graph.flow.is_leaf(segment.tail) and len(uses) == 1
        return LEAVES if lone else EQUAL / len(uses)
    return SIDE / max(len(terms), len(uses))


def cost(graph: Layered, middle: list[float]) -> float:
    """What a reader pays: how much edges rise and fall, how many do, and how high the picture is."""
    rises = bent = 0.0
    for terms in graph.before:
        if not terms:
            continue
        here = middle[terms[0].head]
        slopes = [here + term.head_port - middle[term.tail] - term.tail_port for term in terms]
        rises += sum(map(abs, slopes))
        if equal_pair(terms):
            # Equal operands should be as far above as below, not level.
            rises += abs(sum(slopes))
        else:
            for term, slope in zip(terms, slopes, strict=True):
                if abs(slope) > LEVEL:
                    bent += BENT_MAIN if term.main else BENT
    height = max(middle) - min(middle)
    return rises + bent + HEIGHT * height * (max(graph.level) + 1)


def equal_pair(terms: list[Segment]) -> bool:
    """True for the two operands of a * b where neither is deeper than the other."""
    return len(terms) == 2 and not terms[0].main and not terms[1].main
