"""What stood earlier in the same file: how often a row without a key, and which keys with what."""

from posvenda.adapters.scratch import Scratch

LIMIT = 400_000


class Seen:
    """Remembers the rows of one file; above ``LIMIT`` entries it moves to a file on disk."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}
        self._first: dict[str, tuple[int, int]] = {}
        self._scratch: Scratch | None = None

    def occurrence(self, name: str) -> int:
        """This will say how often this name stood in the file before, and count it."""
        if self._scratch is not None:
            return self._scratch.count(name)
        before = self._counts.get(name, 0)
        self._counts[name] = before + 1
        self._spill()
        return before

    def first(self, name: str, *, line: int, content: int) -> tuple[int, int] | None:
        """This will give line and content of the first row of this name, or keep this one."""
        if self._scratch is not None:
            return self._scratch.first(name, line, content)
        known = self._first.setdefault(name, (line, content))
        if known == (line, content):
            self._spill()
            return None
        return known

    def close(self) -> None:
        """This will give the disk space back."""
        if self._scratch is not None:
            self._scratch.close()

    def _spill(self) -> None:
        if len(self._counts) + len(self._first) < LIMIT:
            return
        self._scratch = Scratch()
        self._scratch.take(self._counts, self._first)
        self._counts, self._first = {}, {}
