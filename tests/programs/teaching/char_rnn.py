"""A character model of one sentence, with a hidden state carried along."""
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(19)
text = "the cat sat on the mat and the rat sat on the cat. "
vocabulary = sorted(set(text))
index = {c: i for i, c in enumerate(vocabulary)}
data = torch.tensor([index[c] for c in text])
print(len(text), len(vocabulary), "".join(vocabulary), data[:10])

class CharRNN(nn.Module):
    def __init__(self, size, hidden):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Embedding(size, 8)
        self.i2h = nn.Linear(8 + hidden, hidden)
        self.h2o = nn.Linear(hidden, size)

    def forward(self, c, h):
        h = torch.tanh(self.i2h(torch.cat((self.embed(c), h), 1)))
        return F.log_softmax(self.h2o(h), dim=1), h

    def init_hidden(self):
        return torch.zeros(1, self.hidden)

model = CharRNN(len(vocabulary), 24)
print(model)
out, h = model(data[:1], model.init_hidden())
print(out, h.shape)
criterion = nn.NLLLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(31):
    h, loss = model.init_hidden(), 0
    for t in range(len(data) - 1):
        out, h = model(data[t:t + 1], h)
        loss = loss + criterion(out, data[t + 1:t + 2])
    optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 5)
    optimizer.step()
    if epoch == 0:
        print(f"{loss.item():.3f}", loss.shape, loss.requires_grad)
    if epoch % 10 == 0:
        print(f"epoch {epoch} loss per letter {loss.item() / (len(data) - 1):.3f}")
print(loss.grad_fn)

def sample(start, length):
    with torch.no_grad():
        h = model.init_hidden()
        for c in start[:-1]:
            _, h = model(torch.tensor([index[c]]), h)
        text, c = start, start[-1]
        for _ in range(length):
            out, h = model(torch.tensor([index[c]]), h)
            c = vocabulary[out.argmax().item()]
            text += c
    return text

for start in ("the", "on", "r"):
    print(repr(sample(start, 20)))
print(model.embed.weight[0], model.embed.weight.grad.shape)
