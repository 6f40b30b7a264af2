"""How much a key may send, and when the whole door asks for patience.

The rate holds for each web process by itself: with four processes a key may send four times it.
"""

import math
from dataclasses import dataclass, field

from posvenda.api.tracking.answers import too_deep, too_fast

BURST_SECONDS = 10
LOOK_EVERY = 2.0
DEEP_RETRY = 30


@dataclass
class Budgets:
    """What is left to each key, in events; it may go into debt by one request, never wait for
    more than it can ever hold.
    """

    left: dict[int, tuple[float, float]] = field(default_factory=dict)

    def spend(self, key: int, events: int, *, rate: int, tick: float) -> None:
        """This will take ``events`` from a key's budget, or refuse; rate 0 means no limit.

        ``tick`` is seconds of a clock that only runs forward.
        """
        if not rate:
            return
        full = rate * BURST_SECONDS
        had, at = self.left.get(key, (float(full), tick))
        has = min(full, had + (tick - at) * rate)
        if has <= 0:
            self.left[key] = (has, tick)
            raise too_fast(math.ceil((1 - has) / rate))
        self.left[key] = (has - events, tick)


@dataclass
class Depth:
    """How many rows wait in the inbox, looked up every two seconds at most."""

    rows: int = 0
    looked_at: float = -math.inf

    def is_stale(self, tick: float) -> bool:
        """This will say whether it is time to look again."""
        return tick - self.looked_at >= LOOK_EVERY

    def check(self, *, limit: int) -> None:
        """This will refuse while more rows wait than the limit; 0 means no limit."""
        if limit and self.rows > limit:
            raise too_deep(DEEP_RETRY)
