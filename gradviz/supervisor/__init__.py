"""The parent side of the worker process: start, warm spare, stop."""
