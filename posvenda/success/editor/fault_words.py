"""What the theory says is wrong with a card, in the reader's words.

The theory speaks English and knows no reader: each of its sentences has a pattern here, and a test
holds the patterns against its source.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_lazy

WORDS: tuple[tuple[str, object], ...] = (
    (r"must be a mapping", gettext_lazy("Names with values are expected here.")),
    (
        r"is not known here; expected one of (?P<known>.+)",
        gettext_lazy("This name is not known here. There are: %(known)s."),
    ),
    (
        r"must be a list with at least one entry",
        gettext_lazy("A list with at least one entry is expected here."),
    ),
    (r"is missing", gettext_lazy("This is missing.")),
    (r"must be a text", gettext_lazy("A text is expected here.")),
    (r"must not be empty", gettext_lazy("This must not be empty.")),
    (r"must be a number", gettext_lazy("A number is expected here.")),
    (r"must be a whole number", gettext_lazy("A whole number is expected here.")),
    (r"must be above zero", gettext_lazy("This must be above zero.")),
    (
        r"must lie between (?P<low>\S+) and (?P<high>\S+)",
        gettext_lazy("This must lie between %(low)s and %(high)s."),
    ),
    (r"must be one of (?P<known>.+)", gettext_lazy("This must be one of: %(known)s.")),
    (r"(?P<name>.+) stands twice", gettext_lazy("%(name)s stands twice.")),
    (
        r"must satisfy 0 <= warn <= good <= 100",
        gettext_lazy("Healthy must start at or above attention, both from 0 to 100."),
    ),
    (
        r"is missing: (?P<name>.+) would never be reached",
        gettext_lazy("A condition is missing: %(name)s would never be reached."),
    ),
    (
        r"needs either a fact or a judgement",
        gettext_lazy("A measure reads a fact or a person's rating, not both."),
    ),
    (
        r"belongs to a judgement, not to a fact",
        gettext_lazy("This belongs to a person's rating, not to a fact."),
    ),
    (
        r"age_fact and fresh_within_days go together",
        gettext_lazy("The age of the evidence and its limit in days go together."),
    ),
    (
        r"must be one word of letters, digits and _",
        gettext_lazy("This must be one word of letters, digits and _."),
    ),
    (
        r"a rating is a number: give it a curve or bands",
        gettext_lazy("A rating is a number: give it a curve or bands."),
    ),
    (
        r"needs one of curve, bands or table",
        gettext_lazy("A curve, bands or a table is needed here, one of them."),
    ),
    (
        r"belongs to a table, not to a (?P<kind>\w+)",
        gettext_lazy("This belongs to a table, not to a %(kind)s."),
    ),
    (r"is empty", gettext_lazy("This is empty.")),
    (
        r"values must rise from one point to the next",
        gettext_lazy("Values must rise from one point to the next."),
    ),
    (
        r"must be a pair \[value, points\]",
        gettext_lazy("A pair of value and points is expected here."),
    ),
    (
        r"the band without a limit must have no (?P<side>\w+)",
        gettext_lazy("The band without a limit must have no %(side)s."),
    ),
    (
        r"all bands of a measure use (?P<side>\w+)",
        gettext_lazy("All bands of a measure use %(side)s."),
    ),
    (
        r"values must rise from one band to the next",
        gettext_lazy("Values must rise from one band to the next."),
    ),
    (
        r"(?P<fact>\S+) is worked out from the score itself",
        gettext_lazy("%(fact)s is worked out from the score itself."),
    ),
    (r"there is no fact named (?P<fact>\S+)", gettext_lazy("There is no fact named %(fact)s.")),
    (
        r"there is no fact (?P<fact>\S+) in days",
        gettext_lazy("There is no fact named %(fact)s that counts days."),
    ),
    (
        r"(?P<fact>\S+) is known only after a card was chosen",
        gettext_lazy("%(fact)s is known only after a card was chosen."),
    ),
    (
        r"(?P<fact>\S+) is (?P<kind>\w+) and cannot be judged by a curve",
        gettext_lazy("%(fact)s is no number: judge it by a table."),
    ),
    (
        r"(?P<fact>\S+) is (?P<kind>\w+) and cannot be judged by a table",
        gettext_lazy("%(fact)s is no choice: judge it by a curve or bands."),
    ),
    (
        r"(?P<choice>.+) is not a choice of (?P<fact>\S+)",
        gettext_lazy("%(choice)s is not a choice of %(fact)s."),
    ),
)


def say(message: str) -> str:
    """This will say one fault in the reader's language."""
    for pattern, words in WORDS:
        found = re.fullmatch(pattern, message)
        if found:
            return str(words) % found.groupdict()
    return gettext(message)
