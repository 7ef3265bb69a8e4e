"""How near optimizers and schedulers come to real torch, as a table: `python -m tests.live.optimizers`.

Each optimizer takes 1,000 steps on the same random gradients in both engines, on parameters of 74 elements; what
stands in the table is the share of weights with the same bits and the largest difference. Schedulers go 200 steps: the
rates must be the same numbers.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import warnings
from typing import Any

import numpy as np
import torch

from gradviz.engine import torch as gv_torch
from tests.live.test_live_optim import descend
from tests.optimizer_cases import CASES

SCHEDULERS: dict[str, dict[str, Any]] = {
    "StepLR": {"step_size": 30, "gamma": 0.3},
    "MultiStepLR": {"milestones": [20, 50, 51, 110], "gamma": 0.7},
    "ExponentialLR": {"gamma": 0.97},
    "CosineAnnealingLR": {"T_max": 70, "eta_min": 0.001},
    "LinearLR": {"start_factor": 0.2, "total_iters": 70},
    "LambdaLR": {"lr_lambda": lambda epoch: 0.95**epoch},
    "ReduceLROnPlateau": {"factor": 0.3, "patience": 4, "cooldown": 2},
    "OneCycleLR": {"max_lr": 0.4, "total_steps": 201},
}


def optimizer_row(name: str, options: dict[str, Any], dtype: str, steps: int) -> tuple[float, float, float]:
    """Share of weights that are equal in all bits, largest difference, the same relative to the largest weight."""
    ours, theirs = (
        np.concatenate([np.ravel(each) for each in descend(package, name, options, dtype, steps)[0]])
        for package in (gv_torch, torch)
    )
    apart = float(np.max(np.abs(ours.astype(np.float64) - theirs.astype(np.float64))))
    return float(np.mean(ours == theirs)), apart, apart / float(np.max(np.abs(theirs)))


def lbfgs_row(options: dict[str, Any], dtype: str, steps: int) -> tuple[float, float, float]:
    """The same for LBFGS on the Rosenbrock function, which needs the loss again and again."""
    ends = []
    for package in (gv_torch, torch):
        point = package.tensor([-1.5, 2.0], dtype=getattr(package, dtype), requires_grad=True)
        optimizer = package.optim.LBFGS([point], **options)

        def closure(point: Any = point, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = (1 - point[0]) ** 2 + 100 * (point[1] - point[0] ** 2) ** 2
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)
        ends.append(np.array(point.tolist()))
    apart = float(np.max(np.abs(ends[0] - ends[1])))
    return float(np.mean(ends[0] == ends[1])), apart, apart / float(np.max(np.abs(ends[1])))


def rates(package: Any, name: str, steps: int = 200) -> list[float]:
    """The learning rate before each step."""
    schedulers = importlib.import_module(f"{package.__name__}.optim.lr_scheduler")
    weight = package.ones(1, requires_grad=True)
    optimizer = package.optim.SGD([weight], lr=0.1, momentum=0.9)
    scheduler = getattr(schedulers, name)(optimizer, **SCHEDULERS[name])
    found = []
    for step in range(steps):
        found.append(float(optimizer.param_groups[0]["lr"]))
        weight.grad = package.ones(1)
        optimizer.step()
        loss = max(1 - step / 50, 0.25) + 0.01 * (step % 3)
        scheduler.step(*([loss] if name == "ReduceLROnPlateau" else []))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    steps = parser.parse_args().steps
    warnings.simplefilter("ignore")
    bad = 0
    print(f"torch {torch.__version__}, {steps} steps\n")
    print("| optimizer | options | dtype | equal bits | largest difference | relative |\n|---|---|---|---|---|---|")
    for name, options in CASES:
        for dtype, limit in (("float32", 1e-5), ("float64", 1e-12)):
            short = name == "LBFGS"
            same, apart, relative = (
                lbfgs_row(options, dtype, 12) if short else optimizer_row(name, options, dtype, steps)
            )
            words = ", ".join(f"{key} {value}" for key, value in options.items()) or "as given"
            words += " (12 steps)" if short else ""
            print(f"| {name} | {words} | {dtype} | {same:.1%} | {apart:.1e} | {relative:.1e} |", flush=True)
            bad += not short and relative > limit
    print("\n| scheduler | rates equal |\n|---|---|")
    for name in SCHEDULERS:
        ours, theirs = (rates(package, name) for package in (gv_torch, torch))
        equal = sum(own == other for own, other in zip(ours, theirs, strict=True))
        print(f"| {name} | {equal} of {len(ours)} |")
        bad += equal != len(ours)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
