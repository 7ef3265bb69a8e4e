"""Failures of training, recognised from the record: one declaration each, in the order in which they are listed.

Nothing is guessed. Each failure is declared with what proves it (a gradient that was added to one that an update had
used, a norm that falls along the layers) and is said with the numbers; a run that does not show it has no finding.
"""

from __future__ import annotations

from ...trace.trace import Trace
from .evidence import Evidence
from .finding import Failure, Finding, Sight
from .finiteness import BREAKS
from .gradients import NEVER_CLEARED, NEVER_REACHED
from .layers import DEAD, PARTLY_DEAD, VANISHES
from .rates import DIVERGES, ZIGZAGS
from .replaced import REPLACED
from .swings import SWINGS

__all__ = ["FAILURES", "Evidence", "Failure", "Finding", "Sight", "findings_in", "findings_of"]

FAILURES: tuple[Failure, ...] = (
    NEVER_CLEARED, DIVERGES, SWINGS, ZIGZAGS, BREAKS, DEAD, PARTLY_DEAD, VANISHES, NEVER_REACHED, REPLACED,
)  # fmt: skip

SAYS_LESS = {SWINGS: DIVERGES}
"""What need not be said where the other is proved: it comes before it."""


def findings_in(evidence: Evidence) -> tuple[Finding, ...]:
    """What the evidence read so far proves; each failure once, at its first sights."""
    found: list[Finding] = []
    for failure in FAILURES:
        more = SAYS_LESS.get(failure)
        if more is None or all(finding.failure is not more for finding in found):
            found += [Finding(failure, sight) for sight in failure.look(evidence)]
    return tuple(found)


def findings_of(trace: Trace) -> tuple[Finding, ...]:
    """The findings of a run that is there as a whole."""
    evidence = Evidence()
    evidence.follow(trace)
    evidence.read(1 << 62)
    return findings_in(evidence)
