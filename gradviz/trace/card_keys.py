"""By which key all rooms call a card: "o5" for that of op 5, "t2" for that of a tensor that no op of the pass made."""

from __future__ import annotations

from .events import (
    BackwardBegan,
    ErrorRaised,
    Event,
    GradientZeroed,
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    RequiresGradSet,
    TensorMade,
    TensorUpdated,
)
from .history import History


def card_of_node(history: History, node: int) -> str:
    """The card that shows a node; empty where the pass has none for it."""
    item = history.nodes[node]
    return f"t{item.node.leaf}" if item.node.leaf is not None else f"o{item.op.id}" if item.op else ""


def card_of_tensor(history: History, tensor: int) -> str:
    """The card that shows a tensor: its op's, or its own."""
    item = history.tensors.get(tensor)
    return f"o{item.op.id}" if item is not None and item.op is not None else f"t{tensor}"


def card_of_event(history: History, event: Event | None) -> str:
    """The card that an event is about; empty for none."""
    match event:
        case NodeRan(node=node) | LeafAccumulated(node=node):
            return card_of_node(history, node)
        case OpRan(id=id):
            return f"o{id}"
        case TensorMade(tensor=tensor) | RequiresGradSet(tensor=tensor):
            return f"t{tensor}"
        case TensorUpdated(tensor=tensor) | GradientZeroed(tensor=tensor):
            return card_of_tensor(history, tensor)
        case OptimizerStepped(parameters=(part,)):
            return card_of_tensor(history, part.tensor)
        case BackwardBegan(roots=(root, *_)):
            return card_of_node(history, root.node) if root.node in history.nodes else ""
        case ErrorRaised(node=int(node)) if node in history.nodes:
            return card_of_node(history, node)
        case ErrorRaised(tensor=int(tensor)):
            return card_of_tensor(history, tensor)
    return ""
