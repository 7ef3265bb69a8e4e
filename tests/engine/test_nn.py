"""Modules as whoever watches sees them, and what programs cannot show; the rest is in test_programs.py."""

import copy
import gc
import weakref

import numpy as np
import pytest

from gradviz.engine import torch, watch
from gradviz.engine.torch import nn


class Heard(watch.Watcher):
    def __init__(self):
        self.events = []

    def tensor_made(self, tensor, maker):
        self.events.append((maker, tensor))

    def tensor_updated(self, tensor, before):
        self.events.append(("updated", tensor))

    def op_ran(self, op, inputs, arguments, outputs, in_place):
        self.events.append((op.name, outputs[0]))


@pytest.fixture
def heard():
    watcher = Heard()
    watch.start(watcher)
    yield watcher
    watch.stop()


@pytest.mark.parametrize("make", [lambda: nn.Linear(2, 3), lambda: nn.Embedding(3, 2, padding_idx=0)])
def test_a_layer_appears_with_its_starting_values(make, heard):
    layer = make()
    assert heard.events == [("Parameter", parameter) for parameter in layer.parameters()]
    assert all(tensor.abs().sum().item() > 0 for _, tensor in list(heard.events))


def test_a_parameter_is_announced_once(heard):
    parameter = nn.Parameter(torch.ones(2))
    assert heard.events[-1] == ("Parameter", parameter)
    assert [maker for maker, _ in heard.events] == ["ones", "Parameter"]


def test_initialising_is_one_update(heard):
    weight = nn.Parameter(torch.ones(2, 2))
    nn.init.xavier_uniform_(weight)
    assert heard.events[2:] == [("updated", weight)]


def test_a_dropped_model_leaves_no_cycle():
    gc.collect()
    gc.disable()
    try:
        model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
        model(torch.ones(4, 2)).sum().backward()
        watched = [weakref.ref(model), *map(weakref.ref, model.parameters())]
        del model
        assert [reference() for reference in watched] == [None] * 5
    finally:
        gc.enable()


def test_an_always_called_hook_runs_after_an_error():
    layer, seen = nn.Linear(2, 2), []
    layer.register_forward_hook(lambda module, args, output: seen.append(output), always_call=True)
    with pytest.raises(RuntimeError):
        layer(torch.ones(3))
    assert seen == [None]


def test_hooks_run_in_the_order_asked_for():
    layer, order = nn.Identity(), []
    for name, first in (("a", False), ("b", False), ("c", True)):
        layer.register_forward_hook(lambda *_, name=name: order.append(name), prepend=first)
    layer(1)
    assert order == ["c", "a", "b"]
    pre = nn.Identity()
    pre.register_forward_pre_hook(lambda module, args, kwargs: ((5,), kwargs), with_kwargs=True)
    assert pre(1) == 5


def test_moving_a_module_keeps_its_parameters():
    layer = nn.Linear(2, 2)
    weight = layer.weight
    layer(torch.ones(2)).sum().backward()
    layer.double()
    assert layer.weight is weight
    assert (weight.dtype, weight.grad.dtype) == (torch.float64, torch.float64)
    assert layer.float().to("cpu").weight.dtype == torch.float32


def test_a_deep_copy_shares_nothing():
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    twin = copy.deepcopy(model)
    with torch.no_grad():
        twin[0].weight.zero_()
    assert model[0].weight.abs().sum().item() > 0
    assert isinstance(twin[0].weight, nn.Parameter)


def test_state_shares_memory_and_keeps_buffers_apart():
    layer = nn.Linear(1, 1)
    layer.register_buffer("kept", torch.zeros(1))
    layer.register_buffer("passing", torch.zeros(1), persistent=False)
    assert set(layer.state_dict()) == {"weight", "bias", "kept"}
    layer.kept = torch.ones(1)
    assert layer.state_dict()["kept"].item() == 1
    del layer.kept
    assert not hasattr(layer, "kept")
    layer.bias = None
    assert [name for name, _ in layer.named_parameters()] == ["weight"]


def test_training_descends():
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    x = torch.linspace(-1, 1, 32).reshape(32, 1)
    for _ in range(300):
        loss = nn.MSELoss()(model(x), x * x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 1e-3
    assert np.isfinite(loss.item())


def test_names_the_engine_does_not_have_say_so():
    with pytest.raises(NotImplementedError, match=r"torch\.nn\.SyncBatchNorm"):
        nn.SyncBatchNorm(1)
    with pytest.raises(NotImplementedError, match=r"Module\.xpu"):
        nn.Linear(1, 1).xpu()
    assert not hasattr(nn.Linear(1, 1), "xpu")
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        nn.Nothing  # noqa: B018


def test_a_star_gives_all_layers():
    names = {}
    exec("from gradviz.engine.torch.nn import *", names)
    assert {"Linear", "LSTM", "Conv2d", "Transformer", "EmbeddingBag", "ParameterList"} <= names.keys()


def test_sequences_leave_no_cycle():
    def use():
        layers = nn.LSTM(3, 4, 2, bidirectional=True), nn.GRU(3, 4), nn.MultiheadAttention(4, 2), nn.EmbeddingBag(4, 2)
        x = torch.ones(3, 2, 3, requires_grad=True)
        layers[0].register_full_backward_hook(lambda module, into, out: None)
        out = layers[0](x)[0].sum() + layers[1](x)[0].sum() + layers[3](torch.tensor([[1, 2]])).sum()
        (out + layers[2](*[torch.ones(3, 2, 4)] * 3)[0].sum()).backward()
        nn.Linear(2, 2).load_state_dict(nn.Linear(2, 2).state_dict())

    use()
    gc.collect()
    gc.disable()
    try:
        use()
        assert gc.collect() == 0
    finally:
        gc.enable()
