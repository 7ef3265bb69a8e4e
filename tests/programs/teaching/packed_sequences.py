"""Sequences of unequal length: padding, packing, masking."""
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

torch.manual_seed(39)
texts = ["good film", "bad", "not bad at all", "good"]
words = {w: i + 1 for i, w in enumerate(sorted(set(" ".join(texts).split())))}
ids = [torch.tensor([words[w] for w in t.split()]) for t in texts]
print(words, ids)
lengths = torch.tensor([len(i) for i in ids])
padded = pad_sequence(ids, batch_first=True)
print(padded, lengths)
print(pad_sequence(ids, padding_value=-1))

packed = pack_padded_sequence(padded, lengths, batch_first=True, enforce_sorted=False)
print(packed.data, packed.batch_sizes, packed.sorted_indices)
back, again = pad_packed_sequence(packed, batch_first=True)
print(back.equal(padded), again)

embed = nn.Embedding(len(words) + 1, 4, padding_idx=0)
rnn = nn.GRU(4, 3, batch_first=True)
run, last = rnn(pack_padded_sequence(embed(padded), lengths, batch_first=True, enforce_sorted=False))
out, _ = pad_packed_sequence(run, batch_first=True)
print(out.shape, last.shape)
print(out[1], last[0, 1])
one, alone = rnn(embed(ids[1])[None])
print(torch.allclose(alone[0, 0], last[0, 1], atol=1e-6))
plain, end = rnn(embed(padded))
print("without packing the end differs:", not torch.allclose(end[0, 1], last[0, 1]))

mask = torch.arange(padded.shape[1])[None] < lengths[:, None]
print(mask, mask.sum(1))
mean = (embed(padded) * mask.unsqueeze(-1)).sum(1) / lengths.unsqueeze(1)
print(mean)
label = torch.tensor([1.0, 0.0, 1.0, 1.0])
head = nn.Linear(3, 1)
optimizer = torch.optim.Adam([*embed.parameters(), *rnn.parameters(), *head.parameters()], lr=0.05)
for epoch in range(21):
    _, h = rnn(pack_padded_sequence(embed(padded), lengths, batch_first=True, enforce_sorted=False))
    loss = nn.functional.binary_cross_entropy_with_logits(head(h[-1]).squeeze(1), label)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 5 == 0:
        print(epoch, f"{loss.item():.4f}")
print(embed.weight[0], embed.weight.grad[0])
