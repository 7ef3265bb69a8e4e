"""Losses that are likelihoods: how probable the target is under a distribution that the input describes."""

from __future__ import annotations

import math
from typing import Any

from gradviz.engine import messages, torch
from gradviz.engine.op import find
from gradviz.engine.tensor import Tensor
from gradviz.engine.torch.nn.functional.margins import like, number
from gradviz.engine.torch.nn.functional.reduction import reduced, reduction_from_older_words


def kl_div(
    input: Tensor,
    target: Tensor,
    size_average: bool | None = None,
    reduce: bool | None = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Any:
    """target · (log target − input) for log-probabilities as input; "batchmean" divides by the batch size only."""
    if size_average is not None or reduce is not None:
        reduction = reduction_from_older_words(size_average, reduce, reduction)
    elif reduction == "mean":
        messages.warn(
            "reduction: 'mean' divides the total loss by both the batch size and the support size."
            "'batchmean' divides only by the batch size, and aligns with the KL div math definition."
            "'mean' will be changed to behave the same as 'batchmean' in the next major release."
        )
    if reduction not in ("none", "mean", "sum", "batchmean"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    if log_target:
        losses = target.exp() * (target - input)
    else:
        losses = torch.xlogy(target, target) - target * input
    if reduction != "batchmean":
        return reduced(losses, reduction)
    total = losses.sum()
    return total / input.shape[0] if input.dim() else total


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    size_average: bool | None = None,
    eps: float = 1e-8,
    reduce: bool | None = None,
    reduction: str = "mean",
) -> Any:
    """Counts with a rate that is the input, or e^input; `full` adds Stirling's term."""
    reduction = reduction_from_older_words(size_average, reduce, reduction)
    if log_input:
        losses = input.exp() - target * input
    else:
        losses = input - target * number("add", input, eps).log()
    if full:
        stirling = target * target.log() - target + 0.5 * (2 * math.pi * target).log()
        losses = losses + stirling.masked_fill(target <= 1, 0)
    return reduced(losses, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Any:
    """A normal distribution with mean `input` and variance `var`, which counts as `eps` at least."""
    if isinstance(var, (int, float)):
        if var < 0:
            raise ValueError("var has negative entry/entries")
        var = var * torch.ones_like(input)
    elif (var < 0).any():
        raise ValueError("var has negative entry/entries")
    if var.size() != input.size():
        if tuple(input.shape[:-1]) == tuple(var.shape):
            var = var.unsqueeze(-1)
        elif not (tuple(input.shape[:-1]) == tuple(var.shape[:-1]) and var.shape[-1] == 1):
            raise ValueError("var is of incorrect size")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not valid")
    var = var.clone()
    with torch.no_grad():
        var.clamp_(min=eps)
    losses = 0.5 * (var.log() + (input - target) ** 2 / var)
    if full:
        losses = losses + 0.5 * math.log(2 * math.pi)
    return reduced(losses, reduction)


def ctc_loss(
    log_probs: Tensor,
    targets: Tensor,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Any:
    """All alignments of target texts to log-probabilities (T, N, C) or (T, C); the mean is over texts, by length."""
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    single = log_probs.ndim == 2
    inputs, lengths = (
        tuple(int(n) for n in (each.reshape(-1).tolist() if isinstance(each, Tensor) else each))
        for each in (input_lengths, target_lengths)
    )
    batch = log_probs.unsqueeze(1) if single else log_probs
    losses = find("ctc_loss").function(batch, targets, inputs, lengths, blank, zero_infinity)
    if zero_infinity:
        losses = torch.where(losses == math.inf, like(losses, 0), losses)
    if single and reduction == "none":
        return losses.squeeze(0)
    if reduction == "mean":
        return (losses / torch.tensor([max(n, 1) for n in lengths], dtype=losses.dtype)).mean()
    return reduced(losses, reduction)
