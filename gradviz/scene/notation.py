"""How a formula's tree is written: fractions, powers, ⊙, cases, transposes, and the engine's functions as people do."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from .functions import POINTWISE
from .numbers import raised, short_number
from .typeset import ATOM, POWER, PRODUCT, SIGN, SIGNS, SUM, Term, letters, number_term

Leaf = Callable[[str], Term]

EXPANSIONS = frozenset({"expand", "expand_as", "broadcast_to", "spread"})
"""Functions that repeat a gradient over a larger shape: a product with ones, written 𝟏."""

UNCHANGED = frozenset({"converted"})
"""Functions that change the form of a number and not its worth."""

NOTES: dict[str, str] = {
    **dict.fromkeys(
        ("put_layer", "put_slice", "put_back", "put_at", "put_gathered", "add_layers"),
        "The elements that were read get their gradient, all others get 0.",
    ),
    **dict.fromkeys(("parts", "layers"), "Each input gets its own part of the gradient."),
    **dict.fromkeys(("joined_gradients", "piled_gradients"), "The gradients of all pieces are put together again."),
    "shared_among": "Only the elements that are the result get the gradient; equal ones share it.",
    "unexpanded": "Added over the entries that were repeated.",
    "untiled": "Added over the entries that were repeated.",
    "reshaped": "The same numbers in the shape of the input.",
    "swapped": "The axes are swapped back.",
    "permuted_back": "The axes are put back in their order.",
    "running_back": "A running sum, from the end to the beginning.",
    "converted": "Converted back to the type of the input.",
    "without": "What was overwritten gets 0.",
    "turned": "The axes are swapped back.",
    "flipped": "Turned round again.",
    "quarter_turned": "Turned back.",
    "rolled": "Rolled back.",
    "surrounded": "What was added around it is cut off.",
    "put_diagonal": "The diagonal gets its gradient, all other elements get 0.",
    "put_windows": "Each element gets the sum over all windows that it is in.",
    "put_taken": "The elements that were read get their gradient, all others get 0.",
    "rows_added": "Each row gets the gradients of all places where it was looked up.",
    "lower_triangle": "Above the diagonal the gradient is 0.",
    "upper_triangle": "Below the diagonal the gradient is 0.",
    "won_back": "Each window's gradient goes to its greatest element.",
    "winners_of": "Each window takes it from its greatest element.",
    **dict.fromkeys(("resampled", "window_means"), "Mapped once more, as in the forward pass."),
    **dict.fromkeys(
        ("resampled_back", "means_back"), "Each element gets its share of the gradient of every window that it is in."
    ),
    "convolution_to_input": "Each element gets the gradients of its windows, times the weights that it met there.",
    "convolution_to_weight": "Each weight gets the sum of the gradients times the elements that it met.",
    "per_channel": "Added over everything but the channels.",
    **dict.fromkeys(
        ("batch_to_input", "layer_to_input", "group_to_input"),
        "Mean and deviation depend on every element, so each gradient has a part for them.",
    ),
    **dict.fromkeys(("batch_to_bias", "layer_to_bias"), "Added over everything that it was added to."),
    "class_gradient": "Only the entry of the right class gets a gradient.",
}
"""What a function does with a gradient, in a sentence."""

_WORDS = {
    "put_layer": "put", "put_slice": "put", "put_back": "put", "put_at": "put", "put_gathered": "put",
    "add_layers": "put", "reshaped": "reshape", "swapped": "transpose", "permuted_back": "permute",
    "unexpanded": "sum", "untiled": "sum", "running_back": "running sum", "sum_along": "sum", "total": "sum",
    "average": "mean", "parts": "part", "layers": "part", "joined_gradients": "join", "piled_gradients": "stack",
    "class_gradient": "class", "bounded": "clamp", "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "convolution_to_input": "convolved back", "convolution_to_weight": "correlated",
    "per_channel": "sum per channel", "turned": "transpose", "surrounded": "cut", "won_back": "put",
    "resampled_back": "shares", "means_back": "shares", "winners_of": "taken",
    "resampled": "mapped", "window_means": "means",
    "rows_added": "put", "put_diagonal": "put", "put_taken": "put", "put_windows": "sum",
    "batch_to_bias": "sum", "layer_to_bias": "sum", "quarter_turned": "turned",
    "batch_to_input": "normalised back", "layer_to_input": "normalised back",
    "group_to_input": "normalised back",
    "others_product": "product of the others", "norm_slope": "norm slope", "from_mean": "distance from mean",
}  # fmt: skip
_BY_WEIGHT = frozenset({"convolution_to_input", "convolution_to_weight"})
_GRADIENT_ALONE = frozenset(NOTES) - {"shared_among", "class_gradient", "without"} - _BY_WEIGHT
"""Functions whose other arguments (shapes, positions) only repeat what the note says."""

_COMPARE = {ast.Gt: ">", ast.GtE: "≥", ast.Lt: "<", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠"}
_ROOTS = {"sqrt": r"\sqrt{{{}}}", "abs": r"\left|{}\right|"}
_TRANSPOSES = {"T", "mT"}
_CONSTANTS = {"pi": Term(r"\pi", "π"), "ln2": Term(r"\ln 2", "ln 2"), "ln10": Term(r"\ln 10", "ln 10")}


def call_name(tree: ast.AST) -> str:
    """The function's name, empty for a method and for what is no call."""
    return tree.func.id if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) else ""


