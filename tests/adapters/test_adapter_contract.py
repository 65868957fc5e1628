"""What every installed adapter has to do, whatever its recipient's language is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from importlib.metadata import entry_points

import httpx
import pytest
from releases import BODY, a_release

from gateway.app import ADAPTERS
from gateway.errors import (
    Busy,
    DeliveryError,
    EndpointGone,
    Misconfigured,
    NotKnownThere,
    NotPermitted,
    NotReached,
    PermanentFailure,
    RevokedThere,
    TemporaryFailure,
    UnknownOutcome,
)
from gateway.heard import Heard
from gateway.permits import address_of

INSTALLED = {point.name: point.load() for point in entry_points(group=ADAPTERS)}
NEEDS_AN_ANSWER = {"forsakringskassan", "municipality"}
ENDPOINT = "https://recipient.example/inbox?a=1"
YES = {"resourceType": "OperationOutcome", "id": "case-1", "issue": [{"severity": "information"}]}


@pytest.fixture(params=sorted(INSTALLED))
def kind(request):
    return request.param


class Recipient:
    """The way out, with a recipient at its other end that answers as it is told, and keeps what it was asked."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self._answer = answer
        self.requests: list[httpx.Request] = []

    def post(self, url, headers, release) -> Heard:
        body = release.open(address_of(url))
        self.requests.append(httpx.Request("POST", url, headers=headers, content=body))
        if isinstance(self._answer, Exception):
            raise self._answer
        return Heard(self._answer.status_code, dict(self._answer.headers), self._answer.content)


def _send(kind: str, answer):
    recipient = answer if isinstance(answer, Recipient) else Recipient(answer)
    return INSTALLED[kind](ENDPOINT, recipient).send(a_release(ENDPOINT))


def test_there_is_an_adapter_for_every_kind_of_recipient():
    assert set(INSTALLED) == {"arbetsformedlingen", "employer", "forsakringskassan", "municipality"}


def test_the_bundle_goes_byte_for_byte_under_its_key_and_as_what_it_is(kind):
    recipient = Recipient(httpx.Response(201, json=YES))

    _send(kind, recipient)

    [request] = recipient.requests
    assert (request.method, str(request.url)) == ("POST", ENDPOINT)
    assert request.content == BODY
    assert request.headers["Content-Type"] == "application/fhir+json"
    assert request.headers["Accept"] == "application/fhir+json"
    assert request.headers["Idempotency-Key"] == "a-key"
    assert request.headers["Accept-Encoding"] == "identity"
    assert not any("199002222397" in value for value in request.headers.values())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, TemporaryFailure) for status in (408, 425, 500, 502, 503, 504, 599)),
        (429, Busy),
        (410, EndpointGone),
    ],
)
def test_what_may_pass_means_later(kind, status, error):
    with pytest.raises(DeliveryError) as failure:
        _send(kind, httpx.Response(status, text="199002222397"))

    assert type(failure.value) is error
    assert str(failure.value) == f"HTTP {status}"
    assert failure.value.retry_after is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422])
def test_refused_means_never_and_does_not_repeat_what_was_said(kind, status):
    with pytest.raises(PermanentFailure) as failure:
        _send(kind, httpx.Response(status, content=BODY + b"199002222397"))

    assert str(failure.value) == f"HTTP {status}"


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_b05_a_refusal_because_the_certificate_is_revoked_says_so(kind, status):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "deleted"}]}

    with pytest.raises(RevokedThere, match=f"HTTP {status}: revoked"):
        _send(kind, httpx.Response(status, json=outcome))


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_b03_a_refusal_because_it_is_not_known_says_so(kind, status):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "not-found"}]}

    with pytest.raises(NotKnownThere, match=f"HTTP {status}: not known"):
        _send(kind, httpx.Response(status, json=outcome))


def test_b05_what_is_revoked_is_not_merely_not_known(kind):
    outcome = {"resourceType": "OperationOutcome", "issue": [{"code": "not-found"}, {"code": "deleted"}]}

    with pytest.raises(RevokedThere):
        _send(kind, httpx.Response(404, json=outcome))


@pytest.mark.parametrize(
    "said",
    [{"issue": [{"code": "invalid"}, {"code": ["not-found"]}]}, {"issue": ["deleted"]}, {"issue": "deleted"}, []],
)
def test_a_refusal_that_says_anything_else_is_no_more_than_one(kind, said):
    with pytest.raises(PermanentFailure) as failure:
        _send(kind, httpx.Response(422, json=said))

    assert type(failure.value) is PermanentFailure


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(kind, status):
    recipient = Recipient(httpx.Response(status, headers={"Location": "https://elsewhere.example/199002222397"}))

    with pytest.raises(Misconfigured) as failure:
        _send(kind, recipient)

    assert len(recipient.requests) == 1
    assert "elsewhere" not in str(failure.value)


@pytest.mark.parametrize("status", [101, 199])
def test_a_status_that_says_neither_yes_nor_no_proves_nothing(kind, status):
    with pytest.raises(UnknownOutcome, match="unreadable-answer"):
        _send(kind, httpx.Response(status, json=YES, headers={"Location": "/arenden/7"}))


@pytest.mark.parametrize(
    "elsewhere",
    ["https://recipient.example/outbox?a=1", "https://recipient.example/inbox?a=2", "https://other.example/"],
)
def test_an_adapter_that_is_led_astray_has_nothing_to_send_there(kind, elsewhere):
    """Not even to another path at the same host."""
    recipient = Recipient(httpx.Response(201, json=YES))

    with pytest.raises(NotPermitted, match="another address"):
        INSTALLED[kind](elsewhere, recipient).send(a_release(ENDPOINT))

    assert recipient.requests == []


