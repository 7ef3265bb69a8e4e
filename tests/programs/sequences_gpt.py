# %% a small GPT learns a sentence
import math, copy
import torch
import torch.nn as nn
import torch.nn.functional as F
torch.manual_seed(1337)
text = "hello world, hello attention, hello sequence models"
chars = sorted(set(text)); stoi = {c: i for i, c in enumerate(chars)}
data = torch.tensor([stoi[c] for c in text])
V, T, C, H = len(chars), 8, 16, 2

class CausalSelfAttention(nn.Module):
    def __init__(self):
        super().__init__()
        self.c_attn = nn.Linear(C, 3 * C)
        self.c_proj = nn.Linear(C, C)
        self.register_buffer("bias", torch.tril(torch.ones(T, T)).view(1, 1, T, T))
    def forward(self, x):
        B, L, _ = x.size()
        q, k, v = self.c_attn(x).split(C, dim=2)
        q, k, v = (t.view(B, L, H, C // H).transpose(1, 2) for t in (q, k, v))
        att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
        att = att.masked_fill(self.bias[:, :, :L, :L] == 0, float("-inf"))
        att = F.softmax(att, dim=-1)
        y = att @ v
        return self.c_proj(y.transpose(1, 2).contiguous().view(B, L, C))

class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(C), nn.LayerNorm(C)
        self.attn = CausalSelfAttention()
        self.mlp = nn.ModuleDict(dict(fc=nn.Linear(C, 4 * C), act=nn.GELU(), proj=nn.Linear(4 * C, C)))
        self.mlpf = lambda x: self.mlp.proj(self.mlp.act(self.mlp.fc(x)))
    def forward(self, x):
        x = x + self.attn(self.ln1(x))
        return x + self.mlpf(self.ln2(x))

class GPT(nn.Module):
    def __init__(self):
        super().__init__()
        self.transformer = nn.ModuleDict(dict(wte=nn.Embedding(V, C), wpe=nn.Embedding(T, C), drop=nn.Dropout(0.1), h=nn.ModuleList([Block() for _ in range(2)]), ln_f=nn.LayerNorm(C)))
        self.lm_head = nn.Linear(C, V, bias=False)
        self.transformer.wte.weight = self.lm_head.weight
        self.apply(self._init_weights)
        for pn, p in self.named_parameters():
            if pn.endswith("c_proj.weight"):
                torch.nn.init.normal_(p, mean=0.0, std=0.02 / math.sqrt(4))
        print("number of parameters: %d" % sum(p.numel() for p in self.parameters()))
    def _init_weights(self, module):
        if isinstance(module, nn.Linear):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            torch.nn.init.normal_(module.weight, mean=0.0, std=0.02)
    def forward(self, idx, targets=None):
        pos = torch.arange(0, idx.size(1), dtype=torch.long)
        x = self.transformer.drop(self.transformer.wte(idx) + self.transformer.wpe(pos))
        for block in self.transformer.h:
            x = block(x)
        logits = self.lm_head(self.transformer.ln_f(x))
        loss = None if targets is None else F.cross_entropy(logits.view(-1, logits.size(-1)), targets.view(-1), ignore_index=-1)
        return logits, loss

model = GPT()
print(model)
decay = {n for n, p in model.named_parameters() if p.dim() >= 2}
opt = torch.optim.AdamW([{"params": [p for n, p in model.named_parameters() if n in decay], "weight_decay": 0.1}, {"params": [p for n, p in model.named_parameters() if n not in decay], "weight_decay": 0.0}], lr=1e-2)
for step in range(20):
    ix = torch.randint(len(data) - T, (4,))
    x = torch.stack([data[i:i + T] for i in ix]); y = torch.stack([data[i + 1:i + T + 1] for i in ix])
    logits, loss = model(x, y)
    opt.zero_grad(set_to_none=True); loss.backward()
    norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    opt.step()
    if step % 5 == 0: print(step, f"{loss.item():.4f}", f"{norm:.3f}")
model.eval()
idx = torch.zeros((1, 1), dtype=torch.long)
for _ in range(20):
    logits, _ = model(idx[:, -T:])
    probs = F.softmax(logits[:, -1, :], dim=-1)
    idx = torch.cat((idx, torch.multinomial(probs, num_samples=1)), dim=1)
print("".join(chars[i] for i in idx[0].tolist()))
ema = copy.deepcopy(model)
print(all(torch.equal(a, b) for a, b in zip(ema.parameters(), model.parameters())), len(model.state_dict()))
