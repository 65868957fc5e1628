"""Changes real messages a little, as senders' mistakes would: the same seed always gives the same messages."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from gateway.reading.namespaces import CORE, TYPES

SVAR, DELSVAR, INSTANS = f"{{{CORE}}}svar", f"{{{CORE}}}delsvar", f"{{{CORE}}}instans"
TEXTS = ["", " ", "\n", "\u00a0", "x", "true", "false", "1", "0", "10", "TRUE", " true ", "12", "0.5", "1e1"]
DAYS = ["2999-01-01", "1999-02-30", "2010-01-01", "2010-01-01Z", " 2010-01-01", "2010-1-1", "2018-10-15", "2016-02-29"]
NUMBERS = ["0", "1", "39", "39.5", "40", "100", "100.0", "101", "25.0", "025.0", "25.00", "-1", " 7 ", "INF", "NaN"]
UNITS = ["%", "h", "", "%%", "timmar", "kg", " h "]
INSTANCES = ["0", "1", "-1", "5", "+2", "007"]
DISPLAYS = ["", " ", "3 dagar", "ANNAT", "x"]
SYSTEMS = ["", "KV_FKMU_0001", "FKMU_0001", "1.2.752.116.1.1.1.1.3", "1.2.752.116.1.3.1.4.1", "1.2.752.116.1.1.1"]
CODES = [
    *["", "UNDERSOKNING", "ANNAT", " ANNAT ", "annat", "JOURNALUPPGIFTER", "ANHORIG", "PSYKOLOG", "SKOLHALSOVARD"],
    *["NUVARANDE_ARBETE", "STUDIER", "HELT_NEDSATT", "HALFTEN", "EJ_AKTUELLT", "ERGONOMISK", "HELTID", "DELTID"],
    *["STOR_SANNOLIKHET", "ATER_X_ANTAL_DGR", "TRETTIO_DGR", "ATERGA_MED_ANPASSNING", "KAN_EJ_ATERGA"],
    *["J22", "F32", "F320", "S47000"],
]
OTHER_QUESTIONS = ["77", "9000", "9001", "9999", "26", "101", "6", "4", "1"]


def mutated(intyg, random):
    """Change a certificate in up to three places, in place."""
    for _ in range(random.choice([1, 1, 1, 2, 2, 3])):
        answers = intyg.findall(SVAR)
        if answers:
            random.choice(MUTATIONS)(random.choice(answers), answers, random)


def _remove_answer(answer, _answers, _random):
    answer.getparent().remove(answer)


def _repeat_answer(answer, answers, random):
    twin = deepcopy(answer)
    answer.addnext(twin)
    if random.random() < 0.5:
        _change_a_value(twin, answers, random)


def _number_answer_anew(answer, answers, random):
    answer.set("id", random.choice([random.choice(answers).get("id"), *OTHER_QUESTIONS]))


def _swap_answers(answer, answers, random):
    random.choice(answers).addprevious(answer)


def _remove_part(answer, answers, random):
    parts = answer.findall(DELSVAR)
    if parts:
        answer.remove(random.choice(parts))


def _repeat_part(answer, answers, random):
    parts = answer.findall(DELSVAR)
    if parts:
        part = random.choice(parts)
        part.addnext(deepcopy(part))


def _number_part_anew(answer, answers, random):
    parts = answer.findall(DELSVAR)
    if parts:
        question = random.choice([answer, answer, random.choice(answers)]).get("id")
        random.choice(parts).set("id", f"{question}.{random.choice('1234567')}")


def _move_part(answer, answers, random):
    parts = random.choice(answers).findall(DELSVAR)
    if parts:
        answer.append(deepcopy(random.choice(parts)))


def _add_text(answer, answers, random):
    part = etree.SubElement(answer, DELSVAR, id=f"{answer.get('id')}.{random.choice('123')}")
    part.text = random.choice(TEXTS)


def _change_a_value(answer, answers, random):
    parts = answer.findall(DELSVAR)
    if not parts:
        return
    part = random.choice(parts)
    leaves = [leaf for leaf in part.iter() if leaf is not part and isinstance(leaf.tag, str) and not len(leaf)]
    if leaves:
        leaf = random.choice(leaves)
        others = [other.text for one in answers for other in one.iter(leaf.tag)]
        pool = POOLS.get(etree.QName(leaf).localname, TEXTS)
        leaf.text = random.choice(others if others and random.random() < 0.3 else pool)
    else:
        part.text = random.choice(TEXTS + DAYS)


def _show(answer, answers, random):
    for cv in answer.iter(f"{{{TYPES}}}cv"):
        display = cv.find(f"{{{TYPES}}}displayName")
        if display is None:
            display = etree.SubElement(cv, f"{{{TYPES}}}displayName")
        display.text = random.choice(DISPLAYS)


def _number_instance_anew(answer, answers, random):
    found = answer.findall(INSTANS)
    if found and random.random() < 0.4:
        answer.remove(found[0])
        return
    number = found[0] if found else etree.Element(INSTANS)
    number.text = random.choice(INSTANCES)
    answer.insert(0, number)


def _put_beside(answer, answers, random):
    """Put a value of another part, or a foreign element, beside what a part holds."""
    parts = answer.findall(DELSVAR)
    if not parts:
        return
    values = [child for one in answers for part in one.findall(DELSVAR) for child in part]
    beside = random.choice(values) if values and random.random() < 0.7 else etree.Element("{urn:other}x")
    random.choice(parts).append(deepcopy(beside))


def _take_out(answer, answers, random):
    values = [child for part in answer.findall(DELSVAR) for child in part.iterdescendants()]
    if values:
        value = random.choice(values)
        value.getparent().remove(value)


POOLS = {
    "code": CODES,
    "codeSystem": SYSTEMS,
    "displayName": DISPLAYS,
    "value": NUMBERS,
    "unit": UNITS,
    "start": DAYS,
    "end": DAYS,
}
MUTATIONS = [
    _remove_answer,
    _repeat_answer,
    _number_answer_anew,
    _swap_answers,
    _remove_part,
    _repeat_part,
    _number_part_anew,
    _move_part,
    _add_text,
    _change_a_value,
    _change_a_value,
    _change_a_value,
    _change_a_value,
    _show,
    _number_instance_anew,
    _put_beside,
    _take_out,
]
