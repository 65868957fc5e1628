"""Everything a form has a number for: what conditions may name, and how a reason names it in Swedish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.forms.language import CodePart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gateway.forms.language import FormText, Part, Question

_BOOLEANS = {"true": "ja", "false": "nej"}


class Catalogue:
    """The questions and parts of a form, by number.

    Raises:
        ConfigurationError: A part stands under a question that it does not belong to.
    """

    def __init__(self, form: FormText) -> None:
        self.questions: Mapping[str, Question] = form.questions
        self.question_of: dict[str, str] = {}
        for number, question in form.questions.items():
            for part in question.parts:
                if not part.startswith(f"{number}."):
                    raise ConfigurationError(f"part {part} does not belong to question {number}")
                self.question_of[part] = number

    def question(self, number: str) -> str:
        """Return the Swedish name of a question: `fråga 6 ”Diagnos”`.

        Raises:
            ConfigurationError: The form has no such question.
        """
        if number not in self.questions:
            raise ConfigurationError(f"the form has no question {number}")
        return f"fråga {number} ”{self.questions[number].title}”"

    def part(self, number: str) -> str:
        """Return the Swedish name of a part: `delfråga 6.2 ”Diagnoskod”`.

        Raises:
            ConfigurationError: The form has no such part.
        """
        return f"delfråga {number} ”{self.rule(number).title}”"

    def rule(self, number: str) -> Part:
        """Return what the form says of a part.

        Raises:
            ConfigurationError: The form has no such part.
        """
        if number not in self.question_of:
            raise ConfigurationError(f"the form has no part {number}")
        return self.questions[self.question_of[number]].parts[number]

    def rule_of_type(self, number: str, kind: str) -> Part:
        """Return what the form says of a part of that type.

        Raises:
            ConfigurationError: The form has no such part, or it is of another type.
        """
        rule = self.rule(number)
        if rule.type != kind:
            raise ConfigurationError(f"part {number} is no {kind}")
        return rule

    def common_question(self, parts: Iterable[str]) -> str:
        """Return the question that all these parts belong to.

        Raises:
            ConfigurationError: The form has no such part, or they belong to different questions.
        """
        questions = {self.question_of[part] for part in parts if self.rule(part)}
        if len(questions) != 1:
            raise ConfigurationError("these parts belong to different questions")
        return questions.pop()

    def values(self, part: str, values: Iterable[str]) -> str:
        """Return values of a code or boolean as a Swedish reader sees them: `ja`, `A eller B`.

        Raises:
            ConfigurationError: The part cannot have one of the values.
        """
        rule = self.rule(part)
        allowed = rule.codes if isinstance(rule, CodePart) else _BOOLEANS
        for value in values:
            if value not in allowed:
                raise ConfigurationError(f"part {part} is never {value}")
        return alternatives([_BOOLEANS.get(value, value) for value in values])


def alternatives(words: Iterable[str]) -> str:
    """Return the words as alternatives in Swedish: `A, B eller C`."""
    *some, last = words
    return f"{', '.join(some)} eller {last}" if some else last


def sentence(text: str) -> str:
    """Return the text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
