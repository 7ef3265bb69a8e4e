"""Ask real PyTorch and write its answers to tests/recorded/: `python -m tests.record_answers [kind …]`.

One function per kind; its file holds the questions beside the answers, so that the tests that read it need no torch.
"""

import base64
import io
import json
import math
import sys
from pathlib import Path

import torch

from gradviz.session.lessons import lessons
from tests import cells, layer_questions, layers
from tests.engine import empties
from tests.lines import sections, shown
from tests.names import corpus
from tests.resources.key_numbers import run_lesson

RECORDED = Path(__file__).parent / "recorded"


# ---------------------------------------------------------------------------------------------------- random numbers

RANDOM_CALLS = {
    "rand": lambda shape, dtype: torch.rand(shape, dtype=dtype),
    "randn": lambda shape, dtype: torch.randn(shape, dtype=dtype),
    "uniform": lambda shape, low, high, dtype: torch.empty(shape, dtype=dtype).uniform_(low, high),
    "normal": lambda shape, mean, std, dtype: torch.normal(mean, std, shape, dtype=dtype),
    "randint": lambda low, high, shape, dtype: torch.randint(low, high, shape, dtype=dtype),
    "randperm": torch.randperm,
    "bernoulli": lambda p, shape: torch.empty(shape).bernoulli_(p),
    "dropout_mask": lambda shape, p: torch.nn.functional.dropout(torch.ones(shape), p),
    "exponential": lambda shape, rate: torch.empty(shape).exponential_(rate),
    "multinomial": lambda weights, num_samples, replacement: torch.multinomial(
        torch.tensor(weights), num_samples, replacement
    ),
}

RANDOM_QUESTIONS = [
    ("rand", {"shape": [], "dtype": "float32"}),
    ("rand", {"shape": [3, 2], "dtype": "float32"}),
    ("rand", {"shape": [5], "dtype": "float64"}),
    ("rand", {"shape": [5], "dtype": "float16"}),
    ("randn", {"shape": [], "dtype": "float32"}),
    ("randn", {"shape": [3], "dtype": "float32"}),
    ("randn", {"shape": [2, 5], "dtype": "float32"}),
    ("randn", {"shape": [15], "dtype": "float64"}),
    ("randn", {"shape": [16], "dtype": "float32"}),
    ("randn", {"shape": [4, 9], "dtype": "float32"}),
    ("randn", {"shape": [37], "dtype": "float16"}),
    ("randn", {"shape": [20], "dtype": "float64"}),
    ("uniform", {"shape": [7], "low": -0.3, "high": 0.7, "dtype": "float32"}),
    ("uniform", {"shape": [7], "low": -0.3, "high": 0.7, "dtype": "float64"}),
    ("uniform", {"shape": [7], "low": -0.3, "high": 0.7, "dtype": "float16"}),
    ("normal", {"shape": [7], "mean": 2.5, "std": 0.3, "dtype": "float32"}),
    ("normal", {"shape": [19], "mean": 2.5, "std": 0.3, "dtype": "float32"}),
    ("randint", {"low": 0, "high": 10, "shape": [2, 5], "dtype": "int64"}),
    ("randint", {"low": -3, "high": 2**28 - 3, "shape": [3], "dtype": "int64"}),
    ("randint", {"low": 0, "high": 2**40, "shape": [3], "dtype": "int64"}),
    ("randint", {"low": 0, "high": 10, "shape": [3], "dtype": "float32"}),
    ("randperm", {"n": 0}),
    ("randperm", {"n": 12}),
    ("bernoulli", {"p": 0.3, "shape": [15]}),
    ("dropout_mask", {"shape": [15], "p": 0.3}),
    ("exponential", {"shape": [7], "rate": 2.0}),
    ("multinomial", {"weights": [0.1, 0.2, 0.3, 0.4], "num_samples": 1, "replacement": False}),
    ("multinomial", {"weights": [0.1, 0.2, 0.3, 0.4], "num_samples": 3, "replacement": False}),
    ("multinomial", {"weights": [[0.1, 0.2, 0.3], [0.5, 0.0, 0.5]], "num_samples": 6, "replacement": True}),
]


