# %% classification, spectral norm, a language model, mistakes
import torch, io, os
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import spectral_norm, clip_grad_norm_
from torch.nn.utils.rnn import pad_sequence, pack_padded_sequence, pad_packed_sequence
torch.manual_seed(42)
class Classifier(nn.Module):
    def __init__(self, vocab, dim, hidden, classes):
        super(Classifier, self).__init__()
        self.embed = nn.Embedding(vocab, dim, padding_idx=0)
        self.lstm = nn.LSTM(dim, hidden, num_layers=2, bidirectional=True, batch_first=True, dropout=0.3)
        self.attn = nn.MultiheadAttention(2 * hidden, 2, batch_first=True, dropout=0.1)
        self.fc = nn.Linear(2 * hidden, classes)
    def forward(self, ids, lengths):
        mask = ids == 0
        packed = pack_padded_sequence(self.embed(ids), lengths.cpu(), batch_first=True, enforce_sorted=False)
        out, (h, c) = self.lstm(packed)
        out, _ = pad_packed_sequence(out, batch_first=True)
        ctx, w = self.attn(out, out, out, key_padding_mask=mask)
        pooled = ctx.masked_fill(mask.unsqueeze(-1), 0).sum(1) / lengths.unsqueeze(1)
        return self.fc(pooled + torch.cat((h[-2], h[-1]), dim=1)), w
seqs = [torch.tensor([3, 4, 5, 6]), torch.tensor([7, 2]), torch.tensor([1, 1, 9])]
ids = pad_sequence(seqs, batch_first=True); lengths = torch.tensor([len(s) for s in seqs]); labels = torch.tensor([0, 1, 1])
model = Classifier(10, 6, 4, 2); print(model)
opt = torch.optim.Adam(model.parameters(), lr=0.01)
for epoch in range(6):
    model.train(); logits, w = model(ids, lengths); loss = F.cross_entropy(logits, labels)
    opt.zero_grad(); loss.backward(); clip_grad_norm_(model.parameters(), 0.5); opt.step()
    print(epoch, round(loss.item(), 4))
model.eval()
with torch.no_grad():
    logits, w = model(ids, lengths); print(logits.softmax(-1)); print(w)
buf = io.BytesIO(); torch.save(model.state_dict(), buf); buf.seek(0)
other = Classifier(10, 6, 4, 2); print(other.load_state_dict(torch.load(buf))); other.eval(); print(torch.allclose(other(ids, lengths)[0], logits))
print(model.embed.weight.grad[0])
D = nn.Sequential(spectral_norm(nn.Linear(4, 8)), nn.LeakyReLU(0.2), spectral_norm(nn.Linear(8, 1)))
G = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 4))
od, og = torch.optim.Adam(D.parameters(), 1e-2, betas=(0.5, 0.999)), torch.optim.Adam(G.parameters(), 1e-2, betas=(0.5, 0.999))
for i in range(5):
    real, z = torch.randn(8, 4) + 2, torch.randn(8, 2)
    ld = F.relu(1 - D(real)).mean() + F.relu(1 + D(G(z).detach())).mean(); od.zero_grad(); ld.backward(); od.step()
    lg = -D(G(z)).mean(); og.zero_grad(); lg.backward(); og.step(); print(f"{ld.item():.4f} {lg.item():.4f}")
class LM(nn.Module):
    def __init__(self, v=11, d=8):
        super().__init__(); self.src_mask = None; self.d = d
        self.encoder = nn.Embedding(v, d); self.tr = nn.TransformerEncoder(nn.TransformerEncoderLayer(d, 2, 16, 0.2), 2, enable_nested_tensor=False); self.decoder = nn.Linear(d, v); self.init_weights()
    def init_weights(self):
        self.encoder.weight.data.uniform_(-0.1, 0.1); self.decoder.bias.data.zero_(); self.decoder.weight.data.uniform_(-0.1, 0.1)
    def forward(self, src, mask): return self.decoder(self.tr(self.encoder(src) * self.d ** 0.5, mask))
def square(sz):
    mask = (torch.triu(torch.ones(sz, sz)) == 1).transpose(0, 1)
    return mask.float().masked_fill(mask == 0, float("-inf")).masked_fill(mask == 1, float(0.0))
lm = LM(); sgd = torch.optim.SGD(lm.parameters(), lr=0.5); sch = torch.optim.lr_scheduler.StepLR(sgd, 2, 0.9)
for i in range(5):
    x = torch.randint(0, 11, (6, 3)); o = lm(x[:-1], square(5)); l = F.cross_entropy(o.reshape(-1, 11), x[1:].reshape(-1)); sgd.zero_grad(); l.backward(); torch.nn.utils.clip_grad_norm_(lm.parameters(), 0.5); sgd.step(); sch.step(); print(f"{l.item():.3f}", sch.get_last_lr())
print(lm.eval()(x, square(6)).shape, lm.tr.layers[0].self_attn.in_proj_weight[:1])
for name, module in lm.named_modules():
    if isinstance(module, (nn.Linear, nn.LayerNorm)): print(name, module.__class__.__name__)
for code in ("lm.encoder(torch.tensor([11]))", "lm.nothing", "nn.Linear(2, 2)(torch.ones(3))", "nn.LSTM(3, 2)(torch.ones(1, 1, 2))", "lm.load_state_dict({})", "nn.MultiheadAttention(5, 2)", "setattr(lm, 'decoder', 3)", "nn.Module()(1)", "lm(torch.ones(2, 2), None)"):
    try: eval(code)
    except Exception as e: print(type(e).__name__, e)
