# %% loading data
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset, random_split, WeightedRandomSampler

torch.manual_seed(0)
x = torch.arange(20.0).reshape(10, 2)
y = torch.arange(10)
data = TensorDataset(x, y)
print(len(data), data[3])
for xb, yb in DataLoader(data, batch_size=4, shuffle=True):
    print(xb, yb)
first, second = random_split(data, [0.7, 0.3], generator=torch.Generator().manual_seed(42))
print(first.indices, second.indices, len(first), Subset(data, [1, 5])[1])
print(torch.rand(2))

# %% a dataset of one's own
class Squares(Dataset):
    def __init__(self, count):
        self.count = count
    def __len__(self):
        return self.count
    def __getitem__(self, i):
        return {"x": torch.tensor([i, i * i], dtype=torch.float32), "name": f"item {i}", "half": i / 2}

for batch in DataLoader(Squares(5), batch_size=2, drop_last=False):
    print(batch)
print(list(DataLoader(Squares(4), batch_size=None))[2])
sampler = WeightedRandomSampler([0.1, 5.0, 0.1, 2.0], num_samples=8)
print(list(sampler), [len(b["name"]) for b in DataLoader(Squares(4), 3, sampler=sampler)])

# %% schedules
def rates(make, steps=8):
    weight = torch.ones(1, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=0.1, momentum=0.9)
    scheduler = make(torch.optim.lr_scheduler, optimizer)
    seen = []
    for _ in range(steps):
        optimizer.step()
        scheduler.step()
        seen.append(optimizer.param_groups[0]["lr"])
    print(seen)
    return scheduler

print(rates(lambda s, o: s.StepLR(o, 3)).state_dict())
rates(lambda s, o: s.MultiStepLR(o, [2, 5], gamma=0.5))
rates(lambda s, o: s.LambdaLR(o, lambda epoch: 0.95 ** epoch))
rates(lambda s, o: s.CosineAnnealingLR(o, T_max=8))
rates(lambda s, o: s.CosineAnnealingWarmRestarts(o, 3))
rates(lambda s, o: s.OneCycleLR(o, max_lr=0.5, total_steps=10))
rates(lambda s, o: s.SequentialLR(o, [s.LinearLR(o), s.ExponentialLR(o, 0.9)], [4]))
plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(torch.optim.Adam([torch.ones(1, requires_grad=True)]), patience=1)
for loss in [1.0, 1.0, 1.0, 0.5, 0.6, 0.6]:
    plateau.step(loss)
print(plateau.get_last_lr(), plateau.num_bad_epochs, plateau.best)

# %% more optimizers
for name in ("RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam", "Rprop", "ASGD"):
    w = torch.tensor([1.0, -2.0], requires_grad=True)
    optimizer = getattr(torch.optim, name)([w])
    for _ in range(20):
        optimizer.zero_grad()
        (w ** 2).sum().backward()
        optimizer.step()
    print(name, w, sorted(optimizer.state[w]))
print(torch.optim.RMSprop([w], lr=0.02, centered=True))
w = torch.tensor([-1.0, 1.5], requires_grad=True)
lbfgs = torch.optim.LBFGS([w], line_search_fn="strong_wolfe")
def closure():
    lbfgs.zero_grad()
    loss = (1 - w[0]) ** 2 + 10 * (w[1] - w[0] ** 2) ** 2
    loss.backward()
    return loss
print([round(lbfgs.step(closure).item(), 4) for _ in range(3)], w)

# %% saving and loading
import io
model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
model(torch.ones(1, 2)).sum().backward()
optimizer.step()
file = io.BytesIO()
torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "epoch": 3}, file)
file.seek(0)
checkpoint = torch.load(file)
print(checkpoint["epoch"], list(checkpoint["model"]), checkpoint["optimizer"]["param_groups"])
other = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
print(other.load_state_dict(checkpoint["model"]))
print(all(torch.equal(a, b) for a, b in zip(model.parameters(), other.parameters())))

# %% random numbers of every kind
torch.manual_seed(7)
print(torch.empty(3).exponential_(), torch.empty(3).cauchy_(), torch.empty(3).log_normal_(), torch.empty(3).geometric_(0.3))
print(torch.poisson(torch.tensor([0.5, 3.0, 40.0])), torch.multinomial(torch.ones(5), 3), torch.randperm(5))
print(torch.normal(torch.arange(3.0), 0.1), torch.bernoulli(torch.full((5,), 0.3)), torch.empty(2, dtype=torch.int64).random_())
state = torch.get_rng_state()
print(torch.rand(2), state.shape, state.dtype)
torch.set_rng_state(state)
with torch.random.fork_rng():
    print(torch.randn(2))
print(torch.rand(2), torch.initial_seed())

# %% distributions
from torch.distributions import Bernoulli, Beta, Categorical, Dirichlet, Gamma, Normal, Uniform, kl_divergence
torch.manual_seed(1)
policy = Categorical(logits=torch.tensor([0.1, 2.0, -1.0]))
action = policy.sample()
print(policy, action, policy.log_prob(action), policy.entropy(), policy.probs)
print(Categorical(torch.tensor([[0.2, 0.8], [0.5, 0.5]])).sample((5,)))
n = Normal(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 2.0]))
print(n, n.sample(), n.rsample((2,)), n.log_prob(torch.zeros(2)), n.cdf(torch.zeros(2)))
print(kl_divergence(n, Normal(0.0, 1.0)), Uniform(0.0, 2.0).sample((3,)), Bernoulli(0.3).sample((6,)))
print(Gamma(2.0, 3.0).sample((2,)), Beta(2.0, 3.0).sample((2,)), Dirichlet(torch.ones(3)).sample())
try:
    Normal(0.0, -1.0)
except ValueError as error:
    print(error)

# %% where tensors live
print(torch.cuda.is_available(), torch.cuda.device_count(), torch.device("cuda:1"), torch.device("cpu"))
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
print(device, torch.ones(2, device=device).to(device).device, torch.backends.mps.is_available())
try:
    torch.ones(1).cuda()
except AssertionError as error:
    print(error)
print(torch.finfo(torch.float32), torch.iinfo(torch.int8).max, torch.get_default_dtype())
