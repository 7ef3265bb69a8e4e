"""Write gradviz/engine/signatures.txt: how PyTorch's functions and methods may be called, as its own errors list it.

`python -m tests.record_signatures`, when the engine follows a new PyTorch. A function with several signatures names
them when it is called with what fits none; one with a single signature does not, and is read from PyTorch's schemas.
"""

import re
from pathlib import Path

import torch

from gradviz.engine import torch as gv_torch

TARGET = Path(__file__).parent.parent / "gradviz" / "engine" / "signatures.txt"
KINDS = {
    "Tensor": "Tensor",
    "Scalar": "Number",
    "number": "Number",
    "int": "int",
    "SymInt": "int",
    "bool": "bool",
    "float": "float",
    "str": "str",
    "ScalarType": "torch.dtype",
    "Layout": "torch.layout",
    "Device": "torch.device",
    "MemoryFormat": "torch.memory_format",
    "Generator": "torch.Generator",
}
OPTIONS = ("dtype", "layout", "device", "pin_memory")
# What PyTorch still takes, and does not list.
DEPRECATED = {
    **dict.fromkeys(("add", "sub"), "Number alpha, Tensor other"),
    **dict.fromkeys(("addcmul", "addcdiv"), "Number value, Tensor tensor1, Tensor tensor2"),
    **dict.fromkeys(("addmm", "addbmm", "baddbmm"), "Number beta, Number alpha, Tensor mat1, Tensor mat2"),
    "addmv": "Number beta, Number alpha, Tensor mat, Tensor vec",
    "addr": "Number beta, Number alpha, Tensor vec1, Tensor vec2",
}
# What takes any object, or is no operation: neither the errors nor the schemas say how these are called.
CASTS = ("bfloat16", "bool", "byte", "cdouble", "cfloat", "char", "double", "float", "half", "int", "long", "short")
KNOWN = {
    "tensor": "object data, *, torch.dtype dtype = None, torch.device device = None, bool requires_grad = False",
    "as_tensor": "object data, torch.dtype dtype = None, torch.device device = None",
    ".new_tensor": "object data, *, torch.dtype dtype = None, torch.device device = None, bool requires_grad = False",
    ".numpy": "*, bool force = False",
    **{f".{name}": "*, torch.memory_format memory_format = None" for name in CASTS},
}


class Stranger:
    """What no function takes."""


def said(call):
    """Return what a call with thirteen strangers fails with."""
    try:
        call(*[Stranger() for _ in range(13)])
    except Exception as error:  # noqa: BLE001 - the error is the answer
        return str(error)
    return ""


def listed(text):
    """Return the signatures that an error lists."""
    one = re.search(r"but expected \((.*)\)$", text)
    return [one[1]] if one else re.findall(r"^ \* \((.*)\)$", text, re.MULTILINE)


def kind(argument):
    """Return the type of a schema's argument in the words of PyTorch's errors, or None."""
    words = re.sub(r"\(.*?\)", "", str(argument.type))
    words = words.removeprefix("Optional[").removesuffix("]") if words.startswith("Optional[") else words
    if words.startswith("List["):
        inner = KINDS.get(words[5:-1].removeprefix("Optional[").removesuffix("]"))
        return inner and f"tuple of {inner}s"
    return KINDS.get(words)


def from_schemas(name, text, method):
    """Return the only signature of a function in a list, or nothing where the schemas leave doubt."""
    counts = re.search(r"takes (?:from \d+ to )?(\d+) positional", text)
    if counts is None:
        return []
    wanted = int(counts[1])
    found = []
    for schema in torch._C._jit_get_schemas_for_operator(f"aten::{name}"):
        arguments = [each for each in schema.arguments if not each.is_out]
        if schema.overload_name.endswith("out") or any(str(each.type) == "complex" for each in arguments):
            continue
        if method:
            if not arguments or arguments[0].name != "self":
                continue
            arguments = arguments[1:]
        if sum(not each.kwarg_only for each in arguments) != wanted:
            continue
        parts, marked = [], False
        for each in arguments:
            if each.kwarg_only and not marked:
                parts.append("*")
                marked = True
            word = "int" if each.name == "dtype" and str(each.type) == "int" else kind(each)
            if each.name in OPTIONS:
                word = {"pin_memory": "bool"}.get(each.name, f"torch.{each.name}")
            if word is None:
                return []
            optional = each.has_default_value() or str(each.type).startswith("Optional")
            default = f" = {each.default_value if each.has_default_value() else None}" if optional else ""
            parts.append(f"{word} {'input' if each.name == 'self' else each.name}{default}".replace(", ", " "))
        if parts and parts[-1].startswith("bool pin_memory"):
            parts.append("bool requires_grad = False")
        found.append(", ".join(parts))
    tensors = [each for each in found if each.startswith(("Tensor input", "tuple of Tensors"))]
    found = sorted(set(tensors or found), key=lambda each: -each.count("Tensor "))
    return found[:1] if len(found) == 1 or (found and "Number" in found[1]) else []


def line(name, owner, method):
    """Return the line of a function or method, or None where nothing is known."""
    call = getattr(owner, name, None)
    if call is None or type(call).__name__ not in ("builtin_function_or_method", "method_descriptor"):
        return None
    if method:
        unbound, ones = call, torch.ones(2, 3)
        text = said(lambda *given: unbound(ones, *given))
    else:
        text = said(call)
    if "takes no arguments" in text:
        return f"{name}\t-"
    found = listed(text) or from_schemas(name, text, method)
    if len(found) == 1 and name in DEPRECATED:
        before = "" if method else "Tensor input, "
        found.append(f"|{before}{DEPRECATED[name]}")
    return "\t".join([name, *found]) if found else None


def lines():
    """Return all lines: functions, then methods with a point in front."""
    functions = [line(name, torch, False) for name in sorted(dir(gv_torch)) if not name.startswith("_")]
    names = sorted(name for name in vars(gv_torch.Tensor) if not name.startswith("_"))
    methods = [line(name, torch.Tensor, True) for name in names]
    names = sorted(name for name in dir(torch._C._fft) if name.startswith("fft_"))
    functions += [line(name, torch._C._fft, False) for name in names]
    known = ["\t".join(each) for each in KNOWN.items()]
    return [each for each in functions if each] + [f".{each}" for each in methods if each] + known


if __name__ == "__main__":
    TARGET.write_text("\n".join(lines()) + "\n", encoding="utf-8")
