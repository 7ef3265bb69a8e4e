"""Ask real PyTorch and write its answers to tests/recorded/: `python tests/record_answers.py [kind …]`.

One function per kind; its file holds the questions beside the answers, so that the tests that read it need no torch.
"""

import json
import sys
from pathlib import Path

import torch

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


KINDS = {"random": random_answers}


def write(kind: str) -> None:
    """One answer a line: small, readable, and a change shows as a line in a diff."""
    answers = KINDS[kind]()
    lines = ",\n".join(json.dumps(answer, ensure_ascii=False) for answer in answers)
    (RECORDED / f"{kind}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        write(kind)
