# %%
import torch

# %%
# Create a tensor and set requires_grad=True to track computation with it
x = torch.ones(2, 2, requires_grad=True)
print(x)

# %%
# Do a tensor operation:
y = x + 2
print(y)

# %%
# y was created as a result of an operation, so it has a grad_fn.
print(y.grad_fn)

# %%
# more operation on y
z = y*y*3
out = z.mean()
print(z, out)

# %%
a = torch.randn(2, 2)
a = ((a * 3) / (a - 1))
print(a.requires_grad)
a.requires_grad_(True)
print(a.requires_grad)
b = (a * a).sum()
print(b.grad_fn)

# %%
print(a)
print(b)

# %%
out.backward()

# %%
# Print gradients d(out)/dx
print(x.grad)

# %%
# et’s take a look at an example of vector-Jacobian product:
x = torch.randn(3, requires_grad=True)
print(x)
y = x * 2
print(y)
i=0
#print("iteration:",i)
while y.data.norm() < 10:
    print("iteration:",i)
    y = y * 2
    i+=1
    

print(y)

# %%
v = torch.tensor([0.1, 1.0, 0.0001], dtype=torch.float)
y.backward(v)

print(x.grad)

# %%
print(x.requires_grad)
print((x ** 2).requires_grad)

with torch.no_grad():
    print((x ** 2).requires_grad)

# %%
# Or by using .detach() to get a new Tensor with the same content but that does not require gradients:
print(x.requires_grad)
y = x.detach()
print(y.requires_grad)
print(x.eq(y).all())
