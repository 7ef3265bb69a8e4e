"""Tensors as text, to the letter as torch 2.13 prints them: people compare what they see with their lecture notes."""

from .options import Options, get_printoptions, printoptions, set_printoptions
from .text import tensor_text

__all__ = ["Options", "get_printoptions", "printoptions", "set_printoptions", "tensor_text"]
