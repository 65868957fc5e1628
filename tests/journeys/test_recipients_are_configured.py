from __future__ import annotations

import uuid
from datetime import timedelta

from worlds import FORSAKRINGSKASSAN, ORGANISATIONS, SETS, World, certificate

from gateway.identity import OrganisationNumber
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


def test_b26_another_address_is_used_once_two_persons_have_approved_it(settings, agencies):
    moved = settings.model_dump()
    moved["recipients"][0]["endpoint"] = "https://forsakringskassan.example:8443/elsewhere"
    places = []
    for now_set, approving in (
        (settings, ()),
        (Settings(**moved), ["Anna"]),
        (Settings(**moved), ["Bo"]),
        (Settings(**moved), ()),
    ):
        world = World(now_set, agencies)
        world.time += len(places) * timedelta(minutes=1)
        world.consent(FORSAKRINGSKASSAN)
        world.hand_in(certificate(id_=str(uuid.uuid4())))
        for name in approving:
            world.gateway.store.approve_endpoint(OrganisationNumber(ORGANISATIONS[FORSAKRINGSKASSAN]), name, world.time)
        world.deliver()
        [delivery, *_] = [one for one in world.gateway.store.deliveries() if one.state == "DELIVERED"]
        places.append(world.gateway.store.delivery(delivery.id)[1][-1].address)
        world.gateway.store.close()

    assert [str(one.url) for one in agencies[FORSAKRINGSKASSAN].requests] == [
        *["https://forsakringskassan.example/inbox"] * 3,
        "https://forsakringskassan.example:8443/elsewhere",
    ]
    assert places == [*["forsakringskassan.example:443"] * 3, "forsakringskassan.example:8443"]
