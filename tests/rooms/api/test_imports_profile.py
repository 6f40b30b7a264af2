"""A file's columns are described, doubts are named, and only what it leaves open is asked."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.api.imports.mapping.convert import Converter
from posvenda.api.imports.mapping.mapping import Mapping, header_key
from posvenda.api.imports.mapping.profile import profile
from posvenda.api.imports.plan import Options, plan, setting
from posvenda.api.imports.profiling import report, words
from posvenda.api.imports.profiling.column import LIMIT, Watch
from posvenda.api.imports.reading import files, table
from posvenda.api.models import SavedMapping

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 16)
ORDERS = "pedido;data;cod_cliente;valor"


def seen(tmp_path, text, name="pedidos.csv", **options):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    planned = plan(files.gather(path), Options(**options), is_attended=True)
    return planned[0], report.describe(planned, today=TODAY)


def doubts(described):
    return {(each["column"], each["code"]) for each in described["suspicions"]}


def asked(each, described):
    return {q.name: q for q in report.questions(described, each.mapping)}


def orders(*rows):
    return "\n".join([ORDERS, *rows]) + "\n"


def many(count, *, first=lambda n: n):
    """Orders without a doubt: another customer each, another day each."""
    day = date(2026, 1, 13)
    return [
        f"P{n};{day + timedelta(days=first(n) % 140):%d/%m/%Y};C{n:05};{n + 10},90"
        for n in range(count)
    ]


def test_a_clean_file_raises_no_doubt_and_asks_only_the_currency(tmp_path):
    each, described = seen(tmp_path, orders(*many(200)))
    assert doubts(described) == set()
    assert set(asked(each, described)) == {"currency"}
    column = described["columns"]["valor"]
    assert (column["kind"], column["filled"], column["low"], column["high"]) == (
        "number",
        200,
        "10.9",
        "209.9",
    )
    assert described["columns"]["data"]["low"] == "2026-01-13"
    assert described["rows"] == 200
    assert described["is_whole"]


def test_dates_in_the_future_and_amounts_below_zero(tmp_path):
    rows = [*many(30), "X1;17/06/2026;C9;1,50", "X2;16/06/2026;C8;-3,50"]
    _each, described = seen(tmp_path, orders(*rows))
    assert doubts(described) == {("data", "future"), ("valor", "negative")}
    told = {d["code"]: d["params"] for d in described["suspicions"]}
    assert told["future"] == {"count": 1, "example": "17/06/2026"}


@pytest.mark.parametrize(("extra", "is_odd"), [(2, False), (4, True)])
def test_one_customer_with_three_percent_of_the_orders(tmp_path, extra, is_odd):
    rows = many(100) + [f"Y{n};20/01/2026;BALCAO;{n},10" for n in range(extra)]
    _each, described = seen(tmp_path, orders(*rows))
    assert (("cod_cliente", "one_customer") in doubts(described)) is is_odd


@pytest.mark.parametrize(("share", "is_odd"), [(19, False), (20, True)])
def test_a_day_with_a_fifth_of_the_first_purchases(tmp_path, share, is_odd):
    rows = many(100, first=lambda n: 0 if n < share else n + 20)
    _each, described = seen(tmp_path, orders(*rows))
    assert (("data", "one_day") in doubts(described)) is is_odd


def test_constants_floats_and_repeated_keys(tmp_path):
    rows = [f"{n % 29 + 1000}.0;01/02/2026;C{n}.5;7,00" for n in range(30)]
    _each, described = seen(tmp_path, orders(*rows))
    assert {
        ("valor", "constant"),
        ("data", "constant"),
        ("pedido", "float_id"),
        ("pedido", "duplicates"),
    } <= doubts(described)


def test_lost_zeros_are_suspected_in_codes_but_not_in_counted_numbers(tmp_path):
    codes = [f"{(n * 7919 * 7919) % 90_000_000 + 10_000_000}" for n in range(40)]
    rows = [f"{code};20/01/2026;C{n};7,{n:02}" for n, code in enumerate([*codes, "1234567"])]
    _each, described = seen(tmp_path, orders(*rows))
    assert ("pedido", "lost_zeros") in doubts(described)
    rows = [f"{n};20/01/2026;C{n};7,00" for n in range(99_000, 100_900)]
    _each, described = seen(tmp_path, orders(*rows), name="b.csv")
    assert ("pedido", "lost_zeros") not in doubts(described)


def test_mixed_decimals_and_mixed_dates(tmp_path):
    rows = [f"P{n};{13 + n}/01/2026;C{n};{n}1.234,50" for n in range(8)]
    rows += ["Q1;01/25/2026;C1;7.5", "Q2;13/01/2026;C2;1234.50"]
    _each, described = seen(tmp_path, orders(*rows))
    assert {("valor", "mixed_decimals"), ("data", "mixed_dates")} <= doubts(described)


def test_every_doubt_has_words(tmp_path):
    rows = [*many(30), "X1;17/06/2026;C9;1,50", "X2;16/06/2026;C8;-3,50"]
    each, described = seen(tmp_path, orders(*rows))
    assert list(words.doubts(described, "data", each.mapping)) == [
        "Datas no futuro: 1, como 17/06/2026"
    ]
    assert words.figures(described, "valor").startswith("número, 32 valores diferentes, de")
    other = Mapping.from_dict({"outputs": [{"record": "customer", "columns": {"data": "name"}}]})
    assert list(words.doubts(described, "data", other))


def test_only_the_first_rows_of_a_long_file_are_looked_at(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(orders(*many(300)), encoding="utf-8")
    planned = plan(files.gather(path), Options(), is_attended=True)
    described = report.describe(planned, today=TODAY, limit=120)
    assert (described["rows"], described["is_whole"]) == (120, False)
    assert words.looked_at(described) == "Números das primeiras 120 linhas"
    assert report.describe(planned, today=TODAY, limit=300)["is_whole"]


def test_more_values_than_are_counted_are_still_judged():
    watch = Watch("n", profile(["1", "2"]), TODAY, decimal=".")
    watch.take([str(n) for n in range(LIMIT + 50)])
    watch.take(["-7", "", None])
    said = watch.as_dict()
    assert (said["distinct"], said["is_more"]) == (LIMIT + 51, True)
    assert (said["empty"], said["low"], said["tally"]["negative"]) == (2, "-7", 1)


@given(st.lists(st.decimals(-9999, 9999, places=2), min_size=1, max_size=40))
def test_lowest_and_highest_are_those_of_the_numbers(numbers):
    texts = [f"{number:.2f}" for number in numbers]
    watch = Watch("n", profile(texts), TODAY, decimal=".")
    for each in texts:
        watch.take([each])
    said = watch.as_dict()
    if watch.profile.kind == "number":
        assert Decimal(said["low"]) == min(numbers)
        assert Decimal(said["high"]) == max(numbers)
        assert said["tally"].get("negative", 0) == sum(number < 0 for number in numbers)


CONTRACTS = "contrato;cliente;inicio;fim;valor"


@pytest.mark.parametrize(
    ("text", "name", "default"),
    [
        (orders("1;03/04/2026;C1;10,00", "2;05/06/2026;C2;7,00"), "dates", "dmy"),
        (orders("1;03/04/2026;C1;1.234", "2;05/06/2026;C2;2.500"), "decimal", ","),
        (orders("1;13/04/2026;C1;1,234", "2;15/06/2026;C2;2,500"), "decimal", "."),
        (orders("1;13/04/2026 10:30;C1;10,00"), "time_zone", "America/Sao_Paulo"),
        (f"{CONTRACTS}\n1;C1;13/01/2026;20/03/2026;10,00\n", "ends", "inclusive"),
        (orders("1;13/04/2026;C1;10,00"), "currency", "BRL"),
        (orders("1;13/04/2026;C1;-10,00"), "negative", "return"),
        (orders("1;13/04/2026;C1;10,00", "2;13/04/2026;;10,00"), "nobody", "in"),
    ],
)
def test_what_the_file_leaves_open_is_asked_with_its_own_example(tmp_path, text, name, default):
    each, described = seen(tmp_path, text)
    question = asked(each, described)[name]
    marked = [answer.value for answer in question.answers if answer.is_default]
    assert marked == [default]
    assert len(question.answers) >= 2
    assert all(answer.meaning for answer in question.answers)
    assert question.columns


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (orders("1;13/04/2026;C1;10,00", "2;05/06/2026;C2;7,00"), "dates"),
        (orders("1;2026-04-03;C1;10,00"), "dates"),
        (orders("1;04/04/2026;C1;10,00"), "dates"),
        (orders("1;03/04/2026;C1;1.234", "2;05/06/2026;C2;2,50"), "decimal"),
        (orders("1;13/04/2026 10:30-03:00;C1;10,00"), "time_zone"),
        (orders("1;13/04/2026 00:00;C1;10,00"), "time_zone"),
        (f"{CONTRACTS}\n1;C1;13/01/2026;12/01/2027;10,00\n", "ends"),
        (orders("1;13/04/2026;C1;R$ 10,00"), "currency"),
        ("pedido;data;cliente;total;moeda\n1;13/04/2026;C1;10,00;USD\n", "currency"),
        (orders("1;13/04/2026;C1;10,00"), "negative"),
        (orders("1;13/04/2026;C1;10,00"), "nobody"),
    ],
)
def test_what_the_file_tells_is_not_asked(tmp_path, text, name):
    each, described = seen(tmp_path, text)
    assert name not in asked(each, described)


def test_answers_say_what_they_mean_for_the_example(tmp_path):
    each, described = seen(tmp_path, orders("1;03/04/2026;C1;1.234", "2;05/06/2026;C2;2.500"))
    found = asked(each, described)
    dates = {a.value: a.meaning for a in found["dates"].answers}
    assert dates == {"dmy": "3 de abril de 2026", "mdy": "4 de março de 2026"}
    sums = {a.value: a.meaning for a in found["decimal"].answers}
    assert sums == {",": "1.234 é 1.234", ".": "1.234 é 1,234"}


def test_a_time_is_shown_in_the_companys_zone(tmp_path):
    each, described = seen(tmp_path, orders("1;13/04/2026 10:30;C1;10,00"))
    meaning = {a.value: a.meaning for a in asked(each, described)["time_zone"].answers}
    assert meaning["UTC"] == "10:30 lá são 07:30 para você"


def test_an_answer_given_is_not_asked_again(tmp_path, now):
    text = orders("1;03/04/2026;C1;-10,00")
    each, described = seen(tmp_path, text)
    assert {"dates", "negative", "currency"} <= set(asked(each, described))
    given_ = each.mapping.with_formats(dates="mdy", negative="correction", currency="BRL")
    SavedMapping.objects.create(
        header=header_key(ORDERS.split(";")), record="order", mapping=given_.as_dict(), at=now
    )
    again, described = seen(tmp_path, text)
    assert not {"dates", "negative", "currency"} & set(asked(again, described))
    assert (again.mapping.formats.dates, again.mapping.formats.negative) == ("mdy", "correction")
    one, described = seen(tmp_path, text, name="b.csv", formats={"dates": "dmy"})
    assert "dates" not in asked(one, described)


def rows_of(tmp_path, text, **formats):
    each, _described = seen(tmp_path, text)
    mapping = each.mapping.with_formats(**formats)
    converter = Converter(mapping, each.table.columns, setting(mapping.formats))
    with table.rows(each.table) as body:
        made = [converter.rows(line, cells) for line, cells, _trouble in body]
    return [some[0] for some, _problems in made], [p.code for _some, found in made for p in found]


def test_the_answers_decide_what_becomes_of_the_rows(tmp_path):
    text = orders("1;13/04/2026;C1;-10,00", "2;13/04/2026;;5,00")
    made, codes = rows_of(tmp_path, text, negative="return", nobody="in")
    assert [row.get("is_return") for row in made] == [True, None]
    assert codes == []
    made, codes = rows_of(tmp_path, text, negative="correction", nobody="out")
    assert made[0].get("is_return") is None
    assert (made[1], codes) == (None, ["nobody_out"])


def test_a_line_above_zero_is_no_return_whatever_its_order_is(tmp_path):
    text = (
        "pedido;data;cod_cliente;cod_produto;qtd;preco_unitario\n"
        "1;13/04/2026;C1;P1;-1;9,90\n1;13/04/2026;C1;P2;1;9,90\n"
    )
    made, _codes = rows_of(tmp_path, text)
    assert [row["is_return"] for row in made] == [True, False]
