"""What can be imported: the kinds of records in the order of loading, and how names compare."""

import re
import unicodedata
from collections.abc import Mapping

from posvenda.api.imports.mapping import (
    records_consent,
    records_sales,
    records_told,
    records_who,
)
from posvenda.api.imports.mapping.fields import Field, Record

__all__ = ["BY_NAME", "IGNORED", "RECORDS", "Field", "Record", "fold"]

RECORDS: tuple[Record, ...] = (
    *records_who.RECORDS,
    *records_sales.RECORDS,
    *records_told.RECORDS,
    *records_consent.RECORDS,
)
BY_NAME: Mapping[str, Record] = {record.name: record for record in RECORDS}
IGNORED = "ignored"


def fold(name: str) -> str:
    """This will write a column's name without accents, capitals, signs and glued words."""
    parted = re.sub(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Þ])", " ", name)
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())
