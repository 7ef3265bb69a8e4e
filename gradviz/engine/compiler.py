"""Compiles a declaration into the function that runs the op and the Node class that runs its rule.

Why generate source? An operation on a scalar costs 28 ns in NumPy; a layer of calls, context objects and loops over
arguments around it costs fifty times that in a textbook engine. Here each op gets the few lines it needs, spelled out,
and the declaration stays the only thing written by hand. `source(op)` shows them.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from . import dtype as dtypes
from . import kernels, messages, views, watch
from .formula import Use, parameters
from .grad_mode import enabled
from .node import Extra, Node, number
from .op import Op
from .passing import freed, general_run, saved_tensor, send_slot, stale_result, stale_saved
from .tensor import Tensor, blank

Lines = list[str]


class NotTensorError(TypeError):
    """An argument that must be a tensor is not."""


def bad_input(op: Op, position: int, given: Any) -> TypeError:
    """Return the error for an argument that is not a tensor."""
    name = "input" if position == 0 else op.inputs[position].rstrip("?*")
    return TypeError(
        f"{op.name}(): argument '{name}' (position {position + 1}) must be Tensor, not {type(given).__name__}"
    )


def broadcast_error(*values: Any) -> RuntimeError:
    """Return PyTorch's error for shapes that do not broadcast, or for subtracting bools."""
    a, b = (getattr(value, "shape", ()) for value in values[:2])
    for back in range(1, min(len(a), len(b)) + 1):
        if a[-back] != b[-back] and 1 not in (a[-back], b[-back]):
            return RuntimeError(
                f"The size of tensor a ({a[-back]}) must match the size of tensor b ({b[-back]}) at non-singleton "
                f"dimension {max(len(a), len(b)) - back}"
            )
    if values[0].dtype.kind == "b":
        return RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    return RuntimeError(f"shapes {messages.sizes(a)} and {messages.sizes(b)} cannot be broadcast")


def as_number(value: Any) -> Any:
    """Return a NumPy scalar, or anything a Python number can stand for, as a Python number; None for the rest."""
    if isinstance(value, (int, float)):
        return (
            value if value.__class__ in (int, float, bool) else (int(value) if isinstance(value, int) else float(value))
        )
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    return None


def fits_of(value: Any, *inputs: Any) -> tuple[Any, ...] | None:
    """Return the shape and type that each input's gradient must be brought to; None where all agree already."""
    shape, kind = value.shape, value.dtype
    needed = False
    fits: list[Any] = []
    for each in inputs:
        if each is None or not isinstance(each, (np.ndarray, np.generic)):
            fits.append(None)
        else:
            fits.append((each.shape, each.dtype))
            needed = needed or each.shape != shape or each.dtype is not kind
    return tuple(fits) if needed else None


BASE: dict[str, Any] = {
    "F32": np.float32,
    "Tensor": Tensor,
    "blank": blank,
    "mode": enabled.get,
    "number": number,
    "watch": watch,
    "align": dtypes.align,
    "align_float": dtypes.align_float,
    "as_number": as_number,
    "bad_input": bad_input,
    "broadcast_error": broadcast_error,
    "fits_of": fits_of,
    "freed": freed,
    "stale_saved": stale_saved,
    "stale_result": stale_result,
    "saved_tensor": saved_tensor,
    "send_slot": send_slot,
    "general_run": general_run,
    "make_view": views.make_view,
    "share": views.share,
    "ndarray": np.ndarray,
    "Extra": Extra,
    "grad_of_none": None,
}


def indent(lines: Lines, by: int = 1) -> Lines:
    """Return the lines moved in by `by` levels."""
    return ["    " * by + line for line in lines]


