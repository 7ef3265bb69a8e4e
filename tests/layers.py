"""Layers and functions side by side: one expression on both engines, with everything that a program can see of it."""

import warnings

import numpy as np


def nodes(fn):
    """Return the graph above a node as nested names."""
    if fn is None:
        return None
    return [type(fn).__name__, *(nodes(each) for each, _ in fn.next_functions)]


class Side:
    """What one engine makes of an expression over leaves x1 (2, 3, 8), x2 (2, 4, 8, 8), x3 (2, 3, 6, 6, 6), …"""

    def __init__(self, package, expression, second=False):
        self.package = package
        random = np.random.default_rng(5)
        self.leaves = {}
        scope = {"torch": package, "nn": package.nn, "F": package.nn.functional}
        shapes = {"x1": (2, 3, 8), "y1": (2, 3, 8), "x2": (2, 4, 8, 8), "x3": (2, 3, 6, 6, 6), "m": (3, 4), "n": (3, 4)}
        for name, shape in shapes.items():
            scope[name] = self.leaves[name] = package.tensor(random.normal(size=shape).tolist(), requires_grad=True)
        scope |= {"c1": scope["y1"].detach(), "p1": scope["y1"].detach().sigmoid(), "k": package.tensor([1, 0, 3])}
        scope |= {"signs": package.tensor([1.0, -1.0, 1.0]), "ones": package.ones(3, 4), "d": scope["n"].detach()}
        package.manual_seed(3)
        self.modules = []
        made = package.nn.Module.__init__

        def noted(module, *args, **options):
            self.modules.append(module)
            made(module, *args, **options)

        package.nn.Module.__init__ = noted
        try:
            with warnings.catch_warnings(record=True) as self.warned:
                warnings.simplefilter("always")
                result = eval(expression, scope)
        finally:
            package.nn.Module.__init__ = made
        self.warned = [str(each.message).split(" (Triggered internally")[0] for each in self.warned]
        self.drawn = package.rand(1).item()
        self.results = result if isinstance(result, tuple) else (result,)
        self.tracked = [each for each in self.results if each.requires_grad]
        self.parameters = [each for module in self.modules for each in module.parameters(recurse=False)]
        self.buffers = [each for module in self.modules for each in module.buffers(recurse=False)]
        self.gradients = self.pull(second)

    def pull(self, second):
        """Return the gradients of a weighted sum of the results for all leaves; with `second` of a sum over those."""
        if not self.tracked:
            return []
        wanted = [*self.leaves.values(), *(each for each in self.parameters if each.requires_grad)]
        tensor, grad = self.package.tensor, self.package.autograd.grad
        weights = [
            tensor(np.linspace(0.5, 1.5, each.numel()).tolist(), dtype=each.dtype).reshape(each.shape)
            for each in self.tracked
        ]
        first = grad(self.tracked, wanted, weights, allow_unused=True, create_graph=second)
        if not second:
            return first
        total = sum((each * each).sum() for each in first if each is not None)
        return grad(total, wanted, allow_unused=True) if total.requires_grad else []

    def answer(self):
        """Return all of this as plain data."""

        def plain(tensor):
            return None if tensor is None else np.round(values(tensor), 6).tolist()

        return {
            "text": [repr(each) for each in self.modules],
            "values": [plain(each) for each in self.results],
            "dtypes": [repr(each.dtype) for each in self.results],
            "nodes": [nodes(each.grad_fn) for each in self.results],
            "parameters": [plain(each) for each in self.parameters],
            "gradients": [plain(each) for each in self.gradients],
            "drawn": self.drawn,
        }


def values(tensor):
    return tensor.detach().numpy()


def assert_alike(mine, real, tolerance=3e-6):
    """Compare a tensor of ours with one of torch's: type, shape, strides' order and numbers."""
    assert (mine is None) == (real is None)
    if mine is not None:
        assert repr(mine.dtype) == repr(real.dtype)
        assert tuple(mine.shape) == tuple(real.shape)
        # What is summed from large numbers of both signs is as exact as those are.
        largest = max(1.0, float(np.abs(values(real)).max(initial=0)))
        np.testing.assert_allclose(values(mine), values(real), rtol=tolerance * 3, atol=tolerance * largest)


def compare(ours, theirs, same_graph=True, tolerance=3e-6):
    """Compare all that two sides show."""
    assert ours.warned == theirs.warned
    assert [repr(each) for each in ours.modules] == [repr(each) for each in theirs.modules]
    assert len(ours.results) == len(theirs.results)
    pairs = [*zip(ours.results, theirs.results, strict=True), *zip(ours.parameters, theirs.parameters, strict=True)]
    pairs += [*zip(ours.buffers, theirs.buffers, strict=True), *zip(ours.gradients, theirs.gradients, strict=True)]
    for mine, real in pairs:
        assert_alike(mine, real, tolerance)
    for mine, real in zip(ours.results, theirs.results, strict=True):
        assert mine.requires_grad == real.requires_grad
        if same_graph:
            assert nodes(mine.grad_fn) == nodes(real.grad_fn)
    assert abs(ours.drawn - theirs.drawn) < 1e-7
