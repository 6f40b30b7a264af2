"""One measured ratio against its bar, printed as one JSON line."""

import json
from dataclasses import asdict, dataclass

SLACK = 1.3


@dataclass(frozen=True)
class Ratio:
    """A figure, what it is measured against, their ratio and the bar it must not pass."""

    workload: str
    figure: float
    unit: str
    floor: float
    ratio: float
    bar: float
    holds: bool

    def line(self) -> str:
        """This will give the JSON line."""
        rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in asdict(self).items()}
        return json.dumps(rounded, ensure_ascii=False)


def against(
    workload: str, figure: float, floor: float, *, unit: str, bar: float, slack: float = 1.0
) -> Ratio:
    """This will judge ``figure / floor`` against ``bar``; CI widens the bar by ``slack``."""
    ratio = figure / floor
    return Ratio(workload, figure, unit, floor, ratio, bar, holds=ratio <= bar * slack)
