"""From a graph to coordinates: layers, order, positions, routed edges; pure functions."""
