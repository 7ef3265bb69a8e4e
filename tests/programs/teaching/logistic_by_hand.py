"""Logistic regression: the sigmoid, the loss and its gradient written out, checked against autograd."""
import torch

torch.manual_seed(4)
n = 50
left = torch.randn(n, 2) * 0.8 + torch.tensor([-1.0, -1.0])
right = torch.randn(n, 2) * 0.8 + torch.tensor([1.0, 1.0])
X = torch.cat([left, right])
t = torch.cat([torch.zeros(n), torch.ones(n)])
print(X.shape, t.shape, t.sum())

def sigmoid(z):
    return 1 / (1 + torch.exp(-z))

def loss_of(w, b):
    p = sigmoid(X @ w + b)
    return -(t * torch.log(p) + (1 - t) * torch.log(1 - p)).mean()

w = torch.tensor([0.5, -0.5], requires_grad=True)
b = torch.zeros(1, requires_grad=True)
loss = loss_of(w, b)
print(loss)
loss.backward()
with torch.no_grad():
    p = sigmoid(X @ w + b)
    by_hand = X.T @ (p - t) / len(t)
    print("autograd", w.grad, "by hand", by_hand, torch.allclose(w.grad, by_hand, atol=1e-6))
    print("autograd", b.grad, "by hand", (p - t).mean())

for epoch in range(100):
    w.grad = b.grad = None
    loss = loss_of(w, b)
    loss.backward()
    with torch.no_grad():
        w -= 0.5 * w.grad
        b -= 0.5 * b.grad
    if epoch % 20 == 19:
        accuracy = ((X @ w + b > 0).float() == t).float().mean()
        print(f"epoch {epoch + 1:3d}  loss {loss.item():.4f}  accuracy {accuracy.item():.2%}")
print(w, b)

same = torch.nn.functional.binary_cross_entropy_with_logits(X @ w + b, t)
print(same, torch.isclose(same, loss_of(w, b)))
print(torch.nn.BCELoss()(torch.sigmoid(X @ w + b), t))
print("boundary: x1 =", (-w[0] / w[1]).item().__round__(3), "* x0 +", (-b / w[1]).item().__round__(3))
confusion = torch.zeros(2, 2, dtype=torch.int64)
for truth, guess in zip(t.long(), (X @ w + b > 0).long()):
    confusion[truth, guess] += 1
print(confusion)
