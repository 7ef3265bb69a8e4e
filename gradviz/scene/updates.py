"""How each optimizer moves a weight: one declaration each, from which the formula, its numbers and the words come.

A declaration gives lines in the order in which they are worked out, each a name and an expression over the names that
have a value by then (`expression` says which words there are). A name that is given again takes its new value: "v",
"mu * v + g" is the velocity from the one before. The last line gives the weight `w`. Algorithms as documented by
torch.optim 2.13; that they give the recorded weight is tested for every optimizer with all its options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Line = tuple[str, str]
Settings = Mapping[str, Any]
"""The group's settings, and under "t" the number of the step, under "is first" whether nothing was remembered."""


@dataclass(frozen=True, slots=True)
class Update:
    """`remembered` says which name stands for what the optimizer keeps; `start` what it is before the first step.

    `settings` says which setting a name stands for. `told` says in words what the lines do, `plain` what they do
    without momentum, where that is another thing.
    """

    told: str
    lines: Callable[[Settings], Iterable[Line]]
    settings: Mapping[str, str]
    remembered: Mapping[str, str] = field(default_factory=dict)
    start: Mapping[str, str] = field(default_factory=dict)
    plain: str = ""

    def sentence(self, settings: Settings) -> str:
        """What the lines do with these settings."""
        return self.plain if self.plain and not settings.get("momentum") else self.told


COMMON = {"eta": "lr", "lambda_": "weight_decay"}
BETAS = {**COMMON, "beta1": "beta1", "beta2": "beta2", "eps": "eps"}
MOMENTS = {"m": "exp_avg", "v": "exp_avg_sq"}
ZERO_MOMENTS = {"m": "0", "v": "0"}


def _gradient(s: Settings) -> Iterator[Line]:
    """What stands for the gradient: turned round to climb, and with the pull of weight decay."""
    if s.get("maximize"):
        yield "g", "-g"
    if s.get("weight_decay"):
        if s.get("decoupled_weight_decay"):
            yield "w", "w - eta * lambda_ * w"
        else:
            yield "g", "g + lambda_ * w"


