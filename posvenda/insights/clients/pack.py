"""What the pack in force says about the list of customers."""

from posvenda.success import definitions
from posvenda.success.looks import Built, Look

__all__ = ["Built", "Look", "look"]


def look() -> Look:
    """This will give the look in force: the newest published one, or the pack's own."""
    return definitions.judgement().look
