"""Kinds of numbers, and what becomes of them when they meet."""
import torch

for t in (torch.tensor(1), torch.tensor(1.0), torch.tensor(True), torch.tensor([1, 2.5]), torch.tensor(1 + 2j),
          torch.arange(3), torch.arange(3.0), torch.zeros(2, dtype=torch.uint8)):
    print(t, t.dtype, t.element_size(), t.is_floating_point(), t.type())

print(torch.get_default_dtype(), torch.finfo(torch.float32).eps, torch.iinfo(torch.int32).max)
kinds = [torch.bool, torch.uint8, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64]
for a in kinds:
    print(f"{str(a):14}", [str(torch.result_type(torch.ones(1, dtype=a), torch.ones(1, dtype=b)))[6:] for b in kinds])
print(torch.promote_types(torch.int32, torch.float16), torch.can_cast(torch.float32, torch.int32))

i = torch.tensor([7, -7])
print(i / 2, i // 2, i % 3, torch.div(i, 2, rounding_mode="trunc"), torch.fmod(i, 3), i ** 2)
print(i + 1.5, i * True, (i > 0) + 1, i.float() / 0)
print(torch.tensor([1, 2]) + torch.tensor(0.5), torch.tensor([1.0]) + torch.tensor(2.0, dtype=torch.float64))
print(torch.tensor([250], dtype=torch.uint8) + 10, torch.tensor([127], dtype=torch.int8) + 1)
print(torch.tensor([1.9, -1.9]).int(), torch.tensor([0.0, 0.5]).bool(), torch.tensor([1.5]).to(torch.float64))
print(torch.tensor([0.1]).double(), torch.tensor([0.1], dtype=torch.float64), torch.tensor([0.1]).half())
print(torch.tensor([1e5, 65504.0, 1e-8]).half(), torch.tensor([1 / 3]).bfloat16())
print(torch.tensor([1, 2, 3]).sum().dtype, torch.tensor([True, True]).sum(), torch.ones(3, dtype=torch.int32).sum().dtype)
for expression in ("torch.tensor([1, 2]).mean()", "torch.tensor([1]).requires_grad_()", "torch.ones(2, 2) @ torch.ones(2, 2).double()",
                   "torch.tensor([1, 2]).add_(0.5)", "torch.tensor('a')", "torch.tensor([[1], [2, 3]])", "~torch.tensor([1.0])"):
    try:
        print(eval(expression))
    except Exception as error:
        print(expression, "->", type(error).__name__, str(error).split(" (Trig")[0])
w = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (w.double() * 3).sum()
loss.backward()
print(loss, w.grad, w.grad.dtype)
print(torch.tensor(3).item(), type(torch.tensor(3).item()), type(torch.tensor(3.0).item()), float(torch.tensor(2)))
n = torch.tensor([float("nan"), float("inf"), -float("inf"), 1.0])
print(n.isnan(), n.isinf(), n.isfinite(), torch.nan_to_num(n), n == n, n.max())
print(torch.tensor([0.1, 0.2]).sum() == torch.tensor(0.3), torch.isclose(torch.tensor(0.1) + 0.2, torch.tensor(0.3)))
print(torch.LongTensor([1, 2]), torch.FloatTensor([1, 2]), torch.tensor([1, 2]).type(torch.FloatTensor), i.type_as(w))
torch.set_default_dtype(torch.float64)
print(torch.tensor(1.5), torch.ones(1).dtype, torch.tensor([1.5], dtype=torch.float32))
torch.set_default_dtype(torch.float32)
