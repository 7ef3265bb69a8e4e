"""The lines of which random programs are made: templates over the whole public surface of torch.

In a template `{x}` is a float tensor in reach, `{a}` any, `{i}` one of integers, `{b}` of bools, `{m}` a matrix of
floats, `{v}` a vector of floats, `{w}` a leaf with a gradient, `{h}` a tensor that may be changed in place. The same
letter twice is the same tensor. `{y}` is a tensor of floats that nearly always broadcasts with the first one, `{s}` and
`{z}` have its shape; `{c}` `{j}` `{d}` `{k}` `{u}` go with `{a}` `{i}` `{b}` `{m}` `{v}`. Behind a dot stands what fits
that tensor: `{x.dim}` one of its dimensions, `{x.index}` a position in it. `{n}` is a small whole number, `{r}` a
number, `{dtype}` a type. Some lines are mistakes, and anything may be picked wrongly on purpose: then both engines must
refuse, with the same kind of error.
"""

CREATION = """
torch.zeros({shape}) ; torch.ones({shape}, dtype=torch.{dtype}) ; torch.full({shape}, {r}) ; torch.full({shape}, {n})
torch.eye({n}) ; torch.eye({n}, 3) ; torch.arange({n}) ; torch.arange({n}, 7) ; torch.arange(0, 1, 0.25)
torch.arange({n}, dtype=torch.{dtype}) ; torch.arange(5, 0, -2) ; torch.linspace(0, {r}, 5)
torch.linspace(-1, 1, {n}) ; torch.zeros_like({a}) ; torch.ones_like({a}, dtype=torch.{dtype})
torch.full_like({a}, {n}) ; torch.tensor({r}) ; torch.tensor([{r}, {r}]) ; torch.tensor([[{n}, {n}], [1, 2]])
torch.tensor([True, False]) ; torch.tensor({n}) ; torch.tensor([{n}, {r}], dtype=torch.{dtype})
torch.as_tensor([{r}, {n}]) ; {a}.new_zeros({shape}) ; {a}.new_ones(2) ; {a}.new_full({shape}, {n})
{a}.new_tensor([{n}, 1]) ; torch.from_numpy(np.arange({n}.0)) ; torch.Tensor([{n}, 2])
torch.tensor([{r}, 2.0], requires_grad=True) ; torch.ones({shape}, requires_grad=True) ; torch.rand({shape})
torch.randn(3) ; torch.randint(0, 5, {shape}) ; torch.randperm({n}) ; torch.rand_like({x}) ; torch.randn_like({x})
torch.empty({shape}).fill_({r}) ; torch.logspace(0, 1, {n}) ; torch.tril_indices(3, 3) ; torch.tensor([])
torch.zeros(0, 3)
"""

POINTWISE = """
{x}.exp() ; {x}.tanh() ; {x}.sin() ; {x}.cos() ; {x}.sigmoid() ; {x}.relu() ; {x}.abs() ; {x}.neg() ; -{a} ; {x}.log()
{x}.sqrt() ; {x}.square() ; {x}.reciprocal() ; {x}.rsqrt() ; {x}.log1p() ; {x}.expm1() ; {x}.log2() ; {x}.log10()
{x}.tan() ; {x}.sinh() ; {x}.cosh() ; {x}.asin() ; {x}.acos() ; {x}.atan() ; {x}.erf() ; {x}.floor() ; {x}.ceil()
{x}.round() ; {x}.trunc() ; {x}.frac() ; {x}.sign() ; {x}.clamp(-1, 1) ; {x}.clamp(min={r}) ; {a}.clamp(max={n})
{x}.softmax({x.dim}) ; {x}.log_softmax({x.dim}) ; torch.relu({x}) ; torch.exp({a}) ; torch.sqrt({a}) ; torch.abs({a})
torch.sin({a}) ; torch.sigmoid({a}) ; F.leaky_relu({x}, 0.1) ; F.elu({x}) ; F.gelu({x}) ; F.silu({x})
F.softplus({x}) ; F.relu({a}) ; F.softmax({x}, dim={x.dim}) ; F.log_softmax({x}, {x.dim}) ; {x}.exp2() ; {x}.asinh()
{x}.atanh() ; {x}.erfc() ; {x}.sgn() ; {x}.nan_to_num() ; {x}.logit(0.1) ; {x}.round(decimals=1) ; {x}.clip(0, {n})
{x}.positive() ; torch.square({a}) ; F.relu6({x}) ; F.hardtanh({x}) ; F.logsigmoid({x}) ; F.mish({x}) ; F.selu({x})
F.softsign({x}) ; F.tanhshrink({x}) ; F.hardsigmoid({x}.float()) ; F.hardswish({x}) ; F.celu({x})
F.threshold({x}, 0.5, {n}) ; {x}.acosh() ; torch.special.expit({x}) ; F.normalize({m}) ; F.layer_norm({x}, {x.tail})
F.softmin({x}, dim={x.dim}) ; torch.sinc({x}) ; torch.deg2rad({x})
"""

