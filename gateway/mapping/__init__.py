"""SourceDocument + rules → Document: FHIR resources, where each value came from, and what was left."""

from gateway.mapping.engine import map_document
from gateway.mapping.loading import Mapping, load_mappings

__all__ = ["Mapping", "load_mappings", "map_document"]
