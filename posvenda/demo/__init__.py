"""Five invented companies with planted truth: for ``make demo``, tests, screenshots and docs.

Nobody below imports this room. The generator is pure (a seed and a day in, rows out); only
``load`` and ``cli`` touch the database.
"""
