"""What a person calls things: the variable's name, else the piece of the program that made it, else its `grad_fn`."""

from __future__ import annotations

import ast

from ..trace.events import OpRan, Source
from ..trace.history import History
from ..trace.trace import Trace
from .typeset import Term, is_typesettable, name_term

LONGEST_EXPRESSION = 28
"""Characters; a longer piece of program is shown by its two ends."""

LONGEST_SYMBOL = 12
"""Characters; a longer name gets a letter in formulas, explained beneath."""


class Names:
    """Names of tensors and nodes in one pass of a run."""

    def __init__(self, trace: Trace, history: History) -> None:
        self.history = history
        self._lines = trace.program.split("\n")

    def tensor(self, tensor: int) -> str:
        """`w`, or `w * x` for what has no variable, or "the output of MulBackward0"."""
        history = self.history.tensors.get(tensor)
        if history is None:
            return "a tensor of an earlier pass"
        if history.name:
            return history.name
        if history.op is None:
            maker = "" if history.maker == "tensor" else f"{history.maker} "
            return self._expression(history.source) or f"an unnamed {maker}tensor"
        expression = self.expression_of(history.op)
        if expression:
            return expression
        node = history.op.node
        return f"the output of {node.name if node else history.op.op}"

    def is_variable(self, tensor: int) -> bool:
        history = self.history.tensors.get(tensor)
        return history is not None and bool(history.name)

    def variables(self) -> set[str]:
        """Every variable that a tensor of this pass is bound to."""
        return {item.name for item in self.history.tensors.values() if item.name}

    def node(self, node: int) -> str:
        """What the node's gradient belongs to: the leaf of an AccumulateGrad, the output of an op."""
        history = self.history.nodes[node]
        if history.node.leaf is not None:
            return self.tensor(history.node.leaf)
        return self.tensor(history.op.outputs[0].tensor) if history.op and history.op.outputs else history.node.name

    def target(self, node: int, slot: int) -> int | None:
        """The tensor whose gradient arrives at this slot of the node."""
        history = self.history.nodes.get(node)
        if history is None:
            return None
        if history.node.leaf is not None:
            return history.node.leaf
        outputs = history.op.outputs if history.op else ()
        return outputs[slot].tensor if slot < len(outputs) else None

    def expression_of(self, op: OpRan) -> str:
        """The piece of the program that is this op, empty where it says more than the op."""
        return "" if self._is_step_of_a_larger_call(op) else self._expression(op.source)

    def _is_step_of_a_larger_call(self, op: OpRan) -> bool:
        """A module's ops all have the line of its call; only the last of them is what the call gave."""
        if op.scope:
            return True
        following = self.history.ops.get(op.id + 1)
        if following is None or following[1].source != op.source:
            return False
        # In a loop the same piece of program runs again; a step hands its result to the next one.
        made = {output.tensor for output in op.outputs}
        return any(item.tensor in made for item in following[1].inputs)

    def _expression(self, source: Source | None) -> str:
        text = self.text(source)
        try:
            ast.parse(text, mode="eval")
        except (SyntaxError, ValueError):
            return ""
        text = _without_brackets(text)
        half = LONGEST_EXPRESSION // 2
        return text if len(text) <= LONGEST_EXPRESSION else f"{text[:half]}…{text[1 - half :]}"

    def text(self, source: Source | None) -> str:
        """The piece of the program, on one line; empty where the program is not at hand."""
        if source is None or not 1 <= source.line <= source.end_line <= len(self._lines):
            return ""
        lines = self._lines[source.line - 1 : source.end_line]
        lines[-1] = lines[-1][: source.end_column]
        lines[0] = lines[0][source.column :]
        return " ".join(" ".join(lines).split())


def _without_brackets(text: str) -> str:
    """`(y - 5.)` is `y - 5.`; `(a)(b)` stays."""
    if not (text.startswith("(") and text.endswith(")")):
        return text
    inner = text[1:-1].strip()
    try:
        ast.parse(inner, mode="eval")
    except (SyntaxError, ValueError):
        return text
    return text if "," in inner else inner


class Symbols:
    """The letters of one formula, and what each of them stands for."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._terms: dict[int, Term] = {}
        self._taken: set[str] = set()
        self.meaning: dict[str, str] = {}
        """Symbol → words, for those that are not simply the person's own names."""

    def tensor(self, tensor: int, scalar: bool) -> Term:
        if tensor not in self._terms:
            name = self._names.tensor(tensor)
            own = self._names.is_variable(tensor) and len(name) <= LONGEST_SYMBOL and is_typesettable(name)
            if own and name in self._taken:
                name = self._told_apart(tensor, name)
                own = False
            symbol = name if own else self._letter(name)
            self._taken.add(symbol)
            self._terms[tensor] = name_term(symbol, scalar)
        return self._terms[tensor]

    def use(self, tensor: int, number: int, scalar: bool) -> Term:
        """The number-th use (from 1) of a tensor that is an operand several times, as in x · x."""
        symbol = self.tensor(tensor, scalar)
        plain = symbol.plain + "₀₁₂₃₄₅₆₇₈₉"[number % 10]
        self.meaning[plain] = f"{self._names.tensor(tensor)} as operand {number}"
        return Term(f"{symbol.latex}_{{{number}}}", plain, symbol.level, scalar)

    def _told_apart(self, tensor: int, name: str) -> str:
        """Two tensors of one name, as in `x = x * 2`."""
        tensors = self._names.history.tensors
        first = next(other for other, term in self._terms.items() if term.plain == name)
        return f"the {'earlier' if tensors[tensor].made <= tensors[first].made else 'later'} {name}"

    def root(self, tensor: int | None, words: str = "") -> Term:
        """The quantity that is differentiated; `words` where it is not simply the tensor that backward() started at."""
        name = self._names.tensor(tensor) if tensor is not None else ""
        own = not words and tensor is not None and self._names.is_variable(tensor) and len(name) == 1
        symbol = name if own and is_typesettable(name) else "L"
        self._taken.add(symbol)
        if symbol != name:
            self.meaning[symbol] = words or name
        term = name_term(symbol)
        if tensor is not None and not words:
            self._terms[tensor] = term
        return term

    def _letter(self, meaning: str) -> str:
        """A letter that is no name in this pass, so that nobody takes it for a variable."""
        used = self._taken | self._names.variables()
        letter = next((letter for letter in "uvstrqphkmnabcdefg" if letter not in used), "")
        number = 1
        while not letter:
            letter = "" if f"u{number}" in used else f"u{number}"
            number += 1
        self.meaning[letter] = meaning
        return letter

    def legend(self) -> str:
        """"L is loss, u is w * x"."""
        return ", ".join(f"{symbol} is {meaning}" for symbol, meaning in self.meaning.items())
