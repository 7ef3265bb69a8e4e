"""Training runs written by hand: curves of many passes, a few of them whole, f(x) for one leaf."""

from __future__ import annotations

import numpy as np

from gradviz.trace.forward import Constant, Forward, ForwardRecorded, Ref, Step
from gradviz.trace.messages import CurveKey, CurvesExtended, PassRecorded
from gradviz.trace.passes import Pass
from gradviz.trace.trace import Trace, TraceBuilder
from tests import traces

MINIMUM = """\
import torch

x = torch.tensor(6., requires_grad=True)
for _ in range(60):
    y = x**2 + 1.5 * x - 1
    y.backward()
    with torch.no_grad():
        x -= 0.1 * x.grad
        x.grad.zero_()
"""


PARABOLA = Forward(
    ("x",),
    (Constant(0, "float32", np.array(6.0, np.float32)),),
    (),
    (
        Step("pow", (Ref(0), 2), (), (1,)),
        Step("mul", (Ref(0), 1.5), (), (2,)),
        Step("add", (Ref(1), Ref(2)), (), (3,)),
        Step("sub", (Ref(3), 1), (), (4,)),
    ),
    4,
    44.0,
)


def minimum(passes: int = 60, rate: float = 0.1) -> Trace:
    """x² + 1.5x − 1 from 6 downwards: its minimum is at −0.75."""
    run = traces.Writer(MINIMUM)
    x = run.tensor(6.0, "x", 3)
    at, rows = 6.0, []
    for number in range(passes):
        value, slope = at * at + 1.5 * at - 1, 2 * at + 1.5
        rows.append((value, at, slope))
        square = run.op("pow", (x, "2"), at * at, line=5, column=8, end=12, saved=(("self", x),))
        linear = run.op("mul", (x, "1.5"), 1.5 * at, line=5, column=15, end=22)
        both = run.op("add", (square, linear), at * at + 1.5 * at, line=5, column=8, end=22)
        y = run.op("sub", (both, "1"), value, name="y", line=5, column=8)
        run.backward(y, line=6)
        run.ran(y, 1.0, 1.0, None)
        run.ran(both, 1.0, 1.0, 1.0)
        run.ran(linear, 1.0, 1.5, None)
        run.ran(square, 1.0, 2 * at, None)
        run.accumulated(x, slope)
        run.ended()
        at -= rate * slope
        run.update(x, at, line=8)
        run.zero(x, line=9, after=traces.value(0.0))
        if number + 1 < passes:
            run.next_pass(x)
    builder = TraceBuilder()
    for message in (*run.messages, PassRecorded(Pass(run.number, run.carried, tuple(run.events)))):
        builder.add(message)
    keys = (CurveKey("loss"), CurveKey("value", "x"), CurveKey("gradient", "x"))
    builder.add(CurvesExtended(0, keys, np.array(rows)))
    return builder.add(ForwardRecorded(0, PARABOLA))


HIMMELBLAU = Forward(
    ("a", "b"),
    (Constant(0, "float32", np.array(0.2, np.float32)), Constant(1, "float32", np.array(-0.6, np.float32))),
    (),
    (
        Step("pow", (Ref(0), 2), (), (2,)),
        Step("add", (Ref(2), Ref(1)), (), (3,)),
        Step("sub", (Ref(3), 11), (), (4,)),
        Step("pow", (Ref(4), 2), (), (5,)),
        Step("pow", (Ref(1), 2), (), (6,)),
        Step("add", (Ref(0), Ref(6)), (), (7,)),
        Step("sub", (Ref(7), 7), (), (8,)),
        Step("pow", (Ref(8), 2), (), (9,)),
        Step("add", (Ref(5), Ref(9)), (), (10,)),
    ),
    10,
    float((np.float32(0.2) ** 2 - np.float32(0.6) - 11) ** 2 + (np.float32(0.2) + np.float32(0.6) ** 2 - 7) ** 2),
)


def valley(passes: int = 60) -> Trace:
    """A descent over two numbers, of which the curves and the function are there: Himmelblau's, from (0.2, −0.6)."""
    a, b, rows = 0.2, -0.6, []
    for _ in range(passes):
        one, other = a * a + b - 11, a + b * b - 7
        slope = 4 * a * one + 2 * other, 2 * one + 4 * b * other
        rows.append((one * one + other * other, a, slope[0], b, slope[1]))
        a, b = a - 0.01 * slope[0], b - 0.01 * slope[1]
    keys = (CurveKey("loss"), *(CurveKey(kind, leaf) for leaf in "ab" for kind in ("value", "gradient")))
    builder = TraceBuilder()
    builder.trace = traces.line()
    builder.add(CurvesExtended(0, keys, np.array(rows)))
    return builder.add(ForwardRecorded(0, HIMMELBLAU))


def regression(passes: int = 1000, leaves: tuple[str, ...] = ("w", "b"), why_not: str = "") -> Trace:
    """A noisy descent over several leaves, of which only the curves are there, and one whole pass."""
    draw = np.random.default_rng(3)
    time = np.arange(passes)
    columns = [25 * np.exp(-time / (passes / 6)) + 0.4 + 0.15 * draw.random(passes)]
    keys = [CurveKey("loss")]
    for position, leaf in enumerate(leaves):
        columns.append((position + 1) * (1 - np.exp(-time / (passes / 5))) - 0.5 * position)
        columns.append(-(position + 1) * np.exp(-time / (passes / 5)) + 0.05 * draw.standard_normal(passes))
        keys += [CurveKey("value", leaf), CurveKey("gradient", leaf)]
    builder = TraceBuilder()
    builder.trace = traces.line()
    builder.add(CurvesExtended(0, tuple(keys), np.stack(columns, axis=1)))
    return builder.add(ForwardRecorded(0, None, why_not)) if why_not else builder.trace
