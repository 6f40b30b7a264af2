"""Next best actions: plays kept as data, and the queue they make of a fact sheet.

Here: the play and its YAML shape, the ranking, its formula and its reasons. Not here: tasks, who
owns them, snoozing, nor the measuring of what a play really changes.
"""

from posvenda.core.plays.play import (
    ACTIONS,
    LEVERAGES,
    Play,
    PlaysError,
    Reason,
    Stake,
    check_plays,
    dump_plays,
    load_plays,
)
from posvenda.core.plays.queue import Formula, fill, formula, placeholders, queue, reasons

__all__ = [
    "ACTIONS",
    "LEVERAGES",
    "Formula",
    "Play",
    "PlaysError",
    "Reason",
    "Stake",
    "check_plays",
    "dump_plays",
    "fill",
    "formula",
    "load_plays",
    "placeholders",
    "queue",
    "reasons",
]
