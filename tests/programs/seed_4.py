# %%
import numpy as np
import torch

# %%
x = torch.randn(3)  # randn does do normal distributed random numbers
x

# %%
x = torch.randn(3, requires_grad=True)  # tracks the gradient
# for computations with the tensor pytorch will create the computation graph
x

# %%
y = x + 2
y

# %%
z = y * y * 2
z

# %%
z = z.mean()
z

# %%
z.backward()  # this calculates the gradient of z with respect to x: dz/dx
x.grad  # this is the gradient of z with respect to x

# %%
zz = y * y * 2
zz

# %%
v = torch.tensor([0.1, 1.0, 0.001])
zz.backward(v)  # we have to pass a tensor of the same shape as z?
x.grad

# %%
x = torch.randn(3, requires_grad=True)
x

# %%
# x.requires_grad_(False)  # this is how you can change the requires_grad attribute. As we don't want to track the gradient anymore during some training steps
# x.detach()  # this is another way to stop tracking the gradient. It returns a new tensor that doesn't track the gradient
# with torch.no_grad():  # this is another way to stop tracking the gradient
#     y = x + 2
#     print(y)
# examples:

# %%
y = x.detach()
x.requires_grad_(False), y

# %%
x = torch.randn(3, requires_grad=True)
with torch.no_grad():
    y = x + 2
    print(y)

# %%
weights = torch.ones(4, requires_grad=True)
for epoch in range(1):
    model_output = (weights * 3).sum()
    model_output.backward()
    print(weights.grad)

# %%
weights = torch.ones(4, requires_grad=True)
for epoch in range(2):
    model_output = (weights * 3).sum()
    model_output.backward()
    print(weights.grad)

# %%
weights = torch.ones(4, requires_grad=True)
for epoch in range(3):
    model_output = (weights * 3).sum()
    model_output.backward()
    print(weights.grad)

# %%
weights = torch.ones(4, requires_grad=True)
for epoch in range(3):
    model_output = (weights * 3).sum()
    model_output.backward()
    print(weights.grad)
    weights.grad.zero_()  # this is how you can zero out the gradient.
    # This is necessary because pytorch accumulates the gradient.
    # So you have to zero it out after each epoch.
    # As every epoch is a new iteration of the training loop

# %%
weights = torch.ones(4, requires_grad=True)
optimizer = torch.optim.SGD(
    [weights], lr=0.01
)  # SGD = Stochastic Gradient Descent, lr = learning rate
optimizer.step()  # this is how you can update the weights
optimizer.zero_grad()  # this is how you can zero out the gradient -> weights.grad.zero_()
