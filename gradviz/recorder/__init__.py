"""Turns what an engine does into trace events."""
