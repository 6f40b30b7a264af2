"""The same installation as the fault tests use."""

from tests.faults.conftest import key, made, product

__all__ = ["key", "made", "product"]
