"""Graphs shaped as autograd shapes them, without torch: FACTS' corpus as expressions over a tape."""

from __future__ import annotations

import networkx as nx


class Tape:
    """Builds a graph as a program would: each call makes a node and one edge per argument, slots in argument order."""

    def __init__(self) -> None:
        self.graph = nx.MultiDiGraph()

    def leaf(self, name: str) -> int:
        return self.op(name)

    def op(self, name: str, *arguments: int) -> int:
        node = len(self.graph)
        # Card widths as in FACTS: 16 + 7 px a character.
        size = (16 + 7 * max(len(name), 6), 40)
        self.graph.add_node(node, size=size, order=node, name=name)
        for index, argument in enumerate(arguments):
            self.graph.add_edge(argument, node, target_slot=(index, len(arguments)))
        return node

    def linear(self, x: int | None, w: int, b: int) -> int:
        turned = self.op("TBackward0", w)
        return self.op("AddmmBackward0", b, turned) if x is None else self.op("AddmmBackward0", b, x, turned)


def line() -> nx.MultiDiGraph:
    t = Tape()
    w, x, b = t.leaf("w"), t.leaf("x"), t.leaf("b")
    y = t.op("AddBackward0", t.op("MulBackward0", w, x), b)
    t.op("PowBackward0", t.op("SubBackward0", y))
    return t.graph


def quadratic() -> nx.MultiDiGraph:
    t = Tape()
    x = t.leaf("x")
    three = t.op("MulBackward0", t.op("PowBackward0", x))
    t.op("AddBackward0", t.op("AddBackward0", three, t.op("MulBackward0", x)))
    return t.graph


def mean_square() -> nx.MultiDiGraph:
    t = Tape()
    x = t.leaf("x")
    t.op("MeanBackward0", t.op("PowBackward0", t.op("AddBackward0", t.op("MulBackward0", x))))
    return t.graph


def square_by_product() -> nx.MultiDiGraph:
    t = Tape()
    x = t.leaf("x")
    t.op("MulBackward0", x, x)
    return t.graph


def mlp(layers: int = 4) -> nx.MultiDiGraph:
    t = Tape()
    h = None
    for index in range(layers):
        b, w = t.leaf(f"b{index}"), t.leaf(f"w{index}")
        h = t.linear(h, w, b)
        if index < layers - 1:
            h = t.op("ReluBackward0", h)
    t.op("NllLossBackward0", t.op("LogSoftmaxBackward0", h))
    return t.graph


def rnn(steps: int = 20, input_first: bool = False) -> nx.MultiDiGraph:
    """One loss a step. PyTorch's cell adds W x to W h; written by hand it is often the other way round."""
    t = Tape()
    w, u, b = t.leaf("weight_hh"), t.leaf("weight_ih"), t.leaf("bias")
    h = None
    losses = []
    for _ in range(steps):
        new = t.linear(None, u, b)
        if h is not None:
            again = t.op("MmBackward0", h, t.op("TBackward0", w))
            new = t.op("AddBackward0", *((new, again) if input_first else (again, new)))
        h = t.op("TanhBackward0", new)
        losses.append(t.op("MseLossBackward0", h))
    total = losses[0]
    for loss in losses[1:]:
        total = t.op("AddBackward0", total, loss)
    return t.graph


