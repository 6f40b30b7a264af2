"""Any table, however it is written, is read back as it was; what cannot be read says so quickly."""

import csv
import gzip
import io
import json
import time
import zipfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from posvenda.api.imports.reading import files, table
from posvenda.api.imports.reading.dialect import Dialect, detect, reader
from posvenda.api.imports.reading.errors import Unusable
from posvenda.api.imports.reading.header import find_header, unique

ROWS = [
    ["nome", "cidade", "valor"],
    ["Padaria São João; filial", "São Paulo", "1.234,56"],
    ['Loja "Boa"', "Goiânia", "10,00"],
    ["Linha\nquebrada", "Belém", "-3,20"],
]


def read(path: Path, *, number: int = 0):
    source = files.gather(path)[number]
    looked = table.look(source, files.survey(source))
    with table.rows(looked) as body:
        return looked, list(body)


def cells(path: Path):
    looked, body = read(path)
    return [looked.columns, *(row for _line, row, trouble in body if trouble is None)]


def written(rows, *, delimiter=",", quote='"', end="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO(newline="")
    how = {"delimiter": delimiter, "quotechar": quote, "lineterminator": end, "quoting": quoting}
    csv.writer(out, **how).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_encoding_delimiter_and_line_end(tmp_path, encoding, delimiter, end):
    rows = [[cell.replace("\n", end) for cell in row] for row in ROWS]
    path = tmp_path / "a.csv"
    path.write_bytes(written(rows, delimiter=delimiter, end=end).encode(encoding))
    assert cells(path) == rows


def test_the_euro_sign_of_windows_is_not_lost(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("nome;preço\nCafé;€ 3,00\nChá “bom”;€ 2,00\n".encode("cp1252"))
    assert cells(path)[1:] == [["Café", "€ 3,00"], ["Chá “bom”", "€ 2,00"]]


def test_latin_text_far_down_a_large_file_is_still_latin(tmp_path):
    path = tmp_path / "a.csv"
    body = "nome,n\n" + "abc,1\n" * 60_000 + "São,2\n"
    path.write_bytes(body.encode("latin-1"))
    assert cells(path)[-1] == ["São", "2"]


def test_apostrophes_as_quotes_and_escaped_quotes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("nome,obs\n'a, b','c'\n'd','e, f'\n'g','h'\n")
    assert cells(path)[1:] == [["a, b", "c"], ["d", "e, f"], ["g", "h"]]
    path.write_text('nome,obs\n"a \\"b\\" c","d"\n"e","f"\n')
    assert cells(path)[1:] == [['a "b" c', "d"], ["e", "f"]]


def test_apostrophes_inside_words_are_no_quotes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("nome,cidade\nD'Ávila,Santa Bárbara d'Oeste\nO'Neil,'s-Hertogenbosch\n")
    assert cells(path)[1] == ["D'Ávila", "Santa Bárbara d'Oeste"]


def test_nul_bytes_are_dropped_and_a_huge_cell_is_kept(tmp_path):
    path = tmp_path / "a.csv"
    big = "x" * 1_048_576
    path.write_bytes(f"nome,obs\nA\0na,{big}\nBia,ok\n".encode())
    assert cells(path)[1:] == [["Ana", big], ["Bia", "ok"]]


def test_a_quote_that_never_closes_is_a_problem_and_not_the_end(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('nome,obs\nAna,"oi\n' + "Bia,ok\n" * 700_000)
    _looked, body = read(path)
    assert [trouble.code for _l, _c, trouble in body if trouble] == ["cell_too_big"]


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('nome,obs\nAna,"duas\nlinhas"\n\nBia,ok\n')
    _looked, body = read(path)
    assert [line for line, _cells, _trouble in body] == [2, 5]


def test_a_title_above_the_header_is_passed_over(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Relatório de vendas;;\n;;\nnome;cidade;valor\nAna;SP;1,00\nBia;RJ;2,00\n")
    assert cells(path) == [
        ["nome", "cidade", "valor"],
        ["Ana", "SP", "1,00"],
        ["Bia", "RJ", "2,00"],
    ]


def test_a_file_without_header_gets_numbers_for_names(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("17850,2010-12-01,2.55\n13047,2010-12-01,1.69\n")
    assert cells(path) == [
        ["#1", "#2", "#3"],
        ["17850", "2010-12-01", "2.55"],
        ["13047", "2010-12-01", "1.69"],
    ]


def test_each_column_has_a_name_of_its_own():
    assert unique(["valor", "", "valor", None]) == ("valor", "#2", "valor (2)", "#4")
    assert find_header([]).columns == ()


def test_a_row_with_cells_too_many_is_a_problem_unless_they_are_empty(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2,,\n3,4,5\n6\n")
    _looked, body = read(path)
    assert [row for _l, row, trouble in body if trouble is None] == [["1", "2"], ["6", None]]
    assert [trouble.code for _l, _r, trouble in body if trouble] == ["columns_more"]


def workbook(path, sheets):
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()


def test_a_workbook_keeps_its_types(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook(path, {"Vendas": [["id", "data", "valor"], [17850.0, date(2026, 5, 4), 1.5]]})
    assert cells(path) == [["id", "data", "valor"], [17850, date(2026, 5, 4), 1.5]]


def test_each_sheet_is_a_table(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook(path, {"Clientes": [["nome"], ["Ana"]], "Pedidos": [["numero"], ["7"]]})
    assert [source.sheet for source in files.gather(path)] == ["Clientes", "Pedidos"]


def test_json_lines_with_nested_objects_and_a_broken_line(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [{"id": 1, "cliente": {"nome": "Ana"}}, {"id": 2, "tags": ["a", "b"]}]
    path.write_text("\n".join([json.dumps(lines[0]), "{oops", json.dumps(lines[1])]))
    looked, body = read(path)
    assert looked.columns == ["id", "cliente.nome", "tags"]
    assert [row for _l, row, trouble in body if not trouble] == [
        [1, "Ana", None],
        [2, None, "a, b"],
    ]
    assert [(line, trouble.code) for line, _r, trouble in body if trouble] == [(2, "not_json")]
    path.write_text('[{"id": 1}]')
    with pytest.raises(Unusable, match="JSON Lines"):
        read(path)


def test_parquet_is_read_in_slices(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "SLICE", 2)
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame({"id": [1, 2, 3], "em": [datetime(2026, 5, 4, 10)] * 3})  # noqa: DTZ001  # noqa: DTZ001
    frame.write_parquet(path)
    assert cells(path) == [["id", "em"], *map(list, frame.iter_rows())]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_each_kind_inside_gz_and_zip(tmp_path, kind):
    plain = tmp_path / f"a.{kind}"
    match kind:
        case "csv":
            plain.write_text("id,nome\n1,Ana\n2,Bia\n")
        case "jsonl":
            plain.write_text('{"id": "1", "nome": "Ana"}\n{"id": "2", "nome": "Bia"}\n')
        case "parquet":
            pl.DataFrame({"id": ["1", "2"], "nome": ["Ana", "Bia"]}).write_parquet(plain)
    expected = [["id", "nome"], ["1", "Ana"], ["2", "Bia"]]
    packed = tmp_path / f"a.{kind}.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert cells(packed) == expected
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.write(plain, f"pasta/a.{kind}")
    assert cells(archive) == expected


def test_a_gz_that_breaks_off_gives_its_rows_and_says_so(tmp_path):
    path = tmp_path / "a.csv.gz"
    rows = "".join(f"{n},nome {n * 7919 % 10_007}\n" for n in range(20_000))
    path.write_bytes(gzip.compress(("id,nome\n" + rows).encode())[:-20_000])
    _looked, body = read(path)
    assert len(body) > 1_000
    assert body[-1][2].code == "truncated"
    assert [trouble.code for _l, _r, trouble in body if trouble] == ["truncated"]


def test_a_folder_is_its_files_in_the_order_of_their_names(tmp_path):
    for name in ("b.csv", "a.csv", ".oculto.csv", "LICENSE", "README.txt", "foto.png"):
        (tmp_path / name).write_text("id\n1\n")
    assert [source.name for source in files.gather(tmp_path)] == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "empty"),
        ("a.png", b"\x89PNG\r\n", "unknown_kind"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked"),
        ("a.xlsx", b"nome,cidade\n", "broken"),
        ("a.xlsx", b"PK\x03\x04 not really", "broken"),
        ("a.parquet", b"PAR1 not really PAR1", "broken"),
        ("a.zip", b"PK\x03\x04 not really", "broken"),
    ],
)
def test_what_cannot_be_used_says_why(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Unusable) as caught:
        read(path)
    assert caught.value.code == code
    assert name in str(caught.value)


def test_nothing_where_something_was_named(tmp_path):
    with pytest.raises(Unusable, match=r"x\.csv"):
        files.gather(tmp_path / "x.csv")
    with pytest.raises(Unusable):
        files.gather(tmp_path)


def bomb(path: Path, megabytes: int, *, entry: str = "xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out, out.open(entry, "w") as file:
        for _ in range(megabytes):
            file.write(b" " * 1_048_576)


def lying(path: Path, megabytes: int):
    """A zip whose headers say its entry is tiny."""
    bomb(path, megabytes)
    size = megabytes * 1_048_576
    data = path.read_bytes()
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (64).to_bytes(4, "little")))


def many(path: Path):
    with zipfile.ZipFile(path, "w") as out:
        for number in range(2_001):
            out.writestr(f"a{number}.csv", "id\n1\n")


def wide(path: Path):
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "id")
    sheet.write(1_048_575, 16_383, "longe")
    book.close()


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("a.xlsx", lambda path: bomb(path, 250), "ratio"),
        ("a.xlsx", lambda path: lying(path, 100), "ratio"),
        ("a.xlsx", many, "entries"),
        ("a.zip", many, "entries"),
        ("a.xlsx", wide, "cells"),
        ("a.zip", lambda path: bomb(path, 250, entry="a.csv"), "ratio"),
        ("a.csv.gz", lambda p: p.write_bytes(gzip.compress(b"a" * 250_000_000)), "ratio"),
        ("a.xlsx", lambda p: p.write_bytes(b"PK\x03\x04" + b"\0" * 21_000_000), "too_big"),
    ],
)
def test_bombs_are_refused_quickly(tmp_path, name, make, code):
    path = tmp_path / name
    make(path)
    start = time.process_time()
    with pytest.raises(Unusable) as caught:
        read(path)
    assert caught.value.code == code
    assert time.process_time() - start < 2


def test_an_expanding_entity_stays_text(tmp_path):
    path = tmp_path / "a.xlsx"
    workbook(path, {"a": [["id"], ["1"]]})
    parts = {}
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    entity = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    name = "xl/sharedStrings.xml"
    text = parts[name].decode().replace("?>", f"?>{entity}", 1).replace("<t>id</t>", "<t>&c;</t>")
    parts[name] = text.encode()
    with zipfile.ZipFile(path, "w") as new:
        for each, data in parts.items():
            new.writestr(each, data)
    with pytest.raises(Unusable) as refused:
        cells(path)
    assert refused.value.code == "broken"


text_cells = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)),
    max_size=20,
)