BINARY = """
{x} + {y} ; {x} - {y} ; {x} * {y} ; {x} / {y} ; {x} ** 2 ; {x} ** {r} ; {x} + {r} ; {r} - {x} ; {x} * {n} ; {n} / {x}
{a} + {c} ; {a} * {c} ; {a} - {c} ; {a} / {c} ; {a} // {n} ; {x} // {y} ; {a} % {n} ; {x} % {y} ; {n} ** {x}
{a} ** 2 ; {a} + {n} ; {a} * {r} ; {a} - {r} ; {a} / {n} ; {r} * {a} ; {n} - {a} ; {i} + {j} ; {i} * {j} ; {i} // 2
{i} % 3 ; torch.add({x}, {y}, alpha={r}) ; torch.sub({x}, {y}, alpha=2) ; torch.mul({x}, {y}) ; torch.div({x}, {y})
torch.maximum({x}, {y}) ; torch.minimum({x}, {y}) ; torch.max({x}, {y}) ; torch.pow({x}, {y}) ; torch.fmod({x}, {n})
torch.atan2({x}, {y}) ; torch.div({x}, {y}, rounding_mode='floor') ; torch.div({i}, 2, rounding_mode='trunc')
torch.remainder({x}, {y}) ; torch.lerp({x}, {s}, 0.3) ; torch.addcmul({x}, {s}, {z}, value=0.5)
{x}.addcdiv({s}, {z}) ; torch.hypot({x}, {y}) ; torch.logaddexp({x}, {y}) ; torch.fmax({x}, {y})
torch.fmin({x}, {y}) ; torch.xlogy({x}, {y}) ; torch.copysign({x}, {y}) ; torch.heaviside({x}, {y})
torch.true_divide({a}, {n}) ; torch.floor_divide({x}, {n}) ; {b} & {d} ; {b} | {d} ; {b} ^ {d} ; ~{b} ; {i} & {n}
{i} << 1 ; {i} >> 1 ; ~{i} ; {b} * {x} ; {b} + {d} ; {b}.float() - 1 ; torch.where({x} > {r}, {x}, {y})
torch.where({x} > {y}, {x}, {n}) ; torch.where({b}, {r}, {n}) ; {x}.masked_fill({x} > {r}, {n})
torch.where({x} > 0, {x}, {r}) ; torch.outer({v}, {u}) ; torch.dist({x}, {s}) ; torch.cross({m}, {m}.flip(1), dim={n})
F.mse_loss({x}, {s}) ; F.l1_loss({x}, {s}) ; F.smooth_l1_loss({x}, {s}) ; F.huber_loss({x}, {s}, reduction='sum')
F.mse_loss({x}, {s}, reduction='none') ; F.cosine_similarity({m}, {k}) ; F.kl_div({x}, {s}, reduction='sum')
F.binary_cross_entropy_with_logits({x}, {s}) ; F.cross_entropy({m}, {m.classes}) ; F.nll_loss({m}, {m.classes})
F.cross_entropy({m}, {m.classes}, reduction='none') ; torch.logical_and({a}, {c}) ; torch.logical_not({a})
"""

