"""Compiles the rule of an op into a Node class."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import kernels, views, watch
from .formula import Use
from .grad_mode import enabled
from .matrix import times
from .meaning import known, meaning
from .node import Extra, Node, number
from .operands import (
    ERRORS,
    LACKING,
    ORDERED,
    align_difference,
    align_ordered,
    align_power,
    align_reversed,
    align_shift,
    as_number,
    bad_input,
    broadcast_error,
    fits_of,
    fits_of_list,
    laid_out_by,
    misfit,
    misused,
)
from .passing import (
    beside,
    fit,
    freed,
    general_run,
    saved_input,
    saved_result,
    saved_tensor,
    send_slot,
    stale_outputs,
    stale_result,
    stale_saved,
)
from .plan import Lines, Plan, indent
from .real_only import no_gradient, not_real
from .rounding import SINGLE, single
from .saved_names import expression, saved_outputs, shown
from .tensor import Tensor, blank

BASE: dict[str, Any] = {
    "F32": np.float32,
    "Tensor": Tensor,
    "blank": blank,
    "mode": enabled.get,
    "number": number,
    "watch": watch,
    "align": dtypes.align,
    "align_float": dtypes.align_float,
    "align_number": dtypes.align_number,
    "align_number_float": dtypes.align_number_float,
    "align_difference": align_difference,
    "align_power": align_power,
    "align_reversed": align_reversed,
    **{f"align_{name}": functools.partial(align_ordered, name) for name in ORDERED},
    **{f"align_{name}": functools.partial(align_shift, name) for name in ("lshift", "rshift")},
    "no_gradient": no_gradient,
    "not_real": not_real,
    "raise_float": dtypes.raise_float,
    "lowered": dtypes.lowered,
    "as_number": as_number,
    "bad_input": bad_input,
    "ERRORS": ERRORS,
    "LACKING": LACKING,
    "broadcast_error": broadcast_error,
    "misused": misused,
    "fits_of": fits_of,
    "fits_of_list": fits_of_list,
    "misfit": misfit,
    "fit": fit,
    "times": times,
    "single": single,
    "SINGLE": SINGLE,
    "laid_out_by": laid_out_by,
    "beside": beside,
    "freed": freed,
    "stale_saved": stale_saved,
    "stale_outputs": stale_outputs,
    "stale_result": stale_result,
    "saved_input": saved_input,
    "saved_result": saved_result,
    "saved_tensor": saved_tensor,
    "send_slot": send_slot,
    "general_run": general_run,
    "make_view": views.make_view,
    "share": views.share,
    "ndarray": np.ndarray,
    "Extra": Extra,
    "grad_of_none": None,
}


def unpack(plan: Plan, rule: Use) -> Lines:
    """Return the lines that bring the saved names of one rule into reach, or raise what PyTorch raises."""
    lines: Lines = []
    for each in plan.tensors:
        if each in rule.names:
            if plan.numbers and each != "self":
                lines += [f"v_{each} = node.s_{each}", f"if v_{each} is None: raise freed()"]
                continue
            optional = each in plan.optional or plan.op.kind != "binary"
            if optional:
                lines += [
                    f"v_{each} = node.s_{each}",
                    f"if type(v_{each}) is Tensor and v_{each}._counter == node.v_{each}: v_{each} = v_{each}._value",
                    f"else: v_{each} = saved_tensor(node, {each!r})",
                ]
            else:
                lines += [
                    f"v_{each} = node.s_{each}",
                    f"if v_{each} is None: raise freed()",
                    f"if v_{each}._counter != node.v_{each}: raise stale_saved(node, {each!r})",
                    f"v_{each} = v_{each}._value",
                ]
            if mixes(plan):
                lines += [f"if fits is not None: v_{each} = beside(v_{each}, grad)"]
    if "result" in rule.names:
        lines += ["result = node.s_result", "if result is None: raise freed()"]
    lines += [f"{each} = node.s_{each}" for each in plan.kept if each in rule.names]
    lines += [f"h_{each} = node.h_{each}" for each in rule.shapes]
    lines += [f"d_{each} = node.d_{each}" for each in rule.dtypes]
    return lines


def mixes(plan: Plan) -> bool:
    """Return True for an op whose operands may be of several types."""
    return len(plan.inputs) > 1 and plan.op.kind in ("binary", "pointwise") and plan.op.outputs == 1


def check_lines(plan: Plan) -> Lines:
    """Return the lines that raise for what was saved and then freed or changed, beside what `unpack` looks at."""
    lines: Lines = []
    if plan.saves_result and plan.op.outputs != 1:
        lines += ["if type(node.extra) is Extra and node.extra.output_versions: stale_outputs(node)"]
    elif plan.saves_result:
        lines += ["if type(node.extra) is Extra and node.extra.result_version: stale_result(node)"]
    for each in sorted(set().union(*plan.held.values())):
        if each == "result" or each in plan.arguments or (plan.numbers and each != "self"):
            lines += [f"if node.s_{each} is None: raise freed()"]
        else:
            lines += [f"saved_tensor(node, {each!r})"]
    return lines


class _Products(ast.NodeTransformer):
    """Writes `a @ b` as `times(a, b)`: formulas are for tensors too, compiled rules for arrays alone."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return ast.Call(ast.Name("times", ast.Load()), [node.left, node.right], [])


