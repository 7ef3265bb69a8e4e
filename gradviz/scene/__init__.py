"""The picture as data: what to draw where, in which colour; no Qt."""
