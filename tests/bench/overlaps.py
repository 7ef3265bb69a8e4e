"""Cards overlapped by cards or by edges, on 5,000 random graphs and the corpus: there must be none.

    python -m tests.bench.overlaps [how many random graphs]

The geometry is looked at by itself (`tests.layout.geometry_checks`); the suite does the same with 1,100 graphs.
"""

from __future__ import annotations

import sys

from gradviz.layout import lay_out, split_shared
from tests.layout import corpus
from tests.layout.geometry_checks import edges_through_cards, overlapping_cards
from tests.layout.random_graphs import random_dag


def main(count: int) -> None:
    graphs = cards = overlaps = crossed = 0

    def look(graph, direction: str = "right") -> None:
        nonlocal graphs, cards, overlaps, crossed
        layout = lay_out(graph, direction=direction)
        graphs, cards = graphs + 1, cards + len(layout.rects)
        overlaps += len(overlapping_cards(layout))
        crossed += len(edges_through_cards(layout))

    for seed in range(count):
        look(random_dag(seed), "down" if seed % 3 == 0 else "right")
    print(f"{graphs} random graphs: {overlaps} cards overlap, {crossed} edges run through cards", flush=True)
    for name, make in {**corpus.SMALL, **corpus.LARGE}.items():
        for graph in (make(), split_shared(make())):
            look(graph)
        print(f"{name}: {len(graph)} cards with chips", flush=True)
    print(f"{graphs} graphs, {cards} cards: {overlaps} cards overlap, {crossed} edges run through cards")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
