"""The event store: usage events in, the windows over them that facts are made of out.

``take`` is the one way in, for tracking and for imports alike. What pages read is in SQL or on the
fact sheet; the lake is for the worker and the command line.
"""

from posvenda.commerce.usage.changing import align, forget, forget_people, reassign, rebuild, scrub
from posvenda.commerce.usage.events import event_ids, lake, persons, remembered
from posvenda.commerce.usage.features import features_used
from posvenda.commerce.usage.late import late_days
from posvenda.commerce.usage.people import of_customer as people_of
from posvenda.commerce.usage.retract import first_uses, retract, tellers
from posvenda.commerce.usage.staging import drain, is_waiting, query
from posvenda.commerce.usage.taking import Recorded, take
from posvenda.commerce.usage.windows import windows

__all__ = [
    "Recorded",
    "align",
    "drain",
    "event_ids",
    "features_used",
    "first_uses",
    "forget",
    "forget_people",
    "is_waiting",
    "lake",
    "late_days",
    "people_of",
    "persons",
    "query",
    "reassign",
    "rebuild",
    "remembered",
    "retract",
    "scrub",
    "take",
    "tellers",
    "windows",
]