def notes_of(tree: ast.expr) -> list[str]:
    """Sentences on the functions that a formula calls."""
    found = [NOTES[call_name(node)] for node in ast.walk(tree) if call_name(node) in NOTES]
    if any(isinstance(node, ast.Compare) for node in ast.walk(tree)) and not any(
        call_name(node) == "where" for node in ast.walk(tree)
    ):
        found.append("[ … ] is 1 where the comparison holds and 0 elsewhere.")
    return list(dict.fromkeys(found))


def expression_term(tree: ast.expr, leaf: Leaf) -> Term:
    """A formula's tree with a term put in for every name."""
    match tree:
        case ast.Constant(value=bool() | None | str() as constant):
            return Term(rf"\text{{{letters(str(constant))}}}", str(constant))
        case ast.Constant(value=constant) if constant is ...:
            return Term(r"\ldots", "…")
        case ast.Constant(value=constant):
            return Term(number_term(constant).latex, _short(constant))
        case ast.Name(id=name):
            return _CONSTANTS.get(name) or leaf(name)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(left, op, right, leaf)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _after_sign(expression_term(operand, leaf))
            return Term(f"-{inner.latex}", f"−{inner.plain}", SIGN, inner.scalar)
        case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
            inner = expression_term(operand, leaf).within(ATOM)
            return Term(rf"\lnot {inner.latex}", f"not {inner.plain}", SIGN, inner.scalar)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            # Iverson's bracket: 1 where the comparison holds, 0 elsewhere.
            inner = _comparison(left, op, right, leaf)
            return Term(rf"\left[{inner.latex}\right]", f"[{inner.plain}]", ATOM, inner.scalar)
        case ast.Attribute(value=owner, attr=name) if name in _TRANSPOSES:
            return _transposed(expression_term(owner, leaf))
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments, keywords=keywords):
            return _call(name, [owner, *arguments], keywords, leaf)
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=keywords):
            return _call(name, arguments, keywords, leaf)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            terms = [expression_term(item, leaf) for item in items]
            inside, plain = r",\, ".join(term.latex for term in terms), ", ".join(term.plain for term in terms)
            return Term(f"({inside})", f"({plain})")
        case ast.Attribute(value=owner, attr=name):
            inner = expression_term(owner, leaf).within(ATOM)
            return Term(rf"{inner.latex}\text{{.{letters(name)}}}", f"{inner.plain}.{name}")
        case ast.Subscript(value=owner, slice=index):
            inner, at = expression_term(owner, leaf).within(ATOM), expression_term(index, leaf)
            return Term(rf"{{{inner.latex}}}_{{{at.latex}}}", f"{inner.plain}[{at.plain}]", ATOM, False)
        case ast.IfExp(test=test, body=body, orelse=other):
            return _cases([(test, body)], other, leaf)
    text = ast.unparse(tree)
    return Term(rf"\text{{{letters(text)}}}", text, ATOM, False)


