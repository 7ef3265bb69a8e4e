"""How a program calls the op of a declaration, under any torch: the text of the call, and its evaluation."""

import inspect

import numpy as np

# How a program calls what the op declares; the op's first name suffices where nothing is said.
CALLS = {
    "put": "self.put(torch.tensor(index), source, accumulate)",
    "add": "self + other",
    "sub": "self - other",
    "mul": "self * other",
    "div": "self / other",
    "pow": "self ** exponent",
    "rsub": "torch.rsub(self, other)",
    "pow.scalar": "self ** exponent",
    "neg": "-self",
    "remainder": "self % other",
    "clamp": "self.clamp(min, max)",
    "solve": "torch.linalg.solve(self, other)",
    "qr": "torch.linalg.qr(self, mode=form)",
    "solve_triangular": "torch.linalg.solve_triangular(self, B, upper=upper, left=left, unitriangular=unitriangular)",
    "svd": "torch.linalg.svd(self, full_matrices=full)",
    "pinv": "torch.linalg.pinv(self)",
    "block_diag": "torch.block_diag(*tensors)",
    "unfold": "self.unfold(dimension, size, step)",
    "as_strided": "self.as_strided(size, stride, storage_offset)",
    "scatter": "self.scatter(dim, torch.tensor(index), src)",
    "scatter.number": "self.scatter(dim, torch.tensor(index), value)",
    "scatter_add": "self.scatter_add(dim, torch.tensor(index), src)",
    "scatter_reduce": "self.scatter_reduce(dim, torch.tensor(index), src, reduce, include_self=include_self)",
    "index_add": "self.index_add(dim, torch.tensor(index), source, alpha=alpha)",
    "index_copy": "self.index_copy(dim, torch.tensor(index), source)",
    "index_fill": "self.index_fill(dim, torch.tensor(index), value)",
    "index_fill.tensor": "self.index_fill(dim, torch.tensor(index), value)",
    "clamp_min": "self.clamp_min(min)",
    "clamp_max": "self.clamp_max(max)",
    "lerp": "torch.lerp(self, end, weight)",
    "xlogy.number": "torch.xlogy(self, other)",
    "xlog1py": "torch.special.xlog1py(self, other)",
    "polygamma": "self.polygamma(n)",
    "clamp.tensor": "self.clamp(min, max)",
    "round.decimals": "self.round(decimals=decimals)",
    "masked_fill": "self.masked_fill(mask, value)",
    "masked_fill.tensor": "self.masked_fill(mask, value)",
    "where": "torch.where(condition, self, other)",
    "leaky_relu": "F.leaky_relu(self, negative_slope)",
    "elu": "F.elu(self, alpha)",
    "gelu": "F.gelu(self, approximate=approximate)",
    "silu": "F.silu(self)",
    "softplus": "F.softplus(self, beta, threshold)",
    "sum": "self.sum()",
    "sum.as": "self.sum(dtype=getattr(torch, dtype.name))",
    "sum.dim.as": "self.sum(dim, keepdim, dtype=getattr(torch, dtype.name))",
    "add.alpha": "torch.add(self, other, alpha=alpha)",
    "sub.alpha": "torch.sub(self, other, alpha=alpha)",
    "sum.dim": "self.sum(dim, keepdim)",
    "mean": "self.mean()",
    "mean.dim": "self.mean(dim, keepdim)",
    "prod": "self.prod()",
    "prod.dim": "self.prod(dim, keepdim)",
    "max": "self.max()",
    "min": "self.min()",
    "max.dim": "self.max(dim, keepdim)",
    "min.dim": "self.min(dim, keepdim)",
    "amax": "self.amax(dim, keepdim)",
    "amin": "self.amin(dim, keepdim)",
    "argmax": "self.argmax(dim, keepdim)",
    "argmin": "self.argmin(dim, keepdim)",
    "var": "self.var(dim, correction=correction, keepdim=keepdim)",
    "std": "self.std(dim, correction=correction, keepdim=keepdim)",
    "cumsum": "self.cumsum(dim)",
    "softmax": "self.softmax(dim)",
    "log_softmax": "self.log_softmax(dim)",
    "logsumexp": "torch.logsumexp(self, dim, keepdim)",
    "norm": "self.norm(ord, dim, keepdim)",
    "nll_loss2d": "F.nll_loss(self, target, reduction=reduction)",
    "multi_margin_loss": "F.multi_margin_loss(self, target, p, margin, reduction=reduction)",
    "multilabel_margin_loss": "F.multilabel_margin_loss(self, target, reduction=reduction)",
    "soft_margin_loss": "F.soft_margin_loss(self, target.detach(), reduction=reduction)",
    "im2col": "F.unfold(self, kernel_size, dilation, padding, stride)",
    "col2im": "F.fold(self, output_size, kernel_size, dilation, padding, stride)",
    "grid_sampler_2d": "F.grid_sample(input, grid, interpolation_mode, padding_mode, align_corners)",
    "grid_sampler_3d": "F.grid_sample(input, grid, interpolation_mode, padding_mode, align_corners)",
    "affine_grid_generator": "torch.affine_grid_generator(theta, size, align_corners)",
    "pixel_shuffle": "torch.pixel_shuffle(self, upscale_factor)",
    "pixel_unshuffle": "torch.pixel_unshuffle(self, downscale_factor)",
    "channel_shuffle": "torch.channel_shuffle(self, groups)",
    "hardtanh": "F.hardtanh(self, min_val, max_val)",
    "celu": "F.celu(self, alpha)",
    "softshrink": "F.softshrink(self, lambd)",
    "hardshrink": "F.hardshrink(self, lambd)",
    "threshold": "F.threshold(self, threshold, value)",
    **{name: f"F.{name}(self)" for name in ("mish", "hardsigmoid", "hardswish", "logsigmoid")},
    "glu": "F.glu(self, dim)",
    "avg_pool2d": "F.avg_pool2d(self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)",
    "avg_pool3d": "F.avg_pool3d(self, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)",
    "adaptive_avg_pool2d": "F.adaptive_avg_pool2d(self, output_size)",
    "adaptive_avg_pool3d": "F.adaptive_avg_pool3d(self, output_size)",
    "adaptive_max_pool2d": "F.adaptive_max_pool2d(self, output_size)",
    "adaptive_max_pool3d": "F.adaptive_max_pool3d(self, output_size)",
    "batch_norm": "F.batch_norm(input, running_mean, running_var, weight, bias, True, 0.1, eps)",
    "layer_norm": "F.layer_norm(input, normalized_shape, weight, bias, eps)",
    "group_norm": "F.group_norm(input, num_groups, weight, bias, eps)",
    "convolution": "torch.convolution(input, weight, bias, stride, padding, dilation, transposed, output_padding, "
    "groups)",
    "max_pool2d": "(F.max_pool2d(self, kernel_size, stride, padding, dilation, ceil_mode),)",
    "max_pool3d": "(F.max_pool3d(self, kernel_size, stride, padding, dilation, ceil_mode),)",
    "constant_pad_nd": "F.pad(self, pad, value=value)",
    "addmm": "torch.addmm(self, mat1, mat2, beta=beta, alpha=alpha)",
    "view": "self.view(size)",
    "expand": "self.expand(size)",
    "permute": "self.permute(dims)",
    "squeeze": "self.squeeze()",
    "squeeze.dim": "self.squeeze(dim)",
    "alias": "self[...]",
    "transpose": "self.transpose(dim0, dim1)",
    "unsqueeze": "self.unsqueeze(dim)",
    "cat": "torch.cat(tensors, dim)",
    "stack": "torch.stack(tensors, dim)",
    "split": "self.split(sizes[0], dim)",
    "split.sizes": "self.split(sizes, dim)",
    "unbind": "self.unbind(dim)",
    "repeat": "self.repeat(repeats)",
    "to_copy": "self.to(getattr(torch, dtype.name))",
    "select": "self.select(dim, index)",
    "slice": "self[:, start:end:step]",
    "index": "self[tuple(slice(None) if i is None else torch.tensor(i) for i in indices)]",
    "index_put": "self.index_put(tuple(map(torch.tensor, indices)), values)",
    "index_select": "self.index_select(dim, torch.tensor(index))",
    "gather": "self.gather(dim, torch.tensor(index))",
    "mse_loss": "F.mse_loss(self, target, reduction=reduction)",
    "smooth_l1_loss": "F.smooth_l1_loss(self, target, reduction=reduction)",
    "huber_loss": "F.huber_loss(self, target, reduction=reduction)",
    "embedding": "F.embedding(indices, weight)",
    "nll_loss": "F.nll_loss(self, target, reduction=reduction)",
    "binary_cross_entropy": "F.binary_cross_entropy(self, target, reduction=reduction)",
    "binary_cross_entropy_with_logits": "F.binary_cross_entropy_with_logits(self, target, reduction=reduction)",
    "unsafe_split": "torch.unsafe_split(self, sizes[0], dim)",
    "pack_padded_sequence": "torch.nn.utils.rnn.pack_padded_sequence(self, lengths, batch_first)[:2]",
    "attention": "F.scaled_dot_product_attention("
    "self, key, value, attn_mask, 0, is_causal, scale=scale, enable_gqa=True)",
    "baddbmm": "torch.baddbmm(self, batch1, batch2, beta=beta, alpha=alpha)",
    "reshape_alias": "self.t().reshape(size)",
    "embedding_bag": "F.embedding_bag(indices, self, offsets, mode=reduce, per_sample_weights=per_sample_weights, "
    "padding_idx=padding_idx if padding_idx >= 0 else None)",
    "clone": "self.clone()",
    "all": "self.all() if dim is None else self.all(dim, keepdim)",
    "any": "self.any() if dim is None else self.any(dim, keepdim)",
}
for count in (1, 2, 3):
    for kind, mode in (("reflection", "reflect"), ("replication", "replicate")):
        CALLS[f"{kind}_pad{count}d"] = f"F.pad(self, pad, mode='{mode}')"
    for mode in ("nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear"):
        corners = "" if "nearest" in mode else ", align_corners=align_corners"
        sized = "output_size if scales[0] is None else None, None if scales[0] is None else scales"
        name = f"upsample_{mode.replace('-', '_')}{count}d"
        CALLS[name] = f"F.interpolate(self, {sized}, mode='{mode}'{corners})"
        CALLS[f"{name}_aa"] = f"F.interpolate(self, {sized}, mode='{mode}'{corners}, antialias=True)"
