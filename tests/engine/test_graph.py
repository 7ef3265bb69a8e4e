"""The graph as a whole: depth, memory, cycles, hooks, versions, views."""

import copy
import gc
import sys
import weakref

import numpy as np
import pytest

from gradviz.engine import torch, watch
from gradviz.engine.queue import pop, push


def test_a_hundred_thousand_operations_without_recursion():
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    try:
        x = torch.tensor(1.0, requires_grad=True)
        y = x
        for _ in range(50_000):
            y = (y * 1.00001).tanh()
        y.backward()
        assert x.grad is not None
        del y
    finally:
        sys.setrecursionlimit(limit)


def test_nothing_is_left_for_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        y = (x.exp() * x).softmax(0).sum()
        node = weakref.ref(y.grad_fn)
        leaf = weakref.ref(x)
        y.backward()
        z = x * 1
        z[0] = 5.0
        part = z[1:]
        slices = weakref.ref(z.grad_fn)
        part.sum().backward()
        del y, z, part
        assert node() is None
        assert slices() is None
        del x
        assert leaf() is None
    finally:
        gc.enable()


def test_a_dropped_leaf_is_still_shown():
    y = torch.ones(2, requires_grad=True) + 1
    leaf = y.grad_fn.next_functions[0][0].variable
    y.sum().backward()
    assert leaf.grad.tolist() == [1.0, 1.0]
    assert leaf.requires_grad


@pytest.mark.parametrize(("leaves", "order"), [(3, "012"), (4, "0213"), (5, "02413"), (6, "025413"), (8, "02657413")])
def test_ties_leave_the_heap_as_in_libstdcxx(leaves, order):
    heap = []
    for index in range(leaves):
        push(heap, (7, index))
    assert "".join(str(pop(heap)[1]) for _ in range(leaves)) == order

    class Order(watch.Watcher):
        def __init__(self):
            self.leaves = []

        def leaf_accumulated(self, node, tensor, before, added, after):
            self.leaves.append(tensor)

    tensors = [torch.ones(1, requires_grad=True) for _ in range(leaves)]
    total = torch.cat(tensors).sum()
    watcher = Order()
    watch.start(watcher)
    try:
        total.backward()
    finally:
        watch.stop()
    places = {id(each): index for index, each in enumerate(tensors)}
    assert "".join(str(places[id(each)]) for each in watcher.leaves) == order


def test_hooks_on_leaf_and_inner_tensor():
    x = torch.tensor(3.0, requires_grad=True)
    y = x * 2
    seen = []
    y.register_hook(lambda grad: seen.append(grad.item()))
    handle = y.register_hook(lambda grad: grad * 10)
    x.register_hook(lambda grad: grad + 1)
    y.retain_grad()
    y.backward(retain_graph=True)
    assert seen == [1.0]
    assert y.grad.item() == 10.0
    assert x.grad.item() == 21.0
    handle.remove()
    x.grad = None
    y.backward()
    assert x.grad.item() == 3.0


def test_gradients_are_not_shared_between_leaves():
    a = torch.ones(2, requires_grad=True)
    b = torch.ones(2, requires_grad=True)
    (a + b).backward(torch.ones(2))
    a.grad.numpy()[0] = 7.0
    assert b.grad.tolist() == [1.0, 1.0]
    a.grad.data.zero_()
    assert a.grad.tolist() == [0.0, 0.0]
    assert b.grad.tolist() == [1.0, 1.0]


def test_data_shares_memory_and_not_the_version():
    x = torch.tensor(5.0, requires_grad=True)
    alias = x.data
    alias -= 1
    assert x.item() == 4.0
    assert x._version == 0
    x.data -= 1
    assert x.item() == 3.0
    array = x.detach().numpy()
    with torch.no_grad():
        x += 2
    assert array == 5.0
    assert x._version == 1


def test_a_reference_is_a_snapshot_unless_memory_is_shared():
    x = torch.tensor([1.0, 2.0])
    before = x.numpy_value()
    x.add_(1)
    assert before.tolist() == [1.0, 2.0]
    y = x.view(2, 1)
    x.add_(1)
    assert y.tolist() == [[3.0], [4.0]]
    del y
    kept = x.numpy_value()
    x.add_(1)  # the view is gone: the tensor has its memory alone and takes a new array again
    assert kept.tolist() == [3.0, 4.0]


def test_views_follow_an_in_place_change_of_their_base():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    base = x * 1
    part = base[:1]
    base.mul_(3)
    assert part.grad_fn.name() == "AsStridedBackward0"
    part.sum().backward()
    assert x.grad.tolist() == [3.0, 0.0]


def test_deepcopy_and_copy():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    (x * x).sum().backward()
    twin = copy.deepcopy(x)
    assert twin.requires_grad
    assert twin.grad.tolist() == [2.0, 4.0]
    twin.data[0] = 9.0
    assert x.tolist() == [1.0, 2.0]


def test_numpy_and_python_protocols():
    x = torch.tensor([1.0, -2.0, 3.0])
    assert isinstance(np.abs(x), (np.ndarray, torch.Tensor))
    np.testing.assert_array_equal(np.array(x), [1.0, -2.0, 3.0])
    assert len(x) == 3
    assert [each.item() for each in x] == [1.0, -2.0, 3.0]
    assert 3.0 in x
    assert float(x[0]) == 1.0
    assert f"{x[0]:.2f}" == "1.00"
    assert hash(x) == id(x)
    assert (x * np.float64(2)).dtype is torch.float32
    assert np.linspace(0, 1, 3)[int(x[0])] == 0.5