def on_arrays(rule: Use) -> str:
    """Return the text of a rule as compiled for arrays."""
    return ast.unparse(_Products().visit(ast.parse(rule.text, mode="eval"))) if "@" in rule.text else rule.text


def rule_source(plan: Plan) -> Lines:
    """Return `rule(node, grad)`: the gradients per edge as the formulas give them, broadcasting not yet undone."""
    lines = ["def rule(node, grad):", *indent(check_lines(plan)), *["    fits = node.extra"] * mixes(plan)]
    edges = plan.edges
    if plan.listed:
        return [*lines, *indent(unpack(plan, plan.rules[edges[0]])), f"    return {on_arrays(plan.rules[edges[0]])}"]
    for name, shared in plan.once.items():
        lines += indent([*unpack(plan, shared), f"{name} = {on_arrays(shared)}"])
    for index, name in enumerate(edges):
        edge = f"node.b[{index}]" if plan.wide else f"node.{'ab'[index]}"
        lines += indent([f"if {edge} is not None:"])
        lines += indent([*unpack(plan, plan.rules[name]), f"g_{index} = {on_arrays(plan.rules[name])}"], 2)
        lines += indent(["else:", f"    g_{index} = None"])
    return [*lines, f"    return ({' '.join(f'g_{index},' for index in range(len(edges)))})"]


def record_source(plan: Plan) -> Lines:
    """Return `record(node, grad)`: the rule on tensors, for a pass that is itself recorded."""
    lines = ["def record(node, grad):", *indent(check_lines(plan))]
    edges = plan.edges

    def bring(rule: Use) -> Lines:
        found = [f"v_{each} = saved_input(node, {each!r})" for each in plan.tensors if each in rule.names]
        found += ["result = saved_result(node)"] if "result" in rule.names else []
        found += [f"{each} = node.s_{each}" for each in plan.kept if each in rule.names]
        found += [f"h_{each} = node.h_{each}" for each in rule.shapes]
        return found + [f"d_{each} = node.d_{each}" for each in rule.dtypes]

    if plan.listed:
        rule = plan.rules[edges[0]]
        return [*lines, *indent([*bring(rule), f"return {rule.text}"])]
    for name, shared in (plan.once | plan.shared).items():
        lines += indent([*bring(shared), f"{name} = {shared.text}"])
    for index, name in enumerate(edges):
        rule = plan.recorded[name]
        lines += indent([f"g_{index} = None", f"if node.edges()[{index}] is not None:"])
        lines += indent([*bring(rule), f"g_{index} = {rule.text}"], 2)
    return [*lines, f"    return ({' '.join(f'g_{index},' for index in range(len(edges)))})"]


