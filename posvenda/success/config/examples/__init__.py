"""The user's own examples: given a history, what the rules in force must say on a day.

``reading`` reads the files, ``history`` writes the rows of one example (and takes them back),
``judging`` compares what is expected with what came out, ``running`` does all of it, in a database
that is thrown away.
"""

from posvenda.success.config.examples.running import Result, run, run_apart

__all__ = ["Result", "run", "run_apart"]
