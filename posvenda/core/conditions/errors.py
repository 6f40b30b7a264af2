"""What can be wrong with a condition, as msgids with named placeholders for translation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "character": "Unexpected character %(found)s",
        "unclosed_text": "This text has no closing quotation mark",
        "too_long": "The condition is longer than %(limit)d characters",
        "too_deep": "The condition is nested deeper than %(limit)d levels",
        "too_many": "The condition has more than %(limit)d comparisons",
        "empty": "The condition is empty",
        "fact_expected": "A fact name was expected instead of %(found)s",
        "operator_expected": "An operator was expected instead of %(found)s",
        "value_expected": "A value was expected instead of %(found)s",
        "word_expected": "%(expected)s was expected instead of %(found)s",
        "leftover": "Nothing more was expected, but there is %(found)s",
        "empty_list": "The list is empty",
        "number_size": "The number %(found)s is too large",
        "not_a_date": "%(found)s is not a date of the calendar",
        "shape": "This is not a condition: %(found)s",
        "unknown_fact": "There is no fact named %(fact)s",
        "unknown_fact_near": "There is no fact named %(fact)s; did you mean %(suggestion)s?",
        "operator": "%(fact)s cannot be compared with %(operator)s",
        "type": "%(fact)s is %(kind)s and cannot be compared with %(value)s",
        "list_expected": "%(operator)s needs a list of values",
        "one_value": "%(operator)s needs one value, not a list",
        "two_values": "between needs two values, the lower one first",
        "choice": "%(value)s is not a choice of %(fact)s",
        "choice_near": "%(value)s is not a choice of %(fact)s; did you mean %(suggestion)s?",
        "currency": "%(fact)s is in %(currency)s, not in %(value)s",
    }
)

END = "the end"


class ConditionError(ValueError):
    """A text or JSON form that is no condition; `position` counts characters from 0."""

    def __init__(self, code: str, position: int = 0, **params: object) -> None:
        self.code = code
        self.message = MESSAGES[code]
        self.position = position
        self.params: Mapping[str, object] = MappingProxyType(params)
        super().__init__(f"{self.message % params} (at {position})")
