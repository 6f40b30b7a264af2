"""Money, numbers and dates read as people of each language write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.ui import formats

PT, EN = "pt-br", "en"
TODAY = date(2026, 6, 16)
NOW = datetime(2026, 6, 16, 9, 42, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cents", "portuguese", "english"),
    [
        (148_680_000, "R$ 1.486.800", "R$ 1,486,800"),
        (4390, "R$ 43,90", "R$ 43.90"),
        (0, "R$ 0,00", "R$ 0.00"),
        (99_999, "R$ 999,99", "R$ 999.99"),
        (100_000, "R$ 1.000", "R$ 1,000"),
        (-2500, "−R$ 25,00", "−R$ 25.00"),
        (None, "—", "—"),
    ],
)
def test_money_drops_its_cents_from_one_thousand(
    cents: int | None, portuguese: str, english: str
) -> None:
    written = [formats.money(cents, locale) for locale in (PT, EN)]
    assert written == [text.replace(" ", "\u00a0") for text in (portuguese, english)]


@pytest.mark.parametrize(
    ("cents", "portuguese", "english"),
    [
        (143_000_000, "R$ 1,43 mi", "R$ 1.43M"),
        (48_620_000, "R$ 486 mil", "R$ 486K"),
        (99_995_000, "R$ 1 mi", "R$ 1M"),
        (12_300_000_000_00, "R$ 12,3 bi", "R$ 12.3B"),
        (-143_000_000, "−R$ 1,43 mi", "−R$ 1.43M"),
        (0, "R$ 0", "R$ 0"),
        (4390, "R$ 43,90", "R$ 43.90"),
    ],
)
def test_short_money_has_three_figures(cents: int, portuguese: str, english: str) -> None:
    written = [formats.money_short(cents, locale) for locale in (PT, EN)]
    assert written == [text.replace(" ", "\u00a0") for text in (portuguese, english)]


@given(st.integers(-(10**13), 10**13))
def test_money_never_breaks_a_line_and_tells_the_amount(cents: int) -> None:
    text = formats.money(cents, PT)
    assert " " not in text
    assert "-" not in text
    figure = text.replace("−", "-").replace("R$\u00a0", "").replace(".", "").replace(",", ".")
    assert abs(float(figure) * 100 - cents) <= (0.5 if abs(cents) < 100_000 else 50)


@given(st.integers(1, 10**13))
def test_a_loss_is_the_gain_with_another_sign(cents: int) -> None:
    gain = formats.money(cents, PT, is_signed=True)
    loss = formats.money(-cents, PT, is_signed=True)
    assert (gain[0], loss[0], gain[1:]) == ("+", "−", loss[1:])


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.percent(0.924, PT), "92,4%"),
        (formats.percent(0.924, EN), "92.4%"),
        (formats.percent(0.71, PT), "71%"),
        (formats.percent(-0.0004, PT), "0%"),
        (formats.percent(None, PT), "—"),
        (formats.points(4, PT), "+4"),
        (formats.points(-14, PT), "−14"),
        (formats.points(-0.2, PT), "0"),
        (formats.number(2841, PT), "2.841"),
        (formats.number(1234.56, EN), "1,234.6"),
        (formats.file_size(1_400_000, PT), "1,4\u00a0MB"),
        (formats.duration(130, PT), "2 minutos"),
    ],
)
def test_numbers_follow_the_locale(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (formats.date_short(TODAY, PT), "16/06/2026"),
        (formats.date_short(TODAY, PT, today=TODAY), "16/06"),
        (formats.date_short(TODAY, PT, today=date(2027, 1, 2)), "16/06/2026"),
        (formats.date_short(TODAY, EN), "16 Jun 2026"),
        (formats.date_short(None, PT), "—"),
        (formats.date_weekday(TODAY, PT), "Terça-feira, 16/06/2026"),
        (formats.date_weekday(TODAY, EN), "Tuesday, 16 Jun 2026"),
        (formats.clock(NOW, PT), "9h42"),
        (formats.clock(NOW.replace(hour=14, minute=0), PT), "14h00"),
        (formats.clock(NOW, EN), "9:42\u00a0AM"),
        (formats.month(TODAY, PT), "jun"),
        (formats.month_year(TODAY, PT), "junho de 2026"),
    ],
)
def test_dates_follow_the_locale(written: str, expected: str) -> None:
    assert written == expected


@pytest.mark.parametrize(
    ("days", "portuguese", "english"),
    [
        (63, "em 63 dias", "in 63 days"),
        (400, "em 400 dias", "in 400 days"),
        (1, "amanhã", "tomorrow"),
        (0, "hoje", "today"),
        (-1, "ontem", "yesterday"),
        (-3, "há 3 dias", "3 days ago"),
    ],
)
def test_a_distance_stays_in_days(days: int, portuguese: str, english: str) -> None:
    day = TODAY + timedelta(days=days)
    assert formats.days_until(day, PT, today=TODAY) == portuguese
    assert formats.days_until(day, EN, today=TODAY) == english


@given(st.integers(2, 5000))
def test_past_and_future_name_the_same_number_of_days(days: int) -> None:
    later = formats.days_until(TODAY + timedelta(days=days), PT, today=TODAY)
    earlier = formats.days_until(TODAY - timedelta(days=days), PT, today=TODAY)
    figure = formats.number(days, PT)
    assert (later.replace(".", ""), earlier.replace(".", "")) == (
        f"em {figure} dias".replace(".", ""),
        f"há {figure} dias".replace(".", ""),
    )


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (timedelta(seconds=-20), "agora"),
        (timedelta(minutes=-5), "há 5 minutos"),
        (timedelta(minutes=-61), "hoje, 8h41"),
        (timedelta(hours=-10), "ontem, 23h42"),
        (timedelta(days=-4), "12/06/2026"),
        (timedelta(hours=15), "amanhã, 0h42"),
    ],
)
def test_a_timeline_says_when_as_people_do(gap: timedelta, expected: str) -> None:
    assert formats.relative(NOW + gap, PT, now=NOW) == expected
