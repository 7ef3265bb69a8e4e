"""The ops whose recorded passes have other nodes than PyTorch's are those of a list, and no others.

`python -m tests.live.second_graphs > tests/live/second_graphs.txt` writes it anew.
"""

from pathlib import Path

from tests.live.second_graphs import differing

LIST = Path(__file__).with_name("second_graphs.txt")


def test_ops_with_other_nodes_than_pytorchs_are_listed():
    _, unlike = differing()
    assert sorted(unlike) == LIST.read_text("utf-8").split()
