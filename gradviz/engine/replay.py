"""Runs a node's rule again from what was told of its op, after the node itself let its saved tensors go.

A recorder that notes every gradient while the pass runs slows it down many times, and of a fast loop hardly a pass is
ever looked at. The rules are pure: the same text on the same values gives the same gradients, later.
A pass is heard node by node only where a program's own code may run in the middle (a hook was registered), where nodes
of an earlier pass take part, where an op is told in another way (`Watcher.op_ran`: in place, several outputs), or where
values were too large to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import kernels
from .node_source import BASE, run_code
from .op import Op
from .plan import Lines, Plan, indent
from .tensor import Tensor

Rule = Callable[..., tuple[Any, ...]]

_compiled: dict[tuple[Op, bool], Rule] = {}


def gradients(
    node: Any, grad: Any, inputs: tuple[Any, ...], values: tuple[Any, ...], options: dict[str, Any], result: Any
) -> tuple[Any, ...]:
    """Return the gradients that the node sent along its edges.

    `inputs`, their `values`, `options` and `result` are the op's as its `watch.Site` tells them. For nodes with their
    own compiled `run` only: one output, no broadcasting.
    """
    op = node.op
    numbers = op.kind == "binary" and not isinstance(inputs[1], Tensor)
    rule = _compiled.get((op, numbers))
    if rule is None:
        plan = Plan(op, numbers=numbers)
        space: dict[str, Any] = {"__builtins__": kernels.SPACE, **BASE}
        run_code("\n".join(source(plan)), f"<engine replay {op.name}>", space)
        rule = _compiled[op, numbers] = space["replay"]
    return rule(node, grad, result, *values, **options)


def source(plan: Plan) -> Lines:
    """Return `replay(node, grad, result, values of the inputs…, arguments…)`."""
    given = [f"v_{name}" for name in plan.inputs] + plan.arguments
    lines = [f"h_{name} = v_{name}.shape" for name in plan.shapes]
    lines += [f"d_{name} = v_{name}.dtype" for name in plan.dtypes]
    lines += [f"{name} = {shared.text}" for name, shared in plan.once.items()]
    for index, name in enumerate(plan.edges):
        edge = f"node.b[{index}]" if plan.wide else f"node.{'ab'[index]}"
        lines += [f"g_{index} = None if {edge} is None else {plan.rules[name].text}"]
    lines += [f"return ({' '.join(f'g_{index},' for index in range(len(plan.edges)))})"]
    return [f"def replay(node, grad, result, {', '.join(given)}):", *indent(lines)]
