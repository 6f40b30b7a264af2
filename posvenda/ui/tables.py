"""Frames as text for the command line: table, JSON, CSV or Parquet, with deterministic bytes."""

import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

FORMATS = ("table", "json", "csv", "parquet")


def write(frame: pl.DataFrame, form: str, *, output: Path | None = None) -> None:
    """This will write a frame to a file or to standard output."""
    if output is None:
        _write(frame, form, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return
    with output.open("wb") as file:
        _write(frame, form, file)


def _write(frame: pl.DataFrame, form: str, out: BinaryIO) -> None:
    match form:
        case "parquet":
            frame.write_parquet(out, compression="zstd", statistics=True)
        case "csv":
            frame.write_csv(out)
        case "json":
            rows = [{k: _plain(v) for k, v in row.items()} for row in frame.to_dicts()]
            out.write(json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n")
        case _:
            out.write(as_text(frame).encode())


def as_text(frame: pl.DataFrame) -> str:
    """This will lay a frame out in columns, numbers to the right."""
    cells = [[_cell(value) for value in row] for row in frame.iter_rows()]
    widths = [
        max([len(name), *(len(row[i]) for row in cells)]) for i, name in enumerate(frame.columns)
    ]
    is_number = [dtype.is_numeric() for dtype in frame.dtypes]
    lines = [frame.columns, *cells]
    return "".join(_line(line, widths, is_number) for line in lines)


def _line(words: list[str], widths: list[int], is_number: list[bool]) -> str:
    parts = [
        word.rjust(width) if number else word.ljust(width)
        for word, width, number in zip(words, widths, is_number, strict=True)
    ]
    return "  ".join(parts).rstrip() + "\n"


def _cell(value: Any) -> str:
    match value:
        case None:
            return "-"
        case float():
            return f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
        case list():
            return " ".join(_cell(part) for part in value)
    return str(value)


def _plain(value: Any) -> Any:
    match value:
        case list():
            return [_plain(part) for part in value]
        case None | bool() | int() | float() | str():
            return value
    return str(value)
