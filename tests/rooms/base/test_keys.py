"""Keys for programs: shown once, hashed, scoped, rotated with an overlap, revoked."""

from datetime import datetime, timedelta

import pytest

from posvenda.base import keys
from posvenda.base.models import AccessKey, Audit, User

pytestmark = pytest.mark.django_db


def _issue(now: datetime, by: User | None = None) -> tuple[AccessKey, str]:
    return keys.issue(kind="write", label="Site", scopes=["track"], by=by, now=now)


def test_a_key_opens_its_door_and_is_kept_only_as_a_hash(now: datetime) -> None:
    row, text = _issue(now)
    assert keys.verify(text, kind="write", now=now, scope="track") == row
    stored = " ".join(str(value) for value in AccessKey.objects.values().get().values())
    assert text.rpartition("_")[2] not in stored
    assert Audit.objects.get().verb == "key.issued"


@pytest.mark.parametrize("spoil", ["", "wk", "wk__", "wk_a_b", "{}x", "sk{}", "{}_x"])
def test_another_text_is_refused(now: datetime, spoil: str) -> None:
    _, text = _issue(now)
    with pytest.raises(keys.BadKey):
        keys.verify(spoil.format(text), kind="write", now=now)


def test_another_kind_or_scope_is_refused(now: datetime) -> None:
    _, text = _issue(now)
    with pytest.raises(keys.BadKey):
        keys.verify(text, kind="api", now=now)
    with pytest.raises(keys.BadKey):
        keys.verify(text, kind="write", now=now, scope="settings")


def test_after_a_rotation_the_former_secret_works_until_the_overlap_ends(
    now: datetime, admin: User
) -> None:
    row, old = _issue(now)
    new = keys.rotate(row, overlap=timedelta(hours=24), by=admin, now=now)
    for text in (old, new):
        assert keys.verify(text, kind="write", now=now + timedelta(hours=23))
    with pytest.raises(keys.BadKey):
        keys.verify(old, kind="write", now=now + timedelta(hours=24))
    assert keys.verify(new, kind="write", now=now + timedelta(hours=24))


def test_a_revoked_key_is_refused(now: datetime, admin: User) -> None:
    row, text = _issue(now)
    keys.revoke(row, by=admin, now=now)
    with pytest.raises(keys.BadKey):
        keys.verify(text, kind="write", now=now)
