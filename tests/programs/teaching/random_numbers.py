"""Seeds, distributions and generators."""
import torch

torch.manual_seed(42)
print(torch.rand(3), torch.randn(3), torch.randint(0, 10, (5,)), torch.randperm(6))
torch.manual_seed(42)
print(torch.rand(3))
state = torch.get_rng_state()
first = torch.rand(2)
torch.set_rng_state(state)
print(first, torch.equal(first, torch.rand(2)), state.shape, state.dtype)

g = torch.Generator().manual_seed(7)
print(torch.rand(2, generator=g), torch.randn(2, 2, generator=g), torch.randperm(5, generator=g), g.initial_seed())
print(torch.rand(2), torch.initial_seed())

torch.manual_seed(0)
print(torch.normal(5.0, 2.0, (3,)), torch.normal(torch.tensor([0.0, 100.0]), torch.tensor([1.0, 0.1])))
print(torch.empty(4).uniform_(-1, 1), torch.empty(3).normal_(10, 0.5), torch.empty(3).exponential_(2.0))
print(torch.bernoulli(torch.tensor([0.1, 0.5, 0.9])), torch.empty(6).bernoulli_(0.5))
print(torch.multinomial(torch.tensor([1.0, 2.0, 7.0]), 5, replacement=True))
print(torch.multinomial(torch.tensor([[0.5, 0.5, 0.0], [0.0, 0.1, 0.9]]), 2))
print(torch.rand_like(torch.zeros(2, 2)), torch.randn_like(torch.zeros(2, dtype=torch.float64)), torch.randint_like(torch.zeros(3), 5))
print(torch.zeros(4, dtype=torch.int64).random_(0, 100), torch.randint(5, (2, 2), dtype=torch.int32))

big = torch.randn(10000)
print(f"mean {big.mean():.3f} std {big.std():.3f} beyond two {(big.abs() > 2).float().mean():.4f}")
dice = torch.randint(1, 7, (6000,))
print(torch.bincount(dice, minlength=7), dice.float().mean())
print(torch.histc(torch.rand(1000), bins=4, min=0, max=1))

torch.manual_seed(3)
inside = 0
for _ in range(10):
    points = torch.rand(1000, 2)
    inside += (points.pow(2).sum(1) <= 1).sum().item()
print("pi is about", 4 * inside / 10000)
layer = torch.nn.Linear(2, 2)
print(layer.weight)
torch.manual_seed(3)
torch.rand(10, 1000, 2)
print(torch.equal(torch.nn.Linear(2, 2).weight, layer.weight))
walk = torch.randint(0, 2, (12,)).mul(2).sub(1).cumsum(0)
print(walk, walk.max(), walk.min())
shuffled = torch.arange(10)[torch.randperm(10)]
print(shuffled, shuffled.sort().values.equal(torch.arange(10)))
with torch.random.fork_rng():
    torch.manual_seed(99)
    print(torch.rand(1))
print(torch.rand(1), torch.nn.functional.dropout(torch.ones(8), 0.5))
