"""Functions with a derivative of one's own."""
import torch
from torch.autograd import Function, gradcheck

class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x ** 3

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        print("    backward of Cube, incoming", grad_output)
        return grad_output * 3 * x ** 2

x = torch.tensor([1.0, 2.0, -1.0], requires_grad=True)
y = Cube.apply(x)
print(y, y.grad_fn.name())
y.sum().backward()
print(x.grad)

class MyReLU(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        input, = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input

z = torch.tensor([-2.0, 0.5, 3.0], requires_grad=True)
out = MyReLU.apply(z * 2)
print(out)
(out ** 2).sum().backward()
print(z.grad)

class Scale(Function):
    @staticmethod
    def forward(ctx, x, factor):
        ctx.factor = factor
        return x * factor

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.factor, None

class Round(Function):
    """A straight-through estimator."""

    @staticmethod
    def forward(ctx, x):
        return x.round()

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output

a = torch.tensor([0.23, 0.78, 1.41], requires_grad=True)
b = Scale.apply(a, 10.0)
c = Round.apply(b)
print(b, c)
c.sum().backward()
print(a.grad)
print(b.grad_fn.next_functions, c.grad_fn.next_functions[0][0].name())
print(gradcheck(MyReLU.apply, torch.tensor([0.5, -1.5, 2.0], dtype=torch.float64, requires_grad=True)))
with torch.no_grad():
    print(Scale.apply(a, 2.0))
