"""The condition language: one small language over the fact sheet, one evaluator, two forms.

Here: the tree, its text and JSON forms, the check against a catalogue, the Polars expression and
the sentence for people. Not here: the facts themselves, nor the words of any screen's language.
"""

from posvenda.core.conditions.as_json import from_json, to_json
from posvenda.core.conditions.checking import Problem, check
from posvenda.core.conditions.errors import MESSAGES, ConditionError
from posvenda.core.conditions.evaluation import Unanswerable, expression, kleene, matches
from posvenda.core.conditions.reading import parse
from posvenda.core.conditions.tree import (
    OPERATORS,
    All,
    Any,
    Compare,
    Condition,
    Days,
    Not,
    Scalar,
    Today,
    Value,
    all_of,
    any_of,
    comparisons,
    facts_of,
)
from posvenda.core.conditions.wording import ENGLISH, EnglishWords, Words, describe
from posvenda.core.conditions.writing import to_text
from posvenda.core.money import Money

__all__ = [
    "ENGLISH",
    "MESSAGES",
    "OPERATORS",
    "All",
    "Any",
    "Compare",
    "Condition",
    "ConditionError",
    "Days",
    "EnglishWords",
    "Money",
    "Not",
    "Problem",
    "Scalar",
    "Today",
    "Unanswerable",
    "Value",
    "Words",
    "all_of",
    "any_of",
    "check",
    "comparisons",
    "describe",
    "expression",
    "facts_of",
    "from_json",
    "kleene",
    "matches",
    "parse",
    "to_json",
    "to_text",
]
