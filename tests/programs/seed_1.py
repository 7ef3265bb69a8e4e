# %%
import numpy as np
import matplotlib.pyplot as plt
import torch

# %%
# Create a tensor and set requires_grad=True to compute gradients
x = torch.tensor(3., requires_grad=True)
print("x", x)

# %%
y = 3*x**2 + 4*x + 2
print("y = 3x^2 + 4x + 2 = ", y.item())

# %%
# Compute the derivative of `y` with respect to `x`
y.backward()
print("derivative of `y` with respect to `x` =", x.grad)

# %%
x = torch.tensor(3., requires_grad=True)
print(x)

# %%
x = x.requires_grad_(False)
print(x)

# %%
x = x.detach()
print(x)

# %%
x = torch.tensor(3., requires_grad=True)

for epoch in range(3):
  y = 3*x**2 + 4*x + 2
  y.backward()

  print(x.grad)
  x.grad.zero_()

# %%
a = torch.tensor([2., 3.], requires_grad=True)
b = torch.tensor([6., 4.], requires_grad=True)

# %%
Q = 3*a**3 - b**2
print("Q = ", Q)

# %%
external_grad = torch.tensor([1., 1.])
Q.backward(gradient=external_grad)

# check if collected gradients are correct
print("Derivative of Q w.r.t a = 9*a**2 = ", a.grad)
print("Derivative of Q w.r.t a = -2*b =", b.grad)

# %%
x = torch.tensor([1.,2.,3.], requires_grad=True)
y = x * 2 + 3
z = y ** 2
print("z = ", z)

# %%
out = z.mean()
print("mean", out)
out.backward()
print("derivative", x.grad)

# %%
x = torch.tensor([1.,2.,3.], requires_grad=True)
y = x * 2 + 3
z = y ** 2
print("z = ", z)

v = torch.tensor([1.,1.,1.])
z.backward(v)
print(x.grad)
print(x.grad/len(x))

# %%
x = torch.tensor([1.,2.,3.,4.,5])
y = x * 2 

# %%
w_ = torch.tensor(5., requires_grad=True)
b_ = torch.tensor(1., requires_grad=True)

# %%
for i_value in range(len(x)):
  w = torch.tensor(5., requires_grad=True)
  b = torch.tensor(1., requires_grad=True)

  y_hat = w * x[i_value] + b
  
  error = y_hat - y[i_value]
  loss = error ** 2 

  loss.backward()

  alpha = 0.01
  
  with torch.no_grad():
    w_.data -= alpha * (w.grad/len(x))
    b_.data -= alpha * (b.grad/len(x))

# %%
print(w_)
print(b_)

# %%
w_ = torch.tensor(5., requires_grad=True)
b_ = torch.tensor(1., requires_grad=True)

# %%
y_hat = w * x + b
error = y_hat - y
loss = error ** 2

# %%
loss=loss.mean()
loss.backward()

# %%
w.data -= alpha * w.grad
b.data -= alpha * b.grad

# %%
print(w)
print(b)
