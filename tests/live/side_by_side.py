"""Lines of programs in both engines."""

import torch

from gradviz.engine import torch as gv_torch
from tests.lines import shown


def differences(lines):
    """Return the lines whose answers differ, with both answers."""
    found = []
    for text in lines:
        ours, theirs = shown(gv_torch, text), shown(torch, text)
        if ours != theirs:
            found.append(f"{text}\n  ours   {ours}\n  torch  {theirs}")
    return found
