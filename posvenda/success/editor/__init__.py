"""Editing scorecards: one draft, as a form or as text, tried out on today's facts, then published.

Here: the pages *Fichas*, the draft, its faults, the preview, publishing. Not here: what a card
means (``core.health``) and which version judges (``definitions``).
"""
