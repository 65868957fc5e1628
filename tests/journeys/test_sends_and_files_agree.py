"""What is sent is what `samsyn consent decide` says of the same consents, whatever they say.

Both are asked from outside: the consents are given over HTTP, and those that are taken in are handed to the command as
the gateway gave them back.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from situations import MOTHER, OF_AGE_TODAY, a_consent, actor, code
from worlds import (
    CERTIFICATE,
    EMPLOYER,
    FORSAKRINGSKASSAN,
    MUNICIPALITY,
    ORGANISATIONS,
    PERSON,
    SETS,
    Agency,
    World,
    certificate,
)

from gateway.__main__ import samsyn
from gateway.decisions import PersonStatus
from gateway.identity import PersonIdentity
from gateway.systems import PURPOSE_SYSTEM, SECTION_SYSTEM, SET_SYSTEM

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
LABELS = "http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel"
PURPOSES = {FORSAKRINGSKASSAN: "sjukpenning", EMPLOYER: "atergang-arbetsgivare", MUNICIPALITY: "sip"}
SIGNED = "2026-03-02T10:15:00"
"""When the sample certificate was signed."""
TOLD_APART = {FORSAKRINGSKASSAN: ("bedomning", "diagnos", "prognos"), EMPLOYER: ("bedomning", "prognos")}
"""The sections of the set that the consents here name, and one that they do not, as all the others."""


def some(*values):
    """A list of one or two of these; the first comes most often, so that not everything is denied."""
    one = st.one_of(st.just(values[0]), st.sampled_from(values))
    return st.lists(one, min_size=1, max_size=2, unique_by=str)


def elements(kind):
    """What a provision may say that has to do with this recipient, or nearly so."""
    others = [one for one in PURPOSES if one != kind]
    label = {"system": CONFIDENTIALITY, "code": "R"}
    sections = [code("sektion", one) for one in ("diagnos", "prognos")]
    return {
        "actor": some(*map(actor, (kind, *others))),
        "purpose": some(*(code("andamal", PURPOSES[one]) for one in (kind, *others))),
        "securityLabel": some(label, {**label, "code": "N"}, *sections),
        "class": some(*(code("informationsmangd", SETS[one]) for one in (kind, *others))),
        "data": some(*map(datum, (CERTIFICATE, str(uuid.UUID(int=1))))),
        "dataPeriod": st.sampled_from(
            [{"start": "2026-03-02"}, {"end": "2026-03-01"}, {"start": "2026", "end": "2030"}]
        ),
        "period": st.sampled_from(
            [{"start": "2026"}, {"end": "2026-03-31"}, {"start": "2026-04-02"}, {"end": "2026-04-02"}, {"end": "2025"}]
        ),
    }


def datum(id_):
    return {"meaning": "instance", "reference": {"reference": f"urn:uuid:{id_}"}}


def provisions(kind):
    """A provision whose permits name somebody and something, as ours have to, with some inside it."""
    said = elements(kind)
    named = {name: said.pop(name) for name in ("actor", "purpose")}
    type_ = st.sampled_from(["permit", "permit", "permit", "deny"])
    nested = st.fixed_dictionaries({"type": st.sampled_from(["permit", "deny"])}, optional={**said, **named})
    return st.builds(
        lambda root, inside: {**root, **({"provision": inside} if inside else {})},
        st.fixed_dictionaries({"type": type_, **named}, optional=said),
        st.one_of(st.just([]), st.lists(nested, max_size=2)),
    )


def consents(kind, person):
    labels = [{"system": LABELS, "code": word} for word in ("sekretessmarkering", "annat")]
    return st.builds(
        lambda provision, changes: {**a_consent(kind, person), "provision": provision, **changes},
        provisions(kind),
        st.fixed_dictionaries(
            {},
            optional={
                "status": st.sampled_from(["active", "inactive", "draft", "entered-in-error"]),
                "performer": st.just([MOTHER]),
                "dateTime": st.sampled_from(["2026-03-03", "2025", "2026-01-01T00:00:00Z"]),
                "meta": st.sampled_from([{"security": [label]} for label in labels]),
            },
        ),
    )


class Story(NamedTuple):
    """What happens: who consents to what, what is known, and when the certificate comes."""

    kind: str
    person: str
    given: list[dict]
    known: list[PersonStatus]
    days: int


STORIES = st.tuples(
    st.sampled_from([FORSAKRINGSKASSAN, EMPLOYER]), st.sampled_from([PERSON, PERSON, OF_AGE_TODAY])
).flatmap(
    lambda who: st.builds(
        partial(Story, *who),
        st.lists(consents(*who), min_size=1, max_size=3),
        st.one_of(st.just([]), st.lists(st.sampled_from(PersonStatus), max_size=1)),
        st.sampled_from([0, 1, 29, 30, 31]),
    )
)


def is_sent(world, story):
    """Say whether the recipient gets it, and what was taken in of the consents."""
    answers = [world.give(one) for one in story.given]
    assert {one.status_code for one in answers} <= {201, 422}
    world.wait(timedelta(days=story.days))
    for status in story.known:
        plan = partial(world.gateway.routing.plan, world.time)
        world.gateway.store.mark_person(PersonIdentity(story.person), status, plan, world.time)
    world.hand_in(certificate(person=story.person))
    world.deliver()
    return SETS[story.kind] in world.agencies[story.kind].sets, [one.json() for one in answers if one.is_success]


def asked_of(section, story, now):
    return {
        "patient": story.person,
        "patientStatus": story.known,
        "trusted": story.kind == FORSAKRINGSKASSAN,
        "actor": [f"urn:oid:2.5.4.97|{ORGANISATIONS[story.kind]}"],
        "purpose": f"{PURPOSE_SYSTEM}|{PURPOSES[story.kind]}",
        "class": [f"{SET_SYSTEM}|{SETS[story.kind]}"],
        "labels": [f"{CONFIDENTIALITY}|R", f"{SECTION_SYSTEM}|{section}"],
        "resource": f"urn:uuid:{CERTIFICATE}",
        "dataDate": SIGNED,
        "now": now.isoformat(),
    }


def decided(folder, kept, request):
    """Run the command on these consents and this request."""
    arguments = ["consent", "decide", "--request", str(folder / "request.json")]
    (folder / "request.json").write_text(json.dumps(request))
    for number, consent in enumerate(kept):
        file = folder / f"consent-{number}.json"
        file.write_text(json.dumps(consent))
        arguments += ["--consent", str(file)]
    result = CliRunner().invoke(samsyn, arguments)
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def is_permitted(folder, kept, story, now):
    """Say whether nothing denies a section of the set, and one consent alone permits every one of them."""
    told = [decided(folder, kept, asked_of(section, story, now)) for section in TOLD_APART[story.kind]]
    alone = [[one["decision"] == "permit" for one in answer["consents"]] for answer in told]
    return all(answer["decision"] == "permit" for answer in told) and any(map(all, zip(*alone, strict=True)))


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A new folder at each call."""
    return lambda: tmp_path_factory.mktemp("story")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(story=STORIES)
def test_what_is_sent_is_what_the_command_permits(story, folders, settings):
    folder = folders()
    world = World(
        settings.model_copy(update={"database": folder / "samsyn.db"}), {kind: Agency(kind) for kind in ORGANISATIONS}
    )
    try:
        sent, kept = is_sent(world, story)
    finally:
        world.gateway.store.close()
    event(f"sent: {sent}, consents kept: {len(kept)}")

    assert is_permitted(folder, kept, story, world.time) is sent
