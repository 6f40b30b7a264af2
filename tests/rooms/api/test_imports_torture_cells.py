"""The torture set, cell by cell: numbers, dates, words and codes as people write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from posvenda.api.imports.mapping import values
from posvenda.api.imports.mapping.identifiers import tax_id_cell
from posvenda.api.imports.problems import sentence

D = Decimal


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("R$ 1.234,56", D("1234.56")),
        ("1\u00a0234,56", D("1234.56")),
        ("1\u202f234,56", D("1234.56")),
        ("(1.234,56)", D("-1234.56")),
        ("1.234,56-", D("-1234.56")),
        ("−10,00", D("-10")),
        ("1234.5", D("1234.5")),
        ("US$ 1,234.56", D("1234.56")),
        ("1.234", D("1234")),
        ("-", None),
    ],
)
def test_numbers_as_people_write_them(cell, right):
    assert values.number(cell, decimal=",") == right


@pytest.mark.parametrize(
    ("cell", "right"),
    [
        ("45292", date(2024, 1, 1)),
        (45292, date(2024, 1, 1)),
        ("1767348000", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("1767348000000", datetime(2026, 1, 2, 10, tzinfo=UTC)),
        ("2 de março de 2026", date(2026, 3, 2)),
        ("02-mar-2026", date(2026, 3, 2)),
        ("20260302", date(2026, 3, 2)),
        ("02.03.26", date(2026, 3, 2)),
    ],
)
def test_dates_as_people_write_them(cell, right):
    assert values.moment(cell, order="dmy", zone=UTC) == right


@pytest.mark.parametrize(
    ("reader", "cell", "code", "portuguese"),
    [
        (values.day, "31/02/2026", "no_such_day", "31"),
        (values.day, "31/12", "no_year", "ano"),
        (values.day, "3 de março", "no_year", "ano"),
        (values.day, "amanhã", "not_a_date", "31/12/2026"),
        (values.day, "01/01/0026", "date_out_of_range", "26"),
        (values.cents, "12,5%", "percent", "porcentagem"),
        (values.cents, "a combinar", "not_a_number", "número"),
        (values.boolean, "talvez", "not_yes_or_no", "Sim"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_the_way_out(reader, cell, code, portuguese):
    more = {"order": "dmy", "zone": UTC} if reader is values.day else {}
    with pytest.raises(values.Bad) as refusal:
        reader(cell, **more)
    assert refusal.value.code == code
    assert portuguese in sentence(code, refusal.value.params)


@pytest.mark.parametrize("word", ["Sim", "S", "VERDADEIRO", "x", "1", "ativo", "Yes"])
def test_words_for_yes(word):
    assert values.boolean(word) is True


@pytest.mark.parametrize("word", ["Não", "nao", "N", "FALSO", "0", "inativo", "no"])
def test_words_for_no(word):
    assert values.boolean(word) is False


def test_codes_that_spreadsheets_mangled():
    assert values.key("17850.0") == values.key(17850.0) == "17850"
    assert values.key("1,23E+05") == "123000"
    found = tax_id_cell("1234567890.0")
    assert (found.value, found.code) == ("01234567890", "tax_id_padded")
