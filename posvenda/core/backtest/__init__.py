"""Back-test: does a score tell who leaves, measured against what happened.

Here: decisions and their dates, landmarks, folds by date, the figures, leak detectors, the verdict.
Only Polars and NumPy; fitting stands in ``core.learning`` and ``core.calibration``. Not here: where
facts come from, how a past day is rebuilt.
"""

from posvenda.core.backtest.alerts import Alerts, alerts, by_band, by_landmark
from posvenda.core.backtest.decisions import Spells, renewals, spells
from posvenda.core.backtest.folds import Fold, RowsRepeated, UnknownRows, expanding, split
from posvenda.core.backtest.landmarks import OFFSETS, grid, month_starts
from posvenda.core.backtest.leaks import CONSEQUENCES, Leak, revised, suspects, without_consequences
from posvenda.core.backtest.panel import Panel, label, panel
from posvenda.core.backtest.probability import (
    Bin,
    brier,
    expected_error,
    reliability,
    skill,
    wilson,
)
from posvenda.core.backtest.ranking import Auc, auc, auc_difference, recall_at
from posvenda.core.backtest.verdict import FEWEST_EVENTS, Verdict, judge

__all__ = [
    "CONSEQUENCES",
    "FEWEST_EVENTS",
    "OFFSETS",
    "Alerts",
    "Auc",
    "Bin",
    "Fold",
    "Leak",
    "Panel",
    "RowsRepeated",
    "Spells",
    "UnknownRows",
    "Verdict",
    "alerts",
    "auc",
    "auc_difference",
    "brier",
    "by_band",
    "by_landmark",
    "expanding",
    "expected_error",
    "grid",
    "judge",
    "label",
    "month_starts",
    "panel",
    "recall_at",
    "reliability",
    "renewals",
    "revised",
    "skill",
    "spells",
    "split",
    "suspects",
    "wilson",
    "without_consequences",
]
