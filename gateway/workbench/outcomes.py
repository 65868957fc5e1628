"""What one version of the mappings makes of a message: why it is refused or held, what is noted, and its sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from gateway.errors import SenderError
from gateway.mapping.paths import element_of
from gateway.workbench.holds import holds_of
from gateway.workbench.sheet import without_place
from gateway.workbench.tracing import trace_of
from gateway.workbench.trial import tried

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from gateway.identity import CertificateKind
    from gateway.workbench.desk import Desk
    from gateway.workbench.sheet import Sheet
    from gateway.workbench.trial import Trial


class Fact(NamedTuple):
    """Something that is said of a message, beside its values."""

    sort: str
    """`refused`, `held` or `noted`."""
    set: str
    """The set it is about; empty where it is about the whole message."""
    place: str
    """Where, without which of several it is: what is said of the first answer is said of the second."""
    reason: str
    rule: str
    """The rules that have to do with it; empty where none has."""


class Outcome(NamedTuple):
    """What becomes of a message."""

    kind: str
    """The certificate type; empty where nothing can be read."""
    facts: tuple[Fact, ...]
    trial: Trial | None
    """Nothing where it is refused."""


class Judge:
    """Tells what one version of the mappings makes of messages, and which of its rules did.

    Args:
        desk: The version.
        now: The moment that messages are judged at.
    """

    def __init__(self, desk: Desk, now: datetime) -> None:
        self._desk = desk
        self._now = now
        self._sheets: dict[CertificateKind, Sheet] = {}

    def outcome(self, content: bytes) -> Outcome:
        """Return what becomes of a message."""
        try:
            trial = tried(content, self._desk.rules, self._now)
        except SenderError as error:
            problems = [(one.place, one.reason) for one in error.problems] or [("", str(error))]
            facts = [Fact("refused", "", element_of(place), reason, "") for place, reason in problems]
            return Outcome(self._kind(content), tuple(facts), None)
        return Outcome(str(trial.document.kind), tuple(dict.fromkeys(self._facts(trial))), trial)

    def rules(self, trial: Trial) -> dict[tuple[str, ...], str]:
        """Return the rule that made each value of each set, and where it is written.

        The key is the set's name, the sections that this variant withholds, the resource, and the path.
        """
        rows = trace_of(trial.document, trial.sets, self._desk.rules.mappings[trial.document.kind])
        return {
            (row["set"], *row["withheld"], row["resource"], row["path"]): self._written(row, trial.document.kind)
            for row in rows
        }

    def _kind(self, content: bytes) -> str:
        try:
            return str(self._desk.rules.reader.read_file(content).kind)
        except SenderError:
            return ""

    def _facts(self, trial: Trial) -> Iterator[Fact]:
        if trial.document.unmapped or trial.document.problems:
            for hold in holds_of(trial.document, self._sheet(trial.document.kind)):
                rules = ", ".join(concern.rule for concern in hold.concerns)
                yield Fact("held", "", without_place(hold.node), hold.reason, rules)
        for one in trial.sets:
            for problem in one.problems if one.hold != "mapping" else ():
                yield Fact("held", one.name, element_of(problem.place), f"{one.hold}: {problem.reason}", "")
        for note in (*trial.document.notes, *trial.document.warnings):
            yield Fact("noted", "", without_place(note.place), note.reason, "")

    def _written(self, row: dict[str, Any], kind: CertificateKind) -> str:
        sheet = self._sheet(kind)
        file, _, name = row["rule"].partition(": ")
        if file != sheet.name or "." not in name:
            return str(row["rule"])
        rule, _, path = name.partition(".")
        return f"{row['rule']} ({self._desk.shown(sheet.places.of(rule, path))})"

    def _sheet(self, kind: CertificateKind) -> Sheet:
        if kind not in self._sheets:
            self._sheets[kind] = self._desk.sheet(kind)
        return self._sheets[kind]
