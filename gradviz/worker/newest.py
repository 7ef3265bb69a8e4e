"""Which question is the newest: what a thread that listens tells one that computes."""

from __future__ import annotations


class Newest:
    """An answer to an older question than this is of no use to anyone."""

    def __init__(self) -> None:
        self.number = 0
