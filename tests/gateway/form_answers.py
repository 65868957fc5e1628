"""Filled-in forms of a sick-leave certificate, and what the forms say of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from gateway.documents import Answer, Child, Part
from gateway.forms import judge, load_forms
from gateway.identity import CertificateKind

FORMS = load_forms(Path(__file__).parents[2] / "mappings" / "certificates")
FIRST, SECOND = FORMS[CertificateKind("LISJP", 1)], FORMS[CertificateKind("LISJP", 2)]
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
ICD, KSH = "1.2.752.116.1.1.1.1.3", "1.2.752.116.1.3.1.4.1"
SYSTEMS = {"1": "KV_FKMU_0001", "28": "KV_FKMU_0002", "32": "KV_FKMU_0003", "39": "KV_FKMU_0006"}
SYSTEMS |= {"39.3": "KV_FKMU_0007", "40": "KV_FKMU_0004", "6": ICD}


def answer(question, *parts, number=()):
    return Answer(question, tuple(number), parts, 57)


def numbered(question, *parts):
    return answer(question, *parts, number=["1"])


def said(part, text, *children):
    return Part(part, text, children, 58)


def coded(part, code, system=None, *, flaws=(), beside=()):
    system = system if system is not None else SYSTEMS.get(part) or SYSTEMS[part.partition(".")[0]]
    return said(part, "\n  ", Child("cv", {"code": code, "codeSystem": system}, frozenset(flaws)), *beside)


def lasting(start, end, flaws=(), beside=()):
    return said("32.2", "", Child("datePeriod", {"start": start, "end": end}, frozenset(flaws)), *beside)


def ground(code, *more, day="2025-01-01"):
    return numbered("1", coded("1.1", code), said("1.2", day), *more)


def work(code):
    return numbered("28", coded("28.1", code))


def leave(level, start, end, **more):
    return numbered("32", coded("32.1", level), lasting(start, end, **more))


def measure(code):
    return numbered("40", coded("40.1", code))


def prognosis(code, *more):
    return answer("39", coded("39.1", code), *more)


def diagnosis(code="J22", system=ICD, more=()):
    return answer("6", said("6.1", "Lunginflammation"), coded("6.2", code, system), *more)


def second(code="J22", system=ICD):
    return [said("6.3", "Hosta"), coded("6.4", code, system)]


def third(code="J22", system=ICD):
    return [said("6.5", "Feber"), coded("6.6", code, system)]


OCCUPATION = answer("29", said("29.1", "Rörmokare"))
HOURS = answer("33", said("33.1", "false"))
DESCRIPTION = answer("44", said("44.1", "Samtal med chefen"))
INFECTED = answer("27", said("27.1", "true"))
FULL = leave("HELT_NEDSATT", "2025-01-01", "2025-01-31")
HALF = leave("HALFTEN", "2025-02-01", "2025-02-28")

VALID = {
    "1": [ground("JOURNALUPPGIFTER")],
    "28": [work("STUDIER")],
    "6": [diagnosis()],
    "35": [answer("35", said("35.1", "Andfådd"))],
    "17": [answer("17", said("17.1", "Kan inte gå i trappor"))],
    "32": [FULL],
    "39": [prognosis("STOR_SANNOLIKHET")],
    "40": [measure("ARBETSTRANING")],
}
BARE = {"6": VALID["6"], "32": VALID["32"]}


def problems_of(form, answers):
    return list(judge(form, answers, NOON).problems)


def odd_places(form, *answers, signed=""):
    return {warning.place for warning in judge(form, answers, NOON, signed).warnings}


def places(form, answers):
    return {problem.place for problem in problems_of(form, [one for group in answers.values() for one in group])}
