"""A generator's position as bytes, laid out as torch lays out its `CPUGeneratorImplState` (little end first).

Seed (8 bytes), words left before the next twist, whether seeded (4 each), index of the next word (8), 624 words of 8
bytes, three doubles of which the second is a normal number kept for the next call, whether it is there (8), and a
float with its own flag, which is never used on the CPU.
"""

from __future__ import annotations

import struct
from typing import Any

WORDS = 624
LAYOUT = struct.Struct(f"<Qiiq{WORDS}Qdddiifi")
SIZE = LAYOUT.size


def packed(seed: int, key: Any, position: int, spare: float | None) -> bytes:
    """The bytes for a twister's key and position (624: the words are used up)."""
    fresh = position == WORDS
    left, following = (1, 0) if fresh else (WORDS - position + 1, position)
    kept = 0.0 if spare is None else spare
    return LAYOUT.pack(seed, left, 1, following, *map(int, key), 0.0, kept, 0.0, spare is not None, 0, 0.0, 0)


def unpacked(content: bytes) -> tuple[int, list[int], int, float | None]:
    """Seed, key, position and kept number. Raises RuntimeError for bytes of another length."""
    if len(content) != SIZE:
        raise RuntimeError(
            f"Expected a CPUGeneratorImplState of size {SIZE} but found the input RNG state size to be {len(content)}"
        )
    seed, left, seeded, following, *rest = LAYOUT.unpack(content)
    key, (_, kept, _, is_kept, *_) = rest[:WORDS], rest[WORDS:]
    if not seeded or not 0 <= following <= WORDS or any(word >= 1 << 32 for word in key):
        raise RuntimeError("Invalid mt19937 state")
    return seed, key, WORDS if left == 1 else following, kept if is_kept else None
