"""The page *Recusados*: what any door refused, by reason, to be mended, taken in or set aside.

Here: rows of imports and letters of the other doors under one roof. Not here: how a door takes its
letters in again (``base.deadletters``), how rows are loaded (``imports``).
"""
