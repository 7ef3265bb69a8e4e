"""What programs see as `torch.utils.data`: datasets, samplers that choose from them, and the loader of batches.

The order of shuffled data is torch's: every random choice takes the same numbers from the same generator.
"""

from __future__ import annotations

from typing import Any

from gradviz.engine.names import missing, shown_as
from gradviz.engine.torch.utils.data.collating import default_collate, default_convert
from gradviz.engine.torch.utils.data.dataloader import DataLoader, get_worker_info
from gradviz.engine.torch.utils.data.dataset import (
    ChainDataset,
    ConcatDataset,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)
from gradviz.engine.torch.utils.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)

shown_as("torch.utils.data.dataset", Dataset, IterableDataset, TensorDataset, StackDataset, ConcatDataset)
shown_as("torch.utils.data.dataset", ChainDataset, Subset)
shown_as("torch.utils.data.sampler", Sampler, SequentialSampler, RandomSampler, SubsetRandomSampler)
shown_as("torch.utils.data.sampler", WeightedRandomSampler, BatchSampler)
shown_as("torch.utils.data.dataloader", DataLoader)


def __getattr__(name: str) -> Any:
    raise missing("torch.utils.data", name)


__all__ = [
    "BatchSampler",
    "ChainDataset",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "StackDataset",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "default_collate",
    "default_convert",
    "get_worker_info",
    "random_split",
]
