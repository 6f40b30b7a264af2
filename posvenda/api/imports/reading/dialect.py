"""How a text file is written: its encoding, delimiter, quote and escape, found by trying.

Each candidate delimiter and quote reads the sample; the one whose records have the same number of
cells most often, and more than one, wins. A tie goes to the more usual one.
"""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

SAMPLE = 64 * 1024
USUAL = (",", ";", "\t", "|")
UNUSUAL = ("^", "~", "¦", "\x01", "\x1f", "#", ":", "!", "$", "%", "&", "*", "@", "?", "+", "=")
RECORDS = 300
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_C1 = re.compile(rb"[\x80-\x9f]")
_NOT_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


@dataclass(frozen=True)
class Dialect:
    """How to read a text file as records.

    ``inner`` is the delimiter of lines that stand whole in one cell ("a;b;c" in quotes, or a CSV
    pasted into the first column of a sheet); ``skips_space`` is for quotes after a blank.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    inner: str = ""
    skips_space: bool = False

    def as_dict(self) -> dict[str, Any]:
        """This will give what is kept with a file."""
        return asdict(self)


def reader(lines: Iterable[str], dialect: Dialect) -> Any:
    """This will give Python's reader of records for a dialect."""
    return csv.reader(
        lines,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        skipinitialspace=dialect.skips_space,
    )


def detect(sample: bytes, *, is_utf8: bool, is_whole: bool) -> Dialect:
    """This will find how a file is written from its first bytes.

    ``is_utf8`` says whether the whole file decodes as UTF-8, ``is_whole`` whether the sample is all
    of it (otherwise its last record is not judged).
    """
    encoding = find_encoding(sample, is_utf8=is_utf8)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample, final=False)
    text = text.replace("\0", "")
    delimiter, quote, escape = _find(text, is_whole=is_whole)
    dialect = Dialect(encoding, delimiter, quote, escape)
    return _with_spaces(dialect, text, is_whole=is_whole)


def _with_spaces(dialect: Dialect, text: str, *, is_whole: bool) -> Dialect:
    """The dialect, with blanks before quotes left out where only that makes the records even."""
    if f"{dialect.delimiter} {dialect.quote}" not in text or dialect.delimiter.isspace():
        return dialect
    lines, spaced = _lines(text), replace(dialect, skips_space=True)
    plain, other = (
        {len(cells) for cells in _records(lines, each, is_whole=is_whole)}
        for each in (dialect, spaced)
    )
    return spaced if len(other) == 1 < len(plain) else dialect


def find_inner(records: Sequence[Sequence[Any]]) -> str:
    """This will give the delimiter within cells when every record is one cell that is a line."""
    whole = [[cell for cell in cells if cell not in (None, "")] for cells in records]
    lines = [str(cells[0]) for cells in whole if len(cells) == 1]
    if len(lines) < 2 or len(lines) < len([cells for cells in whole if cells]):
        return ""
    for delimiter in USUAL:
        widths = {len(split(line, delimiter)) for line in lines}
        if len(widths) == 1 and widths.pop() > 1:
            return delimiter
    return ""


def split(line: str, delimiter: str) -> list[str]:
    """This will part a line that stands whole in one cell."""
    return next(csv.reader([line], delimiter=delimiter), [])


def find_encoding(sample: bytes, *, is_utf8: bool) -> str:
    """This will name the encoding: by its mark, then UTF-8 if all of it is, then by its bytes."""
    for mark, name in BOMS:
        if sample.startswith(mark):
            return name
    head = sample[:4096]
    if len(head) > 8 and b"\0" in head:
        if head[1::2].count(0) > len(head) * 0.3:
            return "utf-16-le"
        if head[0::2].count(0) > len(head) * 0.3:
            return "utf-16-be"
    if is_utf8:
        return "utf-8"
    if _C1.search(sample) and not _NOT_1252.search(sample):
        return "cp1252"
    return "latin-1"


def _find(text: str, *, is_whole: bool) -> tuple[str, str, str]:
    escape = "\\" if re.search(r'[^\\]\\"[^,;\t|\r\n]', text) and '""' not in text else ""
    best, answer = (0.0, 0, 0), (",", '"', "")
    lines = _lines(text)
    for rank, delimiter in enumerate(_candidates(text)):
        for quote in ('"', "'") if f"'{delimiter}" in text else ('"',):
            dialect = Dialect(delimiter=delimiter, quote=quote, escape=escape)
            records = _records(lines, dialect, is_whole=is_whole)
            score = _score(records)
            if quote == "'" and not _is_quoting(text, delimiter):
                continue
            marks = (*score, 1 if quote == "'" else 0, -rank)
            if score[0] > 0 and marks[:3] > best:
                best, answer = marks[:3], (delimiter, quote, escape)
    return answer


def _candidates(text: str) -> Sequence[str]:
    head = text[:8192]
    return [*USUAL, *(each for each in UNUSUAL if each in head)]


def _records(lines: list[str], dialect: Dialect, *, is_whole: bool) -> list[list[str]]:
    records = []
    rows = reader(lines, dialect)
    try:
        for row in rows:
            if row:
                records.append(row)
            if len(records) > RECORDS:
                break
    except csv.Error:
        return []
    return records if is_whole or len(records) < 2 else records[:-1]


def _lines(text: str) -> list[str]:
    """Lines as a text stream gives them: ended by CR, LF or both, not by rarer separators."""
    return list(io.StringIO(text, newline=""))


def _score(records: list[list[str]]) -> tuple[float, int]:
    """How even the records are, and how wide; nothing for one column."""
    if not records:
        return (0.0, 0)
    widths = Counter(map(len, records))
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return (0.0, 0)
    evenness = round(count / len(records), 2)
    return (evenness, 0) if evenness < 0.5 else (evenness, min(width, 3))


def _is_quoting(text: str, delimiter: str) -> bool:
    """Whether apostrophes stand around whole cells rather than inside words."""
    edge = re.escape(delimiter)
    opened = len(re.findall(rf"(?:^|{edge}|[\r\n])'", text))
    closed = len(re.findall(rf"'(?:$|{edge}|[\r\n])", text))
    return opened >= 2 and abs(opened - closed) <= max(2, opened // 10) and '"' not in text
