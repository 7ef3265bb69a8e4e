"""What each lesson must arrive at, worked out here by formulas and NumPy alone, in double precision.

One function per lesson, named after its slug. It gets the finished run and never looks at how the lesson does it.
"""

import io
import math
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from gradviz.session.lessons import Lesson

approx = pytest.approx


@dataclass(frozen=True)
class Run:
    """A finished lesson: its variables, what it printed, and the torch it ran on."""

    names: SimpleNamespace
    printed: str
    torch: ModuleType

    def numbers_after(self, label: str) -> list[float]:
        """The numbers of the printed line that begins with the label."""
        line = next(line for line in self.printed.splitlines() if line.startswith(label)).removeprefix(label)
        return [float(word) for word in line.replace("tensor(", "").strip("[]() ").split(", ")]


def run_lesson(lesson: Lesson, torch: ModuleType) -> Run:
    """Run the lesson's unchanged source in this process, with `import torch` giving the torch that is passed in."""
    before = sys.modules.get("torch")
    sys.modules["torch"] = torch
    names: dict[str, object] = {"__name__": "__main__"}
    out = io.StringIO()
    try:
        with redirect_stdout(out):
            exec(compile(lesson.source(), lesson.path.name, "exec"), names)
    finally:
        del sys.modules["torch"]
        if before is not None:
            sys.modules["torch"] = before
    return Run(SimpleNamespace(**names), out.getvalue(), torch)


def line(run):
    x, w, b = 1.5, 2.0, 0.5
    slope = 2 * (w * x + b - 2)
    found = [getattr(run.names, name).grad.item() for name in "xwb"]
    assert found == [slope * w, slope * x, slope]


def parabola(run):
    assert run.names.y.item() == 3 * 2**2 + 4 * 2 + 2
    assert run.names.x.grad.item() == 6 * 2 + 4
    assert run.numbers_after("slope from a small step:") == [approx(6 * 2 + 4)]


def used_twice(run):
    assert run.names.x.grad.item() == 2 * (2 * (2 * 3) + 1)


def adding_up(run):
    growing = [line for line in run.printed.splitlines() if line.startswith("added")]
    expected = [f"added to what was there: tensor([{n}., {2 * n}., {3 * n}.])" for n in (1, 2, 3)]
    assert growing == expected
    assert run.numbers_after("cleared after each pass:") == [1, 2, 3]
    assert run.names.w.grad.tolist() == [1, 2, 3]


def vectors(run):
    a, b, weight = np.array([1.0, 2.0]), np.array([4.0, -1.0]), np.array([1.0, 10.0])
    assert run.names.a.grad.tolist() == (weight * 3 * a**2).tolist()
    assert run.names.b.grad.tolist() == (weight * -4 * b).tolist()
    assert "refused: grad can be implicitly created only for scalar outputs" in run.printed


def loops(run):
    doublings = math.ceil(math.log2(30 / np.linalg.norm([0.5, -1.0, 2.0])))
    assert run.names.turns == doublings - 1
    assert run.names.v.grad.tolist() == approx((2**doublings * np.array([1, 0.1, 0.01])).tolist())


def jacobian(run):
    A, x = np.array([[1.0, 2, 0], [0, 1, 3]]), np.array([1.0, -1, 2])
    J = A @ np.diag(2 * x)
    assert run.names.J.tolist() == J.tolist()
    assert run.names.mean.item() == (A @ x**2).mean()
    assert run.numbers_after("gradient of the mean:") == J.mean(axis=0).tolist()
    assert run.numbers_after("half of each row, added:") == J.mean(axis=0).tolist()


def untracked(run):
    x = np.array([1.0, 2.0])
    assert run.numbers_after("2x * x², not 4x³:") == (2 * x * x**2).tolist()
    flags = [run.names.y, run.names.constant, run.names.z, run.names.x]
    assert [tensor.requires_grad for tensor in flags] == [True, False, False, False]
    assert "at first: False False\nswitched on: True True\n" in run.printed