class Plan:
    """What both compiled parts of an op need to know: who has a rule, what it uses, what is saved."""

    def __init__(self, op: Op, *, numbers: bool = False) -> None:
        self.op = op
        self.numbers = numbers  # the second operand is a Python number: no edge, no rule
        self.inputs = [name.rstrip("?*") for name in op.inputs]
        self.optional = {name[:-1] for name in op.inputs if name.endswith("?")}
        self.listed = op.inputs[0].endswith("*")
        self.arguments = parameters(op.arguments)
        call = f"{op.forward}({', '.join(self.inputs + self.arguments)})"
        self.forward = Use(call if op.forward.isidentifier() else op.forward, self.inputs, metadata=False)
        self.rules: dict[str, Use] = {}
        for name in self.inputs:
            text = op.rule(name)
            if text is not None and not (numbers and name != "self"):
                self.rules[name] = Use(text, self.inputs, metadata=True)
        self.edges = [name for name in self.inputs if name in self.rules]
        self.wide = self.listed or len(self.edges) > 2
        used = set().union(*(rule.names for rule in self.rules.values())) if self.rules else set()
        self.saves_result = "result" in used
        self.kept = [name for name in self.arguments if name in used]
        self.tensors = [name for name in self.inputs if name in used and not self.listed]
        self.shapes = [n for n in self.inputs if any(n in rule.shapes for rule in self.rules.values())]
        self.dtypes = [n for n in self.inputs if any(n in rule.dtypes for rule in self.rules.values())]

    def users(self, name: str) -> list[str]:
        """Return the inputs whose rule needs the saved name."""
        return [each for each in self.edges if name in self.rules[each].names]

    def slots(self) -> tuple[str, ...]:
        """Return the slots of the Node class."""
        found = [f"s_{name}" for name in self.tensors + self.kept]
        found += [f"v_{name}" for name in self.tensors]
        found += [f"h_{name}" for name in self.shapes] + [f"d_{name}" for name in self.dtypes]
        found += ["count"] * (self.op.outputs != 1)
        return tuple(found + ["s_result"] * self.saves_result)


# -- the rule ---------------------------------------------------------------------------------------------------------


def unpack(plan: Plan, name: str) -> Lines:
    """Return the lines that bring the saved names of one input's rule into reach, or raise what PyTorch raises."""
    rule = plan.rules[name]
    lines: Lines = []
    for each in plan.tensors:
        if each in rule.names:
            if plan.numbers and each != "self":
                lines += [f"v_{each} = node.s_{each}", f"if v_{each} is None: raise freed()"]
                continue
            optional = each in plan.optional or plan.op.kind != "binary"
            if optional:
                lines += [f"v_{each} = saved_tensor(node, {each!r})"]
            else:
                lines += [
                    f"v_{each} = node.s_{each}",
                    f"if v_{each} is None: raise freed()",
                    f"if v_{each}._counter != node.v_{each}: raise stale_saved(node, {each!r})",
                    f"v_{each} = v_{each}._value",
                ]
    if "result" in rule.names:
        lines += ["result = node.s_result", "if result is None: raise freed()"]
    lines += [f"{each} = node.s_{each}" for each in plan.kept if each in rule.names]
    lines += [f"h_{each} = node.h_{each}" for each in rule.shapes]
    lines += [f"d_{each} = node.d_{each}" for each in rule.dtypes]
    return lines


def rule_source(plan: Plan) -> Lines:
    """Return `rule(node, grad)`: the gradients per edge as the formulas give them, broadcasting not yet undone."""
    lines = ["def rule(node, grad):"]
    if plan.saves_result:
        lines += indent(["if node.extra.__class__ is Extra and node.extra.result_version: stale_result(node)"])
    edges = plan.edges
    if plan.listed:
        return [*lines, *indent(unpack(plan, edges[0])), f"    return {plan.rules[edges[0]].text}"]
    for index, name in enumerate(edges):
        edge = f"node.b[{index}]" if plan.wide else f"node.{'ab'[index]}"
        lines += indent([f"if {edge} is not None:"])
        lines += indent([*unpack(plan, name), f"g_{index} = {plan.rules[name].text}"], 2)
        lines += indent(["else:", f"    g_{index} = None"])
    return [*lines, f"    return ({' '.join(f'g_{index},' for index in range(len(edges)))})"]


