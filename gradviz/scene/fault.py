"""Which card an error belongs to.

The engine names it where it knows. Where it does not, the record does: an error during a backward pass happened in the
node that was to run next, and one in an expression has to do with the newest operand that the expression names.
"""

from __future__ import annotations

import ast

from ..trace.events import ErrorRaised, Source
from ..trace.history import History
from ..trace.trace import Trace
from .advice import words_for_card
from .cards import Cards


def error_of(trace: Trace, history: History) -> ErrorRaised | None:
    """The error that ended the run, if it belongs to this pass: to the last one."""
    return trace.error if trace.passes and trace.passes[-1].history is history else None


def fault_of(error: ErrorRaised, history: History, cards: Cards, program: str) -> int:
    """Position of the card to point at, −1 where none is to blame."""
    if error.node is not None and error.node in cards.by_node:
        return cards.by_node[error.node]
    if error.tensor is not None and error.tensor in cards.by_tensor:
        return cards.by_tensor[error.tensor]
    queue = history.queue(history.steps)
    if queue:
        return cards.by_node.get(queue[0], -1)
    if error.source is None:
        return -1
    names = _names_in(program, error.source)
    named = [at for at, card in enumerate(cards.cards) if card.name in names]
    return max(named, key=lambda at: (cards.cards[at].made, at), default=-1)


def fault_words(error: ErrorRaised) -> tuple[str, ...]:
    """The lower line of that card, from long to short."""
    where = f"error in line {error.source.line}" if error.source is not None else "error here"
    words = words_for_card(error.message)
    return (words, words.removesuffix(" do not fit"), where) if words else (where,)


def _names_in(program: str, source: Source) -> set[str]:
    """The variables of a piece of program."""
    lines = program.splitlines()[source.line - 1 : source.end_line]
    if not lines:
        return set()
    lines[-1] = lines[-1][: source.end_column]
    lines[0] = lines[0][source.column :]
    try:
        tree = ast.parse("(" + "\n".join(lines) + ")")
    except SyntaxError:
        return set()
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