def making_tensors(run):
    p = np.array([[1.0, 2], [3, 4]])
    assert run.names.before.tolist() == p.tolist()
    assert run.names.p.tolist() == (p + 100 - np.array([[0, 102], [0, 0]])).tolist()
    assert run.names.table.tolist() == run.names.shared.tolist() == [10, 20, 30]
    assert run.names.leaf.tolist() == [2, 3]
    assert "refused: a leaf Variable" in run.printed
    for row in (p @ p).astype(int).tolist():
        assert ".".join(str(row)[1:-1].split(",")).replace(". ", "., ") + "." in run.printed


def saved(run):
    slope = (1 + 2) * math.exp(2)
    assert run.numbers_after("(1 + x) * exp(x) =") == [approx(slope, abs=1e-4)]
    assert run.numbers_after("two passes over one graph:") == [approx(2 * slope, abs=1e-4)]
    assert run.names.x.grad.item() == approx(2 * slope)
    assert run.printed.count("refused: ") == 2


def minimum(run):
    # For a parabola with second derivative 4, each step multiplies the distance to the minimum by 1 - 4 · rate.
    lowest, shrink = 3 / 4, 1 - 4 * 0.1
    distances = (4 - lowest) * shrink ** np.arange(200)
    flat = int(np.argmax(4 * distances < 0.001))
    assert run.numbers_after("steps:") == [flat + 1]
    assert run.names.x.item() == approx(lowest + distances[flat] * shrink, abs=1e-6)


def samples(run):
    x = np.array([-2.0, -1, 0, 1, 2])
    rows = np.stack([x, np.ones(5)], axis=1)
    start, best, rate = np.array([0.0, 1]), np.array([1.5, -0.5]), 0.05
    slope = 2 * rows.T @ rows @ (start - best) / 5
    for label in ("five small passes:", "one pass for all:"):
        words = next(text for text in run.printed.splitlines() if text.startswith(label)).split("tensor(")[1:]
        assert [float(word.strip(") ")) for word in words] == approx(slope.tolist())
    # Both ways are linear in the distance from the best line: one factor per update.
    once = np.eye(2) - rate * 2 * rows.T @ rows / 5
    together = best + np.linalg.matrix_power(once, 50) @ (start - best)
    singly = np.linalg.multi_dot([np.eye(2) - rate * 2 * np.outer(row, row) for row in rows[::-1]])
    one_by_one = best + np.linalg.matrix_power(singly, 10) @ (start - best)
    for label, (w, b) in {"sample by sample: ": one_by_one, "all at once:      ": together}.items():
        assert f"{label}w = {w:.3f}, b = {b:.3f}" in run.printed


def ten_weights(run):
    inputs = np.array(run.names.X.tolist())
    rows = np.concatenate([inputs, np.ones((40, 1))], axis=1)
    goal = inputs @ np.linspace(-1, 1, 10) + 3
    best = np.linalg.lstsq(rows, goal, rcond=None)[0]
    once = np.eye(11) - 0.5 * 2 * rows.T @ rows / 40
    expected = best + np.linalg.matrix_power(once, 200) @ (0 - best)
    assert [*run.names.w.tolist(), run.names.b.item()] == approx(expected.tolist(), abs=1e-4)
    assert expected[:10] == approx(np.linspace(-1, 1, 10), abs=1e-3)


def sgd(run):
    bends, start, rate = np.array([1.0, 20]), np.array([4.0, 1]), 0.02
    plain = start * (1 - rate * bends) ** 60
    assert run.names.plain.tolist() == approx(plain.tolist(), abs=1e-5)
    assert run.names.point.tolist() == approx(plain.tolist(), abs=1e-5)
    # velocity ← 0.8 velocity + slope; place ← place - rate · velocity
    for axis, bend in enumerate(bends):
        step = np.array([[1 - rate * bend, -rate * 0.8], [bend, 0.8]])
        place, _ = np.linalg.matrix_power(step, 60) @ np.array([start[axis], 0])
        assert run.names.rolling[axis].item() == approx(place, abs=1e-5)


