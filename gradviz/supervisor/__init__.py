"""The parent side of the worker process: start, warm spare, stop.

`Run`, `Goal` and `Ready` are the worker's words that the rooms above need; they know the worker only through this room.
"""

from ..worker.protocol import Goal, Ready, Run

__all__ = ["Goal", "Ready", "Run"]
