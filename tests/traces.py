"""Small runs written by hand, so that pictures and words can be tested without an engine.

The numbers are those that PyTorch gives. `Writer` hands out ids and sequence numbers as the recorder would, and
`tests/scene/test_traces.py` puts every run through the record's own legality check.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from gradviz.trace.check import LEAF_SEQUENCE
from gradviz.trace.events import (
    BackwardBegan,
    BackwardEnded,
    Edge,
    ErrorRaised,
    GradientZeroed,
    Input,
    LeafAccumulated,
    Node,
    NodeRan,
    OpRan,
    Output,
    RequiresGradSet,
    Root,
    Saved,
    Source,
    TensorMade,
    TensorUpdated,
)
from gradviz.trace.messages import PassRecorded, RunBegan, RunEnded
from gradviz.trace.ops import OpInfo
from gradviz.trace.passes import Carried, Pass, TensorState
from gradviz.trace.trace import Trace, TraceBuilder
from gradviz.trace.value import Value

OPS = tuple(
    OpInfo(name, symbol, group, title, code, node, inputs, derivatives, gradients, forward)
    for name, symbol, group, title, code, node, inputs, derivatives, gradients, forward in (
        ("add", "+", "arithmetic", "add", "{self} + {other}", "AddBackward0", ("self", "other"),
         (("self", "1"), ("other", "1")), (), "self + other"),
        ("sub", "−", "arithmetic", "subtract", "{self} - {other}", "SubBackward0", ("self", "other"),
         (("self", "1"), ("other", "-1")), (), "self - other"),
        ("mul", "×", "arithmetic", "multiply", "{self} * {other}", "MulBackward0", ("self", "other"),
         (("self", "other"), ("other", "self")), (), "self * other"),
        ("pow", "xⁿ", "arithmetic", "power", "{self} ** {exponent}", "PowBackward0", ("self", "exponent"),
         (("self", "exponent * self ** (exponent - 1)"),), (), "self ** exponent"),
        ("mm", "@", "linear algebra", "matrix product", "{self} @ {mat2}", "MmBackward0", ("self", "mat2"),
         (), (("self", "grad @ mat2.T"), ("mat2", "self.T @ grad")), "self @ mat2"),
        ("mean", "mean", "reduction", "mean", "{self}.mean()", "MeanBackward0", ("self",),
         (), (("self", "expand(grad, self.shape) / self.numel()"),), "mean(self)"),
        ("detach", "detach", "shape", "cut off the graph", "{self}.detach()", "", ("self",), (), (), "self"),
    )
)  # fmt: skip


def value(data, dtype=np.float32) -> Value:
    """A float32 value, as `torch.tensor` makes it; truth values stay what they are."""
    return Value.of(np.asarray(data, bool if isinstance(data, bool) else dtype))


class Writer:
    """Writes one pass after another, the way the recorder does."""

    def __init__(self, program: str = "") -> None:
        self.program = program
        self.events: list = []
        self.carried = Carried()
        self.ids = iter(range(1, 10**9))
        self.sequence = 0
        self.values: dict[int, Value] = {}
        self.names: dict[int, str | None] = {}
        self.tracked: dict[int, tuple[Node, int]] = {}
        self.needs: set[int] = set()
        self.gradients: dict[int, Value | None] = {}
        self.versions: dict[int, int] = {}
        self.messages: list = [RunBegan("numpy", program, "", OPS)]
        self.number = 0

    # -- forward -------------------------------------------------------------------------------------------------

    def source(self, line: int, column: int = 0, end: int | None = None) -> Source:
        lines = self.program.splitlines()
        length = len(lines[line - 1]) if line <= len(lines) else 0
        return Source(line, column, line, length if end is None else end)

    def tensor(self, data, name: str | None = None, line: int = 1, tracked: bool = True, maker: str = "tensor") -> int:
        tensor = next(self.ids)
        self.values[tensor], self.names[tensor], self.versions[tensor] = value(data), name, 0
        if tracked:
            self.needs.add(tensor)
        self.events.append(TensorMade(tensor, self.values[tensor], tracked, maker, name, self.source(line)))
        return tensor

    def require(self, tensor: int, line: int = 1) -> None:
        self.needs.add(tensor)
        self.events.append(RequiresGradSet(tensor, True, self.source(line)))

    def op(self, op: str, inputs, result, *, name=None, node="", line=1, column=0, end=None, untracked=None, saved=(),
           scope=()) -> int:  # fmt: skip
        """`inputs`: tensors' ids, or strings for Python numbers. Returns the id of the result."""
        info = next((item for item in OPS if item.name == op), None)
        names = info.inputs if info else tuple(f"input{i}" for i in range(len(inputs)))
        operands, edges, leaves = [], [], []
        grows = untracked is None and any(tensor in self.needs for tensor in inputs)
        for position, (operand, slot) in enumerate(zip(inputs, names, strict=False)):
            if isinstance(operand, str):
                operands.append(Input(slot, None, text=operand))
                edges.append(None)
                continue
            operands.append(Input(slot, operand, self.versions.get(operand, 0)))
            if not grows or operand not in self.needs:
                edges.append(None)
                continue
            if operand not in self.tracked:
                leaf = Node(next(self.ids), "AccumulateGrad", LEAF_SEQUENCE, leaf=operand)
                self.tracked[operand] = (leaf, 0)
                leaves.append(leaf)
            target, output = self.tracked[operand]
            edges.append(Edge(target.id, output, position))
        made = None
        if grows:
            kept = tuple(
                Saved(slot, tensor, self.versions.get(tensor, 0), self.values[tensor])
                for slot, tensor in saved
            )  # fmt: skip
            made = Node(next(self.ids), node or (info.node if info else op), self.sequence, tuple(edges), kept)
            self.sequence += 1
        tensor = next(self.ids)
        self.values[tensor], self.names[tensor], self.versions[tensor] = value(result), name, 0
        if made is not None:
            self.tracked[tensor] = (made, 0)
            self.needs.add(tensor)
        why = None if made is not None else untracked or "none of its inputs needs a gradient"
        self.events.append(
            OpRan(next(self.ids), op, tuple(operands), (), (Output(tensor, self.values[tensor], grows, name),), made,
                  tuple(leaves), why, False, self.source(line, column, end), scope)
        )  # fmt: skip
        return tensor

    # -- backward ------------------------------------------------------------------------------------------------

    def backward(self, root: int, gradient=1.0, line: int = 1, keeps: bool = False) -> None:
        node, slot = self.tracked[root]
        put_in = value(np.broadcast_to(np.float32(gradient), self.values[root].shape))
        self.events.append(BackwardBegan((Root(root, node.id, slot, put_in),), None, keeps, self.source(line)))

    def ran(self, tensor: int, incoming, *sent) -> None:
        """The grad_fn of the tensor ran; `sent` has a number (or None) per input."""
        node, _ = self.tracked[tensor]
        self.events.append(
            NodeRan(node.id, (value(incoming),), tuple(None if item is None else value(item) for item in sent))
        )

    def accumulated(self, leaf: int, added) -> None:
        before, new = self.gradients.get(leaf), value(added)
        after = new if before is None else Value.of(before.data + new.data)
        self.gradients[leaf] = after
        self.events.append(LeafAccumulated(self.tracked[leaf][0].id, leaf, before, new, after))

    def ended(self, freed: bool = True) -> None:
        self.events.append(BackwardEnded(freed))

    def update(self, leaf: int, data, line: int = 1) -> None:
        before, after = self.values[leaf], value(data)
        self.values[leaf] = after
        self.versions[leaf] += 1
        self.events.append(TensorUpdated(leaf, before, after, self.versions[leaf], self.source(line)))

    def zero(self, leaf: int, line: int = 1, after=None) -> None:
        before = self.gradients.get(leaf)
        self.gradients[leaf] = after
        self.events.append(GradientZeroed(leaf, before, after, self.source(line)))

    # -- passes --------------------------------------------------------------------------------------------------

    def next_pass(self, *carried: int) -> None:
        """Close the pass; `carried` are the tensors that the next one uses."""
        self.messages.append(PassRecorded(Pass(self.number, self.carried, tuple(self.events))))
        self.number += 1
        self.events = []
        leaves = tuple(self.tracked[tensor][0] for tensor in carried if tensor in self.tracked)
        states = tuple(
            TensorState(tensor, self.values[tensor], tensor in self.needs, "tensor", self.names[tensor], self.source(1),
                        self.versions[tensor], self.gradients.get(tensor))
            for tensor in carried
        )  # fmt: skip
        self.carried = Carried(states, leaves)

    def trace(self, error: ErrorRaised | None = None) -> Trace:
        builder = TraceBuilder()
        for message in self.messages:
            builder.add(message)
        builder.add(PassRecorded(Pass(self.number, self.carried, tuple(self.events))))
        if error is not None:
            builder.add(error)
        return builder.add(RunEnded(1 if error else 0, self.number + 1, 0.003))