def two_layers(run):
    inputs, goal = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]])
    run.torch.manual_seed(0)
    W1, W2 = (np.array(run.torch.randn(*shape).tolist()) for shape in ((2, 4), (4, 1)))
    b1, b2 = np.zeros(4), np.zeros(1)
    losses = []
    for _ in range(250):  # the backward pass written out
        hidden = np.tanh(inputs @ W1 + b1)
        error = hidden @ W2 + b2 - goal
        losses.append((error**2).mean())
        at_output = error / 2
        at_hidden = at_output @ W2.T * (1 - hidden**2)
        W2, b2 = W2 - 0.2 * hidden.T @ at_output, b2 - 0.2 * at_output.sum(axis=0)
        W1, b1 = W1 - 0.2 * inputs.T @ at_hidden, b1 - 0.2 * at_hidden.sum(axis=0)
    for name, expected in {"W1": W1, "b1": b1, "W2": W2, "b2": b2}.items():
        found = np.array(getattr(run.names, name).tolist())
        assert found == approx(expected, abs=1e-3), name
    for step in range(0, 250, 50):
        assert f"step {step:3}: loss {losses[step]:.2f}" in run.printed
    assert "[False, True, True, False]" in run.printed


def learning_rates(run):
    for rate in (0.05, 0.5, 1.5, 1.95):
        x = 1 + 3 * (1 - rate) ** 25
        assert f"rate {rate}: after 25 steps x = {x:.4f}" in run.printed


def rosenbrock(run):
    """The six rules written out in double precision, after the papers and PyTorch's notes on each."""

    def slope(p):
        bend = p[1] - p[0] ** 2
        return np.array([-2 * (1 - p[0]) - 80 * p[0] * bend, 40 * bend])

    def walk(rule):
        p, state = np.array([-1.2, 1.0]), {}
        for step in range(1, 151):
            p = p - rule(slope(p), state, step)
        return p

    def sgd(g, state, step):
        return 0.003 * g

    def momentum(g, state, step):
        state["v"] = 0.9 * state.get("v", 0) + g
        return 0.003 * state["v"]

    def adagrad(g, state, step):
        state["sum"] = state.get("sum", 0) + g**2
        return 0.5 * g / (np.sqrt(state["sum"]) + 1e-10)

    def rmsprop(g, state, step):
        state["mean"] = 0.99 * state.get("mean", 0) + 0.01 * g**2
        return 0.02 * g / (np.sqrt(state["mean"]) + 1e-8)

    def adam(g, state, step):
        state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
        state["v"] = 0.999 * state.get("v", 0) + 0.001 * g**2
        return 0.1 * state["m"] / (1 - 0.9**step) / (np.sqrt(state["v"] / (1 - 0.999**step)) + 1e-8)

    def rprop(g, state, step):
        turned = np.sign(g * state.get("before", 0 * g))
        size = state.get("size", np.full(2, 0.02))
        state["size"] = np.clip(size * np.choose(turned.astype(int) + 1, [0.5, 1, 1.2]), 1e-6, 50)
        state["before"] = np.where(turned < 0, 0, g)
        return np.sign(state["before"]) * state["size"]

    rules = {"SGD": sgd, "momentum": momentum, "Adagrad": adagrad, "RMSprop": rmsprop, "Adam": adam, "Rprop": rprop}
    assert list(run.names.ends) == list(rules)
    for name, rule in rules.items():
        end = walk(rule)
        assert run.names.ends[name] == approx(tuple(end), abs=2e-3), name
        assert f"{name:9} ends {np.linalg.norm(end - 1):.2f} from the minimum" in run.printed


def logistic(run):
    hours, passed = np.arange(1, 11) / 2, np.array([0.0, 0, 0, 1, 0, 1, 0, 1, 1, 1])
    w = b = 0.0
    for _ in range(100):
        p = 1 / (1 + np.exp(-(w * hours + b)))
        loss = -np.mean(passed * np.log(p) + (1 - passed) * np.log(1 - p))
        w, b = w - 0.5 * np.mean((p - passed) * hours), b - 0.5 * np.mean(p - passed)
    assert f"w = {w:.3f}, b = {b:.3f}, loss = {loss:.3f}" in run.printed
    assert f"even chances after {-b / w:.2f} hours" in run.printed
    assert f"right: {((p > 0.5) == (passed > 0.5)).sum()} of 10" in run.printed