def random_answers():
    answers = []
    for seed in (0, 42, -1):
        for call, arguments in RANDOM_QUESTIONS:
            words = {k: getattr(torch, v) if k == "dtype" else v for k, v in arguments.items()}
            torch.manual_seed(seed)
            values = RANDOM_CALLS[call](**words).tolist()
            then = torch.rand(2).tolist()
            answers.append({"seed": seed, "call": call, "arguments": arguments, "values": values, "then": then})
    return answers


# ---------------------------------------------------------------------------------------------------------- printing

inf, nan = float("inf"), float("nan")
# Values, or how to make many: ("arange", shape, factor) is arange(number of elements) · factor in that shape.
PRINTED_FLOATS = [
    3.0, -0.0, 2.5, nan, -inf, 1e-5, 1e9, 123456.0, [], [[], []], [1.0], [0.0, 0.0], [1.0, 2.0, 3.0], [1.0, nan],
    [1.5, inf], [nan, nan],
    [0.1, 0.25, 1 / 3], [1e-4, 0.1], [1e-5, 0.1], [1.0, 1001.0], [1.5, 1000.5], [0.001, 10.0], [1e8, 1.0],
    [2e8, 1e8], [1e-8, nan, 1.0], [-1.0, 10.0, 100.0], [-0.5, 0.0, 100.25], [1e38, 1e-38], [0.99999, 1.00001],
    [[1.0, 2.0], [3.0, 4.0]], [[0.5, -0.5], [100.0, 2.0]], [[[1.0, 2.0]], [[3.0, 4.0]]], [[[[0.5]]], [[[1e6]]]],
    ("arange", [30], 1.0), ("arange", [30], 0.37), ("arange", [3, 12], 12.5), ("arange", [2, 3, 4], 0.1),
    ("arange", [1001], 1.0), ("arange", [1500], 0.01), ("arange", [40, 30], -0.5), ("arange", [11, 12, 10], 1.0),
    ("arange", [2, 600], 1e-3), ("arange", [600, 2], 1e5),
]  # fmt: skip
PRINTED_INTEGERS = [0, -7, [], [[]], [1, 2, 3], [-1, 10, 100], [[1, -2], [300, 4]]]
PRINTED_INTEGERS += [("arange", [50], 1), ("arange", [2000], 7)]
PRINTED_BOOLS = [True, [True, False], [[True], [False]], []]
PRINT_OPTIONS = [
    {"precision": 2}, {"precision": 8}, {"sci_mode": True}, {"sci_mode": False}, {"linewidth": 40}, {"threshold": 5},
    {"threshold": 5, "edgeitems": 1}, {"threshold": 5, "edgeitems": 0}, {"profile": "short"}, {"profile": "full"},
]  # fmt: skip


def made(values, dtype):
    if isinstance(values, tuple):
        _, shape, factor = values
        return (torch.arange(math.prod(shape), dtype=torch.float64) * factor).to(dtype).reshape(shape)
    return torch.tensor(values, dtype=dtype)


def printing_questions():
    for values in PRINTED_FLOATS:
        yield values, "float32", "", {}
    for values in PRINTED_FLOATS[:30:2]:
        yield values, "float64", "", {}
        yield values, "float16", "", {}
    for values in PRINTED_FLOATS[::3]:
        yield values, "float32", "requires_grad", {}
        yield values, "float32", "mul", {}
    for values in PRINTED_INTEGERS:
        yield values, "int64", "", {}
    for values in PRINTED_INTEGERS[::2]:
        yield values, "int32", "", {}
    for values in PRINTED_BOOLS:
        yield values, "bool", "", {}
    for options in PRINT_OPTIONS:
        yield [1.5, 20.25, 1 / 3], "float32", "mul", options
        yield ("arange", [4, 5], 3.3), "float32", "", options
        yield ("arange", [7], 1), "int64", "", options


def printing_answers():
    answers = []
    for values, dtype, tracked, options in printing_questions():
        tensor = made(values, getattr(torch, dtype))
        if tracked:
            tensor.requires_grad_()
        if tracked == "mul":
            tensor = tensor * 1
        torch.set_printoptions(profile="default")
        torch.set_printoptions(**options)
        text = repr(tensor)
        torch.set_printoptions(profile="default")
        grad_fn = type(tensor.grad_fn).__name__ if tensor.grad_fn else None
        question = {"values": values, "dtype": dtype, "requires_grad": tensor.requires_grad, "grad_fn": grad_fn}
        answers.append({**question, "options": options, "text": text})
    return answers