def _short(constant: Any) -> str:
    return short_number(constant).removesuffix(".0") if isinstance(constant, int | float) else str(constant)


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, leaf: Leaf) -> Term:
    sign = _COMPARE[type(op)]
    a, b = expression_term(left, leaf), expression_term(right, leaf)
    latex = f"{a.latex} {SIGNS.get(sign, sign)} {b.latex}"
    return Term(latex, f"{a.plain} {sign} {b.plain}", SUM, a.scalar and b.scalar)


def _condition(tree: ast.expr, leaf: Leaf) -> Term:
    """A test within cases, without Iverson's bracket."""
    match tree:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return _comparison(left, op, right, leaf)
        case ast.Call(args=[x, low, high]) if call_name(tree) == "inside":
            return _between(x, low, high, leaf)
    return expression_term(tree, leaf)


def _between(x: ast.expr, low: ast.expr, high: ast.expr, leaf: Leaf) -> Term:
    """low ≤ x ≤ high, with the limits that are there."""
    middle, least, most = (expression_term(item, leaf) for item in (x, low, high))
    latex, plain = middle.latex, middle.plain
    if least.plain != "None":
        latex, plain = rf"{least.latex} \leq {latex}", f"{least.plain} ≤ {plain}"
    if most.plain != "None":
        latex, plain = rf"{latex} \leq {most.latex}", f"{plain} ≤ {most.plain}"
    return Term(latex, plain, SUM, middle.scalar)


def _cases(choices: list[tuple[ast.expr, ast.expr]], other: ast.expr, leaf: Leaf) -> Term:
    """A brace with a line for each case; a where within the last one adds its own lines."""
    while call_name(other) == "where" and isinstance(other, ast.Call) and len(other.args) == 3:
        choices, other = [*choices, (other.args[0], other.args[1])], other.args[2]
    lines, plain, scalar = [], [], True
    for test, value in choices:
        shown, condition = expression_term(value, leaf), _condition(test, leaf)
        lines.append(rf"{shown.latex} & \text{{if }} {condition.latex}")
        plain.append(f"{shown.plain} if {condition.plain}")
        scalar = scalar and shown.scalar and condition.scalar
    last = expression_term(other, leaf)
    lines.append(rf"{last.latex} & \text{{otherwise}}")
    latex = r"\begin{cases}" + r"\\".join(lines) + r"\end{cases}"
    return Term(latex, f"({', '.join(plain)}, else {last.plain})", ATOM, scalar and last.scalar)


def _binary(left: ast.expr, op: ast.operator, right: ast.expr, leaf: Leaf) -> Term:
    a, b = expression_term(left, leaf), expression_term(right, leaf)
    scalar = a.scalar and b.scalar
    match op:
        case ast.Add() | ast.Sub():
            sign = "+" if isinstance(op, ast.Add) else "−"
            b = _after_sign(b)
            return Term(f"{a.latex} {SIGNS[sign]} {b.latex}", f"{a.plain} {sign} {b.plain}", SUM, scalar)
        case ast.Mult():
            a, b = a.within(PRODUCT), _after_sign(b)
            sign = product_sign(a, b)
            return Term(f"{a.latex} {SIGNS[sign]} {b.latex}", f"{a.plain} {sign} {b.plain}", PRODUCT, scalar)
        case ast.Div():
            plain = f"{a.within(PRODUCT).plain} / {b.within(POWER).plain}"
            if r"\frac" in a.latex and r"\frac" not in b.latex:
                # A fraction upon a fraction is too small to read.
                return Term(rf"\frac{{1}}{{{b.latex}}} \cdot {a.within(PRODUCT).latex}", plain, PRODUCT, scalar)
            return Term(rf"\frac{{{a.latex}}}{{{b.latex}}}", plain, PRODUCT, scalar)
        case ast.Pow():
            return _power(a, b)
        case ast.MatMult():
            a, b = a.within(PRODUCT), b.within(SIGN)
            return Term(rf"{a.latex} \, {b.latex}", f"{a.plain} @ {b.plain}", PRODUCT, False)
    word = {ast.FloorDiv: "//", ast.Mod: "mod", ast.BitAnd: "and", ast.BitOr: "or"}.get(type(op), "?")
    a, b = a.within(SIGN), b.within(SIGN)
    return Term(rf"{a.latex}\ \text{{{word}}}\ {b.latex}", f"{a.plain} {word} {b.plain}", PRODUCT, scalar)


