"""Random programs of 2 to 15 lines, run line by line under PyTorch and under the engine, compared after every line.

    python -m tests.live.random_programs 5000        every program from seed 0 to 4999; prints those that differ
    python -m tests.live.random_programs 17 --show   the program of one seed and where it differs

The lines are chosen while PyTorch runs them, so that shapes and types mostly fit. After a line everything in reach is
compared: value, type, shape, strides, version, place in the graph; then the backward pass. Where a result agrees but
for rounding, the engine goes on with PyTorch's bits, so that errors do not add up and every line is held to the
precision of one operation.

What is undefined in PyTorch itself is not drawn: growing a tensor by `resize_`, which shows memory that nobody has set;
writing at an index out of range, which leaves behind as much as its threads had written; the cross product of a matrix
with itself, whose zeros are rounding errors where the processor's vector instructions fuse products with sums
(`ATEN_CPU_CAPABILITY=default` gives zeros).
"""

import random
import re
import sys
import warnings

import numpy as np
import torch

from gradviz.engine import torch as gv_torch
from tests.live import random_lines

ADDRESS = re.compile(r" at 0x[0-9a-f]+")
FIELD = re.compile(r"\{(\w+)(?:\.(\w+))?\}")
SHAPES = [
    (),
    (1,),
    (3,),
    (3,),
    (4,),
    (2, 3),
    (2, 3),
    (3, 3),
    (3, 2),
    (2, 1),
    (1, 3),
    (2, 2, 3),
    (1, 2, 2),
    (0,),
    (0, 3),
]
DTYPES = ["float32"] * 5 + ["float64"] * 3 + ["int64"] * 2 + ["int32", "bool", "uint8", "float16", "int8", "int16"]
KINDS = {
    "creation": (random_lines.CREATION, 8),
    "pointwise": (random_lines.POINTWISE, 14),
    "binary": (random_lines.BINARY, 20),
    "comparison": (random_lines.COMPARISON, 5),
    "reduction": (random_lines.REDUCTION, 14),
    "shape": (random_lines.SHAPE, 16),
    "join": (random_lines.JOIN, 6),
    "indexing": (random_lines.INDEXING, 12),
    "linear": (random_lines.LINEAR, 8),
    "conversion": (random_lines.CONVERSION, 5),
    "asking": (random_lines.ASKING, 4),
    "in place": (random_lines.IN_PLACE, 16),
    "autograd": (random_lines.AUTOGRAD, 5),
    "gradients": (random_lines.GRADIENTS, 3),
    "mistakes": (random_lines.MISTAKES, 6),
}
TEMPLATES = {
    kind: [each.strip() for line in text.splitlines() for each in line.split(" ; ") if each.strip()]
    for kind, (text, _) in KINDS.items()
}
WEIGHTS = [weight for _, weight in KINDS.values()]


