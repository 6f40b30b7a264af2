"""Scorecards at work: overrides, ratings, indicators, what people think, and what was shown.

Here: the tables a person writes to, what they add to the fact sheet, the score frozen when a
customer leaves, and any past score worked out again. Not here: the formulas (``core.health``).
"""
