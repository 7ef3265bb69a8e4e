"""Which card an error belongs to.

The engine names it where it knows. Where it does not, the record does: an error during a backward pass happened in the
node that was to run next, and one in an expression has to do with the newest operand that the expression names.
"""

from __future__ import annotations

import ast
import re

from ..trace.card_keys import card_of_event, card_of_node
from ..trace.events import ErrorRaised, Source
from ..trace.history import History
from ..trace.trace import Trace
from .advice import words_for_card
from .cards import Cards
from .naming import Names

VERSIONS = re.compile(r"is at version (\d+); expected version (\d+) instead")


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


def guilty_key(error: ErrorRaised, history: History) -> str:
    """Key of the card to tell of beside the error; empty where the record names none."""
    key = card_of_event(history, error)
    queue = () if key else history.queue(history.steps)
    return card_of_node(history, queue[0]) if queue else key


def change_in_place(error: ErrorRaised, history: History, trace: Trace) -> str:
    """Who saved the value that was changed in place, and which line changed it; empty for any other error."""
    found = VERSIONS.search(error.message)
    node = next(iter(history.queue(history.steps)), None) if error.node is None else error.node
    if found is None or node is None or node not in history.nodes:
        return ""
    now, kept, at = int(found[1]), int(found[2]), history.nodes[node]
    # What a node saves of its own result is not named in every record.
    saved = [item.tensor for item in at.node.saved] + ([out.tensor for out in at.op.outputs] if at.op else [])
    for tensor in saved:
        versions = history.tensors[tensor].versions if tensor in history.tensors else None
        facts = zip(versions.steps, versions.facts, strict=True) if versions is not None else ()
        changed = [step for step, version in facts if version > kept]
        source = history.source(changed[0]) if changed else None
        if tensor is None or source is None:
            continue
        maker = f" (line {at.op.source.line})" if at.op is not None and at.op.source is not None else ""
        name, line = Names(trace, history).tensor(tensor), trace.program.splitlines()[source.line - 1].strip()
        return (
            f"{at.node.name}{maker} saved `{name}` at version {kept} for its backward. Line {source.line}, `{line}`,"
            f" changed it afterwards: it is at version {now}."
        )
    return ""


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
