"""The torture set: files as they really come, each with its known right answer."""

import gzip
import io
import resource
import time
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from posvenda.api.imports.mapping import values
from posvenda.api.imports.reading import files, table
from posvenda.api.imports.reading.errors import Unusable

D = Decimal
HEAVY = "x" * 1_048_576


def read(path):
    """Columns, rows and the codes of the rows that stay out, of every table of a file."""
    found = []
    for source in files.gather(path):
        looked = table.look(source, files.survey(source))
        with table.rows(looked) as body:
            rows = list(body)
        good = [[cell or None for cell in cells] for _line, cells, trouble in rows if not trouble]
        found.append((looked.columns, good, [t.code for _line, _cells, t in rows if t]))
    return found


def zipped(*entries, kind=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


TEXTS = [
    (
        "quotes, newlines and semicolons inside fields",
        'nome;obs\n"A";"linha 1\nlinha 2; fim"\n"B ""x""";ok\n',
        ["nome", "obs"],
        [["A", "linha 1\nlinha 2; fim"], ['B "x"', "ok"]],
        [],
    ),
    (
        "semicolons in the text of a file with commas",
        'nome,obs\nAna,"a; b; c"\nBia,"d; e; f"\n',
        ["nome", "obs"],
        [["Ana", "a; b; c"], ["Bia", "d; e; f"]],
        [],
    ),
    (
        "the same name twice, and none",
        "nome;valor;valor;\nA;1;2;3\n",
        ["nome", "valor", "valor (2)", "#4"],
        [["A", "1", "2", "3"]],
        [],
    ),
    (
        "a title, an empty line, then the header",
        "Relatório de vendas\nEmitido hoje\n\npedido;data;valor\n1;01/02/2026;10,00\n",
        ["pedido", "data", "valor"],
        [["1", "01/02/2026", "10,00"]],
        [],
    ),
    (
        "two header rows, groups over names",
        "Cliente;Cliente;Contrato;Contrato\nnome;cnpj;início;valor\nA;x;01/01/2026;10,00\n"
        "B;y;02/01/2026;20,00\n",
        ["nome", "cnpj", "início", "valor"],
        [["A", "x", "01/01/2026", "10,00"], ["B", "y", "02/01/2026", "20,00"]],
        [],
    ),
    (
        "two header rows whose names repeat",
        "Cliente;;Pagador;\nnome;desde;nome;desde\nA;01/01/2026;B;02/01/2026\n"
        "C;01/01/2026;D;02/01/2026\n",
        ["Cliente nome", "Cliente desde", "Pagador nome", "Pagador desde"],
        [["A", "01/01/2026", "B", "02/01/2026"], ["C", "01/01/2026", "D", "02/01/2026"]],
        [],
    ),
    (
        "one header row with a repeated name is not two",
        "nome;nome\nAna;Souza\nBia;Lima\n",
        ["nome", "nome (2)"],
        [["Ana", "Souza"], ["Bia", "Lima"]],
        [],
    ),
    ("line ends of CR only", "a;b\r1;2\r3;4\r", ["a", "b"], [["1", "2"], ["3", "4"]], []),
    ("NUL bytes", "a;b\n1\0;2\n\0" + "3;4\n", ["a", "b"], [["1", "2"], ["3", "4"]], []),
    ("a byte order mark", "\ufeffa;b\nç;2\n", ["a", "b"], [["ç", "2"]], []),
    (
        "trailing blank columns",
        "a;b;;\n1;2;;\n",
        ["a", "b", "#3", "#4"],
        [["1", "2", None, None]],
        [],
    ),
    (
        "whole lines in quotes",
        '"nome;valor"\n"A;1,00"\n"B;2,00"\n',
        ["nome", "valor"],
        [["A", "1,00"], ["B", "2,00"]],
        [],
    ),
    ("rows too short", "a;b;c\n1;2\n1;2;3\n", ["a", "b", "c"], [["1", "2", None], list("123")], []),
    (
        "rows too long",
        "a;b;c\n1;2;3;4\n1;2;3\n1;2;3;\n",
        ["a", "b", "c"],
        [list("123"), list("123")],
        ["columns_more"],
    ),
    (
        "tabs with semicolons in the text",
        "a\tb\n1;1\t2\n3;3\t4\n",
        ["a", "b"],
        [["1;1", "2"], ["3;3", "4"]],
        [],
    ),
    (
        "emoji and other scripts",
        'nome;obs\n😀 Ana;"👩‍👩‍👧"\n株式会社;ok\n',
        ["nome", "obs"],
        [["😀 Ana", "👩‍👩‍👧"], ["株式会社", "ok"]],
        [],
    ),
    ("a cell of 1 MB", f'a;b\n"{HEAVY}";2\n3;4\n', ["a", "b"], [[HEAVY, "2"], ["3", "4"]], []),
    (
        "a very long name",
        f"{'n' * 5000};b\n1;2\n",
        ["n" * 5000, "b"],
        [["1", "2"]],
        [],
    ),
    ("Excel's sep=", "sep=;\nnome;valor\nA;1,00\n", ["nome", "valor"], [["A", "1,00"]], []),
    (
        "the same delimiter with spaces after it",
        'a, b\n1, "x, y"\n',
        ["a", "b"],
        [["1", "x, y"]],
        [],
    ),
]


@pytest.mark.parametrize(
    ("text", "columns", "rows", "codes"), [t[1:] for t in TEXTS], ids=[t[0] for t in TEXTS]
)
def test_a_text_is_read_as_it_was_meant(tmp_path, text, columns, rows, codes):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode())
    (found,) = read(path)
    assert found == (columns, rows, codes)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_other_encodings_with_reais_and_thousand_points(tmp_path, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes("descrição;preço\nPão de açúcar;R$ 1.234,56\nMaçã;R$ 10,00\n".encode(encoding))
    ((columns, rows, _codes),) = read(path)
    assert columns == ["descrição", "preço"]
    assert [values.cents(row[1], decimal=",") for row in rows] == [123_456, 1_000]


def test_a_zip_with_several_tables_gives_each(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(
        zipped(
            ("b/clientes.csv", "c;d\n3;4\n"),
            ("a.csv", "a;b\n1;2\n"),
            ("readme.txt", "not a table"),
            ("__MACOSX/._a.csv", "junk"),
        )
    )
    assert [each[0] for each in read(path)] == [["a", "b"], ["c", "d"]]


def test_a_gzip_that_breaks_off_gives_its_whole_rows_and_says_so(tmp_path):
    whole = "".join(f"{n};{n * 7919 % 1000}\n" for n in range(50_000))
    path = tmp_path / "a.csv.gz"
    packed = gzip.compress(f"a;b\n{whole}".encode())
    path.write_bytes(packed[: len(packed) // 2])
    ((_columns, rows, codes),) = read(path)
    assert codes == ["truncated"]
    assert 10_000 < len(rows) < 40_000
    assert rows[:2] == [["0", "0"], ["1", "919"]]


def test_a_name_that_first_comes_after_a_thousand_objects_is_a_column(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n' * 1_500 + '{"a": 2, "late": {"x": "y"}}\n' + "[]\n")
    ((columns, rows, codes),) = read(path)
    assert columns == ["a", "late.x"]
    assert (rows[0], rows[-1]) == ([1, None], [2, "y"])
    assert codes == ["not_json"]


def sheet(path, write, **options):
    book = xlsxwriter.Workbook(str(path), options)
    write(book, book.add_worksheet())
    book.close()
    return path


def test_merged_cells_of_a_sheet(tmp_path):
    def write(book, page):
        page.merge_range(0, 0, 0, 2, "Relatório de contratos")
        page.merge_range(1, 0, 1, 1, "Cliente")
        page.write(1, 2, "Contrato")
        page.write_row(2, 0, ["nome", "cidade", "valor"])
        page.merge_range(3, 0, 4, 0, "Padaria")
        page.write_row(3, 1, ["Natal", 10.5])
        page.write_row(4, 1, ["Recife", 3])
        page.write_row(5, 0, ["Bar", "", 7])

    ((columns, rows, _codes),) = read(sheet(tmp_path / "a.xlsx", write))
    assert columns == ["nome", "cidade", "valor"]
    assert rows == [["Padaria", "Natal", 10.5], ["Padaria", "Recife", 3], ["Bar", None, 7]]


def test_dates_counted_from_1904(tmp_path):
    def write(book, page):
        page.write_row(0, 0, ["dia", "hora"])
        page.write_datetime(1, 0, date(2026, 3, 2), book.add_format({"num_format": "dd/mm/yyyy"}))
        form = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        page.write_datetime(1, 1, datetime(2026, 3, 2, 10, 30), form)  # noqa: DTZ001

    for is_1904 in (True, False):
        path = sheet(tmp_path / f"{is_1904}.xlsx", write, date_1904=is_1904)
        ((_columns, rows, _codes),) = read(path)
        assert values.day(rows[0][0], zone=UTC) == date(2026, 3, 2)
        assert values.moment(rows[0][1], zone=UTC) == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def test_formulas_give_their_value(tmp_path):
    def write(book, page):
        page.write_row(0, 0, ["a", "b"])
        page.write(1, 0, 4)
        page.write_formula(1, 1, "=A2*2", None, 8)

    assert read(sheet(tmp_path / "a.xlsx", write))[0][1] == [[4, 8]]


def test_a_csv_pasted_into_the_first_column_of_a_sheet(tmp_path):
    def write(book, page):
        page.write_column(0, 0, ["nome;valor;data", "A;1,00;01/02/2026", "B;2,00;01/02/2026"])

    ((columns, rows, _codes),) = read(sheet(tmp_path / "a.xlsx", write))
    assert columns == ["nome", "valor", "data"]
    assert rows[1] == ["B", "2,00", "01/02/2026"]


TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'  # noqa: E501
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/></Relationships>'  # noqa: E501
BOOK = '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'  # noqa: E501
PAGE = '<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def raw_sheet(rows, *, before="", extra=()):
    """A workbook written by hand, for what no writer would write."""
    return zipped(
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS.format(kind="officeDocument", target="xl/workbook.xml")),
        ("xl/workbook.xml", BOOK),
        (
            "xl/_rels/workbook.xml.rels",
            RELS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        ),
        ("xl/worksheets/sheet1.xml", PAGE.format(before=before, rows=rows)),
        *extra,
    )


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
TEXT_CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
ZEROS = "0;0\n" * 52_000_000


def bombs():
    yield "207 MB in a sheet", "a.xlsx", raw_sheet('<row r="1"/>' * 17_000_000), "ratio"
    yield "207 MB in a zip", "a.zip", zipped(("a.csv", "a;b\n" + ZEROS)), "ratio"
    yield "a gzip of zeros", "a.csv.gz", gzip.compress(ZEROS.encode(), 9), "ratio"
    inner = zipped(("a.csv", "a;b\n" + ZEROS[:4_000_000]))
    yield "a zip within a zip", "a.zip", zipped(("b.zip", inner)), "nested"
    many = [(f"{n}.csv", "a\n1\n") for n in range(2_500)]
    yield "2,500 files", "a.zip", zipped(*many, kind=zipfile.ZIP_STORED), "entries"
    strings = "<sst>" + "<si><t>a</t></si>" * 12_000_000 + "</sst>"
    extra = (("xl/sharedStrings.xml", strings),)
    yield "shared strings", "a.xlsx", raw_sheet(TEXT_CELL.format("a"), extra=extra), "ratio"
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield "a cell far away", "a.xlsx", raw_sheet(TEXT_CELL.format("a") + far), "cells"
    laughs = raw_sheet(TEXT_CELL.format("&c;&c;&c;"), before=ENTITIES)
    yield "entities", "a.xlsx", laughs, "broken"
    wide = ";".join(f"c{n}" for n in range(5_000))
    yield "5,000 columns", "a.csv", f"{wide}\n{wide}\n".encode(), "columns"
    formula = '<row r="2"><c r="A2"><f>B2*2</f></c><c r="B2"><v>1</v></c></row>'
    yield (
        "a formula without its value",
        "a.xlsx",
        raw_sheet(TEXT_CELL.format("a") + formula),
        ("formulas"),
    )
    yield "an empty file", "a.csv", b"", "empty"
    yield "white space", "a.csv", b" \n\n ", "empty"
    yield "no zip", "a.zip", b"a;b\n1;2\n", "broken"
    yield "no sheet", "a.xlsx", b"PK\x03\x04 and then nothing", "broken"


def test_bombs_and_broken_files_are_refused_fast_in_little_memory(tmp_path):
    for name, file_name, content, code in bombs():
        path = tmp_path / file_name
        path.write_bytes(content)
        size = len(content)
        del content
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.process_time()
        with pytest.raises(Unusable) as refusal:
            read(path)
        taken = time.process_time() - began
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert refusal.value.code == code, name
        assert taken < 1.0, (name, taken)
        assert grown < 100_000, (name, grown)
        if name.startswith("207"):
            assert size < 0.93 * files.MB, (name, size)
