"""Cells become values as a person reads them; what cannot be read names the way out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.api.imports.mapping import identifiers, values
from posvenda.api.imports.mapping.profile import profile
from posvenda.api.imports.mapping.values import Bad, Noted

ZONE = ZoneInfo("America/Sao_Paulo")


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.234,56", ",", "1234.56"),
        ("1,234.56", ".", "1234.56"),
        ("R$ 1.234,56", ",", "1234.56"),
        ("R$\xa01.234,56", ",", "1234.56"),
        ("(1.234,56)", ",", "-1234.56"),
        ("1.234,56-", ",", "-1234.56"),
        ("−10", ",", "-10"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1234.5", ",", "1234.5"),
        ("1,5", ".", "1.5"),
        ("1,234.56", ",", "1234.56"),
        ("0,5", ",", "0.5"),
        (",5", ",", "0.5"),
        ("2.5E+3", ".", "2500"),
        (17850.0, ",", "17850"),
        (0.1, ",", "0.1"),
        ("£2.55", ".", "2.55"),
    ],
)
def test_numbers(text, decimal, value):
    assert values.number(text, decimal=decimal) == Decimal(value)


@pytest.mark.parametrize("empty", [None, "", "  ", "-", "—"])
def test_nothing_is_not_zero(empty):
    assert values.number(empty) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("2.1800,00", "not_a_number_maybe"), ("dez", "not_a_number"), ("1" * 17, "too_big")],
)
def test_what_is_no_number_says_so(text, code):
    with pytest.raises(Bad) as caught:
        values.number(text, decimal=",")
    assert caught.value.code == code


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from([",", "."]))
def test_any_amount_written_with_thousands_is_read_back(amount, decimal):
    text = f"{amount:,.2f}"
    if decimal == ",":
        text = text.translate(str.maketrans(",.", ".,"))
    assert values.number(text, decimal=decimal) == amount
    assert values.cents(text, decimal=decimal) == int(amount * 100)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("2026-05-04", "dmy", date(2026, 5, 4)),
        ("04/05/2026", "dmy", date(2026, 5, 4)),
        ("04/05/2026", "mdy", date(2026, 4, 5)),
        ("4.5.26", "dmy", date(2026, 5, 4)),
        ("20260504", "dmy", date(2026, 5, 4)),
        ("4 de maio de 2026", "dmy", date(2026, 5, 4)),
        ("4/mai/2026", "dmy", date(2026, 5, 4)),
        ("May 4, 2026", "dmy", date(2026, 5, 4)),
        (46146, "dmy", date(2026, 5, 4)),
        (20260504, "dmy", date(2026, 5, 4)),
        (datetime(2026, 5, 4, 13, 30, tzinfo=UTC), "dmy", datetime(2026, 5, 4, 13, 30, tzinfo=UTC)),
        ("04/05/2026 10:30", "dmy", datetime(2026, 5, 4, 13, 30, tzinfo=UTC)),
        ("04/05/2026 10h30", "dmy", datetime(2026, 5, 4, 13, 30, tzinfo=UTC)),
        ("5/4/2026 1:30 PM", "mdy", datetime(2026, 5, 4, 16, 30, tzinfo=UTC)),
        ("2026-05-04T10:30:00Z", "dmy", datetime(2026, 5, 4, 10, 30, tzinfo=UTC)),
        ("2026-05-04 10:30:00.250 UTC", "dmy", datetime(2026, 5, 4, 10, 30, 0, 250_000, UTC)),
        ("2026-05-04 10:30:00+05:30", "dmy", datetime(2026, 5, 4, 5, tzinfo=UTC)),
        (1_777_890_600, "dmy", datetime(2026, 5, 4, 10, 30, tzinfo=UTC)),
        (1_777_890_600_000, "dmy", datetime(2026, 5, 4, 10, 30, tzinfo=UTC)),
    ],
)
def test_dates(text, order, expected):
    assert values.moment(text, order=order, zone=ZONE) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2026", "no_such_day"),
        ("13/13/2026", "not_a_date"),
        ("04/05", "no_year"),
        ("amanhã", "not_a_date"),
        ("01/01/0206", "date_out_of_range"),
    ],
)
def test_what_is_no_date_says_how_dates_look(text, code):
    with pytest.raises(Bad) as caught:
        values.moment(text, order="dmy", zone=ZONE)
    assert caught.value.code == code


@given(st.dates(date(1950, 1, 1), date(2060, 1, 1)), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_day_is_read_back_in_its_order(day, order):
    pattern = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y", "ymd": "%Y/%m/%d"}[order]
    assert values.day(day.strftime(pattern), order=order, zone=ZONE) == day


def test_yes_and_no_in_both_languages():
    for word in ("Sim", "S", "true", "TRUE", "1", "Yes", "x"):
        assert values.boolean(word) is True
    for word in ("Não", "nao", "False", "0", "No"):
        assert values.boolean(word) is False
    assert values.boolean("") is None
    with pytest.raises(Bad):
        values.boolean("talvez")


def test_keys_that_a_spreadsheet_made_numbers_of():
    assert values.key("17850.0") == "17850"
    assert values.key(17850.0) == "17850"
    assert values.key("1.785E+04") == "17850"
    assert values.key(" A-1 ") == "A-1"
    assert values.key("1.2.3") == "1.2.3"
    assert values.key("") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12.481.330/0001-0", "cnpj_last"),
        ("12.481.330/0001-00", "cnpj_check"),
        ("123.456.789-0", "cpf_last"),
        ("111.444.777-36", "cpf_check"),
        ("12.481/0001", "tax_id_length"),
        ("abc", "tax_id_length"),
    ],
)
def test_a_wrong_tax_id_says_what_is_wrong(text, code):
    with pytest.raises(Bad) as caught:
        identifiers.tax_id_cell(text)
    assert caught.value.code == code


def test_a_tax_id_without_its_zeros_gets_them_back_with_a_warning():
    assert identifiers.tax_id_cell("11.222.333/0001-81") == "11222333000181"
    assert identifiers.tax_id_cell("12.ABC.345/01DE-35") == "12ABC34501DE35"
    for cell in ("123456797", 123456797, 123456797.0):
        found = identifiers.tax_id_cell(cell)
        assert isinstance(found, Noted)
        assert (found.value, found.code) == ("00123456797", "tax_id_padded")


def test_telephones_are_kept_even_when_odd():
    assert identifiers.phone_cell("(11) 98765-4321", ddd="11") == "+5511987654321"
    assert identifiers.phone_cell("98765-4321", ddd="21") == "+5521987654321"
    odd = identifiers.phone_cell("ramal 12", ddd="11")
    assert isinstance(odd, Noted)
    assert odd.value == "ramal 12"


def test_mail_addresses_and_currencies():
    assert identifiers.email_cell(" ANA@Empresa.com.br ") == "ana@empresa.com.br"
    with pytest.raises(Bad):
        identifiers.email_cell("ana(arroba)empresa")
    assert identifiers.currency_cell("R$") == "BRL"
    assert identifiers.currency_cell("usd") == "USD"
    with pytest.raises(Bad):
        identifiers.currency_cell("dólar americano")


@pytest.mark.parametrize(
    ("cells", "kind", "decimal", "order", "is_ambiguous"),
    [
        (["1.234,56", "10,00"], "number", ",", "", False),
        (["1,234.56", "10.00"], "number", ".", "", False),
        (["1", "2"], "number", "", "", False),
        (["31/01/2026", "01/02/2026"], "date", "", "dmy", False),
        (["01/31/2026", "02/01/2026"], "date", "", "mdy", False),
        (["01/02/2026", "03/04/2026"], "date", "", "dmy", True),
        (["2026-01-02"], "date", "", "ymd", False),
        (["20260102"], "date", "", "ymd", False),
        (["Sim", "Não"], "boolean", "", "", False),
        (["ana@a.com", "bia@b.com"], "email", "", "", False),
        (["11.222.333/0001-81"], "tax_id", "", "", False),
        (["abc", "12"], "text", "", "", False),
        (["", None, " "], "empty", "", "", False),
        ([date(2026, 1, 2)], "date", "", "ymd", False),
        ([17850.0, 2], "number", "", "", False),
    ],
)
def test_columns_are_judged_by_their_content(cells, kind, decimal, order, is_ambiguous):
    found = profile(cells)
    assert (found.kind, found.decimal, found.order, found.is_ambiguous) == (
        kind,
        decimal,
        order,
        is_ambiguous,
    )
