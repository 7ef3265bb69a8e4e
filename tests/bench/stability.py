"""What a person sees move when a line is added or removed: scene units, which are pixels at 100 %.

    python -m tests.bench.stability

Five programs, twenty edits each, run by the real worker and laid out as the window does, the picture before being the
anchor. A card is known again by the text of its line and its place in it, not by the identity that the layout uses. Two
neighbours of a column swap sides when the upper one is the lower one afterwards.

"in the chain" is not one of the twenty: it puts an op between two others, and all that follows has to make room for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import mean

import numpy as np

from gradviz.scene.cards import Options
from gradviz.scene.scene import Scene, geometry_of, graph_for, scene_of
from tests.grouped import ran

POLYNOMIAL = """\
x = torch.tensor(1.5, requires_grad=True)
w = torch.tensor([0.2, -0.3], requires_grad=True)
a = x ** 2
b = 3 * a + 2 * x
c = torch.sin(b) * w
d = c * c + a
e = (d * w).exp()
loss = (e - 1).pow(2).sum()
"""
PERCEPTRON = """\
net = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 8), nn.ReLU())
head = nn.Linear(8, 2)
a = torch.randn(5, 3)
b = net(a)
c = head(b)
d = c.softmax(1)
e = -(d.log()[:, 0])
loss = e.mean()
"""
RECURRENT = """\
w, u, v = (torch.randn(4, 4).requires_grad_() for _ in range(3))
a = torch.tanh(torch.ones(1, 4) @ w)
b = torch.tanh(a @ u + torch.ones(1, 4) @ w)
c = torch.tanh(b @ u + torch.ones(1, 4) @ w)
d = torch.tanh(c @ u + torch.ones(1, 4) @ w)
e = torch.tanh(d @ u + torch.ones(1, 4) @ w)
loss = ((a @ v) ** 2).sum() + ((c @ v) ** 2).sum() + ((e @ v) ** 2).sum()
"""
ATTENTION = """\
x = torch.randn(4, 6)
q, k, v = (nn.Linear(6, 6) for _ in range(3))
a, b, c = q(x), k(x), v(x)
d = (a @ b.T / 6 ** 0.5).softmax(-1)
e = d @ c + x
f = nn.functional.layer_norm(e, (6,))
g = torch.relu(nn.Linear(6, 12)(f))
loss = (nn.Linear(12, 6)(g) + e).pow(2).mean()
"""
RESIDUAL = """\
x = torch.randn(1, 2, 6, 6)
first, second, third = (nn.Conv2d(2, 2, 3, padding=1) for _ in range(3))
a = torch.relu(first(x))
b = torch.relu(second(a) + a)
c = torch.relu(third(b) + b)
d = nn.functional.max_pool2d(c, 2)
e = d.flatten(1) @ torch.randn(18, 3, requires_grad=True)
loss = nn.functional.cross_entropy(e, torch.tensor([1]))
"""
PROGRAMS = {
    "polynomial": POLYNOMIAL,
    "perceptron": PERCEPTRON,
    "recurrent": RECURRENT,
    "attention": ATTENTION,
    "residual": RESIDUAL,
}
START, LAST = "import torch\nfrom torch import nn\ntorch.manual_seed(0)\n", "loss.backward()\n"
NAMES = "abcde"
AT_END = ("loss * 2", "loss.exp()", "loss + 1", "torch.sigmoid(loss)", "(loss - 1) ** 2")
IN_MIDDLE = ("{}.tanh()", "({} * 2).sum()", "{}.exp() + 1", "torch.sin({} * {})", "{}.abs().mean()")


def edits(body: str) -> Iterator[tuple[str, str, str]]:
    """(kind, program before, program after)."""
    plain = START + body + LAST
    at_end = [START + body + f"more = {text}\n" + LAST for text in AT_END]
    branches = [text.format(name, name) for name, text in zip(NAMES, IN_MIDDLE, strict=True)]
    in_middle = [after(body, name, f"more = {text}") for name, text in zip(NAMES, branches, strict=True)]
    used_again = [START + body + f"loss = loss + {name}.sum()\n" + LAST for name in NAMES]
    for kind, programs in (("at the end", at_end), ("in the middle", in_middle), ("used again", used_again)):
        for program in programs:
            yield kind, plain, program
    for program in (at_end[1], in_middle[0], in_middle[3], used_again[1], used_again[3]):
        yield "removed", program, plain
    for name in NAMES:
        yield "(in the chain)", plain, after(body, name, f"{name} = {name} * 1.5")


def after(body: str, name: str, line: str) -> str:
    """The program with one more line after the one that makes `name`."""
    lines = body.splitlines()
    place = next(at for at, text in enumerate(lines) if name in text.split("=")[0].replace(" ", "").split(","))
    return START + "\n".join([*lines[: place + 1], line, *lines[place + 1 :]]) + "\n" + LAST


def picture(program: str, before: Scene | None = None) -> Scene:
    """The picture of a program as the window makes it, after the one that was on screen."""
    trace = ran(program)
    history, known = trace.passes[-1].history, before.geometry if before is not None else None
    graph = graph_for(history, trace, Options(grouping="auto"), known.measures if known else None)
    return scene_of(history, graph, geometry_of(graph, previous=known.layout if known else None), trace)


def cards(scene: Scene, program: str) -> dict[object, np.ndarray]:
    """Rectangles by what a person knows a card by."""
    lines, counts, found = program.splitlines(), Counter[object](), {}
    for card, rect in zip(scene.cards, scene.geometry.rects, strict=True):
        source = card.op.source if card.op is not None else scene.history.tensors[card.tensor].source
        text = lines[source.line - 1] if source is not None and source.line <= len(lines) else ""
        what = (text, card.kind, card.title, card.name)
        counts[what] += 1
        found[*what, counts[what]] = rect
    return found


def compared(old: dict[object, np.ndarray], new: dict[object, np.ndarray]) -> tuple[list[float], int, int]:
    """How far each old card has moved, swapped neighbours, neighbours."""
    kept = [key for key in old if key in new]
    moves = [float(np.hypot(*(middle(new[key]) - middle(old[key])))) for key in kept]
    swaps = pairs = 0
    for upper in kept:
        under = [
            key
            for key in kept
            if old[key][1] >= old[upper][1] + old[upper][3] and abs(middle(old[key])[0] - middle(old[upper])[0]) < 40
        ]
        if under:
            lower = min(under, key=lambda key: old[key][1])
            pairs += 1
            swaps += bool(new[lower][1] < new[upper][1])
    return moves, swaps, pairs


def middle(rect: np.ndarray) -> np.ndarray:
    return rect[:2] + rect[2:] / 2


def main() -> None:
    total: list[float] = []
    all_swaps = all_pairs = 0
    print(f"{'program':12}{'edit':16}{'mean px':>9}{'worst mean':>12}{'farthest':>10}{'swapped':>9}")
    for name, body in PROGRAMS.items():
        results: dict[str, list[tuple[list[float], int, int]]] = {}
        for kind, before, now in edits(body):
            first = picture(before)
            results.setdefault(kind, []).append(compared(cards(first, before), cards(picture(now, first), now)))
        for kind, found in results.items():
            moves = [move for one, _, _ in found for move in one]
            worst = max(mean(one) for one, _, _ in found)
            swaps, pairs = sum(swaps for _, swaps, _ in found), sum(pairs for *_, pairs in found)
            print(f"{name:12}{kind:16}{mean(moves):9.1f}{worst:12.1f}{max(moves):10.1f}{swaps:6}/{pairs}")
            if kind[0] != "(":
                total += moves
                all_swaps, all_pairs = all_swaps + swaps, all_pairs + pairs
    print(f"all twenty edits of five programs: mean {mean(total):.1f} px, {100 * all_swaps / all_pairs:.1f} % swapped")


if __name__ == "__main__":
    main()
