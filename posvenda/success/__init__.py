"""Judging and steering: scorecards, stages and plays as text, and the facts they give.

Here: the definitions and their versions, the facts ``health.*`` and ``stage.name``, the frozen
record of what was shown, the words of a play for one customer. Not here: the formulas
(``core.health``, ``core.lifecycle``, ``core.plays``), nor the queue people work through
(``insights``).
"""
