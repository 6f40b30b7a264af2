"""The back-test of a scorecard on this installation's own past.

Here: past days rebuilt as they were known, runs and their figures, predictions that are scored
later, publishing learnt weights, the page. The formulas stand in ``core.backtest``.
"""
