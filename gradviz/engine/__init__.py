"""Reverse-mode automatic differentiation over NumPy with the semantics of PyTorch."""
