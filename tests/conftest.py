"""What the tests may be asked to do besides testing."""

from __future__ import annotations


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="write the golden files beside the samples anew")
