"""What PyTorch says of a call that fits none of a function's signatures.

`signatures.txt` lists the signatures as PyTorch's own errors write them, functions first, then methods with a point in
front; `tests/record_signatures.py` wrote it. Nothing is looked at before a call has failed: functions take what they
take, and only then is it asked whether PyTorch would have taken the arguments at all. The order of the questions is
that of PyTorch's argument parser (torch/csrc/utils/python_arg_parser.cpp), the long text that of invalid_arguments.cpp.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np

from .device import device
from .dtype import dtype
from .layout import layout, memory_format
from .messages import kind_of, lacking
from .random import Generator
from .tensor import Tensor

# Where these stand first, PyTorch takes a number for a tensor.
WITH_NUMBERS = frozenset(("add", "sub", "subtract", "mul", "multiply", "div", "divide", "true_divide", "floor_divide"))
WITH_NUMBERS |= {f"bitwise_{each}" for each in ("and", "or", "xor", "left_shift", "right_shift")}
NUMPY_NAMES = {"dim": "axis", "keepdim": "keepdims"}  # what else PyTorch calls a parameter
CLASSES: dict[str, Any] = {
    "str": str,
    "torch.dtype": dtype,
    "torch.layout": layout,
    "torch.memory_format": memory_format,
    "torch.Generator": Generator,
    "torch.device": (str, int, device),
}


class Parameter(NamedTuple):
    """One parameter of a signature."""

    kind: str
    name: str
    optional: bool
    keyword_only: bool


class Signature:
    """One way of calling a function."""

    def __init__(self, text: str) -> None:
        self.hidden = text.startswith("|")  # PyTorch still takes it, and does not list it
        self.text = text.removeprefix("|")
        self.pieces = self.text.replace("{-2,-1}", "(-2 -1)").split(", ")
        self.parameters: list[Parameter] = []
        starred = False
        for piece in self.pieces:
            starred = starred or piece == "*"
            declared, _, default = piece.partition(" = ")
            kind, _, name = declared.rpartition(" ")
            if name not in ("*", ""):
                none = default == "None"
                self.parameters.append(Parameter(kind + "?" * none, name, bool(default), starred))
        self.most = sum(not each.keyword_only for each in self.parameters)
        self.least = sum(not each.optional for each in self.parameters)
        first = self.parameters[0].kind if self.parameters else ""
        self.takes_many = self.most == 1 and first.startswith("tuple of ints")


@functools.cache
def known() -> dict[str, list[Signature]]:
    """Return the signatures by name; read when a call first failed. An empty list: the method takes no arguments."""
    found = {}
    with open(os.path.join(os.path.dirname(__file__), "signatures.txt"), encoding="utf-8") as file:
        for line in file.read().splitlines():
            name, *texts = line.split("\t")
            found[name] = [] if texts == ["-"] else [Signature(each) for each in texts]
    return found


class BindingError(TypeError):
    """There are more arguments, or other names, than parameters: Python would not have come into the function."""


class UnpackingError(TypeError):
    """A list begins as it should, so that the signature was chosen; a later element does not fit."""


def is_whole(given: Any) -> bool:
    """Return True for what PyTorch takes for an int."""
    if isinstance(given, Tensor):
        return given._value.dtype.kind in "iu" and not given._value.ndim and given._edge is None
    return isinstance(given, (int, np.integer)) and not isinstance(given, bool)


def is_number(given: Any) -> bool:
    """Return True for what PyTorch takes for a number."""
    if isinstance(given, Tensor):
        return not given._value.ndim and given._edge is None
    return isinstance(given, (int, float, complex, np.number, np.bool_))


def takes(name: str, parameter: Parameter, given: Any) -> bool:
    """Return whether a parameter takes a value; raise for a list whose elements it does not take."""
    kind = parameter.kind.rstrip("?")
    if given is None:
        return parameter.kind.endswith("?") or kind in ("tuple of ints", "object")
    if kind == "Tensor":
        return isinstance(given, Tensor) or (name.rstrip("_") in WITH_NUMBERS and is_number(given))
    if kind == "Number":
        return is_number(given)
    if kind == "int":
        return is_whole(given)
    if kind == "bool":
        return isinstance(given, bool)
    if kind == "float":
        return is_number(given) and not isinstance(given, complex)
    if kind.startswith("tuple of"):
        return takes_list(kind, given)
    if kind == "torch.dtype" and given in (float, int, bool, complex):
        return True
    return isinstance(given, CLASSES[kind]) if kind in CLASSES else True


def takes_list(kind: str, given: Any) -> bool:
    """Return whether a parameter for a list takes a value: PyTorch looks at the first element."""
    if kind == "tuple of ints" and is_whole(given):
        return True
    if not isinstance(given, (tuple, list)):
        return False
    first = given[0] if given else None
    if kind == "tuple of ints":
        return not given or is_whole(first)
    if kind == "tuple of Tensors":
        for index, each in enumerate(given):
            if not isinstance(each, Tensor):
                raise TypeError(f"expected Tensor as element {index} in argument 0, but got {kind_of(each)}")
    return True


def misfit(name: str, signature: Signature, args: Sequence[Any], options: Mapping[str, Any]) -> TypeError | None:
    """Return what is wrong with the arguments for one signature, or None."""
    if len(args) > signature.most and not signature.takes_many:
        return too_many(name, signature, len(args))
    place, left = 0, len(options)
    for index, parameter in enumerate(signature.parameters):
        named = place >= len(args)
        if not named and parameter.keyword_only:
            return too_many(name, signature, len(args))
        key = parameter.name if parameter.name in options else NUMPY_NAMES.get(parameter.name, parameter.name)
        if named and key not in options:
            if parameter.optional:
                continue
            rest = signature.parameters[index:]
            return lacking(name, [each.name for each in rest if not each.optional])
        given = options[key] if named else args[place]
        whole = args if signature.takes_many and not named and index == 0 and len(args) > 1 else given
        if not takes(name, parameter, whole) and not (whole is args and takes(name, parameter, given)):
            where = "" if named else f" (position {place + 1})"
            kind = parameter.kind.rstrip("?")
            what = f"not {kind_of(given)}"
            if kind == "tuple of ints" and isinstance(given, (tuple, list)):
                what = f"but found element of type {kind_of(given[0])} at pos 0"
            return TypeError(f"{name}(): argument '{parameter.name}'{where} must be {kind}, {what}")
        if parameter.kind.startswith("tuple of ints") and isinstance(whole, (tuple, list)):
            strange = next((at for at, each in enumerate(whole) if not is_whole(each)), None)
            if strange is not None:
                return UnpackingError(
                    f"{name}(): argument '{parameter.name}' failed to unpack the object at pos {strange + 1} with "
                    f'error "type must be tuple of ints,but got {kind_of(whole[strange])}"'
                )
        place, left = (place, left - 1) if named else (len(args) if whole is args else place + 1, left)
    if left:
        return unexpected(name, signature, options)
    return None


def too_many(name: str, signature: Signature, given: int) -> TypeError:
    """Return the error for more arguments than there are places."""
    least, most = signature.least, signature.most
    if least != most:
        return BindingError(f"{name}() takes from {least} to {most} positional arguments but {given} were given")
    return BindingError(
        f"{name}() takes {most} positional argument{'s' * (most != 1)} but {given} "
        f"{'was' if given == 1 else 'were'} given"
    )


def unexpected(name: str, signature: Signature, options: Mapping[str, Any]) -> TypeError:
    """Return the error for a name that is no parameter's, or for one whose place was taken."""
    names = {each.name for each in signature.parameters}
    names |= {NUMPY_NAMES[each] for each in names & NUMPY_NAMES.keys()}
    for each in options:
        if each not in names:
            return BindingError(f"{name}() got an unexpected keyword argument '{each}'")
    return BindingError(f"{name}() got multiple values for argument '{next(iter(options))}'")


