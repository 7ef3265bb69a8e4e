"""Errors in words: what happened, where, and what usually helps."""

from __future__ import annotations

from ..scene.advice import advice_for
from ..trace.events import ErrorRaised
from ..trace.messages import OutputThinned


def sentence_of(error: ErrorRaised) -> str:
    """One or two sentences: the line, the message, and what to do where that is known."""
    where = f"Line {error.source.line}: " if error.source else ""
    said = error.message.strip() or error.kind
    text = (
        f"{where}{said}"
        if error.kind in ("SyntaxError", "IndentationError", "TabError")
        else f"{where}{error.kind}: {said}"
    )
    text = text if text.endswith((".", "!", "?")) else text + "."
    advice = advice_for(error.message)
    return f"{text} {advice}" if advice else text


def sentence_of_thinned(thinned: OutputThinned) -> str:
    """What happens to the text of a program that prints without end."""
    where = f"Line {thinned.source.line}: " if thinned.source else ""
    return (
        f"{where}The program has printed more than {thinned.limit:,} characters. From here on only the newest are kept."
    )
