"""DataLoader: goes through a dataset in batches, in the order of a sampler.

Worker processes are accepted and not started: every sample is read in the program's own process, so that a run can be
recorded and its numbers are torch's numbers with `num_workers=0`. With deterministic datasets those with workers are
the same ones.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import numpy as np

from gradviz.engine.creation import finished
from gradviz.engine.sampling import source
from gradviz.engine.torch.utils.data.collating import default_collate, default_convert
from gradviz.engine.torch.utils.data.dataset import Dataset, IterableDataset, Subset, TensorDataset
from gradviz.engine.torch.utils.data.quiet import only_data, unseen
from gradviz.engine.torch.utils.data.sampler import BatchSampler, RandomSampler, SequentialSampler

Batch = TypeVar("Batch", covariant=True)
FIXED = ("batch_size", "batch_sampler", "sampler", "drop_last", "dataset", "persistent_workers")
NO_PINNED_MEMORY = (
    "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used."
)


def get_worker_info() -> None:
    """Return None, as in the main process: there are no others."""


class DataLoader(Generic[Batch]):
    """An iterable of batches. Raises ValueError for options that exclude each other, in torch's words."""

    _ready = False

    def __init__(
        self,
        dataset: Dataset[Any] | Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: int = 0,
        collate_fn: Callable[[Any], Any] | None = None,
        pin_memory: bool = False,
        drop_last: bool = False,
        timeout: float = 0,
        worker_init_fn: Callable[[int], Any] | None = None,
        multiprocessing_context: Any = None,
        generator: Any = None,
        *,
        prefetch_factor: int | None = None,
        persistent_workers: bool = False,
        pin_memory_device: str = "",
        in_order: bool = True,
    ) -> None:
        _check_workers(num_workers, timeout, prefetch_factor, persistent_workers)
        streams = isinstance(dataset, IterableDataset)
        if streams:
            _check_stream(shuffle, sampler, batch_sampler)
        _check_batching(batch_size, bool(shuffle), sampler, batch_sampler, drop_last)
        if batch_sampler is not None:
            batch_size, drop_last = None, False
        if sampler is None:
            if streams:
                sampler = Endless()
            elif shuffle:
                sampler = RandomSampler(dataset, generator=generator)
            else:
                sampler = SequentialSampler(dataset)
        if batch_size is not None and batch_sampler is None:
            batch_sampler = BatchSampler(sampler, batch_size, drop_last)
        self.dataset = dataset
        self.batch_size = batch_size
        self.sampler = sampler
        self.batch_sampler = batch_sampler
        self.num_workers = num_workers
        self.collate_fn = collate_fn or (default_convert if batch_sampler is None else default_collate)
        self.pin_memory = pin_memory
        self.drop_last = drop_last
        self.timeout = timeout
        self.worker_init_fn = worker_init_fn
        self.multiprocessing_context = multiprocessing_context
        self.generator = generator
        self.prefetch_factor = 2 if num_workers and prefetch_factor is None else prefetch_factor
        self.persistent_workers = persistent_workers
        self.pin_memory_device = pin_memory_device
        self.in_order = in_order
        self._ready = True

    def __setattr__(self, name: str, value: Any) -> None:
        if self._ready and name in FIXED:
            raise ValueError(f"{name} attribute should not be set after {type(self).__name__} is initialized")
        super().__setattr__(name, value)

    def __iter__(self) -> Iterator[Batch]:
        if self.pin_memory:
            warnings.warn(NO_PINNED_MEMORY, stacklevel=2)
        choices = iter(self.sampler if self.batch_sampler is None else self.batch_sampler)
        # Torch draws a seed for workers whether or not there are any, before the first sample is chosen.
        source(self.generator).seed_for_another()
        return self._streamed(choices) if isinstance(self.dataset, IterableDataset) else self._indexed(choices)

    def _indexed(self, choices: Iterator[Any]) -> Iterator[Any]:
        rows = None
        if self.batch_sampler is not None and self.collate_fn is default_collate:
            rows = tensors_behind(self.dataset)
        alone = self.batch_sampler is not None and only_data(self.dataset)
        several = getattr(self.dataset, "__getitems__", None)
        for chosen in choices:
            if rows is not None and isinstance(chosen, list):
                yield _rows(*rows, chosen)
                continue
            with unseen(alone):
                if self.batch_sampler is None:
                    samples = self.dataset[chosen]
                elif callable(several):
                    samples = several(chosen)
                else:
                    samples = [self.dataset[index] for index in chosen]
            yield self.collate_fn(samples)

    def _streamed(self, choices: Iterator[Any]) -> Iterator[Any]:
        samples = iter(self.dataset)
        if self.batch_sampler is None:
            yield from map(self.collate_fn, samples)
            return
        for chosen in choices:
            batch = list(itertools.islice(samples, len(chosen)))
            if batch and not (self.drop_last and len(batch) < len(chosen)):
                yield self.collate_fn(batch)
            if len(batch) < len(chosen):
                return

    def __len__(self) -> int:
        if not isinstance(self.dataset, IterableDataset):
            return len(self.sampler if self.batch_sampler is None else self.batch_sampler)
        length = len(self.dataset)  # type: ignore[arg-type]
        if self.batch_size is None:
            return length
        return length // self.batch_size if self.drop_last else -(-length // self.batch_size)