def recorder(plan: Plan) -> Callable[..., tuple[Any, ...]]:
    """Return the method that runs a rule on tensors; it is compiled at its first call, because few passes need it."""
    compiled: list[Callable[..., tuple[Any, ...]]] = []

    def record(node: Any, grad: Any) -> tuple[Any, ...]:
        if not compiled:
            names = set().union(*(rule.names for rule in (plan.recorded | plan.shared).values()))
            own = {*plan.inputs, *plan.arguments, *plan.once, *plan.shared, "grad", "result"}
            space: dict[str, Any] = {name: meaning(name) for name in names - own if known(name)}
            space |= {each: BASE[each] for each in ("Extra", "freed", "stale_outputs", "stale_result")}
            space |= {each: BASE[each] for each in ("saved_input", "saved_result", "saved_tensor")}
            run_code("\n".join(record_source(plan)), f"<engine record {plan.op.name}>", space)
            compiled.append(space["record"])
        first = number()
        found = compiled[0](node, grad)
        if not (plan.numbers and plan.op.name in ("mul", "div")):  # PyTorch's rules have their number as a tensor
            name_scalars(found, first)
        return found

    return record


# How PyTorch calls the nodes of operations with a number in its own rules, where the number is no tensor.
SCALARS = {f"{each}Backward0": f"{each}Backward1" for each in ("Add", "Sub", "Mul", "Div")}
SCALARS["RsubBackward1"] = "SubBackward0"


@functools.cache
def of_scalar(kind: Any) -> type[Node]:
    """Return the class of a node with a number as PyTorch's rules record it: another name, no edge for the number.

    A number from which a tensor is taken is itself a tensor there, and comes first.
    """
    body: dict[str, Any] = {"__slots__": (), "__module__": "builtins", "edge_count": 1}
    if kind.__name__ == "RsubBackward1":
        body["next_functions"] = property(lambda node: ((None, 0), *kind.next_functions.fget(node)))
    return type(SCALARS[kind.__name__], (kind,), body)


def name_scalars(gradients: tuple[Any, ...], first: int) -> None:
    """Name the nodes that a recorded rule made, those with numbers from `first` on."""
    waiting = [each._edge for each in gradients if isinstance(each, Tensor)]
    seen = set()
    while waiting:
        node = waiting.pop()
        node = node[0] if node.__class__ is tuple else node
        if not isinstance(node, Node) or node.seq < first or node in seen:
            continue
        seen.add(node)
        waiting += node.edges()
        if isinstance(node, views.CopySlices) and node.fn.__class__.__name__ in SCALARS and node.fn.with_number:
            del node.b[1:]
        name = node.__class__.__name__
        if name in SCALARS and node.with_number:
            kind: Any = node.__class__
            node.__class__ = of_scalar(kind)


def run_source(plan: Plan) -> Lines:
    """Return `run(node, grad, grads, keep)`: the same rules, sending straight into the buffers."""
    lines = [
        "def run(node, grad, grads, keep):",
        "    fits = node.extra",
        "    if fits is not None and type(fits) is not tuple: return general_run(node, grad, grads, keep)",
    ]
    if any(plan.held.values()):
        lines += indent(check_lines(plan)[plan.saves_result :])
    edges = plan.edges
    for index, name in enumerate(edges):
        text = on_arrays(plan.rules[name])
        edge = f"node.b[{index}]" if plan.wide else f"node.{'ab'[index]}"
        lines += indent([f"edge = {edge}", "if edge is not None:"])
        body = unpack(plan, plan.rules[name])
        sent = "grad" if text == "grad" else "g"
        body += [f"g = {text}"] if sent == "g" else []
        if len(plan.inputs) > 1:  # broadcasting is undone here for the two operands of most ops
            body += [f"if fits is not None and fits[{index}] is not None:"]
            body += [f"    g = fit({sent}, fits[{index}][0], fits[{index}][1])"]
            body += ["else:", "    g = grad"] if sent == "grad" else []
            sent = "g"
        body += [
            "if type(edge) is tuple:",
            f"    send_slot(edge, {sent}, grads)",
            "else:",
            "    old = grads.get(edge)",
            f"    grads[edge] = {sent} if old is None else old + {sent}",
        ]
        lines += indent(body, 2)
    freeing = free_names(plan)
    if freeing:
        lines += indent(["if not keep:", "    " + " = ".join(f"node.{each}" for each in freeing) + " = None"])
    return lines