@st.composite
def tables(draw):
    width = draw(st.integers(2, 5))
    row = st.lists(text_cells, min_size=width, max_size=width)
    body = draw(st.lists(row, min_size=1, max_size=12))
    return [[f"coluna {n}" for n in range(width)], *body]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|", "^", "~"]),
    st.sampled_from(['"', "'"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_is_read_back_with_its_dialect(rows, delimiter, quote, end, encoding):
    text = written(rows, delimiter=delimiter, quote=quote, end=end, quoting=csv.QUOTE_ALL)
    text = text.encode(encoding).decode(encoding)
    dialect = Dialect(encoding, delimiter, quote)
    found = list(reader(io.StringIO(text, newline=""), dialect))
    assert [row for row in found if row] == rows


plain_cells = st.text(
    st.characters(codec="utf-8", categories=("L", "N"), include_characters=" .-/"), max_size=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(2, 6).flatmap(
        lambda width: st.lists(
            st.lists(plain_cells, min_size=width, max_size=width), min_size=2, max_size=15
        )
    ),
    st.sampled_from([",", ";", "\t", "|", "^", "~"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sets(st.integers(0, 14)),
)
def test_the_dialect_of_any_table_is_found(rows, delimiter, end, encoding, tricky):
    assume(all(any(cell.strip() for cell in row) for row in rows))
    header = [f"campo {n}" for n in range(len(rows[0]))]
    body = [
        [f'{cell} {delimiter} "{cell}" {end} fim' if n in tricky else cell for cell in row]
        for n, row in enumerate(rows)
    ]
    data = written([header, *body], delimiter=delimiter, end=end).encode(encoding)
    dialect = detect(data, is_utf8=encoding != "utf-16", is_whole=True)
    text = data.decode(dialect.encoding)
    found = list(reader(io.StringIO(text, newline=""), dialect))
    assert [row for row in found if row] == [header, *body]