def run_source(plan: Plan) -> Lines:
    """Return `run(node, grad, grads, keep)`: the same rules, sending straight into the buffers."""
    lines = [
        "def run(node, grad, grads, keep):",
        "    if node.extra is not None: return general_run(node, grad, grads, keep)",
    ]
    edges = plan.edges
    for index, name in enumerate(edges):
        text = plan.rules[name].text
        lines += indent([f"edge = node.{'ab'[index]}", "if edge is not None:"])
        body = unpack(plan, name)
        sent = "grad" if text == "grad" else "g"
        if sent == "g":
            body += [f"g = {text}"]
        body += [
            "if edge.__class__ is tuple:",
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
    return [f"s_{name}" for name in plan.tensors] + ["s_result"] * plan.saves_result


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
        return value

    return property(look, doc="A saved value; raises RuntimeError after it was freed.")


def node_class(plan: Plan) -> type[Node]:
    """Compile the Node class of an op."""
    op, numbers = plan.op, plan.numbers
    name = (op.number_node if numbers else None) or op.node
    space: dict[str, Any] = {"__builtins__": kernels.SPACE, **BASE}
    sources = [rule_source(plan), free_source(plan)]
    fast = not plan.wide and op.outputs == 1
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
        "run": space["run"] if fast else general_run,
        "outputs": op.outputs,
        "edge_count": edge_count,
        "saves_result": plan.saves_result,
        "saves": tuple(plan.tensors + plan.kept + ["result"] * plan.saves_result),
    }
    for each in plan.tensors:
        body[f"_saved_{each}"] = saved_property(each, False, True)
    for each in plan.kept:
        body[f"_saved_{each}"] = saved_property(each, False, False)
    if plan.saves_result:
        body["_saved_result"] = saved_property("result", True, True)
    return type(str(name), (Node,), body)


# -- the function -----------------------------------------------------------------------------------------------------


def node_lines(plan: Plan, node: str, *, fits: str = "None") -> Lines:
    """Return the lines that make the node and save what its rule will need."""
    lines = [f"node = {node}()", "node.seq = number()"]
    edges = plan.edges
    if plan.listed:
        lines += ["node.a = None", f"node.b = [each._edge for each in {plan.inputs[0]}]"]
    elif plan.wide:
        lines += ["node.a = None", f"node.b = [{', '.join('e_' + name for name in edges)}]"]
    else:
        for slot, name in zip("ab", [*edges, None, None], strict=False):
            lines.append(f"node.{slot} = {'None' if name is None else 'e_' + name}")
    lines.append(f"node.extra = {fits}")
    for name in plan.tensors:
        if plan.numbers and name != "self":
            lines += [f"node.s_{name} = {name}", f"node.v_{name} = 0"]
            continue
        users = [each for each in plan.users(name) if each in edges]
        save = [f"node.s_{name} = {name}"]
        if plan.op.kind == "binary" or name == "self":
            save += [f"node.v_{name} = +{name}._counter"]
        else:
            save += [f"node.v_{name} = +{name}._counter if isinstance({name}, Tensor) else 0"]
        if set(users) == set(edges):
            lines += save
        else:
            condition = " or ".join(f"e_{each} is not None" for each in users) or "False"
            lines += [f"if {condition}:", *indent(save), "else:", f"    node.s_{name} = node.v_{name} = None"]
    lines += [f"node.s_{name} = {name}" for name in plan.kept]
    for name in plan.shapes:
        shape = f"[each._value.shape for each in {name}]" if plan.listed else f"v_{name}.shape"
        lines.append(f"node.h_{name} = {shape}")
    lines += [f"node.d_{name} = v_{name}.dtype" for name in plan.dtypes]
    if plan.op.outputs != 1:
        lines.append("node.count = len(result)")
    if plan.saves_result:
        lines.append("node.s_result = result")
    return lines


MADE = ["made = blank()", "made._value = result", "made._edge = node", "made._counter = 0", "made._rare = None"]


