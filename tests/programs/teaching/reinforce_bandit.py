"""REINFORCE on a three-armed bandit, with Categorical."""
import torch
from torch import nn
from torch.distributions import Bernoulli, Categorical, Normal

torch.manual_seed(36)
chances = torch.tensor([0.2, 0.5, 0.9])
preference = torch.zeros(3, requires_grad=True)
optimizer = torch.optim.SGD([preference], lr=0.5)
baseline, wins = 0.0, 0
for pull in range(1, 121):
    policy = Categorical(logits=preference)
    arm = policy.sample()
    reward = float(torch.rand(()) < chances[arm])
    loss = -policy.log_prob(arm) * (reward - baseline)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    baseline += 0.1 * (reward - baseline)
    wins += reward
    if pull in (1, 2, 3) or pull % 30 == 0:
        print(f"pull {pull:3d} arm {arm.item()} reward {reward:.0f} baseline {baseline:.3f} policy "
              f"{[round(p, 3) for p in policy.probs.tolist()]}")
print(policy, loss)
print(preference, preference.grad, wins)
print("entropy", Categorical(logits=preference).entropy(), "at most", Categorical(probs=torch.ones(3)).entropy())

d = Categorical(torch.tensor([[0.25, 0.75], [0.5, 0.5]]))
print(d.sample().shape, d.sample((3,)), d.log_prob(torch.tensor([1, 0])), d.probs)
n = Normal(torch.tensor([0.0, 1.0]), torch.tensor([1.0, 2.0]))
print(n, n.sample(), n.log_prob(torch.tensor([0.0, 0.0])), n.mean, n.entropy())
m = torch.tensor(0.5, requires_grad=True)
Normal(m, 1.0).rsample((4,)).sum().backward()
print(m.grad, Bernoulli(torch.tensor(0.3)).sample((5,)))

# A policy network that walks a corridor to the right.
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2), nn.Softmax(dim=-1))
print(net)
optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
for episode in range(40):
    position, log_probs, rewards = 0, [], []
    while position < 3 and len(rewards) < 20:
        state = nn.functional.one_hot(torch.tensor(position), 4).float()
        choice = Categorical(net(state))
        action = choice.sample()
        log_probs.append(choice.log_prob(action))
        position = max(0, position + (1 if action.item() == 1 else -1))
        rewards.append(10.0 if position == 3 else -1.0)
    returns, R = [], 0.0
    for r in reversed(rewards):
        R = r + 0.9 * R
        returns.insert(0, R)
    returns = torch.tensor(returns)
    loss = torch.stack([-lp * R for lp, R in zip(log_probs, returns)]).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if episode % 10 == 9:
        print(f"episode {episode + 1}: {len(rewards)} steps, return {returns[0].item():.2f}")
