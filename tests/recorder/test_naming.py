import sys

import pytest

from gradviz.recorder.naming import Names

PATH = "program.py"


class Probe:
    """Stands for a tensor: every operation asks the frames who asked for it."""

    def __init__(self, asked, *_):
        self.asked = asked
        self.note()

    def note(self):
        chain = []
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == PATH:
                chain += [frame.f_code, frame.f_lasti]
            frame = frame.f_back
        self.asked.append(tuple(chain))
        return self

    def __add__(self, other):
        return self.note()

    __radd__ = __mul__ = __rmul__ = __iadd__ = __pow__ = __getitem__ = __sub__ = __add__

    def __neg__(self):
        return self.note()

    def __setitem__(self, key, value):
        self.note()

    def __iter__(self):
        self.note()
        return iter((1, 2))

    def sum(self, *_):
        return self.note()

    def add_(self, *_):
        return self.note()


def asked(program):
    chains = []
    exec(compile(program, PATH, "exec"), {"P": lambda *a: Probe(chains, *a), "p": Probe(chains)})
    return Names(program), chains[1:]


def last_name(program):
    names, chains = asked(program)
    return names.names(chains[-1])[0]


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("y = p * 2", "y"),
        ("y = z = p * 2", "y"),
        ("y: object = p + 1", "y"),
        ("p += 1", "p"),
        ("if (y := p * 2): pass", "y"),
        ("a, b = 1, p * 2", "b"),
        ("[a, b] = p * 2, 1", "a"),
        ("y = (p * 2)", "y"),
        ("y = p.sum()", "y"),
        ("y = (p\n     .sum()\n     .sum())", "y"),
        ("y = p.sum(\n    0,\n)", "y"),
        ("y = P(3)", "y"),
        ("y = P(3).add_(1)", "y"),
        ("y = p[0]", "y"),
        ("y = -p", "y"),
        ("y = p * 2 if True else None", "y"),
        ("f = lambda v: v * 2\ny = f(p)", "y"),
        ("def f(v):\n    return v * 2\ny = f(p)", "y"),
        ("def f(v):\n    return v * 2\ndef g(v):\n    return f(v)\ny = g(p)", "y"),
        ("def f(v):\n    h = v * 2\n    return h\ny = f(p)", "h"),
        ("class A: pass\na = A()\na.w = p * 2", "a.w"),
        ("d = {}\nd['w'] = p * 2", "d['w']"),
        ("ws = [1, p * 2]", "ws[1]"),
        ("for n in range(3):\n    y = p * n", "y"),
        ("ä = 'ü'; y = p * 2", "y"),
        ("p[0] = 3", None),
        ("print(p * 2)", None),
        ("p * 2", None),
        ("y = p + [p * 2][0]", "y"),
        ("y = str(p * 2)", None),
    ],
)
def test_the_name_of_a_value(program, name):
    assert last_name(program) == name


def test_only_the_whole_right_side_is_named():
    names, chains = asked("y = 3 * p ** 2 + 4 * p + 2")
    assert [names.names(chain)[0] for chain in chains] == [None, None, None, None, "y"]


def test_unpacking_a_tensor_names_its_pieces():
    names, chains = asked("a, b = p")
    assert names.names(chains[-1], 2) == ("a", "b")
    assert names.names(chains[-1], 1) == (None,)


def test_iterating_names_the_loop_variable():
    names, chains = asked("def run(p):\n    for row in p:\n        pass\nrun(p)")
    assert names.source(chains[-1]).line == 2


def test_a_source_is_the_exact_span_in_characters():
    names, chains = asked("ä = 'ü'; y = 1 + (p * 2)")
    source = names.source(chains[0])
    assert (source.line, source.column, source.end_line, source.end_column) == (1, 18, 1, 23)
    assert "ä = 'ü'; y = 1 + (p * 2)"[source.column : source.end_column] == "p * 2"


def test_the_source_is_in_the_innermost_function():
    names, chains = asked("def f(v):\n    return v * 2\ny = f(p)")
    assert (names.source(chains[-1]).line, names.source(chains[-1]).function) == (2, "f")


def test_a_broken_program_has_no_names():
    assert Names("x = = 2").source(()) is None
