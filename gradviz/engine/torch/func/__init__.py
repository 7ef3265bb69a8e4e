"""torch.func: derivatives as functions of functions, composed from backward passes; modules as functions; vmap."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from gradviz.engine.backward import grad as gradients
from gradviz.engine.grad_mode import enable_grad
from gradviz.engine.names import missing
from gradviz.engine.order import walk
from gradviz.engine.tensor import Tensor

from ..autograd import functional
from .batching import vmap
from .stateless import functional_call
from .trees import changed, leaves, rebuilt

Function = Callable[..., Any]
Places = int | tuple[int, ...]


def fresh(args: tuple[Any, ...], places: Places) -> tuple[list[Any], list[Tensor]]:
    """Return the arguments, those to differentiate by as tensors of their own, and these, taken out of their nests."""
    made, inputs = list(args), []
    for place in (places,) if isinstance(places, int) else places:
        made[place] = changed(made[place], lambda each: functional.prepared((each,), True)[0])
        inputs += leaves(made[place])
    return made, inputs


def nested_as(found: Any, args: list[Any], places: Places) -> Any:
    """Return gradients in the nests that their arguments came in."""
    ends = iter(found)
    if isinstance(places, int):
        return rebuilt(args[places], ends)
    return tuple(rebuilt(args[place], ends) for place in places)


def settled(found: Any, inputs: list[Tensor]) -> Any:
    """Return results without their history where it leads to these inputs alone, and not to the program's tensors."""
    if isinstance(found, (tuple, list, dict)):
        return changed(found, lambda each: settled(each, inputs))
    if not isinstance(found, Tensor) or found.grad_fn is None:
        return found
    leaves = walk([found.grad_fn])[1]
    own = {each._edge for each in inputs}
    return found if any(leaf not in own for leaf in leaves) else found.detach()


def grad_and_value(func: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """Return a function that gives (gradient, value) of a function with one number as its result."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            given, inputs = fresh(args, argnums)
            value = func(*given, **kwargs)
            value, aux = value if has_aux else (value, None)
            if not isinstance(value, Tensor):
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar tensor, got a "
                    f"{type(value).__name__}"
                )
            if value.ndim:
                raise RuntimeError(
                    "grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with "
                    f"{value.ndim} dims. Maybe you wanted to use the vjp or jacrev APIs instead?"
                )
            found = gradients(value, inputs, create_graph=True, allow_unused=True, materialize_grads=True)
        result = nested_as(settled(found, inputs), given, argnums)
        value = settled(value, inputs)
        return (result, (value, settled(aux, inputs))) if has_aux else (result, value)

    return wrapper


def grad(func: Function, argnums: Places = 0, has_aux: bool = False) -> Function:
    """Return the gradient of a function, as a function."""
    both = grad_and_value(func, argnums, has_aux)

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        result, value = both(*args, **kwargs)
        return (result, value[1]) if has_aux else result

    return wrapper


def jacrev(func: Function, argnums: Places = 0, *, has_aux: bool = False, **_: Any) -> Function:
    """Return the Jacobian of a function, as a function."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            given, inputs = fresh(args, argnums)
            made = func(*given, **kwargs)
            made, aux = made if has_aux else (made, None)
            outputs = made if isinstance(made, tuple) else (made,)
            rows = [functional.rows_of(i, each, tuple(inputs), True, False) for i, each in enumerate(outputs)]
        found = [each[0] if isinstance(argnums, int) else each for each in settled(rows, inputs)]
        result = tuple(found) if isinstance(made, tuple) else found[0]
        return (result, settled(aux, inputs)) if has_aux else result

    return wrapper


def jacfwd(func: Function, argnums: Places = 0, has_aux: bool = False, **_: Any) -> Function:
    """Return the Jacobian of a function, as a function; the same numbers as jacrev, by backward passes too."""
    return jacrev(func, argnums, has_aux=has_aux)


def hessian(func: Function, argnums: Places = 0) -> Function:
    """Return the Hessian of a function, as a function."""
    return jacfwd(jacrev(func, argnums), argnums)


def vjp(func: Function, *primals: Tensor, has_aux: bool = False) -> Any:
    """Return the function's value and a function that gives vᵀJ for a v."""
    with enable_grad():
        given, inputs = fresh(primals, tuple(range(len(primals))))
        made = func(*given)
        made, aux = made if has_aux else (made, None)
    outputs = leaves(made)

    def product(*vectors: Any) -> Any:
        found = functional.gradients(outputs, tuple(inputs), leaves(vectors), True)
        filled = functional.filled(found, tuple(inputs), False, ("", ""), False)
        return nested_as(settled(filled, inputs), given, tuple(range(len(given))))

    value = settled(made, inputs)
    return (value, product, settled(aux, inputs)) if has_aux else (value, product)


def jvp(func: Function, primals: Any, tangents: Any, *, strict: bool = False, has_aux: bool = False) -> Any:
    """Return the function's value and Jv."""
    aside: list[Any] = []

    def plain(*args: Any) -> Any:
        made, aux = func(*args)
        aside.append(changed(aux, lambda each: each.detach() if isinstance(each, Tensor) else each))
        return made

    found = functional.jvp(plain if has_aux else func, tuple(primals), tuple(tangents), strict=strict)
    return (*found, aside[-1]) if has_aux else found


def __getattr__(name: str) -> Any:
    raise missing("torch.func", name)


__all__ = ["functional_call", "grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "vjp", "vmap"]
