"""The record of a run: plain frozen data that explains itself without the engine that made it."""
