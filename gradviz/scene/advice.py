"""What a known error means: a few words for its card, with the numbers that do not go together, and what to write.

One declaration per error. The words of PyTorch are the pattern; what its groups catch stands in the answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Advice:
    """`pattern` is searched for in the message; `text` and `card` may hold its groups as {0}, {1}, …"""

    pattern: str
    text: str
    card: str = ""


NO_GRAD = "Put it into `with torch.no_grad():`."

KNOWN: tuple[Advice, ...] = (
    Advice(
        r"mat1 and mat2 shapes cannot be multiplied \((\w+) and (\w+)\)",
        "The columns of the left matrix must be as many as the rows of the right one. Transpose one of them (`.T`), "
        "or change a size.",
        "{0} and {1} do not fit",
    ),
    Advice(
        r"size mismatch, got input \(\d+\), mat \((\w+)\), vec \((\d+)\)",
        "A {0} matrix times a vector: the vector must be as long as the matrix has columns, and it has {1} numbers.",
        "{0} and {1} do not fit",
    ),
    Advice(
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)",
        "Shapes fit when each length is equal, or one of them is 1, counted from the right.",
        "{0} and {1} do not fit",
    ),
    Advice(
        r"shape '\[([^\]]*)\]' is invalid for input of size (\d+)",
        "The lengths of the new shape, multiplied, must give {1}. One of them may be -1: it is then worked out.",
        "{1} numbers are not {0}",
    ),
    Advice(
        r"view size is not compatible with input tensor's size and stride",
        "The numbers do not lie in this order in memory. Use `.reshape(…)`.",
        "not in this order in memory",
    ),
    Advice(
        r"Sizes of tensors must match except in dimension (\d+).*Expected size (\d+) but got size (\d+)",
        "Tensors that are joined must be as long as each other in every dimension but dimension {0}.",
        "{1} and {2} do not fit",
    ),
    Advice(r"stack expects each tensor to be equal size", "Make the shapes equal, or join them with `torch.cat`."),
    Advice(
        r"grad can be implicitly created only for scalar outputs",
        "Make one number of it first (sum or mean), or pass gradient= of the same shape.",
        "more than one number",
    ),
    Advice(
        r"grad_output\[\d+\] has a shape of torch\.Size\((.*?)\) and output\[\d+\] has a shape of torch\.Size\((.*?)\)",
        "gradient= must have the shape of the tensor that backward() starts at.",
        "gradient {0} for {1}",
    ),
    Advice(
        r"does not require grad and does not have a grad_fn",
        "Nothing in this value was made from a tensor with requires_grad=True.",
        "no leaf leads here",
    ),
    Advice(
        r"Trying to backward through the graph a second time",
        "The first backward freed what it had saved. Compute the loss again, or pass retain_graph=True.",
        "what it saved is freed",
    ),
    Advice(r"a (?:view of a )?leaf Variable that requires grad is being used in an in-place operation", NO_GRAD),
    Advice(
        r"modified by an inplace operation: .*is at version (\d+); expected version (\d+) instead",
        "A value that backward needs was changed in place. Write `x = x + …` instead of `x += …`.",
        "version {0}, saved at {1}",
    ),
    Advice(r"Can't call numpy\(\) on Tensor that requires grad", "Use `.detach().numpy()`."),
    Advice(
        r"appears to not have been used in the graph", "Ask only for tensors that the result is computed from."
    ),
    Advice(
        r"you can only change requires_grad flags of leaf variables", "Use `.detach()` for a copy without the graph."
    ),
    Advice(
        r"[Oo]nly Tensors of floating point (?:and complex )?dtype can require gradients",
        "Write the numbers with a point (`2.`), or pass dtype=torch.float32.",
    ),
    Advice(
        r"Boolean value of Tensor with more than one value is ambiguous", "Ask `.any()` or `.all()` of it.",
    ),
    Advice(
        r"expected .*dtype (\w+) but (?:found|got) (\w+)|expected m1 and m2 to have the same dtype",
        "Both must have one dtype: convert one of them with `.float()` or `.to(…)`.",
    ),
    Advice(r"name 'torch' is not defined", "Begin the program with `import torch`."),
    Advice(r"expected an indented block", "The lines that belong to the line above stand four spaces further right."),
    Advice(
        r"unindent does not match", "This line stands between two levels of indentation. Line it up with one of them."
    ),
    Advice(r"was never closed", "A bracket was opened here and has no partner."),
    Advice(r"unterminated string", "A string was opened here and has no closing quote."),
    Advice(r"expected ':'", "The line ends with a colon."),
    Advice(r"maximum recursion depth exceeded", "A function calls itself without an end."),
    Advice(
        r"No module named", "Install it beside gradviz (pip install, in the same environment), or do without it."
    ),
    Advice(r"needs more memory than", "Make the tensor smaller."),
)  # fmt: skip


def advice_for(message: str) -> str:
    """What usually helps; empty where we do not know."""
    return _found(message)[0]


def words_for_card(message: str) -> str:
    """What does not go together, in a few words; empty where we do not know."""
    return _found(message)[1]


@lru_cache(maxsize=16)
def _found(message: str) -> tuple[str, str]:
    for known in KNOWN:
        match = re.search(known.pattern, message, re.DOTALL)
        if match:
            given = [_shape(group or "") for group in match.groups()]
            return known.text.format(*given), known.card.format(*given)
    return "", ""


def _shape(text: str) -> str:
    """"3x4" as people write it."""
    return re.sub(r"(?<=\d)x(?=\d)", "×", text)
