"""A pass and its history: built once, by whoever comes first."""

import threading

from tests import traces


def test_a_history_that_was_read_ahead_is_the_one_that_is_asked_for():
    (item,) = traces.line().passes
    reader = threading.Thread(target=item.read_ahead)
    reader.start()
    reader.join()
    read = vars(item)["history"]
    assert item.history is read
    assert read.steps == len(item.events)


def test_a_history_that_was_asked_for_stays_when_it_is_read_ahead():
    (item,) = traces.line().passes
    asked = item.history
    item.read_ahead()
    assert item.history is asked
