"""The chain rule of one node with the person's own names and the numbers of this very step.

A node receives the gradient of its output, ∂L/∂u, and sends ∂L/∂x = ∂L/∂u · ∂u/∂x along the edge of each input x.
What is shown is checked as it is made: the formula of the op is evaluated a second time (`expression`) and its numbers
appear only where they agree with the gradient that was recorded.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..trace.events import BackwardBegan, Edge, NodeRan
from ..trace.history import History, NodeHistory
from ..trace.trace import Trace
from ..trace.value import Value
from .broadcasting import Summing
from .derivative import local_derivative, simplified
from .expression import WORDLESS, FormulaError, evaluate, parse, words
from .functions import unexpanded
from .jacobian import Product
from .naming import Names, Symbols
from .notation import EXPANSIONS, call_name, expression_term, notes_of
from .numbers import shape_text
from .operands import Operands, operands_of
from .pullback import Index, Pullback, complete, declaration_of, doubled, known_words, reads_list
from .typeset import (
    POWER,
    PRODUCT,
    Formula,
    Term,
    are_exact,
    constant_term,
    equation,
    is_exact,
    name_term,
    part_through,
    partial,
    value_term,
)


@dataclass(frozen=True, slots=True)
class ChainRule:
    """What a node does for one of its inputs.

    `symbolic` is the rule in names, `local` the local derivative (None where the rule is a product of matrices or the
    like), `numbers` the rule in the numbers of this step (None before the node ran), `summed` what un-broadcasting
    made of it. `legend` explains letters, `notes` are sentences.
    """

    edge: int
    target: int
    title: str
    symbolic: Formula
    local: Formula | None = None
    numbers: Formula | None = None
    summed: Formula | None = None
    legend: str = ""
    notes: tuple[str, ...] = ()
    product: Product | None = None
    """The same element by element, once the node ran on tensors."""


def chain_rules(trace: Trace, history: History, node: int, step: int) -> tuple[ChainRule, ...]:
    """One rule per input edge of the node, in the order of `next_functions`; empty for AccumulateGrad."""
    at = history.nodes[node]
    if at.op is None:
        return ()
    rules = (
        _Rule(trace, history, at, position, edge, step).build()
        for position, edge in enumerate(at.node.edges)
        if edge is not None and edge.node in history.nodes
    )
    return tuple(rules)


class _Rule:
    """The making of one chain rule."""

    def __init__(
        self, trace: Trace, history: History, at: NodeHistory, position: int, edge: Edge, step: int
    ) -> None:
        assert at.op is not None, "only ops have rules"
        self.history, self.at, self.position, self.edge, self.step = history, at, position, edge, step
        self.names = Names(trace, history)
        self.symbols = Symbols(self.names)
        self.info = declaration_of(trace, at.op)
        self.operands: Operands = operands_of(history, at.op)
        complete(self.operands.constants)
        self.output = at.op.outputs[0].tensor if at.op.outputs else None
        self.notes: list[str] = []
        self.root = root = _root_term(self.symbols, self.names, history)
        self.u = u = self._tensor(self.output)
        target = self.names.target(edge.node, edge.slot)
        self.target_name = self.names.node(edge.node) if target is None else self.names.tensor(target)
        word = self._word(edge.input)
        self.x = x = self._symbol(word) if self.operands.tensors.get(word) == target else self._tensor(target)
        self.gradient_term = partial(root, u).in_role("gradient")
        self.local_term = partial(u, x)
        uses = history.nodes[edge.node].dependencies
        here = sum(other is not None and other.node == edge.node for other in at.node.edges)
        self.result_term = partial(root, x)
        self.is_part = uses > here == 1
        if self.is_part:
            self.result_term = part_through(self.result_term, u)
        if uses > 1:
            self.notes.append(f"{self.target_name} is used in {uses} places; this is one part of its gradient.")
        ran = at.event if step >= at.ran and isinstance(at.event, NodeRan) else None
        self.gradients = ran.gradients_in if ran else ()
        self.incoming = self.gradients[0] if self.gradients else None
        self.sent = ran.sent[position] if ran and position < len(ran.sent) else None
        raw = ran.raw[position] if ran and position < len(ran.raw) else None
        self.raw = raw if raw is not None else self.sent

    def build(self) -> ChainRule:
        tree = self._tree()
        local: Formula | None = None
        if tree is not None:
            tree = simplified(tree, self.operands.constants, self.operands.shapes)
        factor = local_derivative(tree) if tree is not None else None
        if tree is not None and factor is not None and self._is_elementwise():
            symbolic = self._product(self.gradient_term, self.local_term, self.result_term)
            local, numbers = self._local(factor)
        elif tree is not None:
            symbolic = equation(self.result_term, expression_term(tree, self._symbol))
            numbers = self._vjp_numbers(tree)
            self.notes += notes_of(tree)
        else:
            symbolic = self._product(self.gradient_term, self.local_term, self.result_term)
            numbers = self._recorded_numbers()
            self.notes.append("The record holds no formula for this op; the numbers are those that it computed.")
        summed = self._summed()
        if self.step >= self.at.ran and self.sent is None:
            self.notes.append("No gradient was sent along this edge.")
        return ChainRule(
            self.position, self.edge.node, f"Chain rule for {self.target_name}", symbolic, local, numbers, summed,
            self.symbols.legend(), tuple(self.notes), self._element_by_element(tree),
        )  # fmt: skip

    def _element_by_element(self, tree: ast.expr | None) -> Product | None:
        live = [(slot, gradient) for slot, gradient in enumerate(self.gradients) if gradient is not None]
        if self.sent is None or not live:
            return None
        incoming = live[0][1]
        several: tuple[tuple[Term, Index], ...] = ()
        if len(live) > 1:
            several = tuple((self._tensor(self._output(slot)), gradient.shape) for slot, gradient in live)
            arrays = [gradient.data for _, gradient in live if gradient.data is not None]
            row = np.concatenate([array.ravel() for array in arrays]) if len(arrays) == len(live) else None
            incoming = Value(incoming.dtype, (sum(gradient.size for _, gradient in live),), row)
        output = self._tensor(self._output(live[0][0]))
        if several:
            output = name_term("the outputs")
        sent = self.sent
        if max(incoming.size, sent.size) < 2 or not min(incoming.size, sent.size):
            return None
        why_not = ""
        if incoming.data is None or sent.data is None:
            why_not = "Of tensors this large the record keeps a summary, not every element."
        elif incoming.data.dtype.kind == "c" or sent.data.dtype.kind == "c":
            why_not = "The products are written out for real numbers only."
        elif tree is None:
            why_not = "The record holds no formula for this op."
        pullback = None
        if tree is not None and not why_not:
            # PyTorch counts only outputs that can have a gradient; the rule still takes a list.
            lists = self.at.node.outputs != 1 or reads_list(tree)
            shapes = [None if gradient is None else gradient.shape for gradient in self.gradients]
            shapes += [None] * (len(self.at.op.outputs) - len(shapes)) if self.at.op is not None else []
            pullback = Pullback(
                tree, known_words(self.at, self.operands, self.info, several=lists), incoming.shape, sent.shape,
                tuple(shapes) if lists else None, self.edge.input,
            )  # fmt: skip
        return Product(self.root, output, self.x, self.target_name, incoming, sent, pullback, why_not,
                       self.is_part, several)  # fmt: skip

    def _output(self, slot: int) -> int | None:
        outputs = self.at.op.outputs if self.at.op is not None else ()
        return outputs[slot].tensor if slot < len(outputs) else None

    def _tree(self) -> ast.expr | None:
        """The declared rule for this input, `grad * derivative` where the op has a local derivative."""
        if self.info is None:
            return None
        # A list of tensors is declared under one name.
        declared = {name.rstrip("?*") for name in self.info.inputs}
        word = self._word(self.edge.input)
        name = word if word in declared or len(declared) != 1 else next(iter(declared))
        derivatives = dict(self.info.derivatives)
        try:
            if name in derivatives:
                return ast.BinOp(ast.Name("grad"), ast.Mult(), parse(derivatives[name]))
            text = dict(self.info.gradients).get(name)
            return parse(text) if text else None
        except FormulaError:
            return None

    # -- names -------------------------------------------------------------------------------------------------------

    def _tensor(self, tensor: int | None) -> Term:
        if tensor is None:
            return name_term("x")
        return self.symbols.tensor(tensor, self.operands.is_scalar(self.history, tensor))

    def _word(self, position: int) -> str:
        assert self.at.op is not None, "only ops have rules"
        inputs = self.at.op.inputs
        return inputs[position].name if position < len(inputs) else ""

    def _symbol(self, word: str) -> Term:
        """The term for a word of the formula, in names."""
        if word == "grad":
            return self.gradient_term
        if word == "result":
            return self._tensor(self.output)
        tensor = self.operands.tensors.get(word)
        if tensor is not None:
            alike = [other for other, owner in self.operands.tensors.items() if owner == tensor]
            if len(alike) > 1:
                scalar = self.operands.is_scalar(self.history, tensor)
                return self.symbols.use(tensor, alike.index(word) + 1, scalar)
            return self._tensor(tensor)
        if word in self.operands.constants:
            return constant_term(self.operands.constants[word])
        return name_term(word)

    def _numeral(self, word: str) -> Term:
        """The term for a word of the formula, in numbers."""
        if word == "grad" and self.incoming is not None:
            return value_term(self.incoming).in_role("gradient")
        value = self.operands.values.get(word)
        return self._symbol(word) if value is None else value_term(value).in_role("value")

    # -- lines -------------------------------------------------------------------------------------------------------

    def _product(self, gradient: Term, factor: Term, result: Term) -> Formula:
        return equation(result, gradient, factor, signs=("=", "·" if factor.scalar or gradient.scalar else "⊙"))

    def _is_elementwise(self) -> bool:
        """Whether input and output are paired element by element (up to broadcasting)."""
        shapes = [self.operands.shapes[word] for word in self.operands.tensors if word in self.operands.shapes]
        out = self.operands.shapes.get("result")
        try:
            return out is None or tuple(np.broadcast_shapes(*shapes)) == out
        except ValueError:
            return False

    def _local(self, factor: ast.expr) -> tuple[Formula, Formula | None]:
        symbolic = expression_term(factor, self._symbol)
        sides = [self.local_term, symbolic]
        self.notes += notes_of(factor)
        value = self._evaluated(factor)
        if value is None:
            return equation(*sides), self._recorded_numbers()
        value = np.asarray(value, self.operands.float_dtype)
        shown = value_term(value).in_role("value")
        if shown.scalar and not isinstance(factor, ast.Name):
            inserted = expression_term(factor, self._numeral)
            if inserted.plain not in (symbolic.plain, shown.plain):
                sides.append(inserted)
        if symbolic.plain not in (shown.plain, shown.plain.removesuffix(".0")):
            sides.append(shown)
        signs = ("=",) * (len(sides) - 2) + ("=" if is_exact(value) else "≈",)
        local = equation(*sides, signs=signs)
        if self.incoming is None or self.incoming.data is None:
            return local, self._recorded_numbers(shown)
        product = np.multiply(self.incoming.data, value)
        self._undo_broadcast(product)
        if not _agrees(product, self.raw):
            return equation(self.local_term, symbolic), self._recorded_numbers()
        return local, self._numbers(shown, value)

    def _undo_broadcast(self, product: Any) -> None:
        """PyTorch's own nodes send a gradient that is summed already: what was there before is then the product."""
        sent = self.sent
        if sent is None or self.raw is not sent or sent.shape == np.shape(product):
            return
        try:
            summed = unexpanded(product, sent.shape)
        except (ValueError, IndexError):
            return
        if _agrees(summed, sent):
            self.raw = Value.of(np.asarray(product, self.operands.float_dtype))

    def _numbers(self, factor: Term, value: Any) -> Formula | None:
        if self.incoming is None or self.raw is None:
            return None
        gradient = value_term(self.incoming).in_role("gradient").within(PRODUCT)
        result = value_term(self.raw)
        shown = factor.within(POWER)
        exact = is_exact(value) and are_exact(self.incoming, self.raw)
        sign = "⊙" if not gradient.scalar and not shown.scalar else "×"
        return equation(gradient, shown, result.bold(), signs=(sign, "=" if exact else "≈"))

    def _vjp_numbers(self, tree: ast.expr) -> Formula | None:
        if self.incoming is None or self.raw is None:
            return None
        if any(call_name(node) in WORDLESS for node in ast.walk(tree)):
            return self._recorded_numbers()
        value = self._evaluated(tree)
        if value is None or not _agrees(value, self.raw):
            return self._recorded_numbers()
        inserted = expression_term(tree, self._numeral)
        result = value_term(self.raw)
        used = [self.operands.values.get(word) for word in words(tree)]
        if any(call_name(node) in EXPANSIONS for node in ast.walk(tree)):
            self.notes.append(f"𝟏 stands for ones in the shape of the result, {shape_text(self.raw.shape)}.")
        exact = are_exact(*used, self.incoming, self.raw)
        return equation(inserted, result.bold(), signs=("=" if exact else "≈",))

    def _recorded_numbers(self, factor: Term | None = None) -> Formula | None:
        """What came in and what went out, where the way between is not written in numbers."""
        if self.incoming is None or self.raw is None:
            return None
        gradient, result = value_term(self.incoming).in_role("gradient"), value_term(self.raw)
        if factor is None or not (gradient.latex.count("[") and factor.latex.count("[")):
            return equation(gradient, result.bold(), signs=("→",))
        return equation(gradient, factor, result.bold(), signs=("⊙", "="))

    def _summed(self) -> Formula | None:
        if self.raw is None or self.sent is None or self.raw.shape == self.sent.shape:
            return None
        summing = Summing(self.raw.shape, self.sent.shape)
        over = summing.over
        self.notes.append(summing.sentence(self.target_name))
        added = value_term(self.raw)
        left = Term(rf"\sum_{{\text{{{over}}}}} {added.latex}", f"sum over {over} of {added.plain}")
        sign = "=" if are_exact(self.raw, self.sent) else "≈"
        return equation(left, value_term(self.sent).bold(), signs=(sign,))

    def _evaluated(self, tree: ast.expr) -> Any:
        if self.at.node.outputs > 1:
            return None  # `grad` and `result` are several tensors then
        known = known_words(self.at, self.operands, self.info, several=False)
        if self.incoming is not None and self.incoming.data is not None:
            known["grad"] = doubled(self.incoming.data)
        try:
            return evaluate(tree, known)
        except FormulaError:
            return None


def _root_term(symbols: Symbols, names: Names, history: History) -> Term:
    """What is differentiated. With a gradient put in by hand it is a weighted sum of the root."""
    event = next((event for event in history.events if isinstance(event, BackwardBegan)), None)
    if event is None:
        return symbols.root(None, "the value that backward() will start from")
    if len(event.roots) > 1:
        return symbols.root(None, "the sum of all outputs that backward() started from")
    (root,) = event.roots
    one = root.gradient.is_scalar and root.gradient.data is not None and float(root.gradient.data.real.item()) == 1
    if one:
        return symbols.root(root.tensor)
    return symbols.root(root.tensor, f"the sum of {names.tensor(root.tensor)} × the gradient given to backward()")


def _agrees(computed: Any, recorded: Value | None) -> bool:
    if recorded is None or recorded.data is None:
        return recorded is not None
    if np.shape(computed) != recorded.shape:
        return False
    tolerance = 1e-2 if recorded.dtype in ("float16", "bfloat16") else 1e-4
    return bool(np.allclose(computed, recorded.data, rtol=tolerance, atol=1e-6, equal_nan=True))