def watch_lines(plan: Plan, outputs: str) -> Lines:
    """Return the lines that tell the watcher."""
    inputs = f"tuple({plan.inputs[0]})" if plan.listed else f"({', '.join(plan.inputs)},)"
    arguments = "{" + ", ".join(f"{name!r}: {name}" for name in plan.arguments) + "}"
    return ["if watch.current is not None:", f"    watch.current.op_ran(OP, {inputs}, {arguments}, {outputs}, False)"]


def entry_name(op: Op) -> str:
    """Return the function's name in the compiled source; apart from kernels, which may be called like the op."""
    return f"op_{op.name.replace('.', '_')}"


def binary_source(plan: Plan) -> Lines:
    """Return the function of an op on two operands, the second a tensor or a number.

    For anything else it returns NotImplemented, as Python's operators want it; `public` turns that into an error.
    """
    op = plan.op
    other = plan.inputs[1]
    tracked = op.differentiable
    align = "align_float" if op.result == "float" else "align"
    check_float = " or v_self.dtype.kind != 'f'" if op.result == "float" else ""
    forward = plan.forward.text
    lines = [
        f"def {entry_name(op)}(self, {other}{', ' + op.arguments if op.arguments else ''}):",
        "    try:",
        "        v_self = self._value",
        "    except AttributeError:",
        "        raise bad_input(OP, 0, self) from None",
        f"    kind = {other}.__class__",
        "    if kind is not Tensor and kind is not float and kind is not int:",
        f"        if isinstance({other}, Tensor):",
        "            kind = Tensor",
        "        else:",
        f"            {other} = as_number({other})",
        f"            if {other} is None: return NotImplemented",
        "    node = None",
        "    if kind is Tensor:",
        "        fits = None",
        f"        v_{other} = {other}._value",
        f"        if v_self.__class__ is F32 and v_{other}.__class__ is F32:",
        f"            result = {forward}",
        "        else:",
        f"            x, y = v_self, v_{other}",
        f"            if v_self.dtype is not v_{other}.dtype{check_float}:",
        f"                v_self, v_{other} = {align}(x, y)",
        "            try:",
        f"                result = {forward}",
        "            except (ValueError, TypeError):",
        "                raise broadcast_error(x, y) from None",
        "            if x.dtype is not y.dtype or x.shape != y.shape:" if tracked else "",
        f"                fits = fits_of(result, {', '.join('xy'[plan.inputs.index(e)] for e in plan.edges)})"
        if tracked
        else "",
    ]
    if tracked:
        tests = " or ".join(f"e_{name} is not None" for name in plan.edges)
        lines += indent([f"e_{name} = {name}._edge" for name in plan.edges], 2)
        lines += indent([f"if ({tests}) and mode():", *indent(node_lines(plan, "NODE", fits="fits"))], 2)
    lines += [
        "    else:",
        f"        v_{other} = {other}",
        f"        if v_self.__class__ is not F32 and v_self.dtype.kind != 'f' or kind is not float and "
        f"{other}.__class__ is bool:",
        f"            v_self, v_{other} = {align}(v_self, {other})",
        f"        result = {forward}",
    ]
    if tracked and "self" in plan.edges:
        number_plan = Plan(op, numbers=True)
        lines += indent(
            [
                "e_self = self._edge",
                "if e_self is not None and mode():",
                *indent(node_lines(number_plan, "NUMBER_NODE")),
            ],
            2,
        )
    lines += indent([*MADE, *watch_lines(plan, "(made,)"), "return made"])
    return [line for line in lines if line]


