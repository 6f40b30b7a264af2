"""The journey: dated stage changes, time in stage, pace, the board and the text of the criteria.

Here: the replay of the ladder over past days, the crossings of pace, the facts ``stage.since`` and
their like, the pages under ``/jornada/``. Not here: the rules themselves (``core.lifecycle``,
``core.pace``), the estimate of times (``core.survival``), onboarding plans (``success.plans``).
"""
