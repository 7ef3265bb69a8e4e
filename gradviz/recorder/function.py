"""The loss as a function of a program's one scalar leaf, found by running the recorded forward pass again.

Nothing of the program runs: the ops of a pass are replayed from their declarations with other values of the leaf. So a
branch that the program took stays taken, and what it drew at random stays drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..engine import kernels
from ..engine.catalog import catalog
from ..trace.messages import FunctionSampled
from ..trace.value import Value
from . import records
from .curves import total
from .reader import Reader

POINTS = 200

MOST_OPS = 300
"""A longer forward pass would hold the program up for more than a moment."""

MARGIN = 0.1
"""The path may come this close to the ends of the drawn range, in parts of it, before it is drawn anew."""

Forward = Callable[[dict[str, Any]], Any]


class NoFunctionError(Exception):
    """Why a pass cannot be replayed, in words."""


class Forwards:
    """The declared forwards as functions, compiled when they are first asked for."""

    def __init__(self) -> None:
        self._compiled: dict[str, Forward] = {}

    def find(self, name: str) -> Forward | None:
        """The forward of an op; None for an op that the engine does not declare."""
        if name not in self._compiled:
            op = next((item for item in catalog() if item.name == name), None)
            if op is None:
                return None
            self._compiled[name] = _forward(op)
        return self._compiled[name]


class FunctionPlot:
    """Follows the leaf along its path and answers with a new sampling when the old one does not do any more."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._forwards = Forwards()
        self._range: tuple[float, float] | None = None
        self._path: tuple[float, float] | None = None
        self._name: str | None = None
        self._given_up = False

    def after(self, raw: list[Any], leaf: Any, name: str, value: Any, loss: float) -> FunctionSampled | None:
        """What to send after a pass in which only `leaf` accumulated; None while the last sampling still does."""
        if self._given_up:
            return None
        if self._name not in (None, name):
            return self.refuse(name, "the program has more than one leaf")
        self._name = name
        x = float(value.item())
        low, high = self._path or (x, x)
        self._path = low, high = min(low, x), max(high, x)
        if self._range is not None:
            start, end = self._range
            margin = MARGIN * (end - start)
            if start + margin <= low and high <= end - margin:
                return None
        reach = max(1.0, abs(x), 1.5 * (high - low))
        self._range = low - reach, high + reach
        try:
            replay = Replay(raw, leaf, self._reader, self._forwards)
            again = replay(value)
            if not np.isclose(again, loss, rtol=1e-3, atol=1e-6):
                raise NoFunctionError("the forward pass does not give the same loss again")
            xs = np.linspace(*self._range, POINTS)
            ys = np.array([replay(np.full(value.shape, point, value.dtype)[()]) for point in xs], np.float64)
        except NoFunctionError as reason:
            return self.refuse(name, str(reason))
        return FunctionSampled(name, xs, ys)

    def refuse(self, name: str, why_not: str) -> FunctionSampled | None:
        """Say once why there is no function."""
        if self._given_up or self._name is None:
            return None
        self._given_up = True
        return FunctionSampled(name, np.zeros(0), np.zeros(0), why_not)


class Replay:
    """The ops of a pass that lead from the leaf to the loss. NoFunctionError where there is no such way."""

    def __init__(self, raw: list[Any], leaf: Any, reader: Reader, forwards: Forwards) -> None:
        self._steps: list[tuple[Forward, list[tuple[str, Any, int | None]], dict[str, Any], list[int]]] = []
        self._root = self._leaf = id(leaf)
        depends = {id(leaf)}
        held: dict[int, Any] = {}
        for kind, fields in records.records(raw):
            if kind == records.BEGAN:
                self._root = id(fields[0][0][0])
                break
            if kind == records.UPDATED and id(fields[0]) in depends:
                raise NoFunctionError("a value on the way to the loss is changed outside the graph")
            if kind != records.OP:
                continue
            op, inputs, arguments, outputs, values = fields[:5]
            held.update((id(output), value) for output, value in zip(outputs, values, strict=True))
            if not any(id(item) in depends for item in inputs):
                elsewhere = [item for item in inputs if reader.is_tensor(item) and id(item) not in held]
                if any(reader.requires_grad(item) for item in elsewhere):
                    raise NoFunctionError("a part of the graph was made in an earlier pass")
                continue
            self._add(op, inputs, arguments, outputs, depends, held, reader, forwards)
        if self._root not in depends:
            raise NoFunctionError("the loss does not depend on the leaf within one pass")

    def _add(
        self,
        op: Any,
        inputs: tuple[Any, ...],
        arguments: dict[str, Any],
        outputs: tuple[Any, ...],
        depends: set[int],
        held: dict[int, Any],
        reader: Reader,
        forwards: Forwards,
    ) -> None:
        forward = forwards.find(op.name)
        if forward is None:
            raise NoFunctionError(f"{op.name} cannot be replayed")
        if len(self._steps) == MOST_OPS:
            raise NoFunctionError(f"one pass has more than {MOST_OPS} operations")
        operands: list[tuple[str, Any, int | None]] = []
        listed = op.inputs[0].endswith("*") if op.inputs else False
        for place, item in enumerate(inputs):
            name = f"{op.inputs[0]}{place}" if listed else op.inputs[place].rstrip("?")
            if id(item) in depends:
                operands.append((name, None, id(item)))
            elif reader.is_tensor(item):
                value = held[id(item)] if id(item) in held else reader.value(item)
                if isinstance(value, Value):
                    raise NoFunctionError("the tensors are too large to keep")
                operands.append((name, value, None))
            else:
                operands.append((name, item, None))
        plain = {
            name: (reader.value(item) if reader.is_tensor(item) else item) for name, item in arguments.items()
        }
        self._steps.append((forward, operands, plain, [id(output) for output in outputs]))
        depends.update(id(output) for output in outputs)

    def __call__(self, x: Any) -> float:
        """The loss where the leaf is `x`, a NumPy scalar (or array of one element) of the leaf's type."""
        values: dict[int, Any] = {self._leaf: x}
        try:
            with np.errstate(all="ignore"):
                for forward, operands, arguments, outputs in self._steps:
                    given = {name: value if key is None else values[key] for name, value, key in operands}
                    result = forward({**given, **arguments})
                    results = result if isinstance(result, tuple | list) else (result,)
                    values.update(zip(outputs, results, strict=False))
            return total(np.asarray(values[self._root]))
        except (ArithmeticError, ValueError, TypeError, LookupError, NameError, AttributeError, RuntimeError) as error:
            raise NoFunctionError(f"the forward pass cannot be replayed ({error})") from error


def _forward(op: Any) -> Forward:
    """The op's declared forward as a function of its inputs and arguments by name."""
    listed = op.inputs[0].endswith("*")
    call = op.forward.isidentifier()
    code = None if call else compile(op.forward, f"<forward of {op.name}>", "eval")

    def forward(given: dict[str, Any]) -> Any:
        if listed:
            star = op.inputs[0]
            items = [given.pop(f"{star}{place}") for place in range(len(given)) if f"{star}{place}" in given]
            given = {star[:-1]: items, **given}
        if code is not None:
            return eval(code, {"__builtins__": kernels.SPACE}, given)
        return kernels.SPACE[op.forward](**given) if listed else kernels.SPACE[op.forward](*given.values())

    return forward
