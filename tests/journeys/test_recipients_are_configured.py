from __future__ import annotations

from worlds import FORSAKRINGSKASSAN, SETS, World

from gateway.settings import Settings


def test_a_set_whose_recipient_nobody_has_configured_waits_for_it_and_is_sent_after_a_restart(settings, agencies):
    nobody = World(settings.model_copy(update={"recipients": ()}), agencies)
    nobody.consent(FORSAKRINGSKASSAN)
    nobody.hand_in()
    assert nobody.states()[SETS[FORSAKRINGSKASSAN]] == "HELD_RECIPIENT"
    nobody.gateway.store.close()

    somebody = World(Settings(**settings.model_dump()), agencies)
    somebody.deliver()

    assert agencies[FORSAKRINGSKASSAN].sets == [SETS[FORSAKRINGSKASSAN]]
    somebody.gateway.store.close()