def free_names(plan: Plan) -> list[str]:
    """Return the slots that are let go after the pass."""
    return [f"s_{name}" for name in plan.tensors + plan.freed] + ["s_result"] * plan.saves_result


def free_source(plan: Plan) -> Lines:
    """Return `free(node)`, which lets saved tensors go."""
    freeing = free_names(plan)
    assign = " = ".join(f"node.{each}" for each in freeing) + " = None" if freeing else "pass"
    return ["def free(node):", f"    {assign}"]


def saved_property(name: str, is_result: bool, freeable: bool) -> property:
    """Return `_saved_<name>` as PyTorch's nodes have it."""

    def look(node: Any) -> Any:
        value = getattr(node, f"s_{name}")
        if value is None and freeable:
            if getattr(node, f"v_{name}", 0) is None and not is_result:
                return None
            raise freed()
        if is_result and node.outputs == 1:
            return Tensor._of(value, node)
        if type(value) is tuple:
            return tuple(map(wrapped, value))
        return wrapped(value)

    return property(look, doc="A saved value; raises RuntimeError after it was freed.")


def wrapped(value: Any) -> Any:
    """Return a saved array as a tensor; anything else as it is."""
    return Tensor._of(value, None) if isinstance(value, (np.ndarray, np.generic)) else value


def node_class(plan: Plan) -> type[Node]:
    """Compile the Node class of an op."""
    op, numbers = plan.op, plan.numbers
    name = (op.number_node if numbers else None) or op.node
    space: dict[str, Any] = {"__builtins__": kernels.SPACE, **BASE}
    sources = [rule_source(plan), free_source(plan)]
    fast = not plan.listed and not plan.once and op.outputs == 1
    if fast:
        sources.append(run_source(plan))
    run_code("\n".join("\n".join(each) for each in sources), f"<engine node {op.name}>", space)
    edge_count = op.number_edge_count if numbers else op.edge_count or len(plan.edges)
    body: dict[str, Any] = {
        "__slots__": plan.slots(),
        "__module__": "builtins",  # so that type(y.grad_fn) prints as in PyTorch
        "__doc__": f"The backward step of {op.name}.",
        "op": op,
        "rule": space["rule"],
        "free": space["free"],
        "record": recorder(plan),
        "run": space["run"] if fast else general_run,
        "sends_all": fast,
        "outputs": op.outputs,
        "edge_count": edge_count,
        "with_number": numbers,
        "saves_result": plan.saves_result,
        "saved_outputs": saved_outputs(str(name)) if op.outputs != 1 else (),
        "saves": tuple(plan.tensors + plan.kept + ["result"] * plan.saves_result),
    }
    for each in plan.tensors:
        body[f"_saved_{each}"] = saved_property(each, False, True)
    for each in plan.kept:
        body[f"_saved_{each}"] = saved_property(each, False, each in plan.freed)
    if plan.saves_result:
        body["_saved_result"] = saved_property("result", True, True)
    body["looks"] = {each: body[f"_saved_{each}"].fget for each in body["saves"]}
    if not plan.listed:
        for each, text in shown(str(name), numbers, plan.shapes):
            if text:
                body[f"_saved_{each}"] = expression(text, wrapped, freed)
            else:
                body.pop(f"_saved_{each}", None)
    return type(str(name), (Node,), body)


def run_code(text: str, file: str, space: dict[str, Any]) -> None:
    """Execute generated source; tracebacks and debuggers can show its lines."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), space)
