"""Charts are sound XML, say their figures in words, and never turn a gap into a zero."""

from xml.etree import ElementTree

import pytest
from django.utils import translation
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from posvenda.ui import charts
from posvenda.ui.charts import Frame, Series

values = st.lists(
    st.one_of(st.none(), st.floats(-1e9, 1e9, allow_nan=False)), min_size=1, max_size=60
)


def _frame(count: int) -> Frame:
    return Frame(
        title="Uso <por semana>",
        sentence='Caiu de "43" para 22',
        labels=[f"s{i}" for i in range(count)],
        write=lambda value: f"{value:g}",
    )


def _tree(html: SafeString) -> ElementTree.Element:
    return ElementTree.fromstring(html)


def _table(tree: ElementTree.Element) -> list[list[str]]:
    rows = tree.findall("./table/tbody/tr")
    return [["".join(cell.itertext()) for cell in row] for row in rows]


@given(values)
def test_the_hidden_table_holds_the_data_of_a_line(row: list[float | None]) -> None:
    tree = _tree(charts.line([Series("Aroeira", row)], _frame(len(row))))
    written = ["—" if value is None else f"{value:g}" for value in row]
    assert _table(tree) == [[f"s{i}", text] for i, text in enumerate(written)]
    assert len(tree.findall(".//rect[@class='hit']")) == len(row)


@given(values)
def test_bars_start_at_zero_and_skip_the_unknown(row: list[float | None]) -> None:
    tree = _tree(charts.bars(Series("Pedidos", row), _frame(len(row))))
    drawn = tree.findall(".//rect[@class='b1']")
    assert len(drawn) == sum(1 for value in row if value)
    heights = [float(bar.get("height") or 0) for bar in drawn]
    assert all(0 <= height <= 100.01 for height in heights)


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=12))
def test_layers_of_a_stack_add_up(row: list[float]) -> None:
    series = [Series("A", row), Series("B", row, "comparison")]
    tree = _tree(charts.stacked(series, _frame(len(row))))
    assert [cells[1] for cells in _table(tree)] == [cells[2] for cells in _table(tree)]


def test_an_axis_of_whole_numbers_has_whole_ticks() -> None:
    tree = _tree(charts.bars(Series("Pedidos", [1, 0, 1]), _frame(3)))
    assert [tick.text for tick in tree.findall(".//span[@class='y']")] == ["0", "1"]


def test_a_gap_breaks_the_line() -> None:
    tree = _tree(charts.line([Series("x", [1, 2, None, 4, 5])], _frame(5)))
    assert len(tree.findall(".//polyline[@class='l1']")) == 2


def test_a_waterfall_ends_where_the_changes_lead() -> None:
    frame = Frame(title="MRR", sentence="MRR", labels=list("abcd"), write=lambda v: f"{v:g}")
    tree = _tree(charts.waterfall(100, [-20, 50], frame))
    assert _table(tree) == [["a", "100"], ["b", "-20"], ["c", "50"], ["d", "130"]]
    assert len(tree.findall(".//rect[@class='br']")) == 1
    assert len(tree.findall(".//rect[@class='bg']")) == 1


def test_steps_hold_the_last_known_value() -> None:
    tree = _tree(charts.steps([Series("MRR", [5, None, 8])], _frame(3)))
    line = tree.find(".//polyline[@class='l1']")
    assert line is not None
    heights = [point.split(",")[1] for point in (line.get("points") or "").split()]
    assert heights[0] == heights[3] != heights[4]


def test_a_chart_says_its_sentence_and_asks_for_no_script() -> None:
    html = charts.line([Series("x", [1, 2]), Series("y", [2, 3], "comparison")], _frame(2))
    plot = _tree(html).find("./div")
    assert plot is not None
    assert (plot.get("role"), plot.get("aria-label")) == ("img", 'Caiu de "43" para 22')
    assert "<script" not in html
    assert "onload" not in html
    styles = [e.get("style") or "" for e in _tree(html).iter()]
    assert all(part.startswith("--") for style in styles for part in style.split(";") if part)


@pytest.mark.parametrize(
    ("locale", "told"), [("pt-br", "Uso: de 40 para 22"), ("en", "Uso: from 40 to 22")]
)
def test_a_sparkline_tells_first_and_last(locale: str, told: str) -> None:
    with translation.override(locale):
        tree = _tree(charts.spark([40, None, 30, 22], locale, band="risk", label="Uso"))
    assert tree.get("aria-label") == told


def test_a_sparkline_of_one_value_says_that_it_is_too_little() -> None:
    with translation.override("pt-br"):
        assert "poucos dados" in charts.spark([None, 3], "pt-br")
