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
