"""The loss as a picture over the leaves: which line or plane through their space is shown, the way in it, and words.

One number: its axis is the line. Two numbers: their plane. More of them: a choice of two, the others held. Tensors: the
line along the update, or a plane through two directions. Where the forward cannot be run again, what the passes
themselves told is still shown: the way, and the slope where one stands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..trace.events import LeafAccumulated, TensorUpdated
from ..trace.forward import Forward, ForwardRecorded
from ..trace.messages import CurveKey
from ..trace.trace import Trace
from ..trace.value import Array
from .directions import coordinates, principal_directions, random_directions
from .leaf_path import Iterate, Iterates, flat, shaped, way
from .numbers import short_number
from .plots import root_name
from .slices import Slice

Floats = NDArray[np.float64]

PATH_POINTS = 400
"""Points of the way that are drawn."""


@dataclass(frozen=True, eq=False)
class Cut:
    """A line (no `up`) or a plane through the space of the leaves, and what is known to lie in it.

    A place (x, y) means origin + x·first + y·second. `path` (n, 2) are the places of the passes `numbers` so far with
    their `losses`, `whole` those of the whole run. `here` is the pass shown; `slope` the gradient along the axes and
    `step` the way to where the update led, NaN where not known. `forward` is None where it cannot be run: `why_not`.
    """

    choice: Slice
    forward: Forward | None
    why_not: str
    origin: tuple[Array, ...]
    first: tuple[Array | None, ...]
    second: tuple[Array | None, ...]
    across: str
    up: str
    loss: str
    words: str
    numbers: NDArray[np.intp]
    path: Floats
    losses: Floats
    whole: Floats
    here: tuple[float, float]
    at: float
    """The loss here."""
    slope: tuple[float, float]
    step: tuple[float, float]
    scale: tuple[float, float] = (1.0, 1.0)
    """How far the picture reaches at least, along each axis."""

    @property
    def is_plane(self) -> bool:
        return bool(self.up)

    @property
    def has_point(self) -> bool:
        return math.isfinite(self.here[0]) and math.isfinite(self.here[1] if self.is_plane else self.at)

    @property
    def title(self) -> str:
        return f"{self.loss}({', '.join(self.choice.leaves)})" if self.choice.leaves else self.loss

    def is_same_function(self, other: Cut | None) -> bool:
        """Whether a picture of the other one is one of this, too: same function, same line or plane."""
        if other is None or (self.forward is None) != (other.forward is None) or self.choice != other.choice:
            return False
        if self.forward is None or other.forward is None:
            return True
        pairs = ((self.origin, other.origin), (self.first, other.first), (self.second, other.second))
        return self.forward.is_like(other.forward) and all(map(_equal, *zip(*pairs, strict=True)))

    @property
    def readout(self) -> str:
        """What is true at the point, in words."""
        if not self.has_point:
            return ""
        leaves = self.choice.leaves
        parts = [f"{name} = {short_number(value)}" for name, value in zip(leaves, self.here, strict=False)]
        if math.isfinite(self.at):
            parts.append(f"{self.loss} = {short_number(self.at)}")
        if len(leaves) == 1 and math.isfinite(self.slope[0]):
            parts.append(f"d{self.loss}/d{self.across} = {short_number(self.slope[0])}")
        if len(leaves) == 1 and math.isfinite(self.step[0]):
            parts.append(f"step {short_number(self.step[0])}")
        return "   ".join(parts)


def _equal(one: tuple[Array | None, ...], other: tuple[Array | None, ...]) -> bool:
    return len(one) == len(other) and all(
        a is b or (a is not None and b is not None and a.shape == b.shape and a.tobytes() == b.tobytes())
        for a, b in zip(one, other, strict=True)
    )


# -- cuts --------------------------------------------------------------------------------------------------------------


def cut_of(trace: Trace, number: int, choice: Slice, iterates: Iterates, seed: int = 0) -> Cut | None:
    """The line or plane at pass `number`; None where the run has nothing like it (any more)."""
    recorded = trace.forward_at(number)
    if recorded is None:
        return None
    item = trace.find_pass(number)
    iterate = iterates.of(item) if item is not None else None
    if choice.leaves:
        return _over_numbers(trace, number, choice, recorded, iterate)
    forward = recorded.forward
    nothing = _nothing(trace, choice, recorded)
    if forward is None:
        return nothing
    shapes = tuple(leaf.data.shape for leaf in forward.leaves)
    own = iterate is not None and tuple(value.shape for value in iterate.values) == shapes
    if iterate is None or not own:
        iterate = Iterate(tuple(leaf.data for leaf in forward.leaves), (), None)
    if choice.kind == "update":
        return _along_update(nothing, iterate, _losses(trace, np.array([item.number if item else number]))[0])
    return _through_plane(trace, number, nothing, iterate, iterates, seed)


def _nothing(trace: Trace, choice: Slice, recorded: ForwardRecorded) -> Cut:
    empty, gone = np.zeros((0, 2)), (math.nan, math.nan)
    return Cut(
        choice, recorded.forward, recorded.why_not, (), (), (), "", "", root_name(trace),
        "" if recorded.forward is None else recorded.forward.note,
        np.zeros(0, np.intp), empty, np.zeros(0), empty, gone, math.nan, gone, gone,
    )  # fmt: skip


def _over_numbers(
    trace: Trace, number: int, choice: Slice, recorded: ForwardRecorded, iterate: Iterate | None
) -> Cut | None:
    """Over one or two leaves that are one number each; all others stand where they are in this pass."""
    curves, forward = trace.curves, recorded.forward
    keys = [CurveKey("value", name) for name in choice.leaves]
    if CurveKey("loss") not in curves.keys or any(key not in curves.keys for key in keys) or not curves.length:
        return None
    columns = [curves.column(key) for key in keys]
    whole = np.stack([columns[0], columns[-1] if len(keys) == 2 else np.zeros(curves.length)], axis=1)
    at = max(0, min(number, curves.length - 1))
    picked = np.unique(np.linspace(0, at, min(at + 1, PATH_POINTS)).round().astype(np.intp))
    losses = curves.column(CurveKey("loss"))
    origin: list[Array] = []
    first: list[Array | None] = []
    second: list[Array | None] = []
    held: list[str] = []
    if forward is not None:
        fits = iterate is not None and len(iterate.values) == len(forward.leaves)
        for place, (name, leaf) in enumerate(zip(forward.names, forward.leaves, strict=True)):
            own = iterate.values[place] if iterate is not None and fits else leaf.data
            if name not in choice.leaves:
                origin.append(own)
                first.append(None)
                second.append(None)
                held.append(name)
                continue
            one = np.ones(leaf.data.shape)
            axis = choice.leaves.index(name)
            origin.append(np.zeros(leaf.data.shape, leaf.data.dtype))
            first.append(one if axis == 0 else None)
            second.append(one if axis == 1 else None)
        if any(name not in forward.names for name in choice.leaves):
            return None
    slope, step = _told(trace, number, choice)
    words = f"{_listed(held)} held where {'it is' if len(held) == 1 else 'they are'} in this pass." if held else ""
    note = "" if forward is None else forward.note
    return replace(
        _nothing(trace, choice, recorded), origin=tuple(origin), first=tuple(first), second=tuple(second),
        across=choice.leaves[0], up=choice.leaves[1] if len(keys) == 2 else "",
        words=" ".join(filter(None, [words, note])),
        numbers=picked, path=whole[picked], losses=losses[picked], whole=whole[np.isfinite(whole).all(axis=1)],
        here=(float(whole[at, 0]), float(whole[at, 1])), at=float(losses[at]),
        slope=slope, step=step,
    )  # fmt: skip


def _told(trace: Trace, number: int, choice: Slice) -> tuple[tuple[float, float], tuple[float, float]]:
    """What the pass added to `.grad` of each leaf, and how far each was moved afterwards; NaN where it is not kept."""
    item = trace.find_pass(number)
    added, moved = [math.nan, math.nan], [math.nan, math.nan]
    if item is not None and item.number == number:
        tensors = item.history.tensors
        before: dict[int, float] = {}
        for event in item.events:
            match event:
                case LeafAccumulated(tensor=tensor, added=value) if value.is_scalar and value.data is not None:
                    name = tensors[tensor].name if tensor in tensors else None
                    if name in choice.leaves:
                        added[choice.leaves.index(name)] = value.item()
                case TensorUpdated(tensor=tensor, before=old, after=value) if value.is_scalar and old is not None:
                    name = tensors[tensor].name if tensor in tensors else None
                    if name in choice.leaves and value.data is not None and old.data is not None:
                        start = before.setdefault(tensor, old.item())
                        moved[choice.leaves.index(name)] = value.item() - start
    if len(choice.leaves) == 1:
        added[1] = moved[1] = 0.0
    elif math.isnan(moved[0]) != math.isnan(moved[1]):
        moved = [0.0 if math.isnan(each) else each for each in moved]
    return (added[0], added[1]), (moved[0], moved[1])


def _along_update(nothing: Cut, iterate: Iterate, loss: float) -> Cut:
    """From the leaves of this pass to where the update led, and beyond; down the gradient where there was none."""
    forward = nothing.forward
    assert forward is not None, "asked with a function only"
    direction: tuple[Array, ...]
    if iterate.steps is not None:
        direction, unit, words = iterate.steps, "updates", "0 is where this pass stands, 1 where its update led."
    elif iterate.gradients:
        direction = tuple(-gradient for gradient in iterate.gradients)
        unit, words = "gradients", "No update followed this pass: 0 is where it stands, 1 is one gradient downhill."
    else:
        return replace(nothing, forward=None, why_not="The values of this pass are too large to be kept.")
    slope = sum(float(np.vdot(g, d).real) for g, d in zip(iterate.gradients, direction, strict=True))
    return replace(
        nothing, origin=iterate.values, first=direction, second=(None,) * len(direction), across=unit,
        words=" ".join(filter(None, [words, nothing.words])),
        here=(0.0, 0.0), at=float(loss), slope=(slope, 0.0),
        whole=np.array([[0.0, 0.0], [1.0, 0.0]]),
        step=(1.0, 0.0) if iterate.steps is not None else (math.nan, 0.0),
    )  # fmt: skip


def _through_plane(
    trace: Trace, number: int, nothing: Cut, iterate: Iterate, iterates: Iterates, seed: int
) -> Cut:
    """A plane through where the descent ended, with the way projected onto it."""
    forward = nothing.forward
    assert forward is not None, "asked with a function only"
    shapes = tuple(leaf.data.shape for leaf in forward.leaves)
    rows, numbers = way(trace, iterates, shapes)
    centre = rows[-1] if len(rows) else flat(iterate.values)
    origin = tuple(
        part.astype(leaf.data.dtype) for part, leaf in zip(shaped(centre, shapes), forward.leaves, strict=True)
    )
    if nothing.choice.kind == "principal":
        found = principal_directions(rows, centre) if len(rows) else None
        if found is None:
            why = "The path of this run is a single point so far: it spans no plane. Choose a random plane."
            return replace(nothing, forward=None, why_not=why)
        first, second = shaped(found[0], shapes), shaped(found[1], shapes)
        names = ("direction 1", "direction 2")
        parts = " and ".join(f"{100 * part:.3g} %" for part in found[2])
        words = f"The plane in which the path reaches farthest: its first two principal directions, {parts} of it."
    else:
        first, second = random_directions(origin, seed)
        names = ("random direction 1", "random direction 2")
        words = "A plane through the end of the path along two random directions, filter-normalised (Li et al. 2018)."
    flat_first, flat_second = flat(first), flat(second)
    places = coordinates(rows, centre, flat_first, flat_second) if len(rows) else np.zeros((0, 2))
    so_far = numbers <= number
    here, slope, step = (math.nan, math.nan), (math.nan, math.nan), (math.nan, math.nan)
    if so_far.any():
        here = (float(places[so_far][-1, 0]), float(places[so_far][-1, 1]))
    if iterate.gradients:
        gradient = flat(iterate.gradients)
        slope = (float(gradient @ flat_first), float(gradient @ flat_second))
    if iterate.steps is not None:
        moved = coordinates(flat(iterate.steps)[None], np.zeros(len(centre)), flat_first, flat_second)[0]
        step = (float(moved[0]), float(moved[1]))
    losses = _losses(trace, numbers)
    reach = 1.0 if nothing.choice.kind == "random" else 0.0
    return replace(
        nothing, origin=origin, first=first, second=second, across=names[0], up=names[1],
        words=" ".join(filter(None, [words, _projected(trace, numbers), nothing.words])),
        numbers=numbers[so_far], path=places[so_far], losses=losses[so_far], whole=places,
        here=here, at=float(losses[so_far][-1]) if so_far.any() else math.nan, slope=slope, step=step,
        scale=(reach, reach),
    )  # fmt: skip


def _projected(trace: Trace, numbers: NDArray[np.intp]) -> str:
    words = "The path is projected onto it"
    if len(numbers) == trace.curves.length:
        return f"{words}."
    return f"{words}, through the {len(numbers)} of {trace.curves.length:,} passes that are kept whole."


def _losses(trace: Trace, numbers: NDArray[np.intp]) -> Floats:
    key = CurveKey("loss")
    if key not in trace.curves.keys:
        return np.full(len(numbers), np.nan)
    column = trace.curves.column(key)
    known = numbers < len(column)
    return np.where(known, column[np.minimum(numbers, len(column) - 1)], np.nan)


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{len(names)} other leaves are"
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{text} {'is' if len(names) == 1 else 'are'}"