def two_moons(run):
    points, answer = np.array(run.names.points.tolist()), np.array(run.names.answer.tolist())
    assert points.shape == (80, 2)
    assert answer.tolist() == [0.0] * 40 + [1.0] * 40
    # Without the noise, each moon lies on a circle of radius 1.
    for moon, middle in ((points[:40], (0, 0)), (points[40:], (1, 0.5))):
        assert np.abs(np.linalg.norm(moon - middle, axis=1) - 1).max() < 0.35
    first, last = run.names.model[0], run.names.model[2]
    weights = (np.array(tensor.tolist()) for tensor in (first.weight, first.bias, last.weight, last.bias))
    W1, b1, W2, b2 = weights

    def says(places):
        return (np.tanh(places @ W1.T + b1) @ W2.T + b2)[:, 0] > 0

    assert (says(points) == (answer > 0.5)).all()
    assert run.printed.startswith("step 160: ")
    assert run.printed.endswith(", 100% right\n")
    places = np.array(run.names.grid.tolist()).reshape(24, 40, 2)
    assert np.allclose(places[:, :, 0], np.linspace(-1.5, 2.5, 40), atol=1e-6)
    assert np.allclose(places[:, :, 1], np.linspace(-0.9, 1.4, 24)[:, None], atol=1e-6), "rows go up"
    scores = np.array(run.names.model(run.names.grid).view(24, 40).tolist())
    assert ((scores > 0) == says(places.reshape(-1, 2)).reshape(24, 40)).all()


def never_cleared(run):
    x = total = 0.0
    x = 4.0
    for _ in range(30):
        total += 2 * x
        x -= 0.1 * total
    assert run.numbers_after("never cleared: x =") == [approx(x, abs=1e-4)]
    assert run.numbers_after("cleared:       x =") == [approx(4 * 0.8**30, abs=1e-4)]


def diverges(run):
    for step in range(1, 5):
        assert f"step {step}: x = {1 + (1 - 2 * 1.1) ** step:.3f}" in run.printed
    assert run.numbers_after("last loss:") == [approx(1.2 ** (2 * 39), rel=5e-3)]


def zigzags(run):
    for step in range(1, 5):
        assert f"step {step}: across the valley {(1 - 0.099 * 20) ** step:.3f}" in run.printed
    loss = 0.5 * ((4 * (1 - 0.099) ** 49) ** 2 + 20 * (1 - 0.099 * 20) ** (2 * 49))
    assert run.numbers_after("loss:") == [approx(loss, abs=1e-3)]


def swings_grow(run):
    steps = np.arange(31)
    for rate, grows in ((0.104, True), (0.08, False)):
        x, y = 4 * (1 - rate) ** steps, 0.05 * (1 - 20 * rate) ** steps
        loss = 0.5 * (x**2 + 20 * y**2)
        for step in (0, 1, 2, 16, 30):
            assert f"step {step}: loss {loss[step]:.3f}, y = {y[step]:.3f}" in run.printed
        assert (abs(1 - 20 * rate) > 1) == (rate > 2 / 20) == grows
        assert (loss.argmin() == 16) == grows, "falls for 16 steps, then rises"
    assert abs(1 - 20 * 0.104) == approx(1.08)


def dead_relu(run):
    x = np.linspace(-1, 1, 16)
    # With every hidden output 0, only the last bias learns: towards the mean of the target.
    lines = run.printed.splitlines()
    assert lines[0].endswith(", 0 of 96 outputs not 0")
    assert float(lines[0].split()[3].rstrip(",")) == approx(np.var(np.abs(x)), abs=2e-3)
    assert float(lines[1].split()[3].rstrip(",")) < np.var(np.abs(x)) * 0.8


