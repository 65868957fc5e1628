"""A certificate's signature (`underskrift`, XML-DSig): how it has to be made, and whether it holds."""

from gateway.reading.signature.verdict import signature_of

__all__ = ["signature_of"]
