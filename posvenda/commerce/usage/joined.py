"""Records that were joined keep their events; they count for the one that stands."""

from collections.abc import Mapping, Sequence

import polars as pl


def members(ids: Sequence[int], leads: Mapping[int, int]) -> list[int]:
    """This will give all records whose events count for these customers, themselves included."""
    asked = set(ids)
    return [*ids, *(was for was, stands in leads.items() if stands in asked and was not in asked)]


def under(frame: pl.DataFrame, leads: Mapping[int, int]) -> pl.DataFrame:
    """This will put each row (by customer_id) under the customer that stands."""
    if not leads:
        return frame
    return frame.with_columns(pl.col("customer_id").replace(list(leads), list(leads.values())))