class Endless:
    """The sampler of a stream: it has no indices, so every choice is None."""

    def __iter__(self) -> Iterator[None]:
        return itertools.repeat(None)


def tensors_behind(dataset: Any) -> tuple[tuple[Any, ...], Sequence[int] | None] | None:
    """The tensors of a plain TensorDataset, or of a subset of one with its indices; None for any other dataset.

    Their batches are rows of the tensors, which one indexing gives at a hundredth of the cost of row after row.
    """
    indices: Sequence[int] | None = None
    if type(dataset) is Subset:
        dataset, indices = dataset.dataset, dataset.indices
    if type(dataset) is not TensorDataset or any(tensor.requires_grad for tensor in dataset.tensors):
        return None
    return dataset.tensors, indices


def _rows(tensors: tuple[Any, ...], indices: Sequence[int] | None, chosen: list[int]) -> list[Any]:
    places = chosen if indices is None else [indices[i] for i in chosen]
    return [finished(np.take(tensor.numpy_value(), places, axis=0), "DataLoader") for tensor in tensors]


def _check_workers(count: int, timeout: float, prefetch_factor: int | None, persistent: bool) -> None:
    if count < 0:
        raise ValueError("num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.")
    if timeout < 0:
        raise ValueError("timeout option should be non-negative")
    if count == 0 and prefetch_factor is not None:
        raise ValueError(
            "prefetch_factor option could only be specified in multiprocessing."
            "let num_workers > 0 to enable multiprocessing, otherwise set prefetch_factor to None."
        )
    if prefetch_factor is not None and prefetch_factor < 0:
        raise ValueError("prefetch_factor option should be non-negative")
    if persistent and count == 0:
        raise ValueError("persistent_workers option needs num_workers > 0")


def _check_stream(shuffle: bool | None, sampler: Any, batch_sampler: Any) -> None:
    given = {"shuffle": shuffle or None, "sampler": sampler, "batch_sampler": batch_sampler}
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"DataLoader with IterableDataset: expected unspecified {name} option, but got {name}={value}"
            )


def _check_batching(
    batch_size: int | None, shuffle: bool, sampler: Iterable[Any] | None, batch_sampler: Any, drop_last: bool
) -> None:
    if sampler is not None and shuffle:
        raise ValueError("sampler option is mutually exclusive with shuffle")
    if batch_sampler is not None:
        if batch_size != 1 or shuffle or sampler is not None or drop_last:
            raise ValueError(
                "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last"
            )
    elif batch_size is None and drop_last:
        raise ValueError("batch_size=None option disables auto-batching and is mutually exclusive with drop_last")
