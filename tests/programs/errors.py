# %% scalar_only_implicit_grad
x = torch.tensor([1., 2.], requires_grad=True)
y = x * 2
y.backward()

# %% second_backward
x = torch.tensor(3., requires_grad=True)
y = x * x
y.backward()
y.backward()

# %% leaf_inplace
x = torch.tensor([1., 2.], requires_grad=True)
x += 1

# %% leaf_view_inplace
x = torch.tensor([1., 2.], requires_grad=True)
x[0] = 5.

# %% leaf_inplace_moved_into_graph_interior
x = torch.tensor([1., 2.], requires_grad=True)
v = x.view(2)
v.mul_(2)

# %% version_counter
x = torch.tensor([1., 2.], requires_grad=True)
y = x.exp()
y.add_(1)
y.sum().backward()

# %% version_counter_leaf_no_grad
w = torch.tensor([1., 2.], requires_grad=True)
x = torch.tensor([3., 4.], requires_grad=True)
loss = (w * x).sum()
with torch.no_grad():
    w -= 0.1
loss.backward()

# %% no_grad_fn
x = torch.tensor([1., 2.])
y = (x * 2).sum()
y.backward()

# %% no_grad_fn_under_no_grad
x = torch.tensor(2., requires_grad=True)
with torch.no_grad():
    y = x ** 2
y.backward()

# %% gradient_shape_mismatch
x = torch.tensor([1., 2., 3.], requires_grad=True)
y = x * 2
y.backward(torch.tensor([1., 1.]))

# %% requires_grad_int_ctor
torch.tensor([1, 2], requires_grad=True)

# %% requires_grad_int_method
torch.tensor([1, 2]).requires_grad_()

# %% requires_grad_int_attr
x = torch.tensor([1, 2])
x.requires_grad = True

# %% nonleaf_grad_warning
x = torch.tensor(2., requires_grad=True)
y = x * 3
y.backward()
print(y.grad)

# %% numpy_on_requires_grad
x = torch.tensor([1., 2.], requires_grad=True)
x.numpy()

# %% numpy_on_nonleaf
x = torch.tensor([1., 2.], requires_grad=True)
(x*2).numpy()

# %% unset_requires_grad_nonleaf
x = torch.tensor(2., requires_grad=True)
y = x * 3
y.requires_grad = False

# %% unused_input_grad
x = torch.tensor(2., requires_grad=True)
z = torch.tensor(1., requires_grad=True)
y = x * 3
torch.autograd.grad(y, z)

# %% grad_of_nonscalar
x = torch.tensor([1., 2.], requires_grad=True)
torch.autograd.grad(x * 2, x)

# %% grad_input_no_requires_grad
x = torch.tensor(2., requires_grad=True)
z = torch.tensor(1.)
torch.autograd.grad(x * z, z)

# %% bool_of_many
x = torch.tensor([1., 2.], requires_grad=True)
if x > 0: pass

# %% item_of_many
torch.tensor([1., 2.]).item()

# %% float_requires_grad_scalar_conversion
x = torch.tensor(2., requires_grad=True)
float(x)

# %% tensor_from_tensor_warning
x = torch.tensor([1., 2.])
y = torch.tensor(x)

# %% broadcast_mismatch
torch.ones(3) + torch.ones(4)

# %% matmul_mismatch
torch.ones(2, 3) @ torch.ones(2, 3)

# %% mm_dtype_mismatch
torch.ones(2, 2) @ torch.ones(2, 2, dtype=torch.float64)

# %% assign_grad_wrong_type
x = torch.tensor(2., requires_grad=True)
x.grad = 0.

# %% assign_grad_wrong_shape
x = torch.tensor([1., 2.], requires_grad=True)
x.grad = torch.zeros(3)

# %% deepcopy_nonleaf
import copy
x = torch.tensor(2., requires_grad=True)
copy.deepcopy(x * 2)

# %% grad_fn_released_saved
x = torch.tensor(2., requires_grad=True)
y = x ** 2
y.backward()
y.grad_fn._saved_self

# %% inplace_on_unbind_view
x = torch.tensor([1., 2.], requires_grad=True)
a, b = (x * 1).unbind()
a += 1

# %% inplace_on_no_grad_view
x = torch.ones(2, requires_grad=True) * 1
with torch.no_grad():
    v = x[0]
v.mul_(2)

# %% inplace_on_expanded
x = torch.ones(1, requires_grad=True)
y = (x * 1).expand(3)
y.add_(torch.arange(3.))

# %% wrong_custom_backward_count
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b): return a * b
    @staticmethod
    def backward(ctx, g): return g
a = torch.tensor(1., requires_grad=True)
b = torch.tensor(2., requires_grad=True)
F.apply(a, b).backward()

# %% wrong_custom_backward_shape
class F(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a): return a.sum()
    @staticmethod
    def backward(ctx, g): return torch.ones(3)
a = torch.ones(2, requires_grad=True)
F.apply(a).backward()

# %% inference_mode_saved
with torch.inference_mode():
    w = torch.ones(2)
x = torch.ones(2, requires_grad=True)
(x * w).sum().backward()

# %% retain_grad_no_requires
torch.ones(2).retain_grad()

# %% register_hook_no_requires
torch.ones(2).register_hook(print)

# %% create_graph_warning
x = torch.tensor(2., requires_grad=True)
(x ** 2).backward(create_graph=True)

# %% backward_inputs_empty
x = torch.tensor(2., requires_grad=True)
(x ** 2).backward(inputs=[])

# %% long_tensor_mean
torch.tensor([1, 2]).mean()

# %% index_out_of_range
torch.ones(3)[5]

# %% view_invalid
torch.ones(6).view(4, 2)

# %% view_noncontiguous
torch.ones(2, 3).t().view(6)

# %% optimizer_nonleaf
x = torch.ones(2, requires_grad=True) * 2
torch.optim.SGD([x], lr=0.1)

# %% optimizer_empty
torch.optim.SGD([], lr=0.1)

# %% mse_shape_warning
torch.nn.functional.mse_loss(torch.ones(3, 1), torch.ones(3))

# %% int_inplace_float
x = torch.tensor([1, 2])
x += 0.5
