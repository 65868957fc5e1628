"""Samsyn: certificates in, information sets out, and only with consent."""
