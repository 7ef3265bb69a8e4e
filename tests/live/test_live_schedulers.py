"""Learning rates, momenta, saved state, warnings and errors of every scheduler beside real torch's."""

import warnings

import pytest
import torch

from gradviz.engine import torch as gv_torch


class Falling:
    def __init__(self):
        self.rate = 0.5

    def __call__(self, epoch):
        return self.rate**epoch


SCHEDULERS = {
    "lambda": lambda s, o: s.LambdaLR(o, lambda epoch: 0.95**epoch),
    "lambdas": lambda s, o: s.LambdaLR(o, [lambda epoch: 0.95**epoch, lambda epoch: 1 / (1 + epoch)]),
    "object": lambda s, o: s.LambdaLR(o, Falling()),
    "multiplicative": lambda s, o: s.MultiplicativeLR(o, lambda epoch: 0.95),
    "step": lambda s, o: s.StepLR(o, step_size=3, gamma=0.3),
    "multi": lambda s, o: s.MultiStepLR(o, milestones=[2, 5, 5, 11], gamma=0.7),
    "constant": lambda s, o: s.ConstantLR(o, factor=0.3, total_iters=4),
    "linear": lambda s, o: s.LinearLR(o, start_factor=0.2, total_iters=7),
    "exponential": lambda s, o: s.ExponentialLR(o, gamma=0.9),
    "polynomial": lambda s, o: s.PolynomialLR(o, total_iters=9, power=1.7),
    "cosine": lambda s, o: s.CosineAnnealingLR(o, T_max=7, eta_min=0.001),
    "restarts": lambda s, o: s.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=2, eta_min=0.001),
    "restarts even": lambda s, o: s.CosineAnnealingWarmRestarts(o, 4),
    "cyclic": lambda s, o: s.CyclicLR(o, 0.01, 0.1, step_size_up=3),
    "cyclic 2": lambda s, o: s.CyclicLR(o, [0.01, 0.02], 0.1, 3, 4, mode="triangular2"),
    "cyclic exp": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 3, mode="exp_range", gamma=0.9, base_momentum=0.7),
    "cyclic own": lambda s, o: s.CyclicLR(o, 0.01, 0.1, 3, scale_fn=lambda x: 1 / x, cycle_momentum=False),
    "one": lambda s, o: s.OneCycleLR(o, max_lr=0.1, total_steps=20),
    "one linear": lambda s, o: s.OneCycleLR(o, [0.1, 0.2], epochs=4, steps_per_epoch=5, anneal_strategy="linear"),
    "one three": lambda s, o: s.OneCycleLR(o, 0.1, total_steps=25, three_phase=True, pct_start=0.2),
    "sequential": lambda s, o: s.SequentialLR(
        o, [s.ConstantLR(o, 0.1, 3), s.ExponentialLR(o, 0.9), s.StepLR(o, 2)], [3, 9]
    ),
    "chained": lambda s, o: s.ChainedScheduler([s.ConstantLR(o, 0.1, 3), s.ExponentialLR(o, 0.9)]),
    "nested": lambda s, o: s.SequentialLR(
        o, [s.ChainedScheduler([s.LinearLR(o), s.ExponentialLR(o, 0.9)]), s.CosineAnnealingLR(o, 5)], [4]
    ),
}


def optimizer_of(package, name="SGD", **settings):
    a, b = package.ones(2, requires_grad=True), package.ones(1, requires_grad=True)
    groups = [{"params": [a]}, {"params": [b], "lr": 0.03}]
    return getattr(package.optim, name)(groups, lr=0.1, **settings)


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value) if callable(value) else value


# Torch warns of a chained scheduler inside a sequential one, as of any that steps twice before the optimizer does.
@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
@pytest.mark.parametrize("kind", ["SGD", "Adam"])
@pytest.mark.parametrize("case", SCHEDULERS)
def test_twenty_epochs(case, kind):
    answers = []
    for package in (gv_torch, torch):
        optimizer = optimizer_of(package, kind, **({"momentum": 0.9} if kind == "SGD" else {}))
        scheduler = SCHEDULERS[case](package.optim.lr_scheduler, optimizer)
        seen = [(scheduler.get_last_lr(), plain(scheduler.state_dict()))]
        for _ in range(20):
            optimizer.step()
            scheduler.step()
            groups = [
                {name: each for name, each in group.items() if name != "params"} for group in optimizer.param_groups
            ]
            seen.append((scheduler.get_last_lr(), plain(groups)))
        seen.append(plain(scheduler.state_dict()))
        answers.append(seen)
    assert answers[0] == answers[1]


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
@pytest.mark.parametrize("case", SCHEDULERS)
def test_a_loaded_scheduler_goes_on(case):
    lasts = []
    for package in (gv_torch, torch):
        optimizer = optimizer_of(package, momentum=0.9)
        scheduler = SCHEDULERS[case](package.optim.lr_scheduler, optimizer)
        for _ in range(5):
            optimizer.step()
            scheduler.step()
        other = optimizer_of(package, momentum=0.9)
        again = SCHEDULERS[case](package.optim.lr_scheduler, other)
        again.load_state_dict(scheduler.state_dict())
        other.load_state_dict(optimizer.state_dict())
        for _ in range(4):
            other.step()
            again.step()
        lasts.append(again.get_last_lr())
    assert lasts[0] == lasts[1]


PLATEAU = [{}, {"mode": "max", "patience": 1}, {"patience": 2, "cooldown": 2, "factor": 0.5, "min_lr": 0.02}]
PLATEAU += [{"patience": 0, "threshold": 0.1, "threshold_mode": "abs", "min_lr": [0.01, 0.001]}]
PLATEAU += [{"mode": "max", "threshold_mode": "abs", "patience": 3}]


