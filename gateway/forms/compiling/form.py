"""A whole form, ready to judge with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.errors import ConfigurationError
from gateway.forms.compiling.catalogue import Catalogue
from gateway.forms.compiling.conditions import conditions_of, once
from gateway.forms.compiling.parts import part_rule, strict_period
from gateway.forms.compiling.questions import expectations, numbering, other_questions, question_rules
from gateway.forms.compiling.warnings import blank_display, warnings_of
from gateway.forms.conditions import EachPart
from gateway.forms.language import CodePart, PeriodPart
from gateway.forms.rule_set import gathered
from gateway.forms.verdict import Form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeVar

    from gateway.forms.conditions import Condition
    from gateway.forms.language import FormText
    from gateway.identity import CertificateKind

    Said = TypeVar("Said")


def compile_form(kind: CertificateKind, form: FormText) -> Form:
    """Return the form that was read, ready to judge with.

    Raises:
        ConfigurationError: It contradicts itself, or a condition names something that it does not know.
    """
    catalogue = Catalogue(form)
    return Form(
        kind=kind,
        said=form,
        questions=question_rules(catalogue),
        others=other_questions(form),
        any_number=form.numbers_below_one == "allowed",
        rules=gathered(
            [
                *_of_parts(catalogue, judged=True),
                *_numbered("conditions", form.conditions, conditions_of, catalogue),
            ]
        ),
        warnings=gathered(
            [
                numbering(form),
                *expectations(catalogue),
                *_of_parts(catalogue, judged=False),
                *_what_always_warns(catalogue),
                *_numbered("warnings", form.warnings, warnings_of, catalogue),
            ]
        ),
    )


def _of_parts(catalogue: Catalogue, *, judged: bool) -> Iterator[Condition]:
    for part, question in catalogue.question_of.items():
        said = catalogue.rule(part)
        if said.judged is not judged:
            continue
        yield EachPart(part, question if said.only_here else None, part_rule(part, catalogue))
        if isinstance(said, CodePart) and said.once:
            yield once(part, catalogue)


def _what_always_warns(catalogue: Catalogue) -> Iterator[Condition]:
    for part in catalogue.question_of:
        said = catalogue.rule(part)
        if isinstance(said, CodePart):
            yield blank_display(part, catalogue)
        elif isinstance(said, PeriodPart) and said.lenient:
            yield EachPart(part, None, strict_period(part, catalogue))


def _numbered(
    word: str,
    stated: Iterable[Said],
    compiled: Callable[[Said, Catalogue], Iterable[Condition]],
    catalogue: Catalogue,
) -> Iterator[Condition]:
    for number, said in enumerate(stated, start=1):
        try:
            yield from compiled(said, catalogue)
        except ConfigurationError as error:
            raise ConfigurationError(f"{word}, number {number}: {error}") from None