COMPARISON = """
{x} > {r} ; {x} < {y} ; {x} >= {y} ; {x} == {s} ; {x} != {n} ; {a} <= {n} ; {a} == {c} ; torch.eq({x}, {s})
{x}.gt(0) ; {x}.isnan() ; {x}.isinf() ; {x}.isfinite() ; torch.allclose({x}, {s}) ; torch.equal({a}, {c})
torch.isclose({x}, {s}) ; ({x} > {r}).any() ; ({x} > {r}).all() ; ({x} > 0).all({x.dim}) ; {b}.any() ; {a}.all()
{a}.any({a.dim}) ; {x}.ne({s}) ; ({x} > 0).sum() ; ({x} > {r}).float().mean() ; {x}.lt({r}) ; torch.ge({a}, {n})
{x}.signbit() ; torch.isin({i}, {j})
"""

REDUCTION = """
{x}.sum() ; {x}.sum({x.dim}) ; {x}.sum({x.dim}, keepdim=True) ; {a}.sum() ; {a}.sum({a.dim}) ; {x}.mean()
{x}.mean({x.dim}) ; {a}.mean() ; {x}.prod() ; {x}.prod({x.dim}) ; {a}.prod() ; {x}.max() ; {x}.max({x.dim})
{a}.min() ; {x}.min({x.dim}) ; {x}.amax({x.dim}) ; {x}.amin({x.dim}, True) ; {x}.argmax() ; {x}.argmax({x.dim})
{a}.argmin({a.dim}) ; {x}.std() ; {x}.std({x.dim}) ; {x}.var() ; {x}.var({x.dim}, unbiased=False) ; {x}.norm()
{x}.norm(dim={x.dim}) ; {x}.norm(p=1) ; {x}.logsumexp({x.dim}) ; {x}.cumsum({x.dim}) ; {a}.cumsum({a.dim})
{x}.cumprod({x.dim}) ; {x}.median() ; {x}.median({x.dim}) ; {x}.sum(dim=(0, 1)) ; {x}.mean((0, -1), keepdim=True)
{a}.sum(dtype=torch.float64) ; {x}.nansum() ; {x}.nanmean() ; {a}.count_nonzero() ; {x}.aminmax() ; {x}.std_mean()
torch.std({x}, dim={x.dim}) ; torch.sum({a}, {a.dim}) ; torch.mean({x}, {x.dim}) ; torch.max({a})
torch.argmax({a}, dim={a.dim}) ; torch.prod({a}) ; torch.norm({x}) ; torch.cummax({x}, {x.dim}) ; {x}.quantile(0.5)
torch.var_mean({x}, dim={x.dim}) ; {x}.diff() ; torch.trapezoid({x}) ; {x}.logcumsumexp({x.dim}) ; torch.trace({m})
{m}.trace() ; {i}.unique() ; torch.unique({a}.detach(), return_counts=True) ; torch.bincount({i})
torch.histc({x}, 4) ; {x}.mode({x.dim}) ; {x}.sort({x.dim}) ; {a}.sort() ; {x}.sort(descending=True)
{x}.argsort({x.dim}) ; {x}.topk(1) ; {x}.topk(2, {x.dim}) ; {x}.kthvalue(1) ; {x}.max({x.dim}, keepdim=True)
{x}.max(dim={x.dim})[0] ; {x}.min({x.dim}).values ; {a}.max({a.dim}).indices
"""

