"""What the compiled parts of an op need to know: who has a rule, what it uses, what a node saves."""

from __future__ import annotations

from .formula import Use, parameters
from .op import Op

Lines = list[str]


def indent(lines: Lines, by: int = 1) -> Lines:
    """Return the lines moved in by `by` levels."""
    return ["    " * by + line for line in lines]


class Plan:
    """What both compiled parts of an op need to know: who has a rule, what it uses, what is saved."""

    def __init__(self, op: Op, *, numbers: bool = False) -> None:
        self.op = op
        self.numbers = numbers  # the second operand is a Python number: no edge, no rule
        self.inputs = [name.rstrip("?*") for name in op.inputs]
        self.optional = {name[:-1] for name in op.inputs if name.endswith("?")}
        self.listed = op.inputs[0].endswith("*")
        self.arguments = parameters(op.arguments)
        call = f"{op.forward}({', '.join(self.inputs + self.arguments)})"
        self.forward = Use(call if op.forward.isidentifier() else op.forward, self.inputs, metadata=False)
        self.rules: dict[str, Use] = {}
        for name in self.inputs:
            text = op.rule(name)
            if text is not None and not (numbers and name != "self"):
                self.rules[name] = Use(text, self.inputs, metadata=True)
        self.recorded = dict(self.rules)
        for name, text in op.recorded.items():
            if name in self.rules:
                self.recorded[name] = Use(text, self.inputs, metadata=True)
        self.shared = {
            name: Use(text, self.inputs, metadata=True) for name, text in op.recorded.items() if name not in self.inputs
        }
        self.once = {name: Use(text, self.inputs, metadata=True) for name, text in op.once.items()}
        for rule in self.rules.values():
            for shared in (each for name, each in self.once.items() if name in rule.names):
                rule.names |= shared.names
                rule.shapes |= shared.shapes
                rule.dtypes |= shared.dtypes
        self.edges = [name for name in self.inputs if name in self.rules]
        self.wide = self.listed or len(self.edges) > 2
        self.held = {
            name: set(op.saves.get(name, "").split()) - (self.rules[name].names - set(self.arguments))
            for name in self.edges
        }
        self.freed = sorted({each for names in self.held.values() for each in names if each in self.arguments})
        used = set().union(*(rule.names | self.held[name] for name, rule in self.rules.items()))
        self.saves_result = "result" in used
        self.kept = [name for name in self.arguments if name in used]
        self.tensors = [name for name in self.inputs if name in used and not self.listed]
        self.shapes = [n for n in self.inputs if any(n in rule.shapes for rule in self.rules.values())]
        self.dtypes = [n for n in self.inputs if any(n in rule.dtypes for rule in self.rules.values())]

    def users(self, name: str) -> list[str]:
        """Return the inputs whose rule needs the saved name."""
        return [each for each in self.edges if name in self.rules[each].names | self.held[each]]

    def slots(self) -> tuple[str, ...]:
        """Return the slots of the Node class."""
        found = [f"s_{name}" for name in self.tensors + self.kept]
        found += [f"v_{name}" for name in self.tensors]
        found += [f"h_{name}" for name in self.shapes] + [f"d_{name}" for name in self.dtypes]
        found += ["count"] * (self.op.outputs != 1)
        return tuple(found + ["s_result"] * self.saves_result)
