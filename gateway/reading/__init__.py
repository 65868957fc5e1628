"""Bytes → SourceDocument: limits, XML, SOAP, schema, and what the certificate says of itself."""

from gateway.reading.canonical import same_content
from gateway.reading.reader import Reader
from gateway.reading.revocation import RevocationReader

__all__ = ["Reader", "RevocationReader", "same_content"]