class Writer:
    """Writes the next line of a program from what is in reach under PyTorch."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.made = 0

    # -- values ------------------------------------------------------------------------------------------------------

    def number(self):
        return self.rng.choice([-1.5, -0.5, 0.25, 0.5, 0.75, 1.5, 2.0, 2.5, 3.0])

    def literal(self, shape, dtype):
        """Return nested lists of numbers that a type holds exactly."""
        if shape:
            return "[" + ", ".join(self.literal(shape[1:], dtype) for _ in range(shape[0])) + "]"
        if dtype == "bool":
            return self.rng.choice(["True", "False"])
        if dtype.startswith(("int", "uint")):
            return str(self.rng.randint(0 if dtype == "uint8" else -4, 6))
        return str(self.rng.randint(-16, 24) / 8)

    def tensor(self, dtype, shape, leaf=False):
        return f"torch.tensor({self.literal(shape, dtype)}, dtype=torch.{dtype}{', requires_grad=True' * leaf})"

    def first_lines(self):
        """Return the lines that every program begins with: a leaf, two tensors of floats, one of any type."""
        shape = self.rng.choice(SHAPES[2:12])
        kind = self.rng.choice(["float32", "float64"])
        lines = [f"a = {self.tensor(kind, shape, True)}"]
        lines += [f"b = {self.tensor(kind, self.rng.choice([shape, shape, self.rng.choice(SHAPES)]))}"]
        lines += [f"c = {self.tensor(self.rng.choice(['float32', kind]), self.rng.choice(SHAPES), True)}"]
        lines += [f"d = {self.tensor(self.rng.choice(DTYPES), self.rng.choice([shape, self.rng.choice(SHAPES)]))}"]
        return lines[: self.rng.choice([2, 3, 4, 4])]

    # -- picking -----------------------------------------------------------------------------------------------------

    def pick(self, letter, reach, first):
        """Return the name of a tensor for a letter, or None when nothing fits."""
        floats = {name: each for name, each in reach.items() if each.dtype.is_floating_point}
        if letter in "xfysz":
            choice = floats
        elif letter in "ac":
            choice = reach
        elif letter in "ij":
            choice = {n: t for n, t in reach.items() if not t.dtype.is_floating_point and not t.dtype.is_complex}
            choice = {n: t for n, t in choice.items() if t.dtype != torch.bool}
        elif letter in "bd":
            choice = {n: t for n, t in reach.items() if t.dtype == torch.bool}
        elif letter in "mk":
            choice = {n: t for n, t in floats.items() if t.ndim == 2}
        elif letter == "q":
            choice = {n: t for n, t in floats.items() if t.ndim == 3}
        elif letter in "vu":
            choice = {n: t for n, t in floats.items() if t.ndim == 1}
        elif letter == "w":
            choice = {n: t for n, t in floats.items() if t.is_leaf and t.requires_grad}
        elif letter == "h":
            choice = floats if self.rng.random() < 0.8 else reach
            if self.rng.random() < 0.9:
                choice = {n: t for n, t in choice.items() if not (t.is_leaf and t.requires_grad)}
        else:
            raise KeyError(letter)
        if letter in "yszcjdku" and first is not None and self.rng.random() < 0.93:
            choice = {n: t for n, t in choice.items() if fits(letter, reach[first], t)}
        if letter == "f":  # what fits into an integer
            choice = {n: t for n, t in choice.items() if bool((t.detach().abs() < 100).all())}
        if letter == "s" and not choice and first is not None:
            return first
        names = list(choice)
        if not names:
            return None
        return self.rng.choice(names[-3:] if self.rng.random() < 0.5 else names)

    def part(self, name, tensor, what):
        """Return the text of what fits a tensor: a dimension, an index …"""
        rng, shape, ndim = self.rng, tuple(tensor.shape), tensor.ndim
        if what == "dim":
            return str(rng.randint(-ndim, ndim - 1) if ndim and rng.random() < 0.96 else rng.choice([0, -1, ndim]))
        if what == "place":
            return str(rng.randint(-ndim - 1, ndim))
        if what == "many":
            return ", ".join(["0"] * (ndim + 1))
        if what == "order":
            order = list(range(ndim))
            rng.shuffle(order)
            return ", ".join(map(str, order)) if order else "()"
        if what == "shape":
            sizes = [shape, shape[::-1], (-1,), (tensor.numel(),), (1, -1), (tensor.numel(), 1), (2, -1), (3, -1)]
            return str(tuple(rng.choice(sizes)))
        if what == "wider":
            return str((2, *shape)) if rng.random() < 0.5 else str(tuple(n if n != 1 else 3 for n in shape))
        if what == "times":
            return ", ".join(str(rng.choice([1, 1, 2])) for _ in range(max(ndim, 1)))
        if what == "tail":
            return str(list(shape[-1:]))
        if what == "classes":
            high = max(shape[1] - 1, 0)
            return f"torch.tensor({[rng.randint(0, high) for _ in range(shape[0])]})"
        if what == "mask":
            return f"torch.tensor({self.literal(shape[: rng.choice([1, ndim])], 'bool')})"
        if what == "gather":
            size = tuple(rng.randint(1, max(n, 1)) for n in shape)
            return self.tensor("int64", size).replace("torch.tensor(", "(torch.tensor(") + ").clamp(0, 0)"
        if what == "index":
            return self.index(shape)
        raise KeyError(what)

    def index(self, shape):
        """Return a random index of a tensor."""
        rng, parts = self.rng, []
        for n in shape[: rng.randint(1, max(len(shape), 1))]:
            inside = rng.randint(-n, n - 1) if n else 0
            parts.append(
                rng.choice(
                    [
                        str(inside),
                        ":",
                        f"{rng.randint(0, max(n - 1, 0))}:",
                        f":{rng.randint(0, n)}",
                        f"::{rng.choice([1, 2])}",
                        f"torch.tensor([{inside}, 0])",
                        f"[{inside}, {inside}]",
                        f"torch.tensor({self.literal((n,), 'bool')})",
                        f"torch.tensor({inside})",
                        f"torch.tensor([[0], [{inside}]])",
                    ]
                )
            )
        if rng.random() < 0.15:
            parts.insert(rng.randint(0, len(parts)), "None")
        if rng.random() < 0.15:
            parts.insert(rng.choice([0, len(parts)]), "...")
        return ", ".join(parts) or "..."

    # -- lines -------------------------------------------------------------------------------------------------------

    def fill(self, template, reach):
        """Return a template filled with names and numbers, or None when nothing in reach fits."""
        chosen = {}

        def replace(found):
            letter, what = found.groups()
            if letter == "n":
                return str(self.rng.choice([0, 1, 1, 2, 2, 3, 3, 4, -1]))
            if letter == "r":
                return str(self.number())
            if letter == "dtype":
                return self.rng.choice(DTYPES)
            if letter == "shape":
                return str(self.rng.choice(SHAPES))
            if letter not in chosen:
                chosen[letter] = self.pick(letter, reach, next(iter(chosen.values()), None))
            name = chosen[letter]
            if name is None:
                raise LookupError(letter)
            return name if what is None else self.part(name, reach[name], what)

        try:
            return FIELD.sub(replace, template)
        except LookupError:
            return None

    def next_line(self, reach):
        """Return a statement."""
        while True:
            kind = self.rng.choices(list(KINDS), WEIGHTS)[0]
            line = self.fill(self.rng.choice(TEMPLATES[kind]), reach)
            if line is None:
                continue
            if kind == "in place":
                return line
            self.made += 1
            return f"h{self.made} = {line}"


def fits(letter, first, tensor):
    """Say whether a tensor goes with the first of a line."""
    if letter in "sz":
        return tensor.shape == first.shape and tensor.dtype == first.dtype
    if letter == "k":
        return first.ndim == 2 and tensor.shape[0] == first.shape[-1]
    if letter == "u":
        return tensor.shape == first.shape
    try:
        torch.broadcast_shapes(first.shape, tensor.shape)
    except RuntimeError:
        return False
    return True


# ------------------------------------------------------------------------------------------------------------ running


def execute(line, scope):
    """Run a line; return the error, or None."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(line, scope)
        except Exception as error:  # noqa: BLE001 - the error is the answer
            return error
    return None


