"""The record of a run: plain frozen data that explains itself without the engine that made it.

Read in this order: `value`, `events`, `passes`, `trace`, then `history`, which answers what was true at a step.
"""
