"""The shown diff: applied to the one program it gives the other."""

import random

from gradviz.session.difference import difference

BEFORE = "import torch\nlr = 0.1\nfor n in range(5):\n    pass\nprint(1)\nprint(2)\nprint(3)\n"


def test_a_changed_line_stands_twice_between_its_neighbours():
    lines = difference(BEFORE, BEFORE.replace("0.1", "0.3"))
    assert [(line.sign, line.text, line.line) for line in lines] == [
        (" ", "import torch", 1),
        ("-", "lr = 0.1", 2),
        ("+", "lr = 0.3", 2),
        (" ", "for n in range(5):", 3),
    ]


def test_the_same_program_has_no_differences():
    assert difference(BEFORE, BEFORE + "\n") == ()


def test_changes_lead_from_one_text_to_the_other():
    draw = random.Random(5)
    for _ in range(200):
        old = [draw.choice("abcd") * 3 for _ in range(draw.randint(1, 30))]
        new = [line for line in old if draw.random() > 0.2]
        for _ in range(draw.randint(0, 4)):
            new.insert(draw.randint(0, len(new)), draw.choice("wxyz"))
        if not new:
            continue
        lines = difference("\n".join(old), "\n".join(new))
        gone = {line.line: line.text for line in lines if line.sign == "-"}
        come = {line.line: line.text for line in lines if line.sign == "+"}
        assert all(old[at - 1] == text for at, text in gone.items())
        assert all(new[at - 1] == text for at, text in come.items())
        rest = [text for at, text in enumerate(old, 1) if at not in gone]
        assert rest == [text for at, text in enumerate(new, 1) if at not in come]
