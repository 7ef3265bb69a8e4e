"""A step in a few words: its number within its phase, its short title, why the next node is next."""

from __future__ import annotations

from ..trace.events import (
    BackwardBegan,
    BackwardEnded,
    ErrorRaised,
    GradientZeroed,
    LeafAccumulated,
    NodeRan,
    OpRan,
    OptimizerStepped,
    RequiresGradSet,
    TensorMade,
    TensorUpdated,
)
from ..trace.history import History
from ..trace.query import State
from ..trace.trace import Trace
from .naming import Names


def step_words(state: State) -> str:
    """"backward · step 5 of 7": node runs are counted in the backward pass, events elsewhere."""
    history, step = state.history, state.step
    if step == 0:
        return "start"
    event = state.event
    if isinstance(event, ErrorRaised):
        return "error"
    if isinstance(event, NodeRan | LeafAccumulated):
        return f"backward · step {history.runs.index(event.node) + 1} of {len(history.runs)}"
    if isinstance(event, BackwardBegan):
        return "backward begins"
    if isinstance(event, BackwardEnded):
        return "backward ends"
    first = 1 if step < history.backward_began else history.backward_ended + 1
    last = min(history.steps, history.backward_began - 1) if first == 1 else history.steps
    return f"{state.phase} · step {step - first + 1} of {last - first + 1}"


def step_title(trace: Trace, state: State) -> str:
    """What ran, shortly: "MulBackward0", "y = w * x + b" has its op's name."""
    history = state.history
    names = Names(trace, history)
    match state.event:
        case None:
            return f"pass {history.number + 1}"
        case NodeRan(node=node) | LeafAccumulated(node=node):
            return history.nodes[node].node.name
        case OpRan(node=made, op=op):
            return made.name if made else op
        case TensorMade(tensor=tensor):
            return names.tensor(tensor)
        case RequiresGradSet(tensor=tensor):
            return f"{names.tensor(tensor)}.requires_grad"
        case BackwardBegan() | BackwardEnded():
            return "backward()"
        case OptimizerStepped(optimizer=optimizer):
            return f"{optimizer}.step()"
        case TensorUpdated(tensor=tensor):
            return f"{names.tensor(tensor)} updated"
        case GradientZeroed(tensor=tensor):
            return f"{names.tensor(tensor)}.grad cleared"
        case ErrorRaised(kind=kind):
            return kind


def next_reason(trace: Trace, history: History, step: int) -> str:
    """Why the head of the ready queue comes next, by PyTorch's rule; empty where nothing is ready."""
    queue = history.queue(step)
    if not queue:
        return ""
    node = history.nodes[queue[0]].node
    name = Names(trace, history).node(queue[0])
    if node.leaf is not None:
        return f"Next is AccumulateGrad of {name}: a leaf takes its gradient as soon as all of it has arrived."
    if len(queue) == 1:
        return f"Next is {node.name}: it is the only node whose gradients have all arrived."
    return f"Next is {node.name}: of the {len(queue)} ready nodes it was made last (sequence number {node.sequence})."