def begin(lib, seed):
    """Return the scope in which a program runs."""
    lib.manual_seed(seed)
    return {"torch": lib, "F": lib.nn.functional, "np": np}


def array(tensor):
    """Return a tensor's value as an array; 16-bit brain floats, which NumPy lacks, as float32."""
    if isinstance(tensor, torch.Tensor):
        tensor = tensor.detach().clone()  # .numpy() would forbid resizing the tensor itself from then on
        if tensor._is_zerotensor():
            return np.zeros(tensor.shape, np.dtype(str(tensor.dtype)[6:]))
        return (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).resolve_conj().resolve_neg().numpy()
    value = np.asarray(tensor.numpy_value())
    return value.astype(np.float32) if str(tensor.dtype) == "torch.bfloat16" else value


PRECISION = {"torch.float64": 1e-12, "torch.float32": 3e-6, "torch.float16": 2e-3, "torch.bfloat16": 1.6e-2}
PRECISION |= {"torch.complex64": 3e-6, "torch.complex128": 1e-12}


def close(ours, theirs, dtype, slack=1.0):
    """Say whether two arrays agree to the precision of their type, measured by the largest element."""
    if dtype not in PRECISION:
        return np.array_equal(ours, theirs)
    finite = np.abs(theirs[np.isfinite(theirs)])
    precision = PRECISION[dtype] * slack
    size = max(float(finite.max()), 1.0) if finite.size else 1.0
    return np.allclose(ours, theirs, rtol=precision, atol=precision * min(size, 1e30), equal_nan=True)


