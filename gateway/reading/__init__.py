"""Bytes → SourceDocument: limits, XML, SOAP, schema, and what the certificate says of itself."""

from gateway.reading.canonical import same_content
from gateway.reading.reader import Reader

__all__ = ["Reader", "same_content"]