SHAPE = """
{a}.view(-1) ; {a}.view({a.shape}) ; {a}.reshape({a.shape}) ; {a}.reshape(-1) ; {a}.view({n}, -1)
{a}.reshape(-1, {n}) ; {a}.flatten() ; {a}.unsqueeze({a.place}) ; {a}.squeeze() ; {a}.squeeze({a.dim})
{a}.transpose({a.dim}, {a.dim}) ; {a}.permute({a.order}) ; {m}.t() ; {m}.T ; {x}.mT ; {a}.expand({a.wider})
{a}.repeat({a.times}) ; {a}.contiguous() ; {a}.clone() ; {a}.detach() ; {a}.flip({a.dim}) ; {a}.roll(1, {a.dim})
{a}.roll({n}) ; torch.flip({a}, ({a.dim},)) ; {a}.movedim({a.dim}, {a.dim}) ; {a}.swapaxes({a.dim}, {a.dim})
{a}.unflatten({a.dim}, (-1, 1)) ; {a}.ravel() ; {a}.tile((2,)) ; {a}.repeat_interleave(2)
{a}.repeat_interleave(2, dim={a.dim}) ; {a}.expand_as({c}) ; {a}.view_as({c}) ; {a}.chunk(2, {a.dim})
{a}.split(1, {a.dim}) ; {a}.unbind({a.dim}) ; {a}.narrow({a.dim}, 0, 1) ; {a}.select({a.dim}, 0) ; {a}.diagonal()
torch.diag({v}) ; {m}.diag() ; {m}.tril() ; {m}.triu(1) ; torch.rot90({m}) ; {a}.unfold({a.dim}, 1, 1) ; {m}.tril(-1)
torch.diag_embed({v}) ; {a}.broadcast_to({a.wider}) ; {a}.fliplr() ; {m}.flipud() ; {a}.unsqueeze(0).squeeze(0)
{a}.transpose(0, -1).reshape(-1) ; {m}.t().contiguous().view(-1) ; torch.atleast_2d({a}) ; torch.squeeze({a})
torch.flatten({a}, 0) ; {a}.t() ; {a}.T ; torch.meshgrid({v}, {v}, indexing='ij') ; torch.tensor_split({a}, 2)
{a}.view(1, *{a}.shape) ; F.pad({a}, (1, 1)) ; F.one_hot({i}) ; F.pad({x}, (0, 2), value={r})
torch.cartesian_prod({v}, {u}) ; torch.combinations({v}) ; {x}.as_strided((2,), (1,))
"""

JOIN = """
torch.cat([{x}, {s}]) ; torch.cat([{x}, {s}], {x.dim}) ; torch.stack([{x}, {s}])
torch.stack([{x}, {s}, {z}], {x.dim}) ; torch.cat([{a}, {c}]) ; torch.stack([{a}, {c}], -1) ; torch.hstack([{x}, {s}])
torch.vstack([{x}, {s}]) ; torch.cat([{a}, {c}], dim={n}) ; torch.dstack([{x}, {s}]) ; torch.column_stack([{x}, {s}])
torch.block_diag({m}, {k}) ; torch.concat([{x}, {x}], -1) ; torch.stack({x}.unbind())
torch.cat({x}.split(1, {x.dim}), {x.dim}) ; torch.stack([{x}.sum(), {x}.mean()])
"""

INDEXING = """
{a}[{a.index}] ; {a}[{a.index}] ; {a}[0] ; {a}[-1] ; {a}[:1] ; {a}[1:] ; {a}[..., 0] ; {a}[None] ; {a}[:, None]
{a}[::2] ; {a}[{a.index}] ; {a}[{a.index}] ; {x}[{x} > {r}] ; {x}[{x} == {s}] ; {a}[{a.mask}]
{a}[torch.tensor([0, -1])] ; {a}[[0, 0]] ; {a}[{n}] ; {a}[:, {n}] ; {a}[torch.tensor({n})] ; {a}[..., None, :]
{a}[{i}] ; {a}[True] ; {a}[0:0] ; {a}.index_select({a.dim}, torch.tensor([0, 0])) ; {a}.gather({a.dim}, {a.gather})
{a}.take(torch.tensor([0, 1])) ; {x}.masked_select({x} > {r}) ; {a}.nonzero() ; torch.where({x} > {r})
{x}.take_along_dim({x}.argsort(-1), -1) ; {x}.scatter({x.dim}, {x.gather}, {r})
{x}.scatter_add({x.dim}, {x.gather}, {s}) ; {x}.index_add(0, torch.tensor([0]), {x}[:1])
{x}.index_fill({x.dim}, torch.tensor([0]), {n}) ; {x}.index_copy(0, torch.tensor([0]), {x}[:1])
{x}.masked_scatter({x} > 0, {s}) ; {x}.index_put((torch.tensor([0]),), torch.tensor({r}).to({x}.dtype))
{a}.scatter(0, {a.gather}, {c}) ; {x}.scatter({x.dim}, {x.gather}, {s}) ; {x}.slice_scatter({x}[:1], 0, 0, 1)
{x}.select_scatter({x}[0], 0, 0) ; {a}[torch.tensor([[0, 0], [0, 0]])] ; {a}[{a.index}, None] ; {a}[{b}]
{a}[{a.mask}].sum() ; {a}[{a}.long() * 0]
"""

