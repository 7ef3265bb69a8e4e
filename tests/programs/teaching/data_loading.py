"""Datasets, loaders, samplers."""
import torch
from torch.utils.data import (ConcatDataset, DataLoader, Dataset, RandomSampler, SequentialSampler, Subset, SubsetRandomSampler,
                              TensorDataset, WeightedRandomSampler, random_split)

class Squares(Dataset):
    def __init__(self, n):
        self.x = torch.arange(n, dtype=torch.float32)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return self.x[i], self.x[i] ** 2

data = Squares(10)
print(len(data), data[3], data[-1])
for x, y in DataLoader(data, batch_size=4):
    print(x, y)
torch.manual_seed(31)
loader = DataLoader(data, batch_size=4, shuffle=True)
print(len(loader), loader.batch_size, type(loader.sampler).__name__)
for epoch in range(2):
    print(epoch, [x.long().tolist() for x, _ in loader])
print([len(x) for x, _ in DataLoader(data, batch_size=4, drop_last=True)])
g = torch.Generator().manual_seed(5)
print([x.long().tolist() for x, _ in DataLoader(data, batch_size=5, shuffle=True, generator=g)])

pairs = TensorDataset(torch.randn(8, 2), torch.arange(8) % 2)
print(len(pairs), pairs[0], pairs[2:4][1])
train, test = random_split(pairs, [6, 2], generator=torch.Generator().manual_seed(42))
print(len(train), len(test), train.indices, test.indices)
print([len(part) for part in random_split(data, [0.7, 0.3])])
print(Subset(data, [1, 3, 5])[2], len(ConcatDataset([data, data])), ConcatDataset([data, data])[13])
print(len(data + data))

print(list(SequentialSampler(range(4))), list(RandomSampler(range(6))), list(RandomSampler(range(3), replacement=True, num_samples=5)))
print(list(SubsetRandomSampler([2, 4, 6, 8])), list(WeightedRandomSampler([0.1, 0.1, 5.0], 6)))
print([b[0].tolist() for b in DataLoader(data, batch_size=3, sampler=SubsetRandomSampler(range(5)))])

def collate(batch):
    xs, ys = zip(*batch)
    return torch.nn.utils.rnn.pad_sequence(xs, batch_first=True), torch.tensor(ys)

ragged = [(torch.ones(n), n) for n in (1, 3, 2)]
print(next(iter(DataLoader(ragged, batch_size=3, collate_fn=collate))))
dicts = [{"image": torch.full((2,), float(i)), "label": i, "name": f"n{i}"} for i in range(3)]
print(next(iter(DataLoader(dicts, batch_size=2))))
print(next(iter(DataLoader([1.5, 2.5, 3.5], batch_size=2))), next(iter(DataLoader(range(5), batch_size=None))))
images, labels = next(iter(DataLoader(pairs, batch_size=8)))
print(images.shape, labels, labels.dtype)
torch.manual_seed(0)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(3):
    running = 0.0
    for i, (inputs, target) in enumerate(DataLoader(train, batch_size=2, shuffle=True)):
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(model(inputs).squeeze(1), target.float())
        loss.backward()
        optimizer.step()
        running += loss.item() * inputs.size(0)
    print(f"epoch {epoch}: {running / len(train):.4f}")
try:
    DataLoader(data, batch_size=0)
except ValueError as error:
    print(error)
