"""Six hundred random programs line by line under both engines; the whole five thousand by command.

python -m tests.live.random_programs 5000
"""

import pytest

from tests.live.random_programs import run

# What the engine is known to do otherwise in these programs, by seed; a difference in any other program is new.
# Nothing gathered by a float index, 0/0 inside a gradient, gradients of singular determinants (2), an index assignment
# that PyTorch breaks off half-way, which of two errors comes first.
DIFFERING = {132, 244, 391, 398, 425, 573}


@pytest.mark.parametrize("part", range(6))
def test_random_programs(part):
    found = {seed: run(seed) for seed in range(part * 100, part * 100 + 100)}
    new = {
        seed: "\n".join([difference, *lines])
        for seed, (lines, difference, _) in found.items()
        if difference and seed not in DIFFERING
    }
    assert not new, "\n\n".join(new.values())
