from gradviz.scene.search import found
from tests import traces
from tests.scene.test_scene import scene_for


def titles(name, words):
    scene = scene_for(name)
    return [scene.cards[scene.table.index[key]].title for key in found(words, scene.cards, scene.history)]


def test_names_ops_grad_fns_and_several_words():
    assert titles("line", "w") == ["w"], "and not every Backward"
    assert titles("line", "MULBACKWARD") == ["MulBackward0"]
    assert titles("line", "mul back") == ["MulBackward0"]
    assert titles("line", "mul sub") == []
    assert titles("line", "  ") == []


def test_lines():
    scene = scene_for("line")
    for words in ("line 7", ":7", "back :7"):
        keys = found(words, scene.cards, scene.history)
        assert keys
        ops = [scene.cards[scene.table.index[key]].op for key in keys]
        assert all(op.source.line == 7 for op in ops)
    assert titles("line", "line 4000") == []


def test_shapes_as_people_and_python_write_them():
    scene = scene_for("matrix")
    shapes = {card.shape for card in scene.cards if len(card.shape) == 2}
    rows, columns = sorted(shapes)[0]
    wanted = {card.key for card in scene.cards if card.shape == (rows, columns) and card.kind != "chip"}
    assert set(found(f"{rows}x{columns}", scene.cards, scene.history)) == wanted
    assert set(found(f"({rows}, {columns})", scene.cards, scene.history)) == wanted


def test_a_chip_is_found_as_its_leaf():
    for name in traces.ALL:
        scene = scene_for(name)
        for words in ("leaf", "x", "backward"):
            assert all(
                scene.cards[scene.table.index[key]].kind != "chip" for key in found(words, scene.cards, scene.history)
            )