def general_source(plan: Plan) -> Lines:
    """Return the function of any other op."""
    op = plan.op
    names = [f"{name}=None" if name in plan.optional else name for name in plan.inputs]
    signature = ", ".join(names + ([op.arguments] if op.arguments else []))
    lines = [f"def {entry_name(op)}({signature}):"]
    body: Lines = []
    if plan.listed:
        first = plan.inputs[0]
        body += [f"v_{first} = [each._value for each in {first}]"]
    else:
        if op.view:
            body += ["if self._counter.__class__ is int: share(self)"]
        for index, name in enumerate(plan.inputs):
            if name in plan.optional:
                body += [f"v_{name} = {name}._value if isinstance({name}, Tensor) else {name}"]
            else:
                body += [
                    "try:",
                    f"    v_{name} = {name}._value",
                    "except AttributeError:",
                    f"    raise bad_input(OP, {index}, {name}) from None",
                ]
        if op.result == "float":
            if len(plan.inputs) == 1:
                body += ["if v_self.__class__ is not F32 and v_self.dtype.kind != 'f': v_self, = align_float(v_self)"]
            else:
                body += [
                    f"{', '.join('v_' + n for n in plan.inputs)} = "
                    f"align_float({', '.join('v_' + n for n in plan.inputs)})"
                ]
    body += [f"result = {plan.forward.text}"]
    body += ["node = None"]
    if op.differentiable:
        if plan.listed:
            test = f"any(each._edge is not None for each in {plan.inputs[0]})"
        else:
            for name in plan.edges:
                if name in plan.optional:
                    body += [f"e_{name} = {name}._edge if isinstance({name}, Tensor) else None"]
                else:
                    body += [f"e_{name} = {name}._edge"]
            test = " or ".join(f"e_{name} is not None" for name in plan.edges)
        fits = "None"
        if len(plan.inputs) > 1 and op.kind == "pointwise":
            unaligned = ", ".join(f"{n}._value if isinstance({n}, Tensor) else None" for n in plan.edges)
            fits = f"fits_of(result, {unaligned})"
        elif op.kind == "broadcast":
            # The result is reduced, so shapes are compared among the inputs.
            unaligned = ", ".join(f"{n}._value if isinstance({n}, Tensor) else None" for n in plan.edges)
            fits = f"fits_of(v_self, {unaligned})"
        body += [f"if ({test}) and mode():", *indent(node_lines(plan, "NODE", fits=fits))]
    if op.outputs == 1 and op.view:
        body += ["made = make_view(self, result, node)"]
    elif op.outputs == 1:
        body += MADE
    else:
        body += ["made = OUTPUTS(self, result, node)"]
    body += watch_lines(plan, "(made,)" if op.outputs == 1 else "made")
    return [*lines, *indent([*body, "return made"])]


def outputs_of(op: Op) -> Callable[[Tensor, Any, Any], tuple[Tensor, ...]]:
    """Return the function that wraps the values of an op with several outputs."""

    def wrap(source: Tensor, values: Any, node: Any) -> tuple[Tensor, ...]:
        made = []
        for index, value in enumerate(values):
            edge = None if node is None or value.dtype.kind != "f" else (node, index)
            made.append(views.make_view(source, value, edge, "many") if op.view else Tensor._of(value, edge))
        return tuple(made)

    return wrap


def run_code(text: str, file: str, space: dict[str, Any]) -> None:
    """Execute generated source; tracebacks and debuggers can show its lines."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), space)


def source(op: Op) -> str:
    """Return the source of the op's function."""
    plan = Plan(op)
    return "\n".join(binary_source(plan) if op.kind == "binary" else general_source(plan))


def entry(op: Op) -> Callable[..., Any]:
    """Compile the function of an op, and its Node classes."""
    plan = Plan(op)
    space: dict[str, Any] = {"__builtins__": kernels.SPACE, **BASE, "OP": op, "OUTPUTS": outputs_of(op)}
    if op.differentiable:
        if op.node is None:
            raise TypeError(f"{op.name}: an op with a rule must name its node")
        space["NODE"] = node_class(plan)
        if op.kind == "binary" and "self" in plan.edges:
            space["NUMBER_NODE"] = node_class(Plan(op, numbers=True))
    lines = binary_source(plan) if op.kind == "binary" else general_source(plan)
    run_code("\n".join(lines), f"<engine op {op.name}>", space)
    function: Callable[..., Any] = space[entry_name(op)]
    function.__name__ = function.__qualname__ = op.name
    function.__doc__ = f"{op.title[:1].upper()}{op.title[1:]}: {op.forward}."
    return function