LINEAR = """
{m} @ {k} ; {m} @ {m}.t() ; {m}.t() @ {m} ; {m} @ {v} ; {v} @ {m} ; {v} @ {u} ; torch.mm({m}, {m}.T)
torch.matmul({x}, {x}.mT) ; torch.mv({m}, {v}) ; torch.dot({v}, {u}) ; {m}.matmul({x}) ; {x} @ {y}
torch.addmm({x}, {m}, {m}.t()) ; torch.bmm({x}, {x}.mT) ; torch.einsum('ij,kj->ik', {m}, {k}) * 1 * 1
torch.einsum('ij->j', {m}) * 1 * 1 ; torch.einsum('i,j->ij', {v}, {u}) * 1 * 1 ; F.linear({m}, {k})
F.linear({m}, {m}, {v}) ; torch.outer({v}, {u}) ; torch.inner({x}, {x}) ; torch.tensordot({x}, {x}, {x}.dim())
torch.kron({v}, {u}) ; {x}.matmul({v}) ; torch.det({m} @ {m}.t()) ; torch.linalg.norm({x})
torch.linalg.vector_norm({x}, 1) ; torch.cdist({m}, {k}) ; torch.vdot({v}, {u})
({m} @ {m}.t() + 3 * torch.eye({m}.shape[0], dtype={m}.dtype)).inverse() ; torch.addmv({v}, {m}, {v})
torch.baddbmm({q} @ {q}.mT, {q}, {q}.mT) ; torch.linalg.matrix_norm({m}) ; torch.matrix_power({m} @ {m}.t(), 2)
torch.chain_matmul({m}, {m}.t()) ; torch.addr({m}, {v}, {v})
"""

CONVERSION = """
{a}.float() ; {a}.double() ; {i}.to(torch.float16) ; {f}.long() ; {f}.int() ; {a}.bool() ; {b}.int()
{i}.to(torch.{dtype}) ; {a}.to({x}.dtype) ; {i}.type_as({x}) ; {a}.to({c}) ; {x}.half() ; {b}.to(torch.{dtype})
{a}.type(torch.float64) ; {a}.to('cpu') ; {x}.to(torch.float32) ; {i}.byte() ; {x}.bfloat16() ; {a}.cpu()
{x}.type(torch.FloatTensor) ; {i}.short() ; {a}.to(torch.complex64)
"""

ASKING = """
{a}.shape ; {a}.dtype ; {a}.dim() ; {a}.numel() ; {a}.is_leaf ; {a}.requires_grad ; {a}.stride() ; len({a})
{a}.tolist() ; {a}.item() ; float({a}) ; int({a}) ; bool({a}) ; {a}.is_contiguous() ; {a}.size({a.dim}) ; {a}._version
{a}.grad_fn is None ; {a}.storage_offset() ; {a}.type() ; {a}.numpy().dtype ; {a}.element_size() ; {a}.nelement()
{a}.is_floating_point() ; {a}.size() ; {a}.data_ptr() == {c}.data_ptr() ; {a}._is_view() ; {a}._base is None
{a}.device ; {a}.ndim ; f"{{{a}.sum():.3f}}" ; {x}.output_nr ; {a} in [1] ; torch.is_tensor({a}) ; {n} in {a}
torch.result_type({a}, {n}) ; torch.can_cast({a}.dtype, torch.{dtype}) ; iter({a}) is None
torch.promote_types({a}.dtype, torch.{dtype}) ; {a}.detach().numpy().shape ; str({a}.dtype) ; {a}.grad is None
{a}.nbytes
"""

