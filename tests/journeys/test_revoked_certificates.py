"""RevokeCertificate: what its sender is told, and what becomes of the certificate. Ids are those of the fault list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree
from revoking_messages import revocation_of
from worlds import (
    CERTIFICATE,
    EMPLOYER,
    FORSAKRINGSKASSAN,
    ORGANISATIONS,
    PERSON,
    REVOKE,
    SETS,
    SOMEBODY_ELSE,
    World,
    certificate,
    failing,
    fault_of,
    result_of,
    silent,
)

from gateway.exchange import deliver
from gateway.sandbox.story import enveloped

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "RevokeCertificate-2"
ALREADY = ("INFO", "Certificate already revoked", "")


def events(world: World) -> list[str]:
    return [entry.event for entry in world.gateway.store.log()]


def post(world: World, content: bytes, **headers: str):
    return world.http.post(REVOKE, content=content, headers={"Content-Type": "text/xml", **headers})


def test_c06_what_is_revoked_before_it_comes_is_taken_in_and_never_released(world):
    world.consent(FORSAKRINGSKASSAN)

    assert world.revoke()[0] == "INFO"
    world.hand_in(expecting="OK")
    world.deliver()

    assert set(world.states().values()) == {"CANCELLED"}
    assert world.agencies[FORSAKRINGSKASSAN].requests == []
    assert world.search(patient_identifier=PERSON).json()["total"] == 0


def test_c06_a_consent_given_later_wakes_nothing_of_what_was_born_revoked(world):
    world.revoke()
    world.hand_in()

    for kind in (FORSAKRINGSKASSAN, EMPLOYER):
        world.consent(kind)
    world.deliver()

    assert set(world.states().values()) == {"CANCELLED"}
    assert all(agency.requests == [] for agency in world.agencies.values())


def test_c06_a_setting_answers_as_intygstjansten_does_and_keeps_nothing(settings, agencies):
    world = World(settings.model_copy(update={"keep_early_revocations": False}), agencies)
    try:
        code, _, error = world.revoke()
        world.hand_in()

        assert (code, error) == ("ERROR", "APPLICATION_ERROR")
        assert "CANCELLED" not in world.states().values()
        assert world.revoke() == ("OK", "", "")
    finally:
        world.gateway.store.close()


def test_c06_a_revocation_about_somebody_else_does_not_touch_what_comes(world):
    world.consent(FORSAKRINGSKASSAN)
    assert world.revoke(person=SOMEBODY_ELSE)[0] == "INFO"

    world.hand_in()
    world.deliver()

    assert len(world.agencies[FORSAKRINGSKASSAN].received) == 1
    assert world.revoke() == ("OK", "", "")


@pytest.mark.parametrize("comes_first", [True, False])
def test_c07_a_second_revocation_changes_nothing(world, comes_first):
    if comes_first:
        world.hand_in()
    world.revoke()
    before = events(world)

    assert world.revoke() == ALREADY
    assert events(world) == before


def test_c08_a_revocation_about_another_person_is_refused_and_tells_nothing_of_the_first(world):
    world.hand_in()
    before = (world.states(), events(world))

    code, text, error = world.revoke(person=SOMEBODY_ELSE)

    assert (code, error) == ("ERROR", "VALIDATION_ERROR")
    assert "1990" not in text
    assert "Testa" not in text
    assert (world.states(), events(world)) == before


def test_c10_what_nobody_has_got_is_cancelled_and_nobody_is_told(world):
    world.hand_in()
    world.consent(FORSAKRINGSKASSAN)

    assert world.revoke() == ("OK", "", "")
    world.deliver()

    assert set(world.states().values()) == {"CANCELLED"}
    assert all(agency.requests == [] for agency in world.agencies.values())


def test_c09_what_a_worker_holds_and_has_not_begun_to_send_never_leaves(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()
    store = world.gateway.store
    [claimed] = store.claim_due(world.time, timedelta(minutes=1), 1, "a worker")

    assert world.revoke() == ("OK", "", "")
    deliver(claimed, world.gateway)

    assert set(world.states().values()) == {"CANCELLED"}
    assert world.agencies[FORSAKRINGSKASSAN].requests == []


def test_c09_what_was_refused_for_the_moment_is_not_tried_again_once_it_is_revoked(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [failing(503, {"Retry-After": "60"})]
    world.hand_in()
    world.deliver()

    world.revoke()
    world.wait(timedelta(hours=1))
    world.deliver()

    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "CANCELLED"
    assert len(world.agencies[FORSAKRINGSKASSAN].requests) == 1


def test_c09_what_may_have_been_taken_goes_on_until_that_is_known(world):
    world.consent(FORSAKRINGSKASSAN)
    world.agencies[FORSAKRINGSKASSAN].failures = [silent]
    world.hand_in()
    world.deliver()
    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "UNKNOWN"

    world.revoke()
    world.wait(timedelta(hours=1))
    world.deliver()

    assert world.states()[SETS[FORSAKRINGSKASSAN]] == "DELIVERED"
    statuses = [one["entry"][0]["resource"]["status"] for one in world.agencies[FORSAKRINGSKASSAN].received]
    assert statuses == ["final", "entered-in-error"]


def test_the_same_revocation_twenty_times_at_once_has_one_effect(world):
    world.hand_in()
    content = enveloped(revocation_of(CERTIFICATE, PERSON))

    with ThreadPoolExecutor(10) as pool:
        results = [result_of(answer) for answer in pool.map(lambda _: post(world, content), range(20))]

    assert sorted(results) == [ALREADY] * 19 + [("OK", "", "")]
    assert events(world).count("revocation.accepted") == 1


def test_a_revocation_stands_in_the_log_of_its_certificate_without_its_reason(world):
    world.hand_in()
    world.revoke()
    [message] = world.gateway.store.messages()

    log = world.gateway.store.log(message.id)

    assert "revocation.accepted" in [entry.event for entry in log]
    assert "fel patient" not in str(log)


UNIT = b"<c:enhets-id><t:root>1.2.752.129.2.1.4.1</t:root><t:extension>SE2120009994-ENHET1<"


@pytest.mark.parametrize("comes_first", [True, False])
def test_a_revocation_that_another_organisation_says_it_sends_is_taken_and_shown(world, capfd, comes_first):
    if comes_first:
        world.hand_in()
    content = revocation_of(CERTIFICATE, PERSON)

    answer = post(world, enveloped(content.replace(UNIT, UNIT.replace(b"2120009994", b"5560000001"))))

    assert result_of(answer)[0] == ("OK" if comes_first else "INFO")
    found = events(world)
    assert found[found.index("revocation.accepted") + 1] == "revocation.by_another"
    assert '"by_another":true' in capfd.readouterr().err
    if not comes_first:
        world.hand_in()
    assert set(world.states().values()) == {"CANCELLED"}


@pytest.mark.parametrize("unit", [b"SE2120009994-ENHET1", b"se2120009994-enhet7", b"Prov"])
def test_a_revocation_by_another_unit_of_the_organisation_or_by_nobody_knows_whom_is_no_more_than_one(world, unit):
    world.hand_in()
    content = revocation_of(CERTIFICATE, PERSON)

    answer = post(world, enveloped(content.replace(UNIT, UNIT.replace(b"SE2120009994-ENHET1", unit))))

    assert result_of(answer) == ("OK", "", "")
    assert "revocation.by_another" not in events(world)


def test_a_revocation_may_spell_the_ids_otherwise(world):
    world.hand_in()
    content = enveloped(
        revocation_of(f" {CERTIFICATE.upper()} ", PERSON).replace(b"SE2120009994-ENHET1", b"se2120009994-enhet1")
    )

    assert result_of(post(world, content))[0] == "OK"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (b"T14:05:00<", b"T14:05:00Z<", "VALIDATION_ERROR"),
        (b"199002222397", b"199013222397", "VALIDATION_ERROR"),
        (CERTIFICATE.encode(), b" ", "VALIDATION_ERROR"),
        (b"1.2.752.129.2.1.3.1", b"1.2.752.129.2.1.3.3", "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_a_response_of_its_own_contract(world, old, new, error):
    answer = post(world, enveloped(revocation_of(CERTIFICATE, PERSON).replace(old, new)))

    assert (result_of(answer)[0], result_of(answer)[2]) == ("ERROR", error)
    [response] = etree.fromstring(answer.content).find("{*}Body")
    assert response.tag == f"{{{_RESPONDER}}}RevokeCertificateResponse"
    assert PERSON not in answer.text


_RESPONDER = "urn:riv:clinicalprocess:healthcond:certificate:RevokeCertificateResponder:2"


def test_what_is_no_revocation_is_answered_with_a_fault(world):
    right = f'"{_RESPONDER}:RevokeCertificate"'
    content = enveloped(revocation_of(CERTIFICATE, PERSON))

    assert fault_of(post(world, enveloped(certificate())))[0] == "s:Client"
    assert "SOAPAction" in fault_of(post(world, content, SOAPAction='"urn:other"'))[1]
    assert fault_of(post(world, content.replace(b"LogicalAddress", b"OtherAddress")))[0] == "s:Client"
    assert result_of(post(world, content, SOAPAction=right))[0] == "INFO"


def test_a_revocation_for_another_address_is_not_ours(settings, agencies):
    world = World(settings.model_copy(update={"logical_addresses": frozenset({"SE-OTHER"})}), agencies)
    try:
        before = events(world)

        answer = post(world, enveloped(revocation_of(CERTIFICATE, PERSON)))

        assert fault_of(answer)[0] == "s:Client"
        assert events(world) == before
    finally:
        world.gateway.store.close()


def test_the_wsdl_stands_where_the_service_does_with_its_schemas_beside_it(world):
    wsdl = world.http.get(f"{REVOKE}?wsdl")

    [address] = etree.fromstring(wsdl.content).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
    assert address.get("location") == f"http://testserver{REVOKE}"
    assert world.http.get("/riv-ta/RevokeCertificate/revoke-certificate-2.xsd").status_code == 200
    assert world.http.get("/riv-ta/RevokeCertificate/other.xsd").status_code == 404


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public test messages is not here")
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.xml")), ids=lambda file: file.name[:8])
def test_a_real_revocation_goes_the_whole_way(world, file):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    message = etree.parse(file, parser).getroot()
    id_ = message.findtext("{*}intygs-id/{*}extension")
    root = message.findtext("{*}intygs-id/{*}root")
    person = message.findtext("{*}patientPerson-id/{*}extension")
    registered = certificate(person=person, id_=id_).replace(b"SE2120009994-ENHET1", root.encode(), 1)
    world.hand_in(registered)

    answer = post(world, enveloped(etree.tostring(message)))

    assert result_of(answer) == ("OK", "", "")
    assert set(world.states().values()) == {"CANCELLED"}
    assert ORGANISATIONS[FORSAKRINGSKASSAN] not in str(events(world))
