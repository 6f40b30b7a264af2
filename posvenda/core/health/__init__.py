"""Health: a score from 0 (poor) to 100 (healthy) as an exact sum of contributions.

Here: the card, the score of a whole sheet, the explanation of one row, the card's YAML shape. An
unknown fact moves nothing: it is neither zero nor healthy. Not here: trends and stored scores.
"""

from posvenda.core.health.card import (
    Band,
    Bands,
    Card,
    Curve,
    Group,
    Measure,
    Scale,
    Table,
    moved,
    rounded,
)
from posvenda.core.health.explaining import Explanation, GroupLine, Line, explain, whole_parts
from posvenda.core.health.loading import CardError, check_card, dump_card, load_card
from posvenda.core.health.scoring import contribution_of, points, score

__all__ = [
    "Band",
    "Bands",
    "Card",
    "CardError",
    "Curve",
    "Explanation",
    "Group",
    "GroupLine",
    "Line",
    "Measure",
    "Scale",
    "Table",
    "check_card",
    "contribution_of",
    "dump_card",
    "explain",
    "load_card",
    "moved",
    "points",
    "rounded",
    "score",
    "whole_parts",
]