def strides(tensor):
    """Return the strides that mean something: of dimensions with more than one element, in tensors that have some."""
    if not tensor.numel():
        return ()
    return tuple(step for n, step in zip(tensor.shape, tensor.stride(), strict=True) if n > 1)


def facts(tensor):
    """Return what must be equal of two tensors, beside their values."""
    try:
        node = tensor.grad_fn
    except RuntimeError as error:  # a view that must not be used any more
        return {"error": str(error), "dtype": str(tensor.dtype), "shape": tuple(tensor.shape)}
    return {
        "dtype": str(tensor.dtype),
        "shape": tuple(tensor.shape),
        "strides": strides(tensor),
        "requires_grad": tensor.requires_grad,
        "is_leaf": tensor.is_leaf,
        "grad_fn": node and node.name(),
        "next_functions": node and [None if each is None else each.name() for each, _ in node.next_functions],
        "output_nr": tensor.output_nr,
    }


def difference(ours, theirs):
    """Return in words how two results differ, or None; brings ours to the same bits where only rounding differs."""
    if isinstance(theirs, torch.Tensor):
        if not isinstance(ours, gv_torch.Tensor):
            return f"{type(ours).__name__} for a tensor"
        mine, wanted = facts(ours), facts(theirs)
        for name in wanted:
            if mine.get(name) != wanted[name]:
                return f"{name}: {mine.get(name)} for {wanted[name]}"
        if "error" in wanted:
            return None
        a, b = array(ours), array(theirs)
        if np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
            return None if repr(ours) == repr(theirs) else f"printed: {ours!r} for {theirs!r}"
        if not close(a, b, wanted["dtype"]):
            return f"value: {a.tolist()} for {b.tolist()}"
        adopt(ours, b)
        return None
    if isinstance(theirs, (tuple, list)):
        if not isinstance(ours, (tuple, list)) or len(ours) != len(theirs):
            return f"{ours!r} for {theirs!r}"
        found = [difference(a, b) for a, b in zip(ours, theirs, strict=True)]
        return next((f"[{i}] {each}" for i, each in enumerate(found) if each), None)
    if isinstance(theirs, float) and isinstance(ours, float):
        return None if np.isclose(ours, theirs, rtol=1e-6, atol=1e-6, equal_nan=True) else f"{ours!r} for {theirs!r}"
    a, b = (ADDRESS.sub("", repr(each)).replace("gradviz.engine.", "torch.utils.") for each in (ours, theirs))
    return None if a == b else f"{a} for {b}"


def adopt(tensor, value):
    """Give a tensor of the engine PyTorch's bits."""
    kind = tensor._value.dtype
    if isinstance(tensor._value, np.ndarray) and tensor._value.flags.writeable:
        tensor._value[...] = value.astype(kind)
    elif not isinstance(tensor._value, np.ndarray):
        tensor._value = value.astype(kind)[()]


def in_reach(scope):
    return {name: each for name, each in scope.items() if isinstance(each, torch.Tensor)}


def compare(scope, their_scope, versions):
    """Return how two scopes differ, or None.

    `versions` keeps what the versions of a tensor were when it was first seen: PyTorch makes some results in several
    steps, but every change after that counts one in both engines.
    """
    for name, theirs in their_scope.items():
        if name in ("torch", "F", "np") or name.startswith("__"):
            continue
        if name not in scope:
            return f"{name} is missing"
        found = difference(scope[name], theirs)
        if found:
            return f"{name}: {found}"
        if isinstance(theirs, torch.Tensor):
            apart = theirs._version - scope[name]._version
            if versions.setdefault(id(theirs), (apart, theirs))[0] != apart:
                return f"{name}: version: {scope[name]._version} for {theirs._version}"
        if isinstance(theirs, torch.Tensor) and usable(theirs) and theirs.is_leaf:
            mine = scope[name].grad
            if (mine is None) != (theirs.grad is None):
                return f"{name}.grad: {mine} for {theirs.grad}"
            if mine is not None:
                a, b = array(mine), array(theirs.grad)
                if a.shape != b.shape or a.dtype != b.dtype or not close(a, b, str(theirs.grad.dtype), 20):
                    return f"{name}.grad: {a.tolist()} {a.dtype} for {b.tolist()} {b.dtype}"
                adopt(mine, b)
    return None


