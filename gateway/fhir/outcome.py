"""OperationOutcome, by the profile `felsvar`.

Source: FHIR R4 §3.2 (OperationOutcome), issue-type value set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.systems import ERROR_SYSTEM, PROFILE_BASE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.documents import Resource
    from gateway.errors import Problem


def error_code(status: int) -> str:
    """Return our own code of an error that is told with this HTTP status."""
    return f"GW{status}"


def operation_outcome(issue: str, status: int, text: str, problems: Sequence[Problem]) -> Resource:
    """Return an OperationOutcome: one issue for each problem, or one for the whole where there are none.

    Args:
        issue: The issue-type.
        status: The HTTP status, from which our own code is made.
        text: What is wrong, in words.
        problems: Each thing that is wrong; its place is a FHIRPath.
    """
    coding = [{"system": ERROR_SYSTEM, "code": error_code(status)}]
    base = {"severity": "error", "code": issue, "details": {"coding": coding, "text": text}}
    issues = [{**base, "diagnostics": problem.reason, "expression": [problem.place]} for problem in problems]
    return {
        "resourceType": "OperationOutcome",
        "meta": {"profile": [f"{PROFILE_BASE}/felsvar"]},
        "issue": issues or [base],
    }