def rnn_cells(steps: int = 100) -> nx.MultiDiGraph:
    """A real nn.RNNCell, a head and a loss at each step; x[t] and y[t] are taken from one tensor each."""
    t = Tape()
    cell = [t.leaf(f"cell.{name}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    weight, bias, x, y = (t.leaf(name) for name in ("head.weight", "head.bias", "x", "y"))
    h, total = t.leaf("zeros"), None
    for _ in range(steps):
        again = t.linear(h, cell[1], cell[3])
        new = t.linear(t.op("SelectBackward0", x), cell[0], cell[2])
        h = t.op("TanhBackward0", t.op("AddBackward0", again, new))
        head = t.linear(h, weight, bias)
        loss = t.op("MseLossBackward0", head, t.op("SelectBackward0", y))
        total = loss if total is None else t.op("AddBackward0", total, loss)
    return t.graph


def rnn_layer(steps: int = 100) -> nx.MultiDiGraph:
    """nn.RNN unfolded: one product for all inputs, taken apart into steps, and all outputs stacked for one head."""
    t = Tape()
    w, b = t.leaf("weight_hh"), t.leaf("bias_hh")
    inputs = t.op("ViewBackward0", t.linear(t.op("ViewBackward0", t.leaf("x")), t.leaf("weight_ih"), t.leaf("bias_ih")))
    parts = t.op("UnbindBackward0", inputs)
    h, outputs = t.leaf("zeros"), []
    for step in range(steps):
        new = t.op("AddBackward0", t.linear(h, w, b), parts)
        t.graph.edges[parts, new, 0]["source_slot"] = (step, steps)
        h = t.op("TanhBackward0", new)
        outputs.append(h)
    out = t.linear(t.op("ViewBackward0", t.op("StackBackward0", *outputs)), t.leaf("weight"), t.leaf("bias"))
    t.op("MeanBackward0", t.op("PowBackward0", out))
    return t.graph


def transformer(layers: int = 1) -> nx.MultiDiGraph:
    t = Tape()
    x = t.leaf("x")
    for _ in range(layers):
        qkv = []
        for part in "qkv":
            out = t.linear(x, t.leaf(f"w_{part}"), t.leaf(f"b_{part}"))
            qkv.append(t.op("TransposeBackward0", t.op("ViewBackward0", out)))
        q, k, v = qkv
        scores = t.op("DivBackward0", t.op("BmmBackward0", q, t.op("TransposeBackward0", k)))
        mixed = t.op("ViewBackward0", t.op("BmmBackward0", t.op("SoftmaxBackward0", scores), v))
        out = t.linear(mixed, t.leaf("w_o"), t.leaf("b_o"))
        x = t.op("NativeLayerNormBackward0", t.op("AddBackward0", x, out), t.leaf("g"), t.leaf("c"))
        hidden = t.op("ReluBackward0", t.linear(x, t.leaf("w_1"), t.leaf("b_1")))
        out = t.linear(hidden, t.leaf("w_2"), t.leaf("b_2"))
        x = t.op("NativeLayerNormBackward0", t.op("AddBackward0", x, out), t.leaf("g"), t.leaf("c"))
    return t.graph


def resnet(blocks: int = 16) -> nx.MultiDiGraph:
    t = Tape()

    def conv(x: int | None) -> int:
        weights = [t.leaf("weight")]
        out = t.op("ConvolutionBackward0", *([] if x is None else [x]), *weights)
        return t.op("NativeBatchNormBackward0", out, t.leaf("weight"), t.leaf("bias"))

    x = t.op("MaxPool2DBackward0", t.op("ReluBackward0", conv(None)))
    for block in range(blocks):
        out = conv(t.op("ReluBackward0", conv(x)))
        short = conv(x) if block in (3, 7, 13) else x
        x = t.op("ReluBackward0", t.op("AddBackward0", out, short))
    pooled = t.op("ViewBackward0", t.op("MeanBackward1", x))
    t.op("NllLossBackward0", t.op("LogSoftmaxBackward0", t.linear(pooled, t.leaf("weight"), t.leaf("bias"))))
    return t.graph


def scalar_mlp(samples: int = 2, inputs: int = 2, hidden: int = 4) -> nx.MultiDiGraph:
    """micrograd's kind: one node per multiplication, weights shared over the samples."""
    t = Tape()
    first = [[t.leaf("w") for _ in range(inputs)] for _ in range(hidden)]
    biases = [t.leaf("b") for _ in range(hidden)]
    second = [t.leaf("v") for _ in range(hidden)]
    losses = []
    for _ in range(samples):
        outs = []
        for row, bias in zip(first, biases, strict=True):
            total = bias
            for weight in row:
                total = t.op("AddBackward0", total, t.op("MulBackward0", weight))
            outs.append(t.op("TanhBackward0", total))
        total = t.op("MulBackward0", second[0], outs[0])
        for weight, out in zip(second[1:], outs[1:], strict=True):
            total = t.op("AddBackward0", total, t.op("MulBackward0", weight, out))
        losses.append(t.op("PowBackward0", t.op("SubBackward0", total)))
    total = losses[0]
    for loss in losses[1:]:
        total = t.op("AddBackward0", total, loss)
    return t.graph


def fan(uses: int = 500) -> nx.MultiDiGraph:
    t = Tape()
    x = t.leaf("x")
    t.op("StackBackward0", *[t.op("MulBackward0", t.op("SinBackward0", x)) for _ in range(uses)])
    return t.graph


def chain(count: int = 10_000) -> nx.MultiDiGraph:
    """A long chain with a diamond every ten nodes."""
    t = Tape()
    x = t.leaf("x")
    while len(t.graph) < count:
        if len(t.graph) % 10 == 0:
            x = t.op("AddBackward0", t.op("SinBackward0", x), t.op("CosBackward0", x))
        else:
            x = t.op("TanhBackward0", x)
    return t.graph


SMALL = {
    "line": line,
    "quadratic": quadratic,
    "mean square": mean_square,
    "x * x": square_by_product,
    "mlp": mlp,
    "rnn 6": lambda: rnn(6),
    "transformer": transformer,
    "resnet": resnet,
    "scalar mlp": scalar_mlp,
    "fan 12": lambda: fan(12),
}
LARGE = {
    "transformer x6": lambda: transformer(6),
    "rnn 20": lambda: rnn(20),
    "scalar mlp 1,000": lambda: scalar_mlp(8, 3, 12),
    "fan 500": fan,
    "rnn 100": lambda: rnn(100),
    "rnn 100, input first": lambda: rnn(100, input_first=True),
    "rnn cells 100": rnn_cells,
    "rnn layer 100": rnn_layer,
    "transformer x60": lambda: transformer(60),
    "scalar mlp 5,000": lambda: scalar_mlp(40, 3, 12),
    "scalar mlp 10,000": lambda: scalar_mlp(80, 3, 12),
    "chain 10,000": chain,
}
