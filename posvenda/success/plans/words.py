"""Sentences about plans."""

from collections.abc import Mapping

from django.utils.translation import ngettext_lazy


class Late:
    """How long a milestone has been late, in the language it is printed in."""

    def __init__(self, days: int) -> None:
        self.days = days

    def __str__(self) -> str:
        text = ngettext_lazy(
            "A milestone is late by %(days)d day", "A milestone is late by %(days)d days", self.days
        )
        return str(text % {"days": self.days})


def late_texts(most: int) -> Mapping[str, Late]:
    """This will give a sentence for every number of days up to the largest, by its number."""
    return {str(days): Late(days) for days in range(1, most + 1)}