# Statements: what is changed is compared afterwards like everything else in reach.
IN_PLACE = """
{h}.add_({n}) ; {h}.mul_({r}) ; {h}.sub_({y}) ; {h}.div_(2) ; {h}.zero_() ; {h}.fill_({r}) ; {h}.copy_({y})
{h} += {y} ; {h} *= {n} ; {h} -= {r} ; {h} /= 2 ; {h}.exp_() ; {h}.tanh_() ; {h}.relu_() ; {h}.clamp_(-1, 1)
{h}.neg_() ; {h}.abs_() ; {h}[0] = {r} ; {h}[{h.index}] = {n} ; {h}[{h.index}] = {r} ; {h}[{h} > {r}] = 0
{h}[:1] = {y} ; {h}[..., -1] *= 2 ; {h}[{h.index}] += 1 ; {h}[{h.index}].mul_(2) ; {h}.pow_(2) ; {h}.sqrt_()
{h}.sigmoid_() ; {h}.masked_fill_({h} > {r}, {n}) ; {h}.t_() ; {h}.unsqueeze_(0) ; {h}.squeeze_()
{h}.transpose_(0, -1) ; {h}.floor_() ; {h}.round_() ; {h}.add_({y}, alpha=2) ; {h}.view(-1)[0] = {r} ; {h}.t().mul_(2)
{h}.data.mul_(2) ; {h}.detach().add_(1) ; {h}.requires_grad_() ; {h}.detach_()
{h}.index_fill_(0, torch.tensor([0]), {n}) ; {h}.scatter_(0, {h.gather}, {r})
{h}.index_add_(0, torch.tensor([0]), {h}[:1].detach().clone()) ; {h}.addcmul_({s}, {z}) ; {h}.lerp_({s}, 0.5)
{h}.clip_(max={n}) ; {h}.sin_() ; {h}.reciprocal_() ; {h}.fill_diagonal_(0) ; {h} **= 2 ; {h} //= 2 ; {h} %= 2
{i} += 1 ; {i}[0] = {n} ; {i}[0] = {r} ; {b}[0] = True ; {b} |= {d} ; {i} *= {r} ; {i} += {x}
{h}[torch.tensor([0, 0])] = {n}.5 ; {h}[{h.mask}] += 1 ; {h}[None, 0] = {n} ; {h}[[0]] = {y}
{h}[{i} % len({h})] = {n} ; {h}[{h.index}] = {y} ; {h}.cumsum_(0) ; {h}.tril_() ; {h}.triu_()
{h}.masked_scatter_({h} > 0, {s} * 1) ; {h}.index_copy_(0, torch.tensor([0]), {h}[:1].detach().clone())
{h}.put_(torch.tensor([0]), torch.tensor([{r}], dtype={h}.dtype)) ; {h}.uniform_() ; {h}.normal_() ; {h}.random_(5)
{h}.bernoulli_(0.5) ; {h}.resize_(min(2, {h}.numel())) ; {h}.atan2_({y})
{h}.remainder_(2) ; {h}.fmod_(2) ; {h}.log_() ; {h}.erf_()
F.relu({h}, inplace=True) ; F.leaky_relu_({h}, 0.1) ; torch.add({x}, 1, out={h}) ; torch.mul({x}, {y}, out={h})
torch.exp({x}, out={h}) ; with torch.no_grad(): {w}.add_({n}) ; with torch.no_grad(): {w} -= 0.1 * {w}
with torch.no_grad(): {w}.mul_(2)
"""

