"""A small decoder-only transformer: embedding, two blocks, a head; it learns to reverse."""
import torch
import torch.nn as nn
from torch.nn import functional as F

torch.manual_seed(1337)
vocab, n_embd, n_head, n_layer, block_size, dropout = 8, 16, 2, 2, 8, 0.0

class Head(nn.Module):
    def __init__(self, head_size):
        super().__init__()
        self.key = nn.Linear(n_embd, head_size, bias=False)
        self.query = nn.Linear(n_embd, head_size, bias=False)
        self.value = nn.Linear(n_embd, head_size, bias=False)
        self.register_buffer("tril", torch.tril(torch.ones(block_size, block_size)))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x):
        B, T, C = x.shape
        k, q = self.key(x), self.query(x)
        wei = q @ k.transpose(-2, -1) * k.shape[-1] ** -0.5
        wei = wei.masked_fill(self.tril[:T, :T] == 0, float("-inf"))
        wei = self.dropout(F.softmax(wei, dim=-1))
        return wei @ self.value(x)

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleList([Head(n_embd // n_head) for _ in range(n_head)])
        self.proj = nn.Linear(n_embd, n_embd)
        self.ffwd = nn.Sequential(nn.Linear(n_embd, 4 * n_embd), nn.GELU(), nn.Linear(4 * n_embd, n_embd))
        self.ln1, self.ln2 = nn.LayerNorm(n_embd), nn.LayerNorm(n_embd)

    def forward(self, x):
        y = self.ln1(x)
        x = x + self.proj(torch.cat([h(y) for h in self.heads], dim=-1))
        return x + self.ffwd(self.ln2(x))

class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(vocab, n_embd)
        self.positions = nn.Embedding(block_size, n_embd)
        self.blocks = nn.Sequential(*[Block() for _ in range(n_layer)])
        self.ln_f = nn.LayerNorm(n_embd)
        self.lm_head = nn.Linear(n_embd, vocab)

    def forward(self, idx, targets=None):
        x = self.tokens(idx) + self.positions(torch.arange(idx.shape[1]))
        logits = self.lm_head(self.ln_f(self.blocks(x)))
        if targets is None:
            return logits, None
        return logits, F.cross_entropy(logits.view(-1, vocab), targets.view(-1), ignore_index=-1)

model = GPT()
print(model)
print(sum(p.numel() for p in model.parameters()) / 1e3, "K parameters;", [n for n, _ in model.named_buffers()])
half = torch.randint(0, vocab, (32, 4))
whole = torch.cat([half, half.flip(1)], dim=1)
x, y = whole[:, :-1], whole[:, 1:].clone()
y[:, :3] = -1
print(x[0], y[0])
logits, loss = model(x, y)
print(logits.shape, loss)
optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
for step in range(61):
    logits, loss = model(x, y)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    if step % 15 == 0:
        print(f"step {step:2d} loss {loss.item():.3f}")
model.eval()
idx = half[:2]
with torch.no_grad():
    for _ in range(4):
        logits, _ = model(idx)
        idx = torch.cat((idx, logits[:, -1].argmax(-1, keepdim=True)), dim=1)
print(idx.shape, (idx[:, 4:] == half[:2].flip(1)).float().mean())
