"""One example of a certificate: drawn by chance, mended, judged, written."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from gateway.errors import ConfigurationError
from gateway.examples.filling import Filling
from gateway.examples.header import header_of
from gateway.examples.mending import Mending
from gateway.examples.values import Values
from gateway.examples.writing import write
from gateway.forms import judge
from gateway.forms.conditions import EachPart
from gateway.forms.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gateway.documents import Answer
    from gateway.examples.drafts import Draft
    from gateway.examples.material import Material
    from gateway.forms import Form
    from gateway.forms.conditions import Condition
    from gateway.forms.rule_set import RuleSet

_FIRST_DAY, _DAYS = date(2025, 1, 1), 365
"""When examples are signed, unless a day is given."""
_STOCKHOLM = ZoneInfo("Europe/Stockholm")
_DRAFTS, _ROUNDS = 20, 10
"""How many drafts are begun, and how often each is mended, before giving up."""


class Examples:
    """Makes examples of one kind of certificate.

    Args:
        form: Its form.
        material: What they are filled in with.
    """

    def __init__(self, form: Form, material: Material) -> None:
        self._form = form
        self._material = material
        self._conditions = [*_conditions_in(form.rules), *_conditions_in(form.warnings)]

    def example(self, seed: int, day: date | None = None) -> bytes:
        """Return a RegisterCertificate message that the form accepts without warning.

        The same seed always gives the same bytes.

        Args:
            seed: Decides everything that is left to chance.
            day: When it is signed; the seed decides, where none is given.

        Raises:
            ConfigurationError: No answers were found that the form accepts.
        """
        chance = Random(f"{self._form.kind}/{seed}")  # noqa: S311 - nothing secret
        day = day or _FIRST_DAY + timedelta(days=chance.randrange(_DAYS))
        header = header_of(self._form.kind, self._form.title, day, self._material, chance)
        return write(header, self._answers(Values(day, self._material.sentences, chance)))

    def _answers(self, values: Values) -> Sequence[Answer]:
        for _ in range(_DRAFTS):
            answers = self._mended(Filling(self._form.said, values))
            problems, warnings = judge(self._form, answers, _midnight(values.day), values.day.isoformat())
            if not (problems or warnings):
                return answers
        told = "; ".join(map(str, (*problems, *warnings)))
        raise ConfigurationError(f"{self._form.kind}: no example was found that the form accepts: {told}")

    def _mended(self, filling: Filling) -> Sequence[Answer]:
        """Return answers of which the conditions say nothing, or what a few rounds of mending made of them."""
        drafts = filling.drafts()
        mending = Mending(drafts, filling)
        sheet = _sheet(drafts, filling)
        for _ in range(_ROUNDS):
            broken = 0
            for condition in self._conditions:
                if any(True for _ in condition.problems(sheet)):
                    broken += 1
                    mending.mend(condition, sheet)
                    sheet = _sheet(drafts, filling)
            if not broken:
                break
        return sheet.answers


def _conditions_in(rules: RuleSet) -> Iterator[Condition]:
    """Yield the rules for parts as conditions, each of which can be mended, and the conditions."""
    for part, judging in rules.parts.items():
        for rule in judging:
            yield EachPart(part, None, rule)
    yield from rules.conditions


def _sheet(drafts: list[Draft], filling: Filling) -> Sheet:
    """Return the drafts as they would be judged on the day of signing; they are put in order."""
    day = filling.values.day
    return Sheet(filling.order.answers(drafts), _midnight(day), day.isoformat())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), _STOCKHOLM)
