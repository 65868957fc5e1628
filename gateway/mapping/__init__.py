"""SourceDocument + rules → Document: FHIR resources, where each value came from, and what was left."""

from gateway.mapping.engine import map_document
from gateway.mapping.loading import Mapping, load_mapping, load_mappings
from gateway.mapping.tables import load_tables

__all__ = ["Mapping", "load_mapping", "load_mappings", "load_tables", "map_document"]
