"""Undoing an import as a correction: what it told is taken back by new versions, history stays.

Here: what still stands, the retraction of facts, rows and values, and the run of the undo. Not
here: what an import keeps so that it can be undone (``told``, ``store``).
"""
