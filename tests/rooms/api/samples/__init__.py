"""Invented rows in the shape of other systems' exports, each with what must come of them.

A sample is: preset, text of the file, records with the fields that matter, codes of what was said.
"""

from tests.rooms.api.samples.brazil import BRAZIL
from tests.rooms.api.samples.others import OTHERS
from tests.rooms.api.samples.stripe import STRIPE

SAMPLES = [*STRIPE, *BRAZIL, *OTHERS]