def described(args: Sequence[Any], options: Mapping[str, Any]) -> str:
    """Return the types of the arguments as PyTorch lists them; its comma behind the last name stays."""
    positional = ", ".join(kind_of(each) for each in args)
    named = "".join(f"{key}={kind_of(each)}, " for key, each in options.items())
    text = f"{positional}, {named}" if args else named
    return f"({text[:-2] if args else text})"


def marked(pieces: Sequence[str], args: Sequence[Any], options: Mapping[str, Any]) -> str:
    """Return the types of the arguments with those between ! that do not match the pieces of a signature."""
    found = []
    for index, piece in enumerate(pieces):
        declared = piece.partition(" = ")[0]
        kind, _, name = declared.rpartition(" ")
        named = index >= len(args)
        if named and name not in options:
            continue
        given = options[name] if named else args[index]
        words = kind_of(given)
        matches = words == kind or (kind == "float" and words in ("float", "int"))
        if isinstance(given, (tuple, list)):
            inner = ", ".join(kind_of(each) for each in given)
            words += f" of ({inner}{',' * (isinstance(given, tuple) and len(given) == 1)})"
        words = f"{name}={words}" if named else words
        found.append(words if matches else f"!{words}!")
    return f"({', '.join(found)}{', ' * (not args)})"


