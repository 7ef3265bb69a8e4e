"""Listeners: order, what they are called with, and that none is kept alive."""

import gc
import weakref

import pytest

from gradviz.session.signal import Signal


class Lamp:
    turned = Signal(int)
    broke = Signal()


class Eye:
    def __init__(self, seen):
        self.seen = seen

    def look(self, value):
        self.seen.append(value)


def test_listeners_hear_in_the_order_in_which_they_came():
    lamp, heard = Lamp(), []
    lamp.turned.connect(lambda value: heard.append(("first", value)))
    lamp.turned.connect(lambda value: heard.append(("second", value)))
    lamp.turned.emit(3)
    lamp.broke.emit()
    assert heard == [("first", 3), ("second", 3)]


def test_objects_have_their_own_listeners():
    one, other, heard = Lamp(), Lamp(), []
    one.turned.connect(heard.append)
    other.turned.emit(1)
    assert heard == []
    assert Lamp.turned.types == (int,)


def test_a_listener_is_not_kept_alive_by_its_method():
    lamp, seen = Lamp(), []
    eye = Eye(seen)
    lamp.turned.connect(eye.look)
    lamp.turned.emit(1)
    gone = weakref.ref(eye)
    del eye
    gc.collect()
    assert gone() is None
    lamp.turned.emit(2)
    assert seen == [1]


def test_a_listener_that_connects_or_emits_in_the_middle():
    lamp, heard = Lamp(), []

    def on_turn(value):
        heard.append(value)
        if value == 1:
            lamp.turned.connect(lambda late: heard.append(f"late {late}"))
            lamp.turned.emit(2)

    lamp.turned.connect(on_turn)
    lamp.turned.emit(1)
    assert heard == [1, 2, "late 2"]


def test_who_is_disconnected_hears_nothing_more():
    lamp, seen = Lamp(), []
    eye, other = Eye(seen), Eye(seen)
    for slot in (eye.look, other.look, seen.append):
        lamp.turned.connect(slot)
    lamp.turned.disconnect(eye.look)
    lamp.turned.disconnect(seen.append)
    lamp.turned.emit(1)
    assert seen == [1]


def test_what_a_listener_raises_is_raised():
    lamp = Lamp()
    lamp.turned.connect(lambda value: 1 // value)
    with pytest.raises(ZeroDivisionError):
        lamp.turned.emit(0)
