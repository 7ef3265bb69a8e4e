"""The same application and the same look for leftovers as the tests of the window."""

from tests.ui.conftest import no_questions, nothing_left_behind, qapp, qapp_cls  # noqa: F401
