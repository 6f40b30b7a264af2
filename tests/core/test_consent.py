"""Consent is a fold: the same ledger gives the same state, in whatever order it is read."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.core.consent import ANY, CHANNELS, Basis, Entry, fold, state, verdict

START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 6).map(lambda day: START + timedelta(days=day))
ENTRIES = st.builds(
    Entry,
    purpose=st.sampled_from(["marketing", "research"]),
    channel=st.sampled_from([*CHANNELS, ANY]),
    is_granted=st.booleans(),
    happened_at=MOMENTS,
    recorded_at=MOMENTS,
)


def entry(day: int, *, granted: bool, channel: str = "email", known: int | None = None) -> Entry:
    at = START + timedelta(days=day)
    known_at = START + timedelta(days=day if known is None else known)
    return Entry("marketing", channel, granted, at, known_at)


def granted(entries: list[Entry], day: int, channel: str = "email") -> bool | None:
    found = state(entries, "marketing", channel, as_of=START + timedelta(days=day))
    return found.is_granted if found else None


def test_the_last_word_counts_and_the_past_keeps_its_own() -> None:
    said = [entry(1, granted=True), entry(5, granted=False)]
    assert [granted(said, day) for day in (0, 1, 4, 5)] == [None, True, True, False]


def test_a_word_about_any_channel_is_one_about_each() -> None:
    said = [entry(1, granted=True, channel="whatsapp"), entry(2, granted=False, channel=ANY)]
    assert granted(said, 2, "whatsapp") is False
    assert granted(said, 2, "sms") is False


def test_what_was_not_known_yet_does_not_count() -> None:
    said = [entry(1, granted=True), entry(2, granted=False, known=9)]
    found = state(said, "marketing", "email", as_of=START + timedelta(days=4), known_at=START)
    assert found is None
    now = state(said, "marketing", "email", as_of=START + timedelta(days=4))
    assert now is not None
    assert not now.is_granted


@given(st.lists(ENTRIES), st.randoms(use_true_random=False), st.integers(0, 6))
def test_the_order_of_the_lines_does_not_matter(entries, random, day) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)
    assert granted(entries, day) == granted(shuffled, day)


@given(st.lists(ENTRIES))
def test_a_refusal_at_the_last_moment_is_the_last_word(entries) -> None:
    last = entry(6, granted=False, channel=ANY)
    assert granted([*entries, last], 6) is False


@given(st.lists(ENTRIES), st.integers(0, 6))
def test_later_lines_do_not_change_the_past(entries, day) -> None:
    cut = [each for each in entries if each.happened_at <= START + timedelta(days=day)]
    assert granted(entries, day) == granted(cut, day)


@given(st.lists(ENTRIES))
def test_the_frame_says_the_same_as_the_ledger_read_line_by_line(entries) -> None:
    names = ("purpose", "channel", "is_granted", "happened_at", "recorded_at")
    moment = pl.Datetime("us", "UTC")
    schema = {
        "customer_id": pl.Int64(),
        "purpose": pl.String(),
        "channel": pl.String(),
        "is_granted": pl.Boolean(),
        "happened_at": moment,
        "recorded_at": moment,
    }
    rows = [(1, *(getattr(each, name) for name in names)) for each in entries]
    found = {
        (row["purpose"], row["channel"]): row["is_granted"]
        for row in fold(pl.DataFrame(rows, schema=schema, orient="row")).to_dicts()
    }
    end = START + timedelta(days=9)
    for purpose in ("marketing", "research"):
        for channel in CHANNELS:
            said = state(entries, purpose, channel, as_of=end)
            assert found.get((purpose, channel)) == (said.is_granted if said else None)


@pytest.mark.parametrize(
    ("basis", "said", "is_erased", "answer"),
    [
        (Basis.CONSENT, None, False, (False, "never_asked")),
        (Basis.CONSENT, True, False, (True, "granted")),
        (Basis.CONSENT, False, False, (False, "revoked")),
        (Basis.CONTRACT, None, False, (True, "contract")),
        (Basis.LEGITIMATE_INTEREST, None, False, (True, "legitimate_interest")),
        (Basis.LEGITIMATE_INTEREST, False, False, (False, "revoked")),
        (Basis.LEGITIMATE_INTEREST, None, True, (False, "erased")),
        (Basis.CONTRACT, None, True, (True, "contract")),
    ],
)
def test_a_basis_decides_what_silence_means(basis, said, is_erased, answer) -> None:
    line = None if said is None else entry(1, granted=said)
    found = verdict(basis, line, is_erased=is_erased)
    assert (found.is_allowed, found.reason) == answer


def test_bases_know_their_article() -> None:
    assert Basis.CONSENT.article == "art. 7º, I"
    assert Basis.LEGITIMATE_INTEREST.article == "art. 7º, IX"
