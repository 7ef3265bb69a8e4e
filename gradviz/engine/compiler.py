"""Compiles a declaration into the function that runs the op and the Node class that runs its rule.

Why generate source? An operation on a scalar costs 28 ns in NumPy; a layer of calls, context objects and loops over
arguments around it costs fifty times that in a textbook engine. Here each op gets the few lines it needs, spelled out,
and the declaration stays the only thing written by hand. `source(op)` shows them.
"""

from __future__ import annotations

import ast
import itertools
import sys
from collections.abc import Callable
from functools import partial
from types import FunctionType
from typing import Any

from . import kernels, real_only, views
from .node_source import BASE, node_class, run_code
from .op import Op
from .operands import ORDERED
from .plan import Lines, Plan, indent
from .tensor import Tensor, share
from .watch import Site


def present(name: str) -> str:
    """Return the test for a tensor in the place of an optional input; None, the most frequent, is asked for first."""
    return f"{name} is not None and isinstance({name}, Tensor)"


def unaligned(plan: Plan) -> str:
    """Return the values of a general op's inputs as they were given, before they were brought to one type."""
    values = {name: f" if {present(name)} else None" if name in plan.optional else "" for name in plan.edges}
    return ", ".join(f"{name}._value{condition}" for name, condition in values.items())


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
        if name in plan.optional:
            save += [f"node.v_{name} = +{name}._counter if {present(name)} else None"]
        else:
            save += [f"node.v_{name} = +{name}._counter"]
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


HEAVY = 65_536  # bytes above which a recorder wants to weigh a value


def watch_lines(plan: Plan) -> Lines:
    """Return the lines that tell the watcher: references only, see `watch.Site`."""
    inputs = [f"tuple({plan.inputs[0]})"] if plan.listed else plan.inputs
    # Not v_self and v_other: those may have been brought to a common type.
    values = ["None"] if plan.listed else [f"{name}._value" for name in plan.inputs]
    for index, name in enumerate(plan.inputs):
        if name in plan.optional:
            values[index] += f" if {present(name)} else {name}"
    if plan.op.kind == "binary":
        values[1] += f" if kind is Tensor else {plan.inputs[1]}"
    if plan.op.outputs != 1:
        arguments = "{" + ", ".join(f"{name!r}: {name}" for name in plan.arguments) + "}"
        given = f"{inputs[0]}" if plan.listed else f"({', '.join(inputs)},)"
        return ["if watch.current is not None:", f"    watch.current.op_ran(OP, {given}, {arguments}, made, False)"]
    return [
        "p_ = watch.push",
        "if p_ is not None and watch.current is not None:",
        *(["    result = made._value"] if plan.op.view else []),
        "    if type(result) is not F32 and result.nbytes > HEAVY: result = watch.light(result)",
        "    w_ = caller(1)",
        "    w_ = w_.f_lasti if w_.f_code is watch.top else watch.where(w_)",
        f"    p_((SITE, w_, mode() if node is None else node, made, result, "
        f"{', '.join([*inputs, *values, *plan.arguments])}))",
        "    if len(watch.tape) > watch.limit: watch.crowded()",
    ]


def real_lines(op: Op, value: str) -> Lines:
    """Return the lines that refuse complex numbers where PyTorch has the op for real ones only."""
    return [f"if {value}.dtype.kind == 'c': raise not_real(OP.name, {value})"] if op.name in real_only.NAMES else []


def entry_name(op: Op) -> str:
    """Return the function's name in the compiled source; apart from kernels, which may be called like the op."""
    return f"op_{op.name.replace('.', '_')}"


def fit_lines(plan: Plan) -> Lines:
    """Return the lines that note what gradients must be brought to: nothing where shapes and types agree already.

    Of one type, an operand of the result's shape has nothing to be brought to. Of two, each has: a rule may answer in
    the other operand's type.
    """
    operands = ["xy"[plan.inputs.index(name)] for name in plan.edges]
    fits = [f"None if {each}.shape == shape else ({each}.shape, {each}.dtype)" for each in operands]
    return [
        "if x.dtype is not y.dtype:",
        f"    fits = fits_of(result, {', '.join(operands)})",
        "elif x.shape != y.shape:",
        "    shape = result.shape",
        f"    fits = ({', '.join(fits)},)",
    ]


def is_operator(text: str) -> bool:
    """Return True for an expression of one operator between two names."""
    tree = ast.parse(text, mode="eval").body
    return isinstance(tree, ast.BinOp) and isinstance(tree.left, ast.Name) and isinstance(tree.right, ast.Name)


