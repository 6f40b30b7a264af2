"""The features that matter to one customer: which are in use and which are not."""

from dataclasses import dataclass

from posvenda.commerce import offering
from posvenda.insights.client.page import Row


@dataclass(frozen=True)
class Adoption:
    """Features of the catalogue by name; both lists follow the catalogue."""

    relevant: int
    rate: float | None
    used: tuple[str, ...]
    missing: tuple[str, ...]


def of(row: Row) -> Adoption | None:
    """This will read the sheet's two lists; None without a catalogue, or when use is unknown."""
    used, missing = row.get("adoption.features_in_use"), row.get("adoption.features_missing")
    if used is None or missing is None or not (used or missing):
        return None
    names = {feature.key: str(feature.name) for feature in offering.in_force()}
    return Adoption(
        relevant=len(used) + len(missing),
        rate=row.get("adoption.relevant_rate"),
        used=tuple(names.get(key, key) for key in used),
        missing=tuple(names.get(key, key) for key in missing),
    )
