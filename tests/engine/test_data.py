"""What whoever watches sees of a loader: batches, and everything that could be part of a graph."""

import pytest

from gradviz.engine import torch, watch
from gradviz.engine.torch.utils.data.quiet import only_data


class Heard(watch.Watcher):
    def __init__(self):
        self.made, self.ran = [], []

    def tensor_made(self, tensor, maker):
        self.made.append(maker)

    def op_ran(self, op, inputs, arguments, outputs, in_place):
        self.ran.append(op.name)


@pytest.fixture
def heard():
    watcher = Heard()
    yield watcher
    watch.stop()


weight = torch.ones(3, requires_grad=True)


class Rows(torch.utils.data.Dataset):
    def __init__(self, rows, transform=None):
        self.rows, self.transform = rows, transform

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, i):
        return self.rows[i] * 2 if self.transform is None else self.transform(self.rows[i])


class Weighted(Rows):
    def __getitem__(self, i):
        return self.rows[i] * weight


def scaled(row):
    return row * weight


def through(dataset, heard):
    watch.start(heard)
    batches = list(torch.utils.data.DataLoader(dataset, batch_size=2))
    watch.stop()
    return batches


@pytest.mark.parametrize("kind", [Rows, torch.utils.data.TensorDataset])
def test_only_batches_appear(kind, heard):
    through(kind(torch.arange(12.0).reshape(4, 3)), heard)
    assert heard.made == ["DataLoader", "DataLoader"]
    assert heard.ran == []


@pytest.mark.parametrize(
    "make",
    [
        lambda rows: Rows(rows.requires_grad_()),
        Weighted,
        lambda rows: Rows(rows, scaled),
        lambda rows: Rows(rows, lambda row: row + weight.sum()),
        lambda rows: Rows(rows, torch.nn.Linear(3, 1)),
        lambda rows: torch.utils.data.Subset(Weighted(rows), [0, 1]),
        lambda rows: torch.utils.data.ConcatDataset([Rows(rows), Weighted(rows)]),
    ],
)
def test_samples_that_want_gradients_are_told_of(make, heard):
    dataset = make(torch.arange(12.0).reshape(4, 3))
    assert not only_data(dataset)
    batch = through(dataset, heard)[-1]
    assert len(heard.ran) >= 2
    if batch.requires_grad:
        batch.sum().backward()


def test_an_error_in_a_dataset_leaves_the_watcher_in_place(heard):
    watch.start(heard)
    with pytest.raises(TypeError):
        list(torch.utils.data.DataLoader(Rows(torch.ones(2, 3), lambda row: row + None)))
    assert watch.current is heard