@pytest.mark.parametrize("settings", PLATEAU, ids=str)
def test_plateau(settings):
    answers = []
    for package in (gv_torch, torch):
        optimizer = optimizer_of(package)
        scheduler = package.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **settings)
        seen = []
        for loss in [3, 2, 2.5, 2, 2, 1.99999, 2, 2, 2, 1, 1, 1, 1, 1, 1.05, 1, 1, 1, 1, 1, 1, 1, 1]:
            scheduler.step(package.tensor(float(loss)))
            seen.append((scheduler.get_last_lr(), plain(scheduler.state_dict())))
        answers.append(seen)
    assert answers[0] == answers[1]


def epochs_given(s, o):
    scheduler = s.StepLR(o, 3)
    o.step()
    scheduler.step(7)
    s.CosineAnnealingWarmRestarts(o, 3, 2).step(4.5)
    return scheduler.get_last_lr()


def steps_in_the_wrong_order(s, o):
    scheduler = s.ExponentialLR(o, 0.9)
    scheduler.step()
    o.step()
    scheduler.step()
    return scheduler.get_lr()


def a_step_replaced(s, o):
    scheduler = s.ExponentialLR(o, 0.9)
    o.step = lambda: None
    scheduler.step()


@pytest.mark.parametrize("case", [epochs_given, steps_in_the_wrong_order, a_step_replaced])
def test_warnings(case):
    answers = []
    for package in (gv_torch, torch):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = case(package.optim.lr_scheduler, optimizer_of(package))
        answers.append((result, [(each.category.__name__, str(each.message)) for each in caught]))
    assert answers[0] == answers[1]


WRONG = {
    "no optimizer": lambda s, o: s.StepLR(3, 1),
    "no optimizer cyclic": lambda s, o: s.CyclicLR(3, 1, 2),
    "resumed": lambda s, o: s.StepLR(o, 1, last_epoch=3),
    "lambdas": lambda s, o: s.LambdaLR(o, [lambda e: 1]),
    "no function": lambda s, o: s.MultiplicativeLR(o, 3),
    "constant": lambda s, o: s.ConstantLR(o, 2),
    "linear": lambda s, o: s.LinearLR(o, 0),
    "linear end": lambda s, o: s.LinearLR(o, 1, 2),
    "restart": lambda s, o: s.CosineAnnealingWarmRestarts(o, 0),
    "restart times": lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 0),
    "restart least": lambda s, o: s.CosineAnnealingWarmRestarts(o, 1, 1, "a"),
    "restart back": lambda s, o: s.CosineAnnealingWarmRestarts(o, 1).step(-1),
    "mode": lambda s, o: s.CyclicLR(o, 1, 2, mode="round"),
    "rates": lambda s, o: s.CyclicLR(o, 1, [2]),
    "momentum": lambda s, o: s.CyclicLR(type(o).__mro__[1](o.param_groups[:1], {}), 1, 2),
    "steps": lambda s, o: s.OneCycleLR(o, 1),
    "steps 0": lambda s, o: s.OneCycleLR(o, 1, total_steps=0),
    "epochs": lambda s, o: s.OneCycleLR(o, 1, epochs=-1, steps_per_epoch=2),
    "per epoch": lambda s, o: s.OneCycleLR(o, 1, epochs=1, steps_per_epoch=0),
    "start": lambda s, o: s.OneCycleLR(o, 1, 10, pct_start=2),
    "anneal": lambda s, o: s.OneCycleLR(o, 1, 10, anneal_strategy="exp"),
    "too many": lambda s, o: [each.step() for each in [s.OneCycleLR(o, 1, 2)] * 3],
    "factor": lambda s, o: s.ReduceLROnPlateau(o, factor=1.0),
    "plateau mode": lambda s, o: s.ReduceLROnPlateau(o, mode="auto"),
    "plateau threshold": lambda s, o: s.ReduceLROnPlateau(o, threshold_mode="auto"),
    "plateau rates": lambda s, o: s.ReduceLROnPlateau(o, min_lr=[1]),
    "none": lambda s, o: s.SequentialLR(o, [], []),
    "milestones": lambda s, o: s.SequentialLR(o, [s.StepLR(o, 1)], [3]),
    "plateau inside": lambda s, o: s.SequentialLR(o, [s.ReduceLROnPlateau(o)], []),
    "no scheduler": lambda s, o: s.SequentialLR(o, [3], []),
    "none chained": lambda s, o: s.ChainedScheduler([]),
    "metric": lambda s, o: s.ReduceLROnPlateau(o).step("a"),
}


@pytest.mark.filterwarnings("ignore:Detected call of `lr_scheduler.step")
@pytest.mark.parametrize("case", WRONG)
def test_wrong_requests_are_answered_in_torchs_words(case):
    answers = []
    for package in (gv_torch, torch):
        with pytest.raises(Exception) as caught:  # noqa: PT011  the two are compared
            WRONG[case](package.optim.lr_scheduler, optimizer_of(package))
        answers.append((caught.type, str(caught.value)))
    assert answers[0] == answers[1]


def test_a_rate_that_is_a_tensor_is_changed_in_place():
    answers = []
    for package in (gv_torch, torch):
        rate = package.tensor(0.5)
        optimizer = package.optim.SGD([package.ones(1, requires_grad=True)], lr=rate)
        scheduler = package.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
        optimizer.step()
        scheduler.step()
        answers.append((rate.item(), optimizer.param_groups[0]["lr"] is rate, scheduler.get_last_lr()[0].item()))
    assert answers[0] == answers[1]
