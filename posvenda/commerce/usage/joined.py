"""Records that were joined keep their events; they are counted for the one that stands."""

from collections.abc import Mapping, Sequence

import polars as pl


def members(ids: Sequence[int], leads: Mapping[int, int]) -> list[int]:
    """This will give these customers, and every record that one of them stands for."""
    wanted = set(ids)
    own = [each for each in ids if each not in leads]
    return [*own, *(was for was, stands in leads.items() if stands in wanted)]


def under(found: pl.DataFrame, leads: Mapping[int, int]) -> pl.DataFrame:
    """This will put rows of joined records under the customer that stands for them."""
    if not leads:
        return found
    stands = pl.col("customer_id").replace(list(leads), list(leads.values()))
    return found.with_columns(stands)
