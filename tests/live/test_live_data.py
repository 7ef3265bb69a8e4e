"""Loading data: batches, their order, and where the generator stands afterwards, beside real torch's."""

import collections
import warnings

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch

Point = collections.namedtuple("Point", "x y")


def plain(value):
    """The same words for both packages' values: types, shapes, numbers."""
    if hasattr(value, "numpy") and hasattr(value, "dtype") and not isinstance(value, (np.ndarray, np.generic)):
        return str(value.dtype), tuple(value.shape), value.tolist()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [plain(each) for each in value]
    return type(value).__name__, value


def squares(package):
    class Squares(package.utils.data.Dataset):
        def __len__(self):
            return 23

        def __getitem__(self, i):
            return {"i": i, "x": package.tensor([i, i * i], dtype=package.float32), "name": f"n{i}"}, i / 3

    return Squares()


def noisy(package):
    class Noisy(package.utils.data.Dataset):
        def __len__(self):
            return 9

        def __getitem__(self, i):
            return package.randn(2) + i, np.float32(i), np.arange(3) * i, Point(i, [i, 2.0 * i])

    return Noisy()


def stream(package):
    class Stream(package.utils.data.IterableDataset):
        def __iter__(self):
            return iter(range(10))

        def __len__(self):
            return 10

    return Stream()


def pairs(package, count=37):
    x = package.arange(count * 2.0).reshape(count, 2)
    return package.utils.data.TensorDataset(x, package.arange(count), x.sum(1) > 50)


CASES = {
    "plain": lambda p, d: d.DataLoader(pairs(p), batch_size=8),
    "shuffled": lambda p, d: d.DataLoader(pairs(p), batch_size=8, shuffle=True),
    "drop_last": lambda p, d: d.DataLoader(pairs(p), 8, True, drop_last=True),
    "even": lambda p, d: d.DataLoader(pairs(p, 16), 8, True),
    "one": lambda p, d: d.DataLoader(pairs(p), shuffle=True),
    "no batches": lambda p, d: d.DataLoader(pairs(p), batch_size=None, shuffle=True),
    "generator": lambda p, d: d.DataLoader(pairs(p), 5, True, generator=p.Generator().manual_seed(3)),
    "workers": lambda p, d: d.DataLoader(pairs(p), 5, True),
    "dictionary": lambda p, d: d.DataLoader(squares(p), 4, shuffle=True),
    "noisy": lambda p, d: d.DataLoader(noisy(p), 4, shuffle=True),
    "stream": lambda p, d: d.DataLoader(stream(p), 4),
    "stream drop": lambda p, d: d.DataLoader(stream(p), 4, drop_last=True),
    "stream single": lambda p, d: d.DataLoader(stream(p), None),
    "replacement": lambda p, d: d.DataLoader(pairs(p), 6, sampler=d.RandomSampler(range(37), True, 70)),
    "many": lambda p, d: d.DataLoader(pairs(p), 6, sampler=d.RandomSampler(range(37), num_samples=80)),
    "own": lambda p, d: d.DataLoader(
        pairs(p), 6, sampler=d.RandomSampler(range(37), generator=p.Generator().manual_seed(1))
    ),
    "subset sampler": lambda p, d: d.DataLoader(pairs(p), 3, sampler=d.SubsetRandomSampler([3, 1, 4, 15, 9, 2, 6])),
    "weighted": lambda p, d: d.DataLoader(pairs(p, 4), 3, sampler=d.WeightedRandomSampler([0.1, 3, 0.5, 1], 11)),
    "weighted once": lambda p, d: d.DataLoader(
        pairs(p, 4), 3, sampler=d.WeightedRandomSampler([0.1, 3, 0.5, 1], 3, replacement=False)
    ),
    "batch sampler": lambda p, d: d.DataLoader(
        pairs(p), batch_sampler=d.BatchSampler(d.SequentialSampler(range(10)), 4, False)
    ),
    "list of batches": lambda p, d: d.DataLoader(pairs(p), batch_sampler=[[0, 2], [5], [1, 1, 1]]),
    "collate": lambda p, d: d.DataLoader(pairs(p), 9, collate_fn=lambda rows: [len(rows), rows[0][0] * 2]),
    "list": lambda p, d: d.DataLoader([1.5, 2.5, 3.5], 2),
    "list of pairs": lambda p, d: d.DataLoader([(p.tensor([i, i]), i) for i in range(6)], 4, shuffle=True),
    "subset": lambda p, d: d.DataLoader(d.Subset(pairs(p), [5, 6, 30, 2, 8]), 2, shuffle=True),
    "subset of dict": lambda p, d: d.DataLoader(d.Subset(squares(p), [5, 6, 2, 8]), 3),
    "concat": lambda p, d: d.DataLoader(pairs(p, 5) + pairs(p, 6), 4, shuffle=True),
    "chain": lambda p, d: d.DataLoader(stream(p) + stream(p), 7),
    "stack": lambda p, d: d.DataLoader(d.StackDataset(pairs(p, 5), range(5)), 2),
    "stack words": lambda p, d: d.DataLoader(d.StackDataset(a=pairs(p, 5), b=range(5)), 2),
    "tensor": lambda p, d: d.DataLoader(p.arange(12.0).reshape(6, 2), 4, shuffle=True),
    "split": lambda p, d: d.DataLoader(d.random_split(pairs(p), [30, 7])[0], 4, shuffle=True),
    "split fractions": lambda p, d: d.DataLoader(
        d.random_split(pairs(p), [0.5, 0.3, 0.2], generator=p.Generator().manual_seed(42))[1], 4
    ),
    "array": lambda p, d: d.DataLoader(np.arange(6.0).reshape(3, 2), 2),
}


