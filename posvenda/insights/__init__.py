"""Looking across customers: today's queue of next best actions, what was decided about it.

Here: the ranking of the whole sheet kept per process, *Hoje* and its actions. Not here: the plays
themselves (``success``), the formula of the ranking (``core.plays``), the facts (``customers``).
"""
