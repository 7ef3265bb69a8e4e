"""Errors in words: what happened, where, and what usually helps."""

from __future__ import annotations

from ..trace.events import ErrorRaised
from ..trace.messages import OutputThinned

ADVICE = (
    (
        "mat1 and mat2 shapes cannot be multiplied",
        "The columns of the left matrix must be as many as the rows of the right one.",
    ),
    (
        "must match the size of tensor b",
        "Shapes fit when each length is equal, or one of them is 1, counted from the right.",
    ),
    (
        "grad can be implicitly created only for scalar outputs",
        "Make one number of it first (sum or mean), or pass gradient= of the same shape.",
    ),
    (
        "does not require grad and does not have a grad_fn",
        "Nothing in this value was made from a tensor with requires_grad=True.",
    ),
    (
        "Trying to backward through the graph a second time",
        "The first backward freed what it had saved. Compute the loss again, or pass retain_graph=True.",
    ),
    (
        "a leaf Variable that requires grad is being used in an in-place operation",
        "Put the update into `with torch.no_grad():`.",
    ),
    (
        "a view of a leaf Variable that requires grad is being used in an in-place operation",
        "Put the change into `with torch.no_grad():`.",
    ),
    (
        "modified by an inplace operation",
        "A value that backward needs was changed in place. Write `x = x + …` instead of `x += …`.",
    ),
    ("Can't call numpy() on Tensor that requires grad", "Use `.detach().numpy()`."),
    ("name 'torch' is not defined", "Begin the program with `import torch`."),
    ("expected an indented block", "The lines that belong to the line above stand four spaces further right."),
    ("unindent does not match", "This line stands between two levels of indentation. Line it up with one of them."),
    ("was never closed", "A bracket was opened here and has no partner."),
    ("unterminated string", "A string was opened here and has no closing quote."),
    ("expected ':'", "The line ends with a colon."),
    ("maximum recursion depth exceeded", "A function calls itself without an end."),
    ("No module named", "Install it beside gradviz (pip install, in the same environment), or do without it."),
    ("needs more memory than", "Make the tensor smaller; no lesson needs one of this size."),
)


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
    advice = advice_for(error)
    return f"{text} {advice}" if advice else text


def sentence_of_thinned(thinned: OutputThinned) -> str:
    """What happens to the text of a program that prints without end."""
    where = f"Line {thinned.source.line}: " if thinned.source else ""
    return (
        f"{where}The program has printed more than {thinned.limit:,} characters. From here on only the newest are kept."
    )


def advice_for(error: ErrorRaised) -> str:
    """What usually helps; empty where we do not know."""
    return next((advice for words, advice in ADVICE if words in error.message), "")