def partly_dead(run):
    x = np.linspace(2, 4, 25)[:, None]
    target = np.abs(x - 3)
    run.torch.manual_seed(1)
    lines = run.printed.splitlines()
    for line, inputs in zip(lines, (x, x - 3), strict=True):
        W1, _, W2, b2 = (np.array(run.torch.empty(size).uniform_(-end, end).tolist()) for size, end in WEIGHTS)
        b1 = np.full(8, 0.1)
        for _ in range(200):  # the backward pass written out
            hidden = np.maximum(inputs * W1 + b1, 0)
            error = hidden @ W2[:, None] + b2 - target
            passed = 2 / 25 * error * W2 * (hidden > 0)
            W2, b2 = W2 - 0.05 * 2 / 25 * (error.T @ hidden)[0], b2 - 0.05 * 2 * error.mean(axis=0)
            W1, b1 = W1 - 0.05 * (passed * inputs).sum(axis=0), b1 - 0.05 * passed.sum(axis=0)
        fires = (inputs * W1 + b1 > 0).any(axis=0)
        assert line == f"loss {(error**2).mean():.3f}, {fires.sum()} of 8 units fire"
    # Units that fire for every input can draw a straight line at best, and the best one is level.
    raw, centred = (float(line.split()[1].rstrip(",")) for line in lines)
    assert raw == approx(np.var(target), rel=0.1)
    assert raw > np.var(target) > 10 * centred
    hidden = np.array(run.names.raw[:2](run.names.x).tolist()) > 0
    assert hidden.all(axis=0).sum() == 4 == 8 - (~hidden).all(axis=0).sum()


WEIGHTS = ((8, 1.0), (8, 1.0), (8, 8**-0.5), (1, 8**-0.5))
"""Weights and biases of a Linear(1, 8) and a Linear(8, 1) in the order in which they are drawn, with their bounds."""


def vanishing(run):
    for name, value, slope in (
        ("relu", lambda y: max(y, 0), lambda y, out: 1),
        ("tanh", math.tanh, lambda y, out: 1 - out**2),
        ("sigmoid", lambda y: 1 / (1 + math.exp(-y)), lambda y, out: out * (1 - out)),
    ):
        y, product = 0.5, 1.0
        for _ in range(20):
            out = value(y)
            product, y = product * slope(y, out), out
        assert run.numbers_after(f"20 × {name}:") == [approx(product, rel=1e-2)]
    assert run.numbers_after("at most:") == [approx(0.25**20, rel=1e-2)]


def no_gradient(run):
    x, goal = np.arange(4.0), 2 * np.arange(4.0) + 1
    # What a line through the origin can do at best, and what a line with an offset can.
    w = (x @ goal) / (x @ x)
    assert f"w = {w:.3f}, b = 0.000, b.grad: None" in run.printed
    assert "w = 2.000, b = 1.000, b.grad: " in run.printed


def passed_over(run):
    x, target = np.arange(4.0), 2 * np.arange(4.0) + 1
    w, b, added = 0.0, 5.0, 0.0
    lines = run.printed.splitlines()
    for moves_b, line in zip((False, True), lines, strict=True):
        for _ in range(100):
            error = w * x + b - target
            slope = 2 * error.mean()
            added = slope if moves_b else added + slope
            w, b = w - 0.1 * 2 * (error * x).mean(), b - 0.1 * slope * moves_b
        assert line == f"w = {w:.3f}, b = {b:.3f}, b.grad: {added:.1f}, loss {(error**2).mean():.3f}"
        assert moves_b or (b == 5 and added > 50 * 2), "stays at 5, and its gradient grows"
    assert (w, b) == approx((2, 1), abs=0.01)


def not_a_number(run):
    x = 1.0
    for step in range(1, 4):
        loss = math.sqrt(x)
        x -= 0.6 / (2 * loss)
        assert f"step {step}: loss {loss:.3f}, x = {x:.3f}" in run.printed
    assert x < 0
    assert run.printed.count("loss nan, x = nan") == 5


KEY_NUMBERS = {
    check.__name__: check
    for check in (
        line, parabola, used_twice, adding_up, vectors, loops, jacobian, untracked, making_tensors, saved, minimum,
        samples, ten_weights, sgd, two_layers, learning_rates, rosenbrock, logistic, two_moons, never_cleared, diverges,
        zigzags, swings_grow, dead_relu, partly_dead, vanishing, no_gradient, passed_over, not_a_number,
    )
}  # fmt: skip
