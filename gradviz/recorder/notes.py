"""What the recorder says at the end of a run, where something is missing from its record."""

TOO_LARGE = "A pass with more than about 20,000 operations is in the curves only; its graph is not kept."

UNHEARD = (
    "The pass with the error is in the curves only: in long runs the graphs of most passes are not recorded. "
    "The graph is that of the last pass that was. Run the program again to see the one with the error."
)


def failed(number: int, fault: Exception) -> str:
    """The recorder itself failed at a pass."""
    return f"Pass {number} could not be shown: the recorder failed ({type(fault).__name__}: {fault})."