def _power(base: Term, exponent: Term) -> Term:
    base = base.within(ATOM)
    latex, plain = f"{base.latex}^{{{exponent.latex}}}", f"{base.plain}{raised(exponent.within(ATOM).plain)}"
    return Term(latex, plain, POWER, base.scalar and exponent.scalar)


def _after_sign(term: Term) -> Term:
    """What stands behind a sign: never a sum and never another sign."""
    return term.within(POWER) if term.level in (SUM, SIGN) else term


def product_sign(a: Term, b: Term) -> str:
    """· between names, × between numbers, ⊙ (element by element) between tensors."""
    if not a.scalar and not b.scalar:
        return "⊙"
    return "×" if (a.plain.lstrip("(−")[:1].isdigit() and b.plain.lstrip("(−")[:1].isdigit()) else "·"


def _transposed(inner: Term) -> Term:
    inner = inner.within(ATOM)
    return Term(rf"{inner.latex}^{{\top}}", f"{inner.plain}ᵀ", POWER, inner.scalar)


def _call(name: str, arguments: list[ast.expr], keywords: list[ast.keyword], leaf: Leaf) -> Term:
    if name == "where" and len(arguments) == 3:
        test, yes, no = arguments
        return _cases([(test, yes)], no, leaf)
    if name == "inside" and len(arguments) == 3:
        x, low, high = arguments
        inner = _between(x, low, high, leaf)
        return Term(rf"\left[{inner.latex}\right]", f"[{inner.plain}]", ATOM, inner.scalar)
    if name in _BY_WEIGHT:
        arguments = arguments[:2]
    if name in _GRADIENT_ALONE | EXPANSIONS | {"sum_along", "from_mean"}:
        arguments = arguments[:1]
    terms = [expression_term(argument, leaf) for argument in arguments]
    scalar = all(term.scalar for term in terms) if name in POINTWISE else False
    if name in UNCHANGED:
        return terms[0]
    if name in EXPANSIONS:
        inner = terms[0].within(PRODUCT)
        return Term(rf"{inner.latex} \cdot \mathbf{{1}}", f"{inner.plain} · 𝟏", PRODUCT, False)
    if name == "zeros_like":
        return Term("0", "0")
    if name == "power" and len(terms) == 2:
        return _power(*terms)
    if name == "outer_product":
        a, b = terms[0].within(PRODUCT), _transposed(terms[1])
        return Term(rf"{a.latex} \, {b.latex}", f"{a.plain} @ {b.plain}", PRODUCT, False)
    if len(terms) == 1 and not keywords:
        (inner,) = terms
        if name == "exp":
            return Term(f"e^{{{inner.latex}}}", f"exp({inner.plain})", POWER, scalar)
        if name == "square":
            return _power(inner, Term("2", "2"))
        if name in _ROOTS:
            return Term(_ROOTS[name].format(inner.latex), f"{name}({inner.plain})", ATOM, scalar)
        if name in ("transpose", "transposed", "t"):
            return _transposed(inner)
        if name == "negative":
            after = _after_sign(inner)
            return Term(f"-{after.latex}", f"−{after.plain}", SIGN, scalar)
    word = _WORDS.get(name, name.replace("_", " "))
    named = [(keyword.arg, expression_term(keyword.value, leaf)) for keyword in keywords]
    inside = [term.latex for term in terms] + [rf"\text{{{letters(k or '**')}}}={v.latex}" for k, v in named]
    plain = [term.plain for term in terms] + [f"{k}={v.plain}" for k, v in named]
    inner_latex = r",\, ".join(inside)
    return Term(rf"\text{{{letters(word)}}}\left({inner_latex}\right)", f"{word}({', '.join(plain)})", ATOM, scalar)