# ------------------------------------------------------------------------------------------------- programs and errors


def program_answers(pattern: str):
    """Each cell of these programs, in order."""
    answers = []
    for path in sorted(cells.PROGRAMS.glob(pattern)):
        for number, answer in enumerate(cells.run_program(path, torch)):
            answers.append({"program": path.name, "cell": number, **answer})
    return answers


def teaching_answers():
    """What each of the teaching programs prints."""
    return [{"program": path.name, "printed": cells.run_whole(path, torch)} for path in cells.TEACHING]


def error_answers():
    answers = []
    for name, code in cells.cells_of(cells.PROGRAMS / "errors.py"):
        torch._C._set_warnAlways(True)  # else a warning comes once in a process
        answers.append({"name": name, "code": code, **cells.run_snippet(code, torch)})
        torch._C._set_warnAlways(False)
    return answers


def mistake_answers():
    """What each line of the list of mistakes says."""
    text = (Path(__file__).parent / "live" / "lines" / "mistakes.txt").read_text(encoding="utf-8")
    return [{"line": line, "says": shown(torch, line)} for each in sections(text).values() for line in each]


def empty_answers():
    """What ops make of empty tensors and of single numbers: their first sample, one way of emptying it each."""
    chosen = [(op, index, variant) for op, index, variant in empties.cases() if index == 0]
    for op, index, variant in [*chosen[::6], *(case for case in chosen if "loss" in case[0].name)]:
        if "margin_loss" not in op.name:
            answer = empties.answer(torch, op, index, variant)
            yield {"op": op.name, "sample": index, "variant": variant, "answer": answer}


def saved_answers():
    """Files as `torch.save` writes them, and what `torch.load` makes of them."""
    torch.manual_seed(0)
    layer = torch.nn.Linear(2, 1)
    optimizer = torch.optim.Adam(layer.parameters())
    layer(torch.ones(1, 2)).sum().backward()
    optimizer.step()
    whole = torch.arange(6.0).reshape(2, 3)
    values = {
        "tensors": [whole, whole[1], whole.t(), torch.tensor(True), torch.tensor([1 + 2j])],
        "state": layer.state_dict(),
        "optimizer": optimizer.state_dict(),
        "parameter": torch.nn.Parameter(torch.ones(2)),
        "plain": {"a": (1, 2.5, None, True), 3: ["text", b"bytes", 10**20], "size": whole.shape, "type": torch.int8},
    }
    for name, value in values.items():
        file = io.BytesIO()
        torch.save(value, file)
        loaded = torch.load(io.BytesIO(file.getvalue()))
        yield {"name": name, "file": base64.b64encode(file.getvalue()).decode(), "printed": repr(loaded)}


def lesson_answers():
    """What each lesson prints."""
    return [{"lesson": lesson.path.name, "printed": run_lesson(lesson, torch).printed} for lesson in lessons()]


def name_answers():
    """What each program of the names list prints."""
    return [{"name": each.title, "printed": corpus.answer(each.program, torch)} for each in corpus.corpus()]


def layer_answers():
    """A sample of layers: text, values, gradients and nodes; and what wrong ones say."""
    answers = []
    for expression in layer_questions.expressions(layer_questions.SAMPLE):
        answers.append({"expression": expression, **layers.Side(torch, expression).answer()})
    for expression in layer_questions.WRONG.strip().splitlines():
        answers.append({"expression": expression, "raises": layer_questions.raised(torch, expression)})
    return answers


KINDS = {
    "names": name_answers,
    "random": random_answers,
    "printing": printing_answers,
    "seeds": lambda: program_answers("seed_*.py"),
    "nn": lambda: program_answers("nn.py"),
    "sequences": lambda: program_answers("sequences*.py"),
    "optim": lambda: program_answers("optim.py"),
    "training": lambda: program_answers("training.py"),
    "teaching": teaching_answers,
    "errors": error_answers,
    "mistakes": mistake_answers,
    "empties": empty_answers,
    "layers": layer_answers,
    "lessons": lesson_answers,
    "saved": saved_answers,
}


def write(kind: str) -> None:
    """One answer a line: small, readable, and a change shows as a line in a diff."""
    answers = KINDS[kind]()
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    (RECORDED / f"{kind}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        write(kind)
