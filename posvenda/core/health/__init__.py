"""Health: a score from 0 (poor) to 100 (healthy) as an exact sum of contributions.

Here: the cards (measures in nested groups), the score of a whole sheet, which card judges whom, the
explanation of one row and of the change between two, the YAML shape, indicators kept apart, and how
often people and the score were right. Not here: stored scores and who may change what.
"""

from posvenda.core.health.card import (
    JUDGEMENT,
    Band,
    Bands,
    Card,
    Group,
    Measure,
    Missing,
    moved,
    rounded,
)
from posvenda.core.health.comparing import Change, Comparison, compare
from posvenda.core.health.explaining import (
    Explanation,
    GroupLine,
    Line,
    explain,
    parts_of,
    whole_parts,
)
from posvenda.core.health.indicators import Indicator, raised
from posvenda.core.health.judging import OVERRIDE, Cards, chosen, judge
from posvenda.core.health.loading import (
    CardError,
    check_card,
    check_cards,
    load_card,
    load_cards,
)
from posvenda.core.health.scales import Curve, Scale, Steps, Table, Trend, trend
from posvenda.core.health.scoring import REWEIGHTED, contribution_of, points, score
from posvenda.core.health.writing import dump_card, dump_cards

__all__ = [
    "JUDGEMENT",
    "OVERRIDE",
    "REWEIGHTED",
    "Band",
    "Bands",
    "Card",
    "CardError",
    "Cards",
    "Change",
    "Comparison",
    "Curve",
    "Explanation",
    "Group",
    "GroupLine",
    "Indicator",
    "Line",
    "Measure",
    "Missing",
    "Scale",
    "Steps",
    "Table",
    "Trend",
    "check_card",
    "check_cards",
    "chosen",
    "compare",
    "contribution_of",
    "dump_card",
    "dump_cards",
    "explain",
    "judge",
    "load_card",
    "load_cards",
    "moved",
    "parts_of",
    "points",
    "raised",
    "rounded",
    "score",
    "trend",
    "whole_parts",
]
