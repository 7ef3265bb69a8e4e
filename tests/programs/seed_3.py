# %%
import torch
import numpy as np

# %%
x = torch.ones(3, 2)
print(x)
x = torch.zeros(3, 2)
print(x)
x = torch.rand(3, 2)
print(x)
x = torch.randn(3,2)
print(x)

# %%
x = torch.empty(2,2)
print(x)
y = torch.zeros_like(x)
print(y)

# %%
x = torch.ones(2,2)
y = torch.ones(2,2)

# %%
z = torch.mm(x,y)
print(z)
z = x + y  # We can use infix operators or functions
print(z)
z = torch.add(x,y)
print(z)

# %%
x = torch.randn(2,2,requires_grad=True)

# Alternatively, we can also specify requires_grad after the fact

x = np.array([1.,2.,3.])
x = torch.from_numpy(x)
x.requires_grad_(True) # Notice the inplace operator

# %%
x = torch.ones([3,2],requires_grad=True)

y = x + 5

z = y*y + 1

# %%
t = torch.sum(z)
print(t)
t.backward()

# %%
x.grad

# %%
learning_rate = 0.01
epochs=200
N = 10

w = torch.rand([N], requires_grad=True)
b = torch.ones([1],requires_grad=True)

print(w)

# %%
for i in range(epochs):

    # Each epoch we start again with the data set
    x = torch.randn([N])
    y = torch.dot(3*torch.ones([N]), x) - 2

    y_hat = torch.dot(w, x) + b
    loss = torch.sum((y_hat - y)**2)
  
    loss.backward() # We want to find the impacts of w and b on loss
  
    with torch.no_grad():
        w -= learning_rate * w.grad
        b -= learning_rate * b.grad
    
    w.grad.zero_()
    b.grad.zero_()

# %%
print(torch.mean(w).item(),b.item())
