"""Connectionist temporal classification (Graves et al. 2006): the probability of a text under all its alignments.

The labels stand between blanks; `paths` sums over all ways to walk through them in the given time, in logarithms.
Backwards is the same walk from the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import messages
from ..kernels import in_single, kernel
from ..op import op

Lengths = tuple[int, ...]


def paths(logs: Any, labels: Any, blank: int) -> Any:
    """Return log Σ over walks that end at label s at time t, for logs (T, S) of the labels' probabilities."""
    steps, count = logs.shape
    result = np.full((steps, count), -np.inf)
    result[0, :2] = logs[0, :2]
    skips = np.zeros(count, bool)  # a label may be reached past a blank, unless it repeats the one before
    skips[2:] = (labels[2:] != blank) & (labels[2:] != labels[:-2])
    for t in range(1, steps):
        before = result[t - 1]
        reached = before.copy()
        reached[1:] = np.logaddexp(reached[1:], before[:-1])
        reached[2:] = np.where(skips[2:], np.logaddexp(reached[2:], before[:-2]), reached[2:])
        result[t] = reached + logs[t]
    return result


def between_blanks(targets: Any, sample: int, lengths: Lengths, blank: int) -> Any:
    """Return a sample's labels with blanks around each; targets are rows, or all labels in one line."""
    length = lengths[sample]
    start = sum(lengths[:sample])
    own = targets[sample, :length] if targets.ndim == 2 else targets[start : start + length]
    labels = np.full(2 * length + 1, blank)
    labels[1::2] = own
    return labels


def cost(walked: Any) -> Any:
    """Return minus the log-probability of all walks: they end at the last label or the blank after it."""
    return -(np.logaddexp(walked[-1, -1], walked[-1, -2]) if walked.shape[1] > 1 else walked[-1, -1])


@kernel
@in_single
def alignment_cost(
    x: Any, targets: Any, input_lengths: Lengths, target_lengths: Lengths, blank: int, zero_infinity: bool
) -> Any:
    """Return minus the log-probability of each sample's labels for log-probabilities x (T, N, C)."""
    refuse_wrong(x, targets, input_lengths, target_lengths, blank)
    losses = np.empty(x.shape[1], x.dtype)
    for n, time in enumerate(input_lengths):
        labels = between_blanks(targets, n, target_lengths, blank)
        losses[n] = cost(paths(x[:time, n].astype(np.float64)[:, labels], labels, blank))
    return np.where(np.isinf(losses), 0, losses).astype(x.dtype) if zero_infinity else losses


@kernel
@in_single
def alignment_back(
    grad: Any,
    x: Any,
    targets: Any,
    input_lengths: Lengths,
    target_lengths: Lengths,
    blank: int,
    zero_infinity: bool,
) -> Any:
    """Return what the cost sends back. As in PyTorch it supposes that x is a log_softmax: probabilities sum to one."""
    result = np.zeros(x.shape, x.dtype)
    for n, time in enumerate(input_lengths):
        labels = between_blanks(targets, n, target_lengths, blank)
        whole = x[:time, n].astype(np.float64)
        logs = whole[:, labels]
        forth = paths(logs, labels, blank)
        back = paths(logs[::-1, ::-1], labels[::-1], blank)[::-1, ::-1]
        loss = cost(forth)
        if zero_infinity and np.isinf(loss):
            continue
        through = np.full(whole.shape, -np.inf)
        for place, label in enumerate(labels):
            through[:, label] = np.logaddexp(through[:, label], forth[:, place] + back[:, place])
        result[:time, n] = (np.exp(whole) - np.exp(through + loss - whole)) * grad[n]
    return result


def refuse_wrong(x: Any, targets: Any, input_lengths: Lengths, target_lengths: Lengths, blank: int) -> None:
    """Raise PyTorch's errors for lengths that do not go together."""
    steps, samples, classes = x.shape
    if not 0 <= blank < classes:
        raise RuntimeError("blank must be in label range")
    for name, lengths in (("input_lengths", input_lengths), ("target_lengths", target_lengths)):
        if len(lengths) != samples:
            raise RuntimeError(f"{name} must be of size batch_size")
    for n, time in enumerate(input_lengths):
        if time > steps:
            raise RuntimeError(
                f"Expected input_lengths to have value at most {steps}, but got value {time} (while checking arguments "
                "for ctc_loss_cpu)"
            )
        if targets.ndim == 2 and target_lengths[n] > targets.shape[1]:
            raise RuntimeError(
                f"Expected tensor to have size at least {max(target_lengths)} at dimension 1, but got size "
                f"{targets.shape[1]} for argument #2 'targets' (while checking arguments for ctc_loss_cpu); sizes "
                f"{messages.sizes(targets.shape)}"
            )


op(
    "ctc_loss",
    inputs="log_probs targets",
    arguments="input_lengths, target_lengths, blank_label=0, zero_infinity=False",
    symbol="CTC",
    group="loss",
    title="cost of all alignments",
    node="CtcLossBackward0",
    forward="alignment_cost(log_probs, targets, input_lengths, target_lengths, blank_label, zero_infinity)",
    vjp={
        "log_probs": "alignment_back(grad, log_probs, targets, input_lengths, target_lengths, blank_label, "
        "zero_infinity)"
    },
)