LINE = """\
import torch

x = torch.tensor(4., requires_grad=True)
w = torch.tensor(2., requires_grad=True)
b = torch.tensor(3., requires_grad=True)

y = w * x + b
loss = (y - 5.) ** 2
loss.backward()
"""


def line() -> Trace:
    """The run of the mock-up: y = w * x + b, loss = (y - 5)²."""
    run = Writer(LINE)
    x, w, b = (run.tensor(data, name, at) for data, name, at in ((4.0, "x", 3), (2.0, "w", 4), (3.0, "b", 5)))
    u = run.op("mul", (w, x), 8.0, line=7, column=4, end=9, saved=(("self", w), ("other", x)))
    y = run.op("add", (u, b), 11.0, name="y", line=7, column=4)
    d = run.op("sub", (y, "5.0"), 6.0, line=8, column=7, end=15)
    loss = run.op("pow", (d, "2"), 36.0, name="loss", line=8, column=7, saved=(("self", d),))
    run.backward(loss, line=9)
    run.ran(loss, 1.0, 12.0, None)
    run.ran(d, 12.0, 12.0, None)
    run.ran(y, 12.0, 12.0, 12.0)
    run.accumulated(b, 12.0)
    run.ran(u, 12.0, 48.0, 24.0)
    run.accumulated(w, 48.0)
    run.accumulated(x, 24.0)
    run.ended()
    return run.trace()


