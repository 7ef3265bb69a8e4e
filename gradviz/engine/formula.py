"""Reading the formulas of a declaration: which names they use, and how they look in compiled code."""

from __future__ import annotations

import ast
from collections.abc import Iterable


class Use:
    """The names a formula uses, and its text with the names as compiled code spells them.

    `self` becomes `v_self` (the value), `self.shape` becomes `h_self` and `self.dtype` becomes `d_self` where
    `metadata` is set: then a node keeps the shape or type alone and not the whole tensor.
    """

    def __init__(self, text: str, inputs: Iterable[str], *, metadata: bool) -> None:
        self.names: set[str] = set()
        self.shapes: set[str] = set()
        self.dtypes: set[str] = set()
        self.inputs = set(inputs)
        self.metadata = metadata
        tree = ast.parse(text, mode="eval")
        self.text = ast.unparse(_Renamed(self).visit(tree))


class _Renamed(ast.NodeTransformer):
    def __init__(self, use: Use) -> None:
        self.use = use

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        base = node.value
        if self.use.metadata and isinstance(base, ast.Name) and base.id in self.use.inputs:
            if node.attr == "shape":
                self.use.shapes.add(base.id)
                return ast.Name(f"h_{base.id}", ast.Load())
            if node.attr == "dtype":
                self.use.dtypes.add(base.id)
                return ast.Name(f"d_{base.id}", ast.Load())
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        self.use.names.add(node.id)
        if node.id in self.use.inputs:
            return ast.Name(f"v_{node.id}", ast.Load())
        return node


def parameters(arguments: str) -> list[str]:
    """Return the names of the parameters written as in a signature: "dim=None, *, dtype=None" → dim, dtype."""
    tree = ast.parse(f"def f({arguments}): pass").body[0]
    assert isinstance(tree, ast.FunctionDef)
    return [each.arg for each in (*tree.args.posonlyargs, *tree.args.args, *tree.args.kwonlyargs)]
