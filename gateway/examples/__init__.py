"""Synthetic certificates: form.yaml and chance → messages that the form accepts."""

from gateway.examples.making import Examples
from gateway.examples.material import load_material

__all__ = ["Examples", "load_material"]
