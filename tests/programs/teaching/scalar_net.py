"""A network of scalars, one tensor per number, as in a hand-made autograd engine."""
import random
import torch

random.seed(7)

class Neuron:
    def __init__(self, inputs, nonlinear=True):
        self.w = [torch.tensor(random.uniform(-1, 1), requires_grad=True) for _ in range(inputs)]
        self.b = torch.tensor(0.0, requires_grad=True)
        self.nonlinear = nonlinear

    def __call__(self, x):
        activation = sum((wi * xi for wi, xi in zip(self.w, x)), self.b)
        return activation.tanh() if self.nonlinear else activation

    def parameters(self):
        return [*self.w, self.b]

class MLP:
    def __init__(self, sizes):
        self.layers = [[Neuron(a, i < len(sizes) - 2) for _ in range(b)]
                       for i, (a, b) in enumerate(zip(sizes, sizes[1:]))]

    def __call__(self, x):
        for layer in self.layers:
            x = [neuron(x) for neuron in layer]
        return x[0]

    def parameters(self):
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]

model = MLP([3, 4, 4, 1])
print(len(model.parameters()), "parameters")
print(model.layers[0][0].w)
xs = [[2.0, 3.0, -1.0], [3.0, -1.0, 0.5], [0.5, 1.0, 1.0], [1.0, 1.0, -1.0]]
ys = [1.0, -1.0, -1.0, 1.0]
print(model(xs[0]))
for k in range(20):
    predictions = [model(x) for x in xs]
    loss = sum((p - t) ** 2 for p, t in zip(predictions, ys))
    for p in model.parameters():
        p.grad = None
    loss.backward()
    for p in model.parameters():
        p.data += -0.05 * p.grad
    if k % 4 == 3:
        print(k, f"{loss.item():.4f}", [f"{p.item():+.3f}" for p in predictions])
print(loss.grad_fn, predictions[0].grad_fn)
print(model.layers[0][0].w[0], model.layers[0][0].w[0].grad)

# One neuron in slow motion.
x1, w1 = torch.Tensor([2.0]).double(), torch.Tensor([-3.0]).double()
x2, w2 = torch.Tensor([0.0]).double(), torch.Tensor([1.0]).double()
b = torch.Tensor([6.8813735870195432]).double()
for t in (x1, w1, x2, w2, b):
    t.requires_grad = True
o = torch.tanh(x1 * w1 + x2 * w2 + b)
print(o, o.data.item())
o.backward()
print("x2", x2.grad.item(), "w2", w2.grad.item(), "x1", x1.grad.item(), "w1", w1.grad.item())