def binary_source(plan: Plan) -> Lines:
    """Return the function of an op on two operands, the second a tensor or a number.

    For anything else it returns NotImplemented, as Python's operators want it; `public` turns that into an error.
    """
    op = plan.op
    other = plan.inputs[1]
    tracked = op.differentiable
    align = op.align or ("align_float" if op.result == "float" else "align")
    beside_number = op.align or ("align_number_float" if op.result == "float" else "align_number")
    check_float = " or v_self.dtype.kind != 'f'" if op.result == "float" else ""
    check_order = " or v_self.dtype.kind == 'c'" if op.align[6:] in ORDERED else ""
    forward = plan.forward.text
    lines = [
        f"def {entry_name(op)}(self, {other}{', ' + op.arguments if op.arguments else ''}):",
        "    try:",
        "        v_self = self._value",
        "    except AttributeError:",
        "        raise bad_input(OP, 0, self) from None",
        f"    kind = type({other})",
        "    if kind is not Tensor and kind is not float and kind is not int:",
        f"        if isinstance({other}, Tensor):",
        "            kind = Tensor",
        "        else:",
        f"            {other} = as_number({other}, v_self)",
        f"            if {other} is None: return NotImplemented",
        f"            if type({other}) is Tensor: kind = Tensor",
        "    node = None",
        "    if kind is Tensor:",
        "        fits = None",
        f"        v_{other} = {other}._value",
        f"        if type(v_self) is F32 and type(v_{other}) is F32:",
        f"            result = {forward}",
        "        else:",
        f"            x, y = v_self, v_{other}",
        f"            if v_self.dtype is not v_{other}.dtype{check_float}{check_order}:",
        f"                v_self, v_{other} = {align}(x, y)",
        *indent(real_lines(op, "v_self"), 3),
        "            try:",
        f"                result = {forward}",
        "            except (ValueError, TypeError):",
        "                raise broadcast_error(x, y) from None",
        "            if result.ndim > 1 and x.strides != y.strides:",
        "                result = laid_out_by(result, x, y)",
        *(indent(fit_lines(plan), 3) if tracked else []),
    ]
    if tracked:
        tests = " or ".join(f"e_{name} is not None" for name in plan.edges)
        lines += indent([f"e_{name} = {name}._edge" for name in plan.edges], 2)
        lines += indent([f"if ({tests}) and mode():", *indent(node_lines(plan, "NODE", fits="fits"))], 2)
    lines += [
        "    else:",
        f"        v_{other} = {other}",
        f"        if type(v_self) is F32 and (kind is float or type({other}) is not bool):",
        f"            result = {forward}",
        *(
            # As an array itself a number takes NumPy half the time.
            [
                f"        elif kind is float and v_self.dtype is SINGLE and {other}:",
                f"            v_{other} = single({other})",
                f"            result = {forward}",
            ]
            if is_operator(forward)
            else []
        ),
        f"        elif v_self.dtype.char not in 'fd' or type({other}) is bool:",
        "            x = v_self",
        *indent(real_lines(op, "x"), 3),
        f"            v_self, v_{other} = {beside_number}(x, {other})",
        f"            result = lowered({forward}, x)",
        "        else:",
        f"            result = {forward}",
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
    lines += indent([*MADE, *watch_lines(plan), "return made"])
    return [line for line in lines if line]


def general_source(plan: Plan) -> Lines:
    """Return the function of any other op."""
    op = plan.op
    names = [f"{name}=None" if name in plan.optional else name for name in plan.inputs]
    required = list(itertools.takewhile(lambda name: "=" not in name, filter(None, op.arguments.split(", "))))
    rest = op.arguments.split(", ")[len(required) :] if op.arguments else []
    signature = ", ".join(names + [f"{name}=LACKING" for name in required] + rest)
    lines = [f"def {entry_name(op)}({signature}):"]
    body: Lines = []
    if plan.listed:
        first = plan.inputs[0]
        body += [f"v_{first} = [each._value for each in {first}]"]
    else:
        if op.view:
            body += ["if type(self._counter) is int: share(self)"]
        for index, name in enumerate(plan.inputs):
            if name in plan.optional:
                body += [f"v_{name} = {name}._value if {present(name)} else {name}"]
            else:
                body += [
                    "try:",
                    f"    v_{name} = {name}._value",
                    "except AttributeError:",
                    f"    raise bad_input(OP, {index}, {name}) from None",
                ]
        if op.result == "float":
            if len(plan.inputs) == 1:
                body += [
                    f"if type(v_{plan.inputs[0]}) is not F32 and v_{plan.inputs[0]}.dtype.char not in 'fd':",
                    f"    x = v_{plan.inputs[0]}",
                    *indent(real_lines(op, "x")),
                    f"    v_{plan.inputs[0]} = raise_float(x)",
                    f"    result = lowered({plan.forward.text}, x)",
                    "else:",
                    f"    result = {plan.forward.text}",
                ]
            else:
                body += [
                    f"{', '.join('v_' + n for n in plan.inputs)} = "
                    f"align_float({', '.join('v_' + n for n in plan.inputs)})"
                ]
    if op.result != "float" or len(plan.inputs) > 1:
        body += [] if plan.listed else real_lines(op, f"v_{plan.inputs[0]}")
        if op.kind in ("broadcast", "pointwise"):
            values = ", ".join("v_" + name for name in plan.inputs)
            body += [
                "try:",
                f"    result = {plan.forward.text}",
                "except ValueError as error:",
                f"    raise misfit(error, {values}) from None",
            ]
        else:
            body += [f"result = {plan.forward.text}"]
    if required:
        start = next(i for i, line in enumerate(body) if "result = " in line)
        while body[start].startswith(" "):
            start -= 1
        words = ", ".join(f"{name}={name}" for name in required)
        body[start:] = ["try:", *indent(body[start:]), "except ERRORS as error:"]
        body += [f"    raise misused(OP, error, {words}) from None"]
    body += ["node = None"]
    if op.differentiable:
        if plan.listed:
            test = f"any(each._edge is not None for each in {plan.inputs[0]})"
        else:
            for name in plan.edges:
                if name in plan.optional:
                    body += [f"e_{name} = {name}._edge if {present(name)} else None"]
                else:
                    body += [f"e_{name} = {name}._edge"]
            test = " or ".join(f"e_{name} is not None" for name in plan.edges)
        fits = "None"
        if op.broadcasts:
            fit = f"(v_{op.broadcasts}.shape, v_{op.broadcasts}.dtype)"
            each = ", ".join(fit if name == op.broadcasts else "None" for name in plan.edges)
            fits = f"None if v_{op.broadcasts}.shape == result.shape else ({each})"
        elif len(plan.inputs) > 1 and op.kind == "pointwise":
            fits = f"fits_of(result, {unaligned(plan)})"
        elif op.kind == "broadcast":
            # The result is reduced, so shapes are compared among the inputs.
            fits = f"fits_of(v_self, {unaligned(plan)})"
        elif plan.listed:
            fits = f"fits_of_list(v_{plan.inputs[0]})"
        refused = [f"if v_{plan.inputs[0]}.dtype.kind == 'c': raise no_gradient(OP.name)"]
        refused = refused if op.name in real_only.NO_GRADIENT else []
        body += [f"if ({test}) and mode():", *indent([*refused, *node_lines(plan, "NODE", fits=fits)])]
    if op.outputs == 1 and op.view:
        body += ["made = make_view(self, result, node)"]
    elif op.outputs == 1:
        body += MADE
    else:
        body += [f"made = OUTPUTS({plan.inputs[0]}, result, node)"]
    body += watch_lines(plan)
    return [*lines, *indent([*body, "return made"])]


def outputs_of(op: Op) -> Callable[[Tensor, Any, Any], tuple[Tensor, ...]]:
    """Return the function that wraps the values of an op with several outputs."""

    def wrap(source: Tensor, values: Any, node: Any) -> tuple[Tensor, ...]:
        made = []
        for index, value in enumerate(values):
            edge = None if node is None or value.dtype.kind not in "fcV" else (node, index)
            made.append(views.make_view(source, value, edge, "many") if op.view else Tensor._of(value, edge))
        if node is not None and node.saved_outputs:
            counters = {index: share(made[index]) for index in node.saved_outputs}
            node.full_extra().output_versions = {index: (each, each.count) for index, each in counters.items()}
        return tuple(made)

    return wrap


def source(op: Op) -> str:
    """Return the source of the op's function."""
    plan = Plan(op)
    return "\n".join(binary_source(plan) if op.kind == "binary" else general_source(plan))


# In the globals of each op's function: compiles that op. Only `first_call` uses it.
COMPLETE: Callable[[], Callable[..., Any]]


def first_call(*args: Any, **options: Any) -> Any:
    """Stand in the place of an op's code until the op is called: compile that code and run it."""
    return COMPLETE()(*args, **options)  # noqa: F821 - annotated above, given by `entry`


def entry(op: Op) -> Callable[..., Any]:
    """Return the function of an op, which is compiled with its Node classes when it is first called.

    Why so late? A program uses ten of more than a hundred ops, and compiling them all is most of a worker's start. The
    first call gives the function its code for good: whoever holds it (a method, an operator, `from torch import sin`)
    holds the fast one from then on, with no layer in between.
    """
    if op.differentiable and op.node is None:
        raise TypeError(f"{op.name}: an op with a rule must name its node")
    space: dict[str, Any] = {"__builtins__": kernels.SPACE}
    function = FunctionType(first_call.__code__, space)
    function.__name__ = function.__qualname__ = op.name
    function.__doc__ = f"{op.title[:1].upper()}{op.title[1:]}: {op.forward}."
    space["COMPLETE"] = partial(complete, op, function)
    return function


def complete(op: Op, function: FunctionType) -> FunctionType:
    """Compile an op's function and its Node classes, unless that was done, and return the function."""
    if function.__code__ is not first_call.__code__:
        return function
    plan = Plan(op)
    space = function.__globals__
    site = Site(op, len(plan.inputs), plan.arguments)
    space.update(BASE, OP=op, OUTPUTS=outputs_of(op), SITE=site, HEAVY=HEAVY, caller=sys._getframe)
    if op.differentiable:
        space["NODE"] = node_class(plan)
        if op.kind == "binary" and "self" in plan.edges:
            space["NUMBER_NODE"] = node_class(Plan(op, numbers=True))
    lines = binary_source(plan) if op.kind == "binary" else general_source(plan)
    run_code("\n".join(lines), f"<engine op {op.name}>", space)
    made = space[entry_name(op)]
    function.__defaults__, function.__kwdefaults__ = made.__defaults__, made.__kwdefaults__
    function.__code__ = made.__code__
    return function