POLYNOMIAL = """\
import torch

x = torch.tensor(2., requires_grad=True)
y = 3 * x**2 + 4 * x + 2
y.backward()
"""


def polynomial() -> Trace:
    """3x² + 4x + 2 at 2: two paths that meet in x, 12 + 4 = 16."""
    run = Writer(POLYNOMIAL)
    x = run.tensor(2.0, "x", 3)
    square = run.op("pow", (x, "2"), 4.0, line=4, column=8, end=12, saved=(("self", x),))
    triple = run.op("mul", (square, "3"), 12.0, line=4, column=4, end=12)
    linear = run.op("mul", (x, "4"), 8.0, line=4, column=15, end=20)
    both = run.op("add", (triple, linear), 20.0, line=4, column=4, end=20)
    y = run.op("add", (both, "2"), 22.0, name="y", line=4, column=4)
    run.backward(y, line=5)
    run.ran(y, 1.0, 1.0, None)
    run.ran(both, 1.0, 1.0, 1.0)
    run.ran(linear, 1.0, 4.0, None)
    run.ran(triple, 1.0, 3.0, None)
    run.ran(square, 3.0, 12.0, None)
    run.accumulated(x, 16.0)
    run.ended()
    return run.trace()


ACCUMULATE = """\
import torch

x = torch.tensor(3., requires_grad=True)
for _ in range(2):
    y = x * x
    y.backward()
"""


def accumulate_twice() -> Trace:
    """Two passes over y = x * x without zeroing: .grad is 6 and then 12."""
    run = Writer(ACCUMULATE)
    x = run.tensor(3.0, "x", 3)
    for number in range(2):
        y = run.op("mul", (x, x), 9.0, name="y", line=5, column=8, saved=(("self", x), ("other", x)))
        run.backward(y, line=6)
        run.ran(y, 1.0, 3.0, 3.0)
        run.accumulated(x, 6.0)
        run.ended()
        if number == 0:
            run.next_pass(x)
    return run.trace()


UNTRACKED = """\
import torch

x = torch.tensor([1., 2., 3.], requires_grad=True)
y = x * 2
with torch.no_grad():
    z = y * x
c = y.detach()
loss = y.mean()
loss.backward()
with torch.no_grad():
    x -= 0.1 * x.grad
x.grad = None
"""


