"""The record of programs that write their own Function, and of passes that are themselves recorded."""

import numpy as np
import pytest

from gradviz.trace.events import LeafAccumulated, NodeRan, OpRan
from tests.recorder.test_numpy_engine import events, record

CUBE = """
class Cube(torch.autograd.Function):
    "Third power, by hand."
    @staticmethod
    def forward(ctx, x, n):
        ctx.save_for_backward(x)
        return x * x * x
    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        return grad * 3 * x * x, None
x = torch.tensor([1.0, 2.0], requires_grad=True)
"""


def test_a_function_is_one_node():
    trace, _, _ = record(CUBE + "y = Cube.apply(x, 3)\ny.sum().backward()")
    made, summed = events(trace, OpRan)
    assert (made.op, made.node.name, made.inputs[0].name, made.outputs[0].name) == ("Cube", "CubeBackward", "x", "y")
    assert [edge.node for edge in summed.node.edges] == [made.node.id]
    ran = events(trace, NodeRan)
    assert [event.node for event in ran] == [summed.node.id, made.node.id]
    np.testing.assert_array_equal(ran[1].sent[0].data, [3.0, 12.0])
    assert len(events(trace, LeafAccumulated)) == 1


def test_the_second_pass_is_a_program_too():
    program = CUBE + "g, = torch.autograd.grad(Cube.apply(x, 3).sum(), x, create_graph=True)\ng.sum().backward()"
    trace, _, _ = record(program)
    names = [event.op for event in events(trace, OpRan, 0)]
    assert names[:2] == ["Cube", "sum"]
    assert "mul" in names[2:]
    (leaf,) = events(trace, LeafAccumulated)
    np.testing.assert_array_equal(leaf.after.data, [6.0, 12.0])


@pytest.mark.filterwarnings("ignore:Using backward")
def test_grad_with_a_history():
    trace, _, _ = record(
        "x = torch.tensor(2.0, requires_grad=True)\n(x ** 3).backward(create_graph=True)\nx.grad.backward()"
    )
    first, second = (events(trace, LeafAccumulated, number)[0] for number in (0, 1))
    assert (first.after.data, second.before.data, second.after.data) == (12.0, 12.0, 24.0)


LEAF = "x = torch.tensor([1.0, 2.0], requires_grad=True)\n"
PROGRAMS = {
    "hooks of tensors": """
y = x * 3
y.register_hook(lambda g: g * 2)
x.register_hook(lambda g: g + 1)
y.sum().backward()""",
    "hooks of nodes": """
y = x * 3
y.grad_fn.register_hook(lambda sent, arrived: (sent[0] * 5, None))
y.grad_fn.register_prehook(lambda arrived: (arrived[0] * 7,))
y.sum().backward()""",
    "a step in a hook": """
def step(p):
    with torch.no_grad():
        p -= 0.1 * p.grad
    p.grad = None
x.register_post_accumulate_grad_hook(step)
for _ in range(3):
    (x * x).sum().backward()""",
    "inference mode": """
with torch.inference_mode():
    z = (x * 2).sum() + 1
    z += 1
(x * x).sum().backward()""",
    "anomaly detection": "with torch.autograd.set_detect_anomaly(True):\n    (x * x).sum().backward()",
    "hooks on saved tensors": """
with torch.autograd.graph.saved_tensors_hooks(lambda t: t * 2, lambda t: t / 2):
    y = (x * x).exp().sum()
y.backward()""",
    "a Hessian": "torch.autograd.functional.hessian(lambda a: (a ** 3).sum(), x)",
    "Newton's method": """
for _ in range(3):
    g, = torch.autograd.grad((x ** 4).sum(), x, create_graph=True)
    h, = torch.autograd.grad(g.sum(), x)
    with torch.no_grad():
        x -= g / h""",
    "a gradient penalty": """
y = x.tanh().sum()
g, = torch.autograd.grad(y, x, create_graph=True)
(y + (g.norm() - 1) ** 2).backward()""",
    "a Function in place": """
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a):
        a.mul_(2)
        ctx.mark_dirty(a)
        return a
    @staticmethod
    def backward(ctx, g):
        return g * 2
Double.apply(x * 1).sum().backward()""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_record_is_legal(name):
    """`record` checks every event of the trace."""
    trace, _, _ = record(LEAF + PROGRAMS[name])
    assert trace.passes
