"""The permit, and the many ways of getting round it that do not work."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import threading
from dataclasses import FrozenInstanceError, replace

import pytest

from gateway.documents import InformationSet
from gateway.errors import NotPermitted, PermitOver
from gateway.identity import CertificateId, OrganisationNumber, PersonIdentity
from gateway.permits import READER, Errand, Permit, Release, Sealed, address_of, place_of
from gateway.permits.mint import mint
from gateway.permits.permit import LIFE, Used

BODY = b'{"resourceType": "Bundle"}'
THERE = "https://recipient.example:443/inbox?to=us"
ATTEMPTS = iter(range(1_000_000))


def _set(body: bytes = BODY) -> InformationSet:
    return InformationSet(
        id="3f0c9f5c-3c43-5a5c-9a87-0d54b6a4c0de",
        name="a-set",
        person=PersonIdentity("199002222397"),
        certificate=CertificateId("SE2321000016-1", "0"),
        signed_at="",
        sections=frozenset(),
        withheld=frozenset(),
        body=body,
    )


def _release(body: bytes = BODY, address: str = THERE) -> Release:
    errand = Errand(address, f"test/{next(ATTEMPTS)}", "key")
    return mint(_set(body), OrganisationNumber("2021005521"), "Consent/1/_history/1", errand)


@pytest.fixture
def clock(monkeypatch):
    """A monotonic clock that stands until it is moved."""
    now = [1000.0]
    for module in ("permit", "mint"):
        monkeypatch.setattr(f"gateway.permits.{module}.monotonic", lambda: now[0])
    return now


def test_what_is_permitted_is_had_once_and_byte_for_byte():
    release = _release()

    assert release.open(THERE) == BODY
    with pytest.raises(NotPermitted, match="used before"):
        release.open(THERE)


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example:443/inbox?to=us",
        "https://recipient.example:8443/inbox?to=us",
        "http://recipient.example:443/inbox?to=us",
        "https://recipient.example:443/another?to=us",
        "https://recipient.example:443/inbox/?to=us",
        "https://recipient.example:443/inbox?to=others",
        "https://recipient.example:443/inbox",
        "recipient.example:443",
        "",
        READER,
    ],
)
def test_a_permit_for_one_address_opens_nothing_for_another(address):
    release = _release()

    with pytest.raises(NotPermitted, match="another address"):
        release.open(address)
    assert release.open(THERE) == BODY


def test_what_may_be_sent_may_not_be_read_and_what_may_be_read_may_not_be_sent():
    with pytest.raises(NotPermitted):
        _release().open(READER)
    with pytest.raises(NotPermitted):
        _release(address=READER).open(THERE)


@pytest.mark.parametrize(
    "change",
    [
        {"organisation": OrganisationNumber("5561234567")},
        {"address": "https://recipient.example:443/another"},
        {"set_id": "another"},
        {"payload_sha256": "0" * 64},
        {"attempt": "another"},
        {"not_after": 10.0**12},
        {"mac": b""},
        {"mac": b"\0" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_altered_permit_opens_nothing(change):
    release = _release()

    with pytest.raises(NotPermitted, match="none of ours"):
        release.payload.open(replace(release.permit, **change), change.get("address", THERE))


def test_a_permit_that_somebody_made_up_opens_nothing():
    release = _release()
    made = Permit(OrganisationNumber("2021005521"), THERE, "id", "0" * 64, "mine", 10.0**12, b"\1" * 32)

    with pytest.raises(NotPermitted, match="none of ours"):
        release.payload.open(made, THERE)


def test_a_permit_opens_no_other_payload_than_its_own():
    permitted, other = _release(), _release(b'{"resourceType": "Bundle", "id": "of another"}')

    with pytest.raises(NotPermitted, match="another payload"):
        replace(permitted, payload=other.payload).open(THERE)
    with pytest.raises(NotPermitted, match="another payload"):
        Sealed.of(b"anything").open(permitted.permit, THERE)


def test_a_permit_that_was_used_opens_nothing_in_another_release_either():
    release = _release()
    release.open(THERE)

    with pytest.raises(NotPermitted, match="used before"):
        Release(release.permit, release.payload, release.person, release.ground, "another key").open(THERE)


def test_of_many_who_use_a_permit_at_once_one_gets_it():
    release, had = _release(), []

    def use() -> None:
        try:
            had.append(release.open(THERE))
        except NotPermitted:
            had.append(None)

    threads = [threading.Thread(target=use) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(had, key=bool) == [None] * 19 + [BODY]


def test_a_permit_lasts_for_seconds(clock):
    in_time, late = _release(), _release()

    clock[0] += LIFE
    assert in_time.open(THERE) == BODY
    clock[0] += 0.001
    with pytest.raises(PermitOver):
        late.open(THERE)


def test_what_was_used_is_remembered_until_it_is_over_and_no_longer(clock):
    used = Used()
    for _ in range(100):
        used.use(_release().permit)
    assert len(used) == 100

    clock[0] += LIFE + 1
    used.use(_release().permit)

    assert len(used) == 1


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_permit_does_not_leave_its_process(leave):
    release = _release()

    with pytest.raises(TypeError, match="does not leave"):
        leave(release.permit)
    with pytest.raises(TypeError):
        pickle.dumps(release)


def test_a05_the_permit_of_one_process_is_none_in_another():
    permit = _release().permit
    script = f"""
from gateway.errors import NotPermitted
from gateway.identity import OrganisationNumber
from gateway.permits import Permit
permit = Permit(OrganisationNumber("{permit.organisation.digits}"), "{permit.address}", "{permit.set_id}",
    "{permit.payload_sha256}", "{permit.attempt}", {permit.not_after!r}, {permit.mac!r})
try:
    permit.check("{permit.address}", "{permit.payload_sha256}")
except NotPermitted as refused:
    print(refused)
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    permit.check(permit.address, permit.payload_sha256)
    assert "none of ours" in told


def test_nothing_of_a_release_can_be_changed_or_read_past_its_permit():
    release = _release()

    with pytest.raises(FrozenInstanceError):
        release.permit.address = "https://elsewhere.example:443/"
    assert BODY not in release.payload._content
    assert "Bundle" not in repr(release)


@pytest.mark.parametrize(
    ("url", "place", "rest"),
    [
        ("HTTPS://Recipient.example/Inbox?a=1", "recipient.example:443", "/Inbox?a=1"),
        ("https://recipient.example/a/../b;c/%2e/?x=%41+/?", "recipient.example:443", "/a/../b;c/%2e/?x=%41+/?"),
        ("http://recipient.example/", "recipient.example:80", "/"),
        ("https://recipient.example:8443", "recipient.example:8443", "/"),
        ("http://[::1]:8001/x?#y", "[::1]:8001", "/x"),
        ("http://127.0.0.1:8001/x", "127.0.0.1:8001", "/x"),
    ],
)
def test_an_address_is_the_whole_of_a_url_always_written_alike(url, place, rest):
    assert place_of(url) == place
    assert address_of(url) == f"{url.partition(':')[0].lower()}://{place}{rest}"
    assert address_of(address_of(url)) == address_of(url)