def same_kind(ours, theirs):
    """Say whether two errors are of one kind: the same class, or both say that something is not implemented."""
    if type(ours) is type(theirs):
        return True
    missing = isinstance(ours, NotImplementedError)
    return missing and "not implemented" in str(theirs)


def run(seed):
    """Run the program of a seed; return its lines and how the engines differ, or None."""
    writer = Writer(seed)
    ours, theirs = begin(gv_torch, seed), begin(torch, seed)
    lines, texts, versions = [], [], {}
    waiting = writer.first_lines()
    length = writer.rng.randint(2, 15)
    total = len(waiting) + length
    while len(lines) < total:
        if waiting:
            line = waiting.pop(0)
        elif len(lines) == total - 1:
            line = last_line(theirs)
        else:
            line = writer.next_line(in_reach(theirs))
        lines.append(line)
        their_error, our_error = execute(line, theirs), execute(line, ours)
        if (their_error is None) != (our_error is None) or (their_error and not same_kind(our_error, their_error)):
            return lines, f"{named(our_error)}\n   for {named(their_error)}", texts
        if their_error is not None and "backward(" in line:
            return lines, None, texts  # half of a pass has run: what it left behind is nobody's concern
        if their_error is not None and str(our_error) != str(their_error):
            texts.append((line, named(our_error), named(their_error)))
        if "autograd.grad" in line:
            unexpand(line, theirs)
        found = compare(ours, theirs, versions)
        if found:
            return lines, found, texts
        unpack(line, ours, theirs)
    return lines, None, texts


def unexpand(line, theirs):
    """Give gradients that PyTorch left expanded memory of their own, as ours have from the start."""
    name = line.split(" ", 1)[0]
    if isinstance(theirs.get(name), tuple):
        theirs[name] = tuple(each if each is None or each.requires_grad else each.clone() for each in theirs[name])


def unpack(line, ours, theirs):
    """Put the tensors of a tuple into reach."""
    name = line.split(" ", 1)[0]
    value = theirs.get(name)
    if isinstance(value, (tuple, list)) and all(isinstance(each, torch.Tensor) for each in value):
        for i, each in enumerate(value[:3]):
            theirs[f"{name}_{i}"], ours[f"{name}_{i}"] = each, ours[name][i]


def usable(tensor):
    """Say whether a backward pass may begin at a tensor: it has a gradient, and is no view that must not be used."""
    try:
        return tensor.requires_grad and (tensor.is_leaf or tensor.grad_fn is not None)
    except RuntimeError:
        return False


def last_line(scope):
    """Return the line that runs the backward pass from everything in reach."""
    roots = [f"{n}.sum()" for n, t in in_reach(scope).items() if t.dtype.is_floating_point and usable(t)]
    return f"torch.autograd.backward([{', '.join(roots)}])" if roots else "last = torch.is_grad_enabled()"


def named(error):
    return "no error" if error is None else f"{type(error).__name__}: {error}".split("\nException raised from")[0]


def main(words):
    """Run the programs that the command line asks for."""
    number = int(words[0])
    show = "--show" in words
    wrong, texts_of = 0, {}
    seeds = [number] if show else range(number)
    for seed in seeds:
        lines, found, texts = run(seed)
        for line, mine, theirs in texts:
            texts_of.setdefault((mine, theirs), line)
        if found:
            wrong += 1
            line = "\n".join(lines) if show else lines[-1]
            print(f"--- {seed}: {found}\n{line}")
    if "--texts" in words:
        for (mine, theirs), line in texts_of.items():
            print(f"{line}\n  ours:  {mine}\n  torch: {theirs}")
    print(f"{len(seeds) - wrong} of {len(seeds)} programs alike")


if __name__ == "__main__":
    main(sys.argv[1:])
