"""Loading the program without the garbage collector looking over its shoulder.

What is loaded stays for the life of the process. The collector would walk all of it again and again
while it grows (a fifth of the time to load), and later in the middle of somebody's page.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def undisturbed() -> Iterator[None]:
    """This will collect nothing meanwhile, and leave out of later collections what was loaded."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
