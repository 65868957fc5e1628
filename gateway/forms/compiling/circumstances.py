"""What a condition depends on, as a rule and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.forms import language
from gateway.forms.circumstances import PartsStand, PartStands, QuestionAnswered, Values
from gateway.forms.compiling.catalogue import alternatives
from gateway.forms.compiling.parts import valued_rule
from gateway.forms.counts import Count

if TYPE_CHECKING:
    from gateway.forms.circumstances import Circumstance
    from gateway.forms.compiling.catalogue import Catalogue

_AT_LEAST_ONCE = Count(1)


def circumstance(said: language.Circumstance, catalogue: Catalogue) -> Circumstance:
    """Return a circumstance ready to be asked.

    Raises:
        ConfigurationError: It names a value of a part that has none; `words_of` checks the other names.
    """
    if isinstance(said, language.Answered):
        return QuestionAnswered(said.answered)
    return PartsStand(part_stands(said, catalogue), said.count)


def part_stands(said: language.PartIs, catalogue: Catalogue) -> PartStands:
    """Return the circumstance that a part stands somewhere.

    Raises:
        ConfigurationError: It names a value of a part that has none; `words_of` checks the other names.
    """
    values = said.values or said.other_than
    if not values:
        says = None if said.containing is None else said.containing.search
        return PartStands(said.part, said.question, None, says)
    accepted = Values(valued_rule(said.part, catalogue), frozenset(values), among=bool(said.values))
    return PartStands(said.part, said.question, accepted, None)


def clause(conjunction: str, said: language.Circumstance | None, catalogue: Catalogue) -> str:
    """Return a circumstance as a clause in Swedish, empty where there is none: ` när fråga 27 … är besvarad`.

    Raises:
        ConfigurationError: It names something that the form does not know.
    """
    return "" if said is None else f" {conjunction} {words_of(said, catalogue)}"


def words_of(said: language.Circumstance | language.PartIs, catalogue: Catalogue) -> str:
    """Return a circumstance in Swedish: `delfråga 27.1 … är nej`.

    Raises:
        ConfigurationError: It names something that the form does not know.
    """
    if isinstance(said, language.Answered):
        return f"{catalogue.question(said.answered)} är besvarad"
    if said.question is not None and said.question != catalogue.common_question([said.part]):
        raise ConfigurationError(f"part {said.part} does not belong to question {said.question}")
    return f"{catalogue.part(said.part)} {_value(said, catalogue)}{_often(said)}"


def _value(said: language.PartIs, catalogue: Catalogue) -> str:
    if said.values:
        return f"är {catalogue.values(said.part, said.values)}"
    if said.other_than:
        return f"är något annat än {catalogue.values(said.part, said.other_than)}"
    if said.containing is not None:
        return f"innehåller {alternatives(said.containing.pattern.split('|'))}"
    return "är angiven"


def _often(said: language.PartIs) -> str:
    if isinstance(said, language.PartsAre) and said.count != _AT_LEAST_ONCE:
        return f" ({said.count.words})"
    return ""