AUTOGRAD = """
{x}.sum().backward() ; {x}.backward() ; {x}.mean().backward(retain_graph=True) ; {x}.backward(torch.ones_like({x}))
{w}.grad = None ; {w}.grad.zero_() ; {x}.requires_grad_() ; {a}.requires_grad = True ; {x}.retain_grad()
{x}.register_hook(lambda g: g * 2) ; {w}.grad.mul_(2) ; ({x} * {w}).sum().backward()
{x}.sum().backward(retain_graph=True) ; {w}.requires_grad_(False)
"""

GRADIENTS = """
torch.autograd.grad({x}.sum(), {w}) ; torch.autograd.grad({x}.sum(), {w}, allow_unused=True)
torch.autograd.grad({x}, {w}, torch.ones_like({x})) ; torch.autograd.grad({x}.sum(), [{w}], retain_graph=True)
torch.autograd.grad({x}.mean(), {x}) ; {w}.grad ; {w}.detach().clone()
torch.autograd.grad(({w} ** 3).sum(), {w}, create_graph=True)[0].detach()
torch.autograd.grad(torch.autograd.grad(({x} * {w}).exp().sum(), {w}, create_graph=True)[0].sum(), {w})[0]
torch.autograd.grad(torch.autograd.grad({x}.tanh().sum(), {x}, create_graph=True)[0].sum(), {x})[0]
"""

MISTAKES = """
{a}.foo ; torch.foo({a}) ; {a}.foo() ; {a} + 'a' ; {a} + None ; {a} + [1] ; torch.tensor('a')
torch.tensor([[1], [1, 2]]) ; {a}.view(7, 11) ; {a}.reshape(5, -1, 13) ; {a}[99] ; {a}[:, 99] ; {a}['a'] ; {a}[1.5]
{a}[{a.many}] ; {a}.sum(9) ; {a}.unsqueeze(9) ; {a}.squeeze(9) ; {a}.transpose(0, 9) ; {a}.permute(0, 0)
{a}.permute(5, 6, 7) ; torch.cat([]) ; torch.stack([]) ; torch.cat({a}) ; torch.cat([{a}, 1]) ; {a} @ 3
{m} @ torch.ones(17) ; torch.mm({a}, torch.ones(17, 2)) ; {i}.requires_grad_() ; {x}.to('nothing') ; {a}.expand(97)
{a}.repeat() ; torch.zeros(-1) ; torch.ones(2.5) ; torch.arange() ; torch.zeros({shape}, dtype='float32') ; {i}.mean()
{b} - {d} ; -{b} ; {x} & {x} ; ~{x} ; {x} << 1 ; torch.dot({m}, {v}) ; {a}.view('a') ; {a}.size(9) ; {a}.chunk(0)
{a}.split(0) ; {a}.item(3) ; torch.exp({n}) ; torch.sum([1, 2]) ; {a}() ; len(torch.tensor(1)) ; iter(torch.tensor(1))
{a}.sum(dim='a') ; {x}.sum().foo ; {a}.shape.foo ; torch.nn.functional.foo({a}) ; torch.tensor()
torch.ones({shape}, foo=1) ; {a}.sum(foo=1) ; {a}.gather(0, {x}) ; {a}.index_select(0, {x}) ; {a}.masked_fill({x}, 0)
{a}.masked_fill({b}, 'a') ; torch.where({x}, {x}, {x}) ; {a}.max('a') ; {a}[::-1] ; {a}.narrow(0, 5, 99)
torch.bmm({m}, {k}) ; torch.full((2,), 'a') ; torch.linspace(0, 1, -3) ; torch.eye(-2) ; F.nll_loss({x}, {x})
F.cross_entropy({m}, {k}) ; torch.stack([{x}, {m}.t()]) ; F.mse_loss({x}, torch.ones(19)) ; torch.addmm({m}, {k}, {m})
{v}.view(2, 2, 2, 2) ; {a}.unflatten(0, (7, 9)) ; {a}.tile() ; torch.tensor([None]) ; torch.randint(5, 2, (2,))
{a}.item().foo ; {a}.numpy() + 1 ; torch.autograd.grad({a}, {c}) ; {a}.backward() ; {a}.new_zeros() ; {a}.unbind(7)
{a}.flip(8)
"""