def combinations(name: str, signatures: Sequence[Signature], args: Sequence[Any], options: Mapping[str, Any]) -> str:
    """Return the text that lists all signatures."""
    count = len(args) + len(options)
    text = f"{name}() received an invalid combination of arguments - got "
    shown = [each for each in signatures if not each.hidden]
    if len(shown) == 1:
        pieces = shown[0].pieces
        got = marked(pieces, args, options) if len(pieces) == count else described(args, options)
        return f"{text}{got}, but expected ({shown[0].text})"
    text += f"{described(args, options)}, but expected one of:\n"
    for each in shown:
        text += f" * ({each.text})\n"
        if len(each.pieces) == count:
            names = {piece.partition(" = ")[0].rpartition(" ")[2] for piece in each.pieces[len(args) :]}
            strange = [key for key in options if key not in names]
            why = "keywords were incorrect: " if strange else "arguments have invalid types: "
            what = ", ".join(strange) if strange else marked(each.pieces, args, options)
            text += f"      didn't match because some of the {why}{what}\n"
    return text


def refusal(
    name: str, args: Sequence[Any], options: Mapping[str, Any], failure: Exception, *, method: bool = False
) -> TypeError | None:
    """Return PyTorch's error for arguments that no signature takes; None where one does, or nothing is known.

    `failure` is what the call ended with: the engine's own functions pass arguments on that PyTorch's do not have, and
    what goes wrong inside of these is not their number.
    """
    signatures = known().get(f".{name}" if method else name)
    if signatures is None:
        return None
    error = fault(name, signatures, args, options)
    if isinstance(error, BindingError) and not isinstance(failure, TypeError):
        return None
    return TypeError(str(error)) if isinstance(error, (BindingError, UnpackingError)) else error


def fault(name: str, signatures: list[Signature], args: Sequence[Any], options: Mapping[str, Any]) -> TypeError | None:
    """Return what is wrong with the arguments for every signature, or None."""
    if not signatures:
        if not args and not options:
            return None
        given = f"arguments ({len(args)} given)" if args else "keyword arguments"
        return TypeError(f"TensorBase.{name}() takes no {given}")
    if len(signatures) == 1:
        return misfit(name, signatures[0], args, options)
    found = [misfit(name, each, args, options) for each in signatures]
    if None in found:
        return None
    chosen = next((each for each in found if isinstance(each, UnpackingError)), None)
    if chosen is not None:
        return chosen
    count = len(args) + len(options)
    near = [each for each in signatures if each.least <= count <= len(each.parameters) and not each.hidden]
    if len(near) == 1:
        return misfit(name, near[0], args, options)
    return TypeError(combinations(name, signatures, args, options))


def spoken(name: str, function: Callable[..., Any], *, method: bool = False) -> Callable[..., Any]:
    """Return a function that fails in PyTorch's words where its arguments fit no signature."""

    @functools.wraps(function)
    def call(*args: Any, **options: Any) -> Any:
        try:
            return function(*args, **options)
        except (AttributeError, IndexError, RuntimeError, TypeError, ValueError) as failure:
            error = refusal(name, args[1:] if method else args, options, failure, method=method)
            if error is None:
                raise
        raise error

    return call


# Methods that descents call in each step, whose calls are to cost nothing more; compiled ops and their in-place forms.
FREQUENT = frozenset(
    ("backward", "copy_", "detach", "dim", "item", "mean", "numel", "requires_grad_", "size", "to", "zero_")
)
MADE = ("first_call", "changed")


def speaking(cls: type) -> None:
    """Let the methods of a class that are written in Python fail in PyTorch's words."""
    for name, method in list(vars(cls).items()):  # the list of signatures is read when a call first failed, not here
        if not isinstance(method, FunctionType) or name.startswith("_") or name in FREQUENT:
            continue
        if method.__code__.co_name not in MADE:
            setattr(cls, name, spoken(name, method, method=True))