def untracked() -> Trace:
    """Vectors, ghosts (no_grad and detach), an update and a zeroing."""
    run = Writer(UNTRACKED)
    x = run.tensor([1.0, 2.0, 3.0], "x", 3)
    y = run.op("mul", (x, "2"), [2.0, 4.0, 6.0], name="y", line=4, column=4)
    run.op("mul", (y, x), [2.0, 8.0, 18.0], name="z", line=6, column=8, untracked="it ran inside torch.no_grad()")
    run.op("detach", (y,), [2.0, 4.0, 6.0], name="c", line=7, column=4, untracked="detach() cuts it off the graph")
    loss = run.op("mean", (y,), 4.0, name="loss", line=8, column=7)
    run.backward(loss, line=9)
    third = np.full(3, 1 / 3, np.float32)
    run.ran(loss, 1.0, third)
    run.ran(y, third, 2 * third, None)
    run.accumulated(x, 2 * third)
    run.ended()
    run.update(x, np.float32([1, 2, 3]) - np.float32(0.1) * 2 * third, line=11)
    run.zero(x, line=12)
    return run.trace()


ERROR = """\
import torch

a = torch.ones(2, 3, requires_grad=True)
b = torch.ones(2, 3, requires_grad=True)
c = a * b
d = c @ b
"""


def error() -> Trace:
    """A product of shapes that do not fit: the error points at c."""
    run = Writer(ERROR)
    a, b = (run.tensor(np.ones((2, 3)), name, at, maker="ones") for name, at in (("a", 3), ("b", 4)))
    c = run.op("mul", (a, b), np.ones((2, 3)), name="c", line=5, column=4, saved=(("self", a), ("other", b)))
    raised = ErrorRaised(
        "RuntimeError",
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        run.source(6, 4),
        (),
        run.tracked[c][0].id,
        c,
    )
    run.events.append(replace(raised))
    return run.trace(raised)


MATRIX = """\
import torch

X = torch.randn(8, 4)
W = torch.randn(4, 3, requires_grad=True)
loss = (X @ W).mean()
loss.backward()
"""


def matrix() -> Trace:
    """A matrix product and its mean: tensors too big to be written out, one of them without a gradient."""
    run = Writer(MATRIX)
    draw = np.random.default_rng(7)
    data, weights = draw.standard_normal((8, 4)).astype(np.float32), draw.standard_normal((4, 3)).astype(np.float32)
    X = run.tensor(data, "X", 3, tracked=False, maker="randn")
    W = run.tensor(weights, "W", 4, maker="randn")
    product = run.op("mm", (X, W), data @ weights, line=5, column=7, end=14, saved=(("self", X), ("mat2", W)))
    loss = run.op("mean", (product,), (data @ weights).mean(), name="loss", line=5, column=7)
    run.backward(loss, line=6)
    share = np.full((8, 3), 1 / 24, np.float32)
    run.ran(loss, 1.0, share)
    run.ran(product, share, None, data.T @ share)
    run.accumulated(W, data.T @ share)
    run.ended()
    return run.trace()


def chain(length: int) -> Trace:
    """`length` additions in a row, each result used by the next: a graph as big as one likes."""
    run = Writer("")
    tensor = first = run.tensor(1.0, "x", 1)
    made = []
    for _ in range(length):
        tensor = run.op("add", (tensor, "1.0"), 1.0)
        made.append(tensor)
    run.backward(tensor)
    for item in reversed(made):
        run.ran(item, 1.0, 1.0, None)
    run.accumulated(first, 1.0)
    run.ended()
    return run.trace()


DOWNHILL = """\
import torch

w = torch.tensor(1., requires_grad=True)
for _ in range(2):
    loss = (w * 3.) ** 2
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
    w.grad = None
"""


def downhill() -> Trace:
    """Two passes of descent on (3w)²: the gradient 18w is 18 and then 14.76, cleared each time."""
    run = Writer(DOWNHILL)
    number = 1.0
    w = run.tensor(number, "w", 3)
    for turn in range(2):
        product = run.op("mul", (w, "3.0"), number * 3, line=5, column=12, end=18)
        loss = run.op("pow", (product, "2"), number * number * 9, name="loss", line=5, column=11,
                      saved=(("self", product),))  # fmt: skip
        run.backward(loss, line=6)
        run.ran(loss, 1.0, number * 6, None)
        run.ran(product, number * 6, number * 18, None)
        run.accumulated(w, number * 18)
        run.ended()
        number -= 0.01 * number * 18
        run.update(w, number, line=8)
        run.zero(w, line=9)
        if turn == 0:
            run.next_pass(w)
    return run.trace()


ALL = {
    "line": line,
    "polynomial": polynomial,
    "accumulate_twice": accumulate_twice,
    "untracked": untracked,
    "error": error,
    "matrix": matrix,
    "downhill": downhill,
}
