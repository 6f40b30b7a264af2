"""Which events of the lake count: not those of batches that were taken back."""

from datetime import datetime

from posvenda.commerce.usage.events import taken_back


def standing(known_at: datetime | None = None) -> str:
    """This will give the condition that leaves out events taken back by then (None: by now)."""
    gone = ", ".join(str(int(each)) for each in taken_back(known_at))
    return f"AND (batch_id IS NULL OR batch_id NOT IN ({gone}))" if gone else ""
