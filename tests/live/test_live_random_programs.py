"""Six hundred random programs line by line under both engines; the whole five thousand by command.

python -m tests.live.random_programs 5000
"""

import pytest

from tests.live.random_programs import run


@pytest.mark.parametrize("part", range(6))
def test_random_programs(part):
    found = [run(seed) for seed in range(part * 100, part * 100 + 100)]
    differing = ["\n".join([difference, *lines]) for lines, difference, _ in found if difference]
    assert not differing, "\n\n".join(differing)
