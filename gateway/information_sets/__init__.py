"""Document → information sets: what each purpose needs, and no more."""

from gateway.information_sets.definitions import SetDefinition, load_definitions
from gateway.information_sets.noticing import notice_of, rest_of
from gateway.information_sets.selection import select

__all__ = ["SetDefinition", "load_definitions", "notice_of", "rest_of", "select"]
