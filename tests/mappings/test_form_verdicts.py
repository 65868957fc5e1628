"""Our verdict on real messages is that of the official rules, message by message."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from gateway.errors import UnknownCertificateType
from gateway.forms import judge
from gateway.identity import CertificateKind
from gateway.reading.certificate import answers_of
from gateway.reading.namespaces import RESPONDER
from gateway.rules import load_rules

REPOSITORY = Path(__file__).parents[2]
CORPUS = REPOSITORY.parent / "shared" / "corpus"
RULES = load_rules()
FORMS = RULES.forms
SAMPLE = (REPOSITORY / "mappings" / "certificates" / "lisjp" / "1" / "samples" / "full.xml").read_bytes()
NOW = datetime.now(UTC)
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


def indexed():
    """Every message that the index has an official verdict on and that we have a form for."""
    if not (CORPUS / "INDEX.tsv").exists():
        return []
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        rows = list(csv.reader(index, delimiter="\t"))
    messages = [(row[0], CertificateKind(row[1].upper(), _major(row[2])), row[4]) for row in rows[1:]]
    return [message for message in messages if message[1] in FORMS and message[2] in ("ok", "FAIL")]


def _major(version):
    major = version.partition(".")[0]
    return int(major) if major.isdigit() else 0


MESSAGES = indexed()
BESIDE = pytest.mark.skipif(not MESSAGES, reason="the corpus of real messages is not beside the repository")


def problems_of(file, kind):
    [intyg] = etree.parse(CORPUS / file, PARSER).iter(f"{{{RESPONDER}}}intyg")
    return [str(problem) for problem in judge(FORMS[kind], answers_of(intyg), NOW).problems]


@BESIDE
def test_the_corpus_has_messages_of_both_kinds():
    assert {verdict for _, _, verdict in MESSAGES} == {"ok", "FAIL"}
    assert len(MESSAGES) > 40


@BESIDE
@pytest.mark.parametrize(("file", "kind", "official"), MESSAGES, ids=[name for name, _, _ in MESSAGES])
def test_our_verdict_is_the_official_one(file, kind, official):
    problems = problems_of(file, kind)

    assert ("FAIL" if problems else "ok") == official, problems


@pytest.mark.parametrize("name", ["LISJP", "lisjp", "Lisu", " LIS "])
def test_a_certificate_under_another_name_is_known_by_its_own(name):
    assert SAMPLE.count(b"<t:code>LISJP<") == 1
    renamed = SAMPLE.replace(b"<t:code>LISJP<", f"<t:code>{name}<".encode())

    document = RULES.understand(RULES.reader.read_file(renamed), NOW)

    assert document.kind == CertificateKind("LISJP", 1)


@pytest.mark.parametrize("version", ["0.9", "3.0", "ett", ""])
def test_a_version_that_no_form_is_for_is_not_supported(version):
    renamed = SAMPLE.replace(b">1.3</", f">{version}</".encode())
    assert renamed != SAMPLE

    with pytest.raises(UnknownCertificateType):
        RULES.understand(RULES.reader.read_file(renamed), NOW)


@BESIDE
def test_every_form_with_official_rules_has_real_messages():
    judged = {str(FORMS[kind].kind) for _, kind, _ in MESSAGES}

    # Of version 2 the index has none: it was derived.
    assert judged == {str(form.kind) for form in FORMS.values() if form.kind.major == 1}


@BESIDE
@pytest.mark.parametrize("type_", ["LISJP", "AG7804", "AG1-14"])
def test_a_certificate_of_the_second_version_is_accepted_by_that_version_alone(type_):
    file = f"DERIVED-v2/register-{type_.lower()}-v2.0.xml"

    assert problems_of(file, CertificateKind(type_, 2)) == []
    assert problems_of(file, CertificateKind(type_, 1)) != []
