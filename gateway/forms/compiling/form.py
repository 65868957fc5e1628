"""A whole form, ready to judge with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.forms.compiling.catalogue import Catalogue
from gateway.forms.compiling.conditions import conditions_of
from gateway.forms.compiling.parts import part_rules
from gateway.forms.compiling.questions import other_questions, question_rules
from gateway.forms.verdict import Form

if TYPE_CHECKING:
    from gateway.forms.language import FormText


def compile_form(form: FormText) -> Form:
    """Return the form that was read, ready to judge with.

    Raises:
        ConfigurationError: It contradicts itself, or a condition names something that it does not know.
    """
    catalogue = Catalogue(form)
    return Form(
        title=form.title,
        questions=question_rules(catalogue),
        others=other_questions(form),
        parts=part_rules(catalogue),
        conditions=tuple(conditions_of(form, catalogue)),
    )
