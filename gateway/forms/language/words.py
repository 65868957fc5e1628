"""What the words of form.yaml have in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, PlainValidator

from gateway.forms.counts import Count, read_count

Counted = Annotated[Count, PlainValidator(read_count)]
OneOrMore = Annotated[tuple[str, ...], BeforeValidator(lambda said: [said] if isinstance(said, str) else said)]
Several = Annotated[tuple[str, ...], Field(min_length=2)]
Whether = Literal["refused", "allowed"]


class Words(BaseModel):
    """Words that stand together in form.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def first_word(*words: str) -> Discriminator:
    """Tell alternatives apart by the word that only one of them has."""

    def choose(said: Any) -> str | None:  # noqa: ANN401 - whatever the file holds
        return next((word for word in words if word in said), None) if isinstance(said, dict) else None

    return Discriminator(
        choose,
        custom_error_type="no_such_rule",
        custom_error_message="none of the words " + ", ".join(words),
    )
