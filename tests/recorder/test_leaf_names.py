from types import SimpleNamespace

from gradviz.recorder import records
from gradviz.recorder.leaf_names import LeafNames


class Leaf:
    pass


def test_the_record_is_walked_once_for_all_leaves(monkeypatch):
    leaves = [Leaf() for _ in range(600)]
    nobody = SimpleNamespace(parameter_name=lambda _: None, variable_name=lambda _: None, name_of=lambda _: None)
    raw = []
    for at, leaf in enumerate(leaves[:-1]):
        raw += [records.MADE, leaf, None, "tensor", f"w{at}", None]
    names = LeafNames(nobody, nobody, SimpleNamespace(names=lambda chain: [chain]))
    walks, walk = [], records.records
    monkeypatch.setattr(records, "records", lambda *given: walks.append(1) or walk(*given))
    shape = names.shape(leaves, (True,) * 600, raw)
    assert [key.leaf for key in shape.keys if key.kind == "value"] == [*(f"w{at}" for at in range(599)), "leaf"]
    assert names.shape(leaves, (True,) * 600, raw) is shape
    assert len(walks) == 1