def _sgd(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    if not s["momentum"]:
        yield "w", "w - eta * g"
        return
    share = "(1 - tau) * g" if s["dampening"] else "g"
    yield "v", "g" if s["is first"] else f"mu * v + {share}"
    yield "w", "w - eta * (g + mu * v)" if s["nesterov"] else "w - eta * v"


def _moments(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    yield "m", "beta1 * m + (1 - beta1) * g"
    yield "v", "beta2 * v + (1 - beta2) * g ** 2"


def _adam(s: Settings) -> Iterator[Line]:
    yield from _moments(s)
    if s["amsgrad"]:
        yield "u", "maximum(u, v)"
    yield "m_hat", "m / (1 - beta1 ** t)"
    yield "v_hat", f"{'u' if s['amsgrad'] else 'v'} / (1 - beta2 ** t)"
    yield "w", "w - eta * m_hat / (sqrt(v_hat) + eps)"


def _nadam(s: Settings) -> Iterator[Line]:
    yield from _moments(s)
    yield "v_hat", "v / (1 - beta2 ** t)"
    yield "mu", "beta1 * (1 - 0.5 * 0.96 ** (t * psi))"
    yield "mu_next", "beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * psi))"
    yield "p", "p * mu"
    yield "m_hat", "(1 - mu) / (1 - p) * g + mu_next / (1 - p * mu_next) * m"
    yield "w", "w - eta * m_hat / (sqrt(v_hat) + eps)"


def _radam(s: Settings) -> Iterator[Line]:
    yield from _moments(s)
    yield "m_hat", "m / (1 - beta1 ** t)"
    yield "rho_max", "2 / (1 - beta2) - 1"
    yield "rho", "rho_max - 2 * t * beta2 ** t / (1 - beta2 ** t)"
    longest = 2 / (1 - s["beta2"]) - 1
    if longest - 2 * s["t"] * s["beta2"] ** s["t"] / (1 - s["beta2"] ** s["t"]) <= 5:
        yield "w", "w - eta * m_hat"
        return
    yield "r", "sqrt((rho - 4) * (rho - 2) * rho_max / ((rho_max - 4) * (rho_max - 2) * rho))"
    yield "w", "w - eta * m_hat * r * sqrt(1 - beta2 ** t) / (sqrt(v) + eps)"


def _adagrad(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    rate = "eta"
    if s["lr_decay"]:
        yield "eta_t", "eta / (1 + (t - 1) * delta)"
        rate = "eta_t"
    yield "s", "s + g ** 2"
    yield "w", f"w - {rate} * g / (sqrt(s) + eps)"


def _adadelta(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    yield "v", "rho * v + (1 - rho) * g ** 2"
    yield "d", "sqrt(u + eps) / sqrt(v + eps) * g"
    yield "u", "rho * u + (1 - rho) * d ** 2"
    yield "w", "w - eta * d"


def _rmsprop(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    yield "v", "alpha * v + (1 - alpha) * g ** 2"
    size = "v"
    if s["centered"]:
        yield "a", "alpha * a + (1 - alpha) * g"
        yield "sigma", "v - a ** 2"
        size = "sigma"
    if s["momentum"] > 0:
        yield "b", f"mu * b + g / (sqrt({size}) + eps)"
        yield "w", "w - eta * b"
    else:
        yield "w", f"w - eta * g / (sqrt({size}) + eps)"


def _adamax(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    yield "m", "beta1 * m + (1 - beta1) * g"
    yield "u", "maximum(beta2 * u, abs(g) + eps)"
    yield "w", "w - eta / (1 - beta1 ** t) * m / u"


def _rprop(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    yield "c", "where(g * p > 0, eta_plus, where(g * p < 0, eta_minus, 1))"
    yield "s", "minimum(maximum(s * c, least), most)"
    yield "g", "where(g * p < 0, 0, g)"
    yield "w", "w - sign(g) * s"


def _asgd(s: Settings) -> Iterator[Line]:
    yield from _gradient(s)
    yield "w", "w - eta_t * delta * w - eta_t * g"


def _lbfgs(s: Settings) -> Iterator[Line]:
    yield "w", "w + t * d"


UPDATES: dict[str, Update] = {
    "SGD": Update(
        "The weight goes against its gradient, as far as the learning rate says; momentum goes on in the direction of "
        "the steps before.",
        _sgd, {**COMMON, "mu": "momentum", "tau": "dampening"}, {"v": "momentum_buffer"},
        plain="The weight goes against its gradient, as far as the learning rate says.",
    ),
    "Adam": Update(
        "Adam divides the running mean of the gradients by the root of the running mean of their squares: each "
        "weight moves about one learning rate, however large its gradient is. Both means are corrected for their "
        "start at 0.",
        _adam, BETAS, {**MOMENTS, "u": "max_exp_avg_sq"}, {**ZERO_MOMENTS, "u": "0"},
    ),
    "AdamW": Update(
        "AdamW is Adam with weight decay beside the gradient: first the weight shrinks a little, then it moves.",
        _adam, BETAS, {**MOMENTS, "u": "max_exp_avg_sq"}, {**ZERO_MOMENTS, "u": "0"},
    ),
    "NAdam": Update(
        "NAdam is Adam that looks ahead, as Nesterov's momentum does: it takes the mean as the next step will see it.",
        _nadam, {**BETAS, "psi": "momentum_decay"}, {**MOMENTS, "p": "mu_product"}, {**ZERO_MOMENTS, "p": "1"},
    ),
    "RAdam": Update(
        "RAdam is Adam that divides by the mean of the squares only once enough of them are known (ρ above 5).",
        _radam, BETAS, MOMENTS, ZERO_MOMENTS,
    ),
    "Adagrad": Update(
        "Adagrad divides by the root of the sum of all squared gradients so far: what moved much slows down.",
        _adagrad, {**COMMON, "delta": "lr_decay", "eps": "eps"}, {"s": "sum"}, {"s": "initial_accumulator_value"},
    ),
    "Adadelta": Update(
        "Adadelta takes steps as large as the ones before: it scales the gradient by the mean size of the last "
        "changes over that of the last gradients.",
        _adadelta, {**COMMON, "rho": "rho", "eps": "eps"}, {"v": "square_avg", "u": "acc_delta"}, {"v": "0", "u": "0"},
    ),
    "RMSprop": Update(
        "RMSprop divides the gradient by the root of the running mean of its squares.",
        _rmsprop, {**COMMON, "mu": "momentum", "alpha": "alpha", "eps": "eps"},
        {"v": "square_avg", "a": "grad_avg", "b": "momentum_buffer"}, {"v": "0", "a": "0", "b": "0"},
    ),
    "Adamax": Update(
        "Adamax divides the running mean of the gradients by the largest of them, which fades slowly.",
        _adamax, BETAS, {"m": "exp_avg", "u": "exp_inf"}, {"m": "0", "u": "0"},
    ),
    "Rprop": Update(
        "Rprop looks at the sign of the gradient only: the step grows while the sign stays, and shrinks when it "
        "turns, and then this weight waits.",
        _rprop,
        {**COMMON, "eta_plus": "eta_plus", "eta_minus": "eta_minus", "least": "step_min", "most": "step_max"},
        {"p": "prev", "s": "step_size"}, {"p": "0", "s": "lr"},
    ),
    "ASGD": Update(
        "ASGD goes against the gradient with a step that fades, and averages the weights on the side.",
        _asgd, {**COMMON, "delta": "lambd"}, {"eta_t": "eta"}, {"eta_t": "lr"},
    ),
    "LBFGS": Update(
        "LBFGS guesses from its last steps how the slope changes, and so which way the minimum lies: that is the "
        "direction d. It goes the length t along it, the same for all weights.",
        _lbfgs, {},
    ),
}  # fmt: skip

UPHILL = Update(
    "The weight goes along its gradient, uphill: the learning rate times the gradient is added.",
    lambda s: [("w", "w + eta * g")], COMMON,
)  # fmt: skip
BY_HAND = Update(
    "The weight goes against its gradient: the learning rate times the gradient is taken off.",
    lambda s: [("w", "w - eta * g")], COMMON,
)  # fmt: skip