def test_a_stale_tensor_is_noticed_on_an_edge_that_is_not_asked_for():
    x, z = torch.tensor([2.0], requires_grad=True), torch.tensor([3.0], requires_grad=True)
    factor = x * 1
    y = factor * z
    factor.add_(1)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.autograd.grad(y, x)


def test_backends_are_absent_and_their_flags_can_be_set():
    from gradviz.engine.torch.backends import cudnn

    assert torch.backends.cudnn is cudnn
    assert not cudnn.is_available()
    assert not torch.backends.mps.is_available()
    assert cudnn.version() is None
    assert (cudnn.enabled, cudnn.deterministic, cudnn.benchmark) == (True, False, False)
    cudnn.deterministic = True
    try:
        assert torch.backends.cudnn.deterministic
    finally:
        cudnn.deterministic = False
    with pytest.raises(NotImplementedError, match=r"does not have torch\.backends\.nnpack yet"):
        torch.backends.nnpack  # noqa: B018


def test_one_mode_object_can_be_entered_again_and_again():
    mode = torch.no_grad()
    with mode:
        with mode:
            assert not torch.is_grad_enabled()
        assert not torch.is_grad_enabled()
        with torch.enable_grad(), torch.inference_mode(False), torch.set_grad_enabled(mode=True):
            assert torch.is_grad_enabled()
        assert not torch.is_grad_enabled()
    assert torch.is_grad_enabled()
    with pytest.raises(ZeroDivisionError), mode:
        1 / 0  # noqa: B018
    assert torch.is_grad_enabled()

    @torch.no_grad
    def bare():
        return torch.is_grad_enabled()

    assert bare.__name__ == "bare"
    assert not bare()


def test_names_that_are_missing():
    with pytest.raises(NotImplementedError, match=r"does not have torch\.hann_window yet"):
        torch.hann_window(3)
    with pytest.raises(NotImplementedError, match=r"does not have Tensor\.to_mkldnn yet"):
        torch.ones(1).to_mkldnn()
    with pytest.raises(AttributeError, match="'Tensor' object has no attribute 'foo'"):
        torch.ones(1).foo  # noqa: B018
    assert not hasattr(torch.ones(1), "to_mkldnn")


class Everything(watch.Watcher):
    def __init__(self):
        self.told = []

    def tensor_made(self, tensor, maker):
        self.told.append(("made", maker))

    def op_ran(self, op, inputs, arguments, outputs, in_place):
        self.told.append(("ran", op.name, in_place))

    def requires_grad_set(self, tensor, value):
        self.told.append(("requires", value))

    def backward_began(self, roots, gradients, inputs, keep):
        self.told.append(("began", keep))

    def node_ran(self, node, gradients_in, raw, sent):
        self.told.append((node.name(), gradients_in, raw, sent))

    def leaf_accumulated(self, node, tensor, before, added, after):
        self.told.append(("leaf", before, added, after))

    def backward_ended(self, freed):
        self.told.append(("ended", freed))

    def tensor_updated(self, tensor, before):
        self.told.append(("updated", float(before), tensor.item()))

    def gradient_zeroed(self, tensor, before, after):
        self.told.append(("zeroed", float(before), after if after is None else float(after)))


def test_the_watcher_hears_a_step_of_descent():
    watcher = Everything()
    watch.start(watcher)
    try:
        x = torch.tensor(3.0, requires_grad=True)
        (x * 2).backward()
        with torch.no_grad():
            x -= 0.5
        x.grad.zero_()
        x.grad = None
    finally:
        watch.stop()
    assert watcher.told == [
        ("made", "tensor"),
        ("ran", "mul", False),
        ("began", False),
        ("MulBackward0", (1.0,), (2.0,), (2.0,)),
        ("leaf", None, 2.0, 2.0),
        ("ended", True),
        ("updated", 3.0, 2.5),
        ("zeroed", 2.0, 0.0),
        ("zeroed", 0.0, None),
    ]


def test_gradients_go_only_where_an_asked_input_can_be_reached():
    """The expected values are what hooks on real torch's nodes see."""
    x, z = torch.tensor(2.0, requires_grad=True), torch.tensor(3.0, requires_grad=True)
    y = x * (z * z)
    total = y + x

    def sent(run):
        watcher = Everything()
        watch.start(watcher)
        try:
            run()
        finally:
            watch.stop()
        ran = [each for each in watcher.told if each[0].endswith("Backward0")]
        assert all([g is None for g in raw] == [g is None for g in out] for _, _, raw, out in ran)
        return [out for *_, out in ran]

    assert sent(lambda: torch.autograd.grad(total, x, retain_graph=True)) == [(1.0, 1.0), (9.0, None)]
    assert sent(lambda: torch.autograd.grad(total, y, retain_graph=True)) == [(1.0, None)]  # an input that is no leaf
    assert sent(lambda: total.backward(inputs=[z])) == [(1.0, None), (None, 2.0), (6.0, 6.0)]
    assert x.grad is None


def test_saved_values_and_edges():
    x = torch.tensor(3.0, requires_grad=True)
    y = x * x
    assert [name for name, _ in y.grad_fn._saved_tensors()] == ["self", "other"]
    assert y.grad_fn._saved_self is x
    assert len(y.grad_fn.next_functions) == 2
    assert y.grad_fn.next_functions[0][0]._sequence_nr() == 2**64 - 1
    y.backward()
    with pytest.raises(RuntimeError, match="a second time"):
        y.grad_fn._saved_tensors()
