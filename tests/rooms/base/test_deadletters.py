"""Dead letters: what was refused is kept, mended and taken in exactly once."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from posvenda.base import deadletters
from posvenda.base.deadletters import Door, Refused, StillRefused
from posvenda.base.models import DeadLetter, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken() -> Iterator[list[str]]:
    bodies: list[str] = []

    def retry(letter: DeadLetter, body: str, now: datetime) -> None:
        if "bad" in body:
            raise StillRefused("still bad")
        bodies.append(body)

    door = Door(name="test", label="Test", sentence=lambda letter: letter.code, retry=retry)
    deadletters.open_door(door)
    yield bodies
    deadletters._doors.pop("test")


def _letter(now: datetime) -> DeadLetter:
    refused = Refused(body="bad\0", code="no_name", field="name", value="x" * 3_000)
    assert deadletters.keep([refused], door="test", source="Site", now=now) == 1
    return DeadLetter.objects.get()


def test_what_is_kept_can_be_read_again(now: datetime) -> None:
    letter = _letter(now)
    assert (letter.body, letter.field, len(letter.value)) == ("bad\ufffd", "name", 2_000)
    assert letter.status == DeadLetter.Status.OPEN


def test_a_mended_letter_goes_in_once(now: datetime, admin: User, taken: list[str]) -> None:
    letter = _letter(now)
    for _ in range(2):
        deadletters.retry(letter, body="good", by=admin, now=now)
    letter.refresh_from_db()
    assert (taken, letter.status, letter.by) == (["good"], DeadLetter.Status.RETRIED, admin)


def test_a_letter_that_is_still_bad_stays(now: datetime, admin: User, taken: list[str]) -> None:
    letter = _letter(now)
    with pytest.raises(StillRefused):
        deadletters.retry(letter, body="still bad", by=admin, now=now)
    letter.refresh_from_db()
    assert (taken, letter.status) == ([], DeadLetter.Status.OPEN)
