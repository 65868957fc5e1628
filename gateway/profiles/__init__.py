"""What leaves follows its profiles: StructureDefinitions, compiled at start to JSON Schemas and checks."""

from gateway.profiles.judging import Judge, Profile, Violation, load_profiles

__all__ = ["Judge", "Profile", "Violation", "load_profiles"]