@pytest.mark.parametrize("error", [NotReached("not-sent:refused"), UnknownOutcome("no-answer"), NotPermitted("no")])
def test_what_the_way_out_says_is_passed_on(kind, error):
    with pytest.raises(type(error)) as failure:
        _send(kind, error)

    assert failure.value is error


@pytest.mark.parametrize("broken", ["answer-too-large", "no-answer", "broken-off"])
def test_a_yes_that_is_not_whole_proves_nothing_and_a_no_is_one_all_the_same(kind, broken):
    def cut(status: int) -> Heard:
        return Heard(status, {}, b"{", broken)

    for status, error, said in ((200, UnknownOutcome, broken), (422, PermanentFailure, "HTTP 422")):
        recipient = Recipient(httpx.Response(status))
        recipient.post = lambda *_, status=status: cut(status)
        with pytest.raises(error, match=said):
            _send(kind, recipient)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Log in</html>",
        b"\xff",
        b"[]",
        b"null",
        b'"case-1"',
        b"{}",
        b'{"id": 7}',
        b'{"id": ""}',
        b'{"resourceType": "Bundle"}',
        b'{"resourceType": "OperationOutcome", "issue": "all is well"}',
        b'{"resourceType": "OperationOutcome", "issue": null}',
        b'{"resourceType": "OperationOutcome", "issue": ["well"]}',
        b"{" * 10_000,
    ],
)
@pytest.mark.parametrize("kind", sorted(NEEDS_AN_ANSWER))
def test_a_yes_that_cannot_be_read_is_no_receipt(kind, body):
    with pytest.raises(UnknownOutcome):
        _send(kind, httpx.Response(200, content=body))


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(seconds=120)),
        ("0", timedelta()),
        ("9" * 400, timedelta(seconds=999_999_999)),
        ("-5", None),
        ("abc", None),
        ("1e99", None),
        ("", None),
        ("1.5", None),
        ("Wed, 99 Oct 2099 07:28:00 GMT", None),
        ("Wed, 21 Oct 2099 07:28:00 +9999", None),
    ],
)
def test_a_recipient_that_asks_for_time_is_busy_and_what_it_asks_for_is_read_where_it_can_be(kind, header, wait):
    with pytest.raises(Busy) as failure:
        _send(kind, httpx.Response(503, headers={"Retry-After": header}))

    assert failure.value.retry_after == wait


@pytest.mark.parametrize("seconds", [100, -100, 10**9])
def test_a_wait_until_a_date_is_counted_from_now(kind, seconds):
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)

    with pytest.raises(Busy) as failure:
        _send(kind, httpx.Response(429, headers={"Retry-After": until}))

    assert timedelta(seconds=seconds - 10) < failure.value.retry_after <= timedelta(seconds=seconds)


def test_the_agency_names_a_case():
    receipt = _send("forsakringskassan", httpx.Response(201, json={"resourceType": "Task", "id": "case-7"}))

    assert (receipt.reference, receipt.heard.status) == ("case-7", 201)


@pytest.mark.parametrize("focus", ["Bundle/3f0c9f5c-3c43-5a5c-9a87-0d54b6a4c0de", 7])
def test_a_case_may_say_what_it_is_about(focus):
    task = {"resourceType": "Task", "id": "case-7", "focus": {"reference": focus}}

    assert _send("forsakringskassan", httpx.Response(201, json=task)).reference == "case-7"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_employer_says_yes_by_the_status_alone(status):
    located = httpx.Response(status, headers={"Location": "https://hr.example/cases/7"})

    assert _send("employer", located).reference == "https://hr.example/cases/7"
    assert _send("employer", httpx.Response(status, text="tack")).reference == ""


@pytest.mark.parametrize("status", [200, 201])
def test_b04_arbetsformedlingen_keeps_what_it_says_was_made_or_was_there(status):
    kept = httpx.Response(status, headers={"Location": "https://af.example/fhir/Bundle/7"})

    assert _send("arbetsformedlingen", kept).reference == "https://af.example/fhir/Bundle/7"


@pytest.mark.parametrize("status", [202, 204])
def test_a_yes_of_arbetsformedlingen_that_does_not_say_it_is_kept_is_no_receipt(status):
    with pytest.raises(UnknownOutcome):
        _send("arbetsformedlingen", httpx.Response(status))


@pytest.mark.parametrize("severity", ["error", "fatal"])
def test_a_municipality_may_say_no_in_a_yes(severity):
    no = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}, {"severity": severity}]}

    with pytest.raises(PermanentFailure):
        _send("municipality", httpx.Response(200, json=no))


def test_a_municipality_says_yes_in_an_outcome_without_errors():
    yes = httpx.Response(201, json={"resourceType": "OperationOutcome"}, headers={"Location": "/arenden/7"})

    assert _send("municipality", yes).reference == "/arenden/7"


@pytest.mark.parametrize(
    "name",
    [
        *("199002222397", "/p/19900222-2397/1", "a-9002222397", "1990/02/22/2397", "90.02.22_2397"),
        *("%31990022223%397", "/p/19900222%2D2397", "199002222%2533%2539%2537"),
        *("en fri text", "\u001b[31m", "x" * 201, "å"),
    ],
)
def test_a_name_that_tells_of_the_person_or_is_no_name_is_a_receipt_and_is_not_kept(name):
    assert _send("forsakringskassan", httpx.Response(201, json={"id": name})).reference == ""
    if name.isprintable():
        located = httpx.Response(201, headers={"Location": name.encode("latin-1")})
        assert _send("employer", located).reference == ""
