# %% translation, character models, captured activations
import torch
from torch import nn, optim
torch.manual_seed(0)
class Encoder(nn.Module):
    def __init__(s, v, e, h, layers):
        super().__init__(); s.embedding = nn.Embedding(v, e); s.rnn = nn.LSTM(e, h, layers, dropout=0.5); s.dropout = nn.Dropout(0.5)
    def forward(s, src):
        out, (h, c) = s.rnn(s.dropout(s.embedding(src))); return h, c
class Decoder(nn.Module):
    def __init__(s, v, e, h, layers):
        super().__init__(); s.v = v; s.embedding = nn.Embedding(v, e); s.rnn = nn.LSTM(e, h, layers, dropout=0.5); s.fc = nn.Linear(h, v); s.dropout = nn.Dropout(0.5)
    def forward(s, x, h, c):
        o, (h, c) = s.rnn(s.dropout(s.embedding(x.unsqueeze(0))), (h, c)); return s.fc(o.squeeze(0)), h, c
class Seq2Seq(nn.Module):
    def __init__(s, e, d): super().__init__(); s.encoder, s.decoder = e, d
    def forward(s, src, trg, tf=0.5):
        outs = torch.zeros(trg.shape[0], trg.shape[1], s.decoder.v); h, c = s.encoder(src); x = trg[0, :]
        for t in range(1, trg.shape[0]):
            o, h, c = s.decoder(x, h, c); outs[t] = o; x = trg[t] if torch.rand(1).item() < tf else o.argmax(1)
        return outs
model = Seq2Seq(Encoder(10, 8, 16, 2), Decoder(12, 8, 16, 2))
def init_weights(m):
    for name, param in m.named_parameters(): nn.init.uniform_(param.data, -0.08, 0.08)
model.apply(init_weights)
print(model); print(sum(p.numel() for p in model.parameters() if p.requires_grad))
opt = optim.Adam(model.parameters()); crit = nn.CrossEntropyLoss(ignore_index=0)
src, trg = torch.randint(1, 10, (5, 3)), torch.randint(1, 12, (6, 3))
for i in range(5):
    opt.zero_grad(); out = model(src, trg); loss = crit(out[1:].view(-1, 12), trg[1:].view(-1)); loss.backward(); nn.utils.clip_grad_norm_(model.parameters(), 1); opt.step(); print(f"{loss.item():.4f}")
class CharRNN(nn.Module):
    def __init__(s): super().__init__(); s.rnn = nn.GRU(5, 7, 2, batch_first=True); s.out = nn.Linear(7, 5)
    def forward(s, x, h=None): y, h = s.rnn(x, h); return s.out(y), h
m = CharRNN(); h = None
o = optim.RMSprop(m.parameters(), lr=0.01)
for i in range(4):
    x = torch.randn(2, 3, 5); y, h = m(x, h); h = h.detach(); l = (y - x).pow(2).mean(); o.zero_grad(); l.backward(); o.step(); print(l)
acts = {}
def hook(name): return lambda mod, i, o: acts.__setitem__(name, o.detach())
net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))
for n, mod in net.named_children(): mod.register_forward_hook(hook(n))
net(torch.randn(2, 1, 4, 4)); print({k: tuple(v.shape) for k, v in acts.items()})
for p in net[:3].parameters(): p.requires_grad = False
print([n for n, p in net.named_parameters() if p.requires_grad], [type(c).__name__ for c in list(net.children())[:-1]])
net2 = nn.Sequential(*list(net.children())[:-1]); print(net2)
print(net.state_dict().keys()); missing = net.load_state_dict({k: v for k, v in net.state_dict().items() if "4" not in k}, strict=False); print(missing)
class PE(nn.Module):
    def __init__(s, d, n=10):
        super().__init__(); import math
        pe = torch.zeros(n, d); pos = torch.arange(0, n).unsqueeze(1); div = torch.exp(torch.arange(0, d, 2) * (-math.log(10000.0) / d))
        pe[:, 0::2] = torch.sin(pos * div); pe[:, 1::2] = torch.cos(pos * div); s.register_buffer("pe", pe.unsqueeze(0))
    def forward(s, x): return x + s.pe[:, : x.size(1)]
tr = nn.Transformer(8, 2, 2, 2, 16, batch_first=True); pe = PE(8); o = optim.SGD(tr.parameters(), lr=0.1)
for i in range(3):
    s, t = torch.randn(2, 4, 8), torch.randn(2, 3, 8)
    y = tr(pe(s), pe(t), tgt_mask=nn.Transformer.generate_square_subsequent_mask(3)); l = nn.functional.mse_loss(y, t); o.zero_grad(); l.backward(); o.step(); print(l)
