"""What form.yaml may say. A word that is not here stops the start.

Every scalar of the file comes here as text, so that part `1.10` is not taken for the number 1.1.
"""

from gateway.forms.language.circumstances import Answered, Circumstance, PartIs, PartsAre
from gateway.forms.language.conditions import (
    Alone,
    AnyCondition,
    BothOrNeither,
    Choice,
    Forbidden,
    ForbiddenPart,
    InTotal,
    NotLater,
    NotOverlapping,
    OnlyCode,
    Required,
    RequiredPart,
    SameCodeSystem,
)
from gateway.forms.language.form import AdditionalQuestions, FormText, Question
from gateway.forms.language.parts import CodePart, IntegerPart, Part, PartWords, PeriodPart, PlainPart, QuantityPart
from gateway.forms.language.warnings import AnyWarning, BegunAtMost, LastsAtMost, Longest, NoSharedDay, Span

__all__ = [
    "AdditionalQuestions",
    "Alone",
    "Answered",
    "AnyCondition",
    "AnyWarning",
    "BegunAtMost",
    "BothOrNeither",
    "Choice",
    "Circumstance",
    "CodePart",
    "Forbidden",
    "ForbiddenPart",
    "FormText",
    "InTotal",
    "IntegerPart",
    "LastsAtMost",
    "Longest",
    "NoSharedDay",
    "NotLater",
    "NotOverlapping",
    "OnlyCode",
    "Part",
    "PartIs",
    "PartWords",
    "PartsAre",
    "PeriodPart",
    "PlainPart",
    "QuantityPart",
    "Question",
    "Required",
    "RequiredPart",
    "SameCodeSystem",
    "Span",
]