# In place: the tensor itself is changed, so the call works on a copy made by a recorded operation.
IN_PLACE = {
    "copy": "(self * 1).copy_(src)",
    "fill": "(self * 1).fill_(value)",
    "fill.tensor": "(self * 1).fill_(value)",
    "zero": "(self * 1).zero_()",
    "unsafe_view": "(self.t() * 1).t().reshape(size)",
}


def call(op, values, arguments, torch_like, kind, grad):
    names = [name.rstrip("?*") for name in op.inputs]

    def make(value):
        if isinstance(value, list):
            return [make(each) for each in value]
        dtype = kind if value.dtype.kind == "f" else value.dtype.name
        made = torch_like.tensor(value.tolist(), dtype=getattr(torch_like, dtype))
        if not value.size:
            made = made.reshape(value.shape)  # the lists of an empty array do not tell its shape
        return made.requires_grad_() if grad and value.dtype.kind == "f" and op.differentiable else made

    tensors = [make(value) for value in values]
    scope = dict.fromkeys(names) | dict(zip(names, tensors, strict=False)) | defaults(op) | arguments
    scope |= {"torch": torch_like, "F": torch_like.nn.functional}
    text = CALLS.get(op.name) or IN_PLACE.get(op.name) or plain_call(op, names)
    if op.name not in CALLS and op.name not in IN_PLACE:
        scope |= {k: torch_like.tensor(v) for k, v in arguments.items() if isinstance(v, np.ndarray)}
    result = eval(text, scope)
    leaves = [leaf for each in tensors for leaf in (each if isinstance(each, list) else [each])]
    return result if isinstance(result, tuple) else (result,), leaves


def plain_call(op, names):
    """Return the call of an op whose function is called like it: what follows a dot tells its forms apart."""
    name = op.name.partition(".")[0].replace("special_", "special.", 1)
    return f"torch.{name}({', '.join([*names, *(f'{each}={each}' for each in defaults(op))])})"


def defaults(op):
    scope = {}
    exec(f"def f({op.arguments}): return locals()", scope)
    return {
        name: None if p.default is p.empty else p.default
        for name, p in inspect.signature(scope["f"]).parameters.items()
    }
