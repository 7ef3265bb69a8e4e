"""Optimizers as whoever watches sees them; their numbers are in test_programs.py."""

import numpy as np
import pytest

from gradviz.engine import torch, watch


class Heard(watch.Watcher):
    """Keeps what it hears about parameters, and counts all else."""

    def __init__(self):
        self.updated, self.zeroed, self.others = [], [], []

    def tensor_updated(self, tensor, before):
        self.updated.append((tensor, before, tensor.numpy_value()))

    def gradient_zeroed(self, tensor, before, after):
        self.zeroed.append((tensor, before, after))

    def tensor_made(self, tensor, maker):
        self.others.append(maker)

    def op_ran(self, op, inputs, arguments, outputs, in_place):
        self.others.append(op.name)


@pytest.fixture
def heard():
    watcher = Heard()
    yield watcher
    watch.stop()


OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1, amsgrad=True),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.1),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.1),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=100.0),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.1, momentum=0.5, centered=True),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.1),
    "rprop": lambda p: torch.optim.Rprop(p, lr=0.1),
    "asgd": lambda p: torch.optim.ASGD(p, lr=0.1),
}


@pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)
def test_a_step_is_one_update_per_parameter_and_nothing_else(make, heard):
    a, b = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor(3.0, requires_grad=True)
    idle = torch.ones(2, requires_grad=True)
    optimizer = make([a, b, idle])
    (a.sum() * b).backward()
    watch.start(heard)
    optimizer.step()
    watch.stop()
    assert [tensor for tensor, _, _ in heard.updated] == [a, b]
    assert heard.others == []
    (_, before_a, after_a), (_, before_b, after_b) = heard.updated
    assert before_a.tolist() == [1.0, 2.0]
    assert before_b == 3.0
    assert after_a is a.numpy_value()
    assert after_b == b.item() != 3.0
    optimizer.step()
    assert before_a.tolist() == [1.0, 2.0], "what was recorded is a snapshot"


def test_every_try_of_a_line_search_is_an_update(heard):
    a = torch.tensor([-1.0, 1.5], requires_grad=True)
    optimizer = torch.optim.LBFGS([a], line_search_fn="strong_wolfe", max_iter=3)
    tries = []

    def closure():
        tries.append(a.tolist())
        optimizer.zero_grad()
        loss = ((a - 3) ** 4).sum()
        loss.backward()
        return loss

    watch.start(heard)
    optimizer.step(closure)
    watch.stop()
    assert {id(tensor) for tensor, _, _ in heard.updated} == {id(a)}
    assert a.is_leaf
    for (_, _, after), (_, before, _) in zip(heard.updated, heard.updated[1:], strict=False):
        assert before.tolist() == after.tolist(), "what was recorded is a snapshot"
    assert all(place in [after.tolist() for _, _, after in heard.updated] for place in tries[1:])


def test_a_step_on_shared_memory_reaches_the_view(heard):
    a = torch.zeros(3)
    view = a[1:]
    a.requires_grad_()
    a.grad = torch.ones(3)
    watch.start(heard)
    torch.optim.SGD([a], lr=1.0).step()
    assert view.tolist() == [-1.0, -1.0]
    [(_, before, _)] = heard.updated
    assert before.tolist() == [0.0, 0.0, 0.0]


def test_forgotten_gradients_are_heard(heard):
    a, b = torch.ones(2, requires_grad=True), torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([a, b], lr=0.1)
    watch.start(heard)
    a.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    optimizer.zero_grad()
    optimizer.zero_grad()
    (first, before, after), (second, zeros, gone) = heard.zeroed
    assert first is second is a
    assert (before.tolist(), after.tolist()) == ([1.0, 1.0], [0.0, 0.0])
    assert (zeros.tolist(), gone) == ([0.0, 0.0], None)


def test_steps_leave_no_graph_behind():
    a = torch.ones(2, requires_grad=True)
    a.grad = torch.ones(2)
    torch.optim.Adam([a]).step()
    assert a.is_leaf
    assert a.requires_grad
    assert a.dtype == torch.float32


def test_an_optimizer_of_ones_own():
    class Sign(torch.optim.Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        @torch.no_grad()
        def step(self):
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is not None:
                        p -= group["lr"] * p.grad.sign()

    a = torch.tensor([2.0, -3.0], requires_grad=True)
    optimizer = Sign([a], lr=0.5)
    (a * a).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(a.detach().numpy(), [1.5, -2.5])