@pytest.mark.parametrize("case", CASES)
def test_two_epochs(case):
    answers = []
    for package in (gv_torch, torch):
        package.manual_seed(17)
        loader = CASES[case](package, package.utils.data)
        epochs = [[plain(batch) for batch in loader] for _ in range(2)]
        try:
            length = len(loader)
        except TypeError as error:
            length = str(error)
        answers.append((length, epochs, package.rand(2).tolist()))
    assert answers[0] == answers[1]


def test_workers_give_the_same_batches_in_this_process():
    def batches(**workers):
        gv_torch.manual_seed(1)
        return [plain(batch) for batch in gv_torch.utils.data.DataLoader(pairs(gv_torch), 8, True, **workers)]

    assert batches(num_workers=2, persistent_workers=True, prefetch_factor=3) == batches()
    assert gv_torch.utils.data.get_worker_info() is None


WRONG = {
    "batch": lambda p, d: d.DataLoader([1], batch_size=0),
    "batch float": lambda p, d: d.DataLoader([1], batch_size=2.5),
    "sampler and shuffle": lambda p, d: d.DataLoader([1], shuffle=True, sampler=[0]),
    "batch sampler and batch": lambda p, d: d.DataLoader([1], 2, batch_sampler=[[0]]),
    "no batch to drop": lambda p, d: d.DataLoader([1], None, drop_last=True),
    "workers": lambda p, d: d.DataLoader([1], num_workers=-1),
    "timeout": lambda p, d: d.DataLoader([1], timeout=-1),
    "prefetch": lambda p, d: d.DataLoader([1], prefetch_factor=2),
    "persistent": lambda p, d: d.DataLoader([1], persistent_workers=True),
    "stream shuffle": lambda p, d: d.DataLoader(stream(p), shuffle=True),
    "stream sampler": lambda p, d: d.DataLoader(stream(p), sampler=[1]),
    "set": lambda p, d: setattr(d.DataLoader([1]), "batch_size", 3),
    "empty": lambda p, d: d.DataLoader([], shuffle=True),
    "split": lambda p, d: d.random_split(range(5), [2, 2]),
    "fraction": lambda p, d: d.random_split(range(5), [1.5, -0.5]),
    "sizes": lambda p, d: d.TensorDataset(p.ones(2), p.ones(3)),
    "concat": lambda p, d: d.ConcatDataset([]),
    "concat stream": lambda p, d: d.ConcatDataset([stream(p)]),
    "weights": lambda p, d: d.WeightedRandomSampler([[1.0]], 1),
    "weights count": lambda p, d: d.WeightedRandomSampler([1.0], 0),
    "weights often": lambda p, d: list(d.WeightedRandomSampler([1.0], 2, False)),
    "replacement": lambda p, d: d.RandomSampler([1], replacement=1),
    "collate": lambda p, d: list(d.DataLoader([None, None], 2)),
    "uneven": lambda p, d: list(d.DataLoader([[1], [1, 2]], 2)),
    "shapes": lambda p, d: list(d.DataLoader([p.ones(2), p.ones(3)], 2)),
    "dataset": lambda p, d: d.Dataset()[0],
    "no length": lambda p, d: len(d.DataLoader(d.IterableDataset())),
    "subset": lambda p, d: type("Own", (d.Subset,), {"__getitem__": lambda self, i: i})([1], [0]),
    "stack": lambda p, d: d.StackDataset(range(2), range(3)),
    "stack none": lambda p, d: d.StackDataset(),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_requests_are_answered_in_torchs_words(case):
    answers = []
    for package in (gv_torch, torch):
        with pytest.raises(Exception) as caught:  # noqa: PT011  the two are compared
            WRONG[case](package, package.utils.data)
        answers.append((caught.type.__name__.replace("NotThereYetError", "NotImplementedError"), str(caught.value)))
    assert answers[0] == answers[1]


def test_an_empty_part_is_warned_of():
    texts = []
    for package in (gv_torch, torch):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            package.utils.data.random_split(range(2), [0.9, 0.05, 0.05])
        texts.append([str(each.message) for each in caught])
    assert texts[0] == texts[1]
    assert texts[0]


def test_names():
    for name in ("Dataset", "TensorDataset", "DataLoader", "Subset", "RandomSampler", "BatchSampler"):
        assert str(getattr(gv_torch.utils.data, name)) == str(getattr(torch.utils.data, name))
