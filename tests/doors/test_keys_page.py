"""The page Chaves: a key is made, used, rotated, revoked; its secret shows once."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from posvenda.api.models import TrackingDay
from posvenda.base import clock, deadletters, keys
from posvenda.base.models import AccessKey, Audit, User

pytestmark = pytest.mark.django_db

CLEAR = re.compile(r'id="clear">((?:wk|sk)_[^<]+)<')


@pytest.fixture
def page(client: Client, manager: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(clock, "now", lambda: now)
    client.force_login(manager)
    return client


def make(page: Client, **fields: Any) -> str:
    answer = page.post("/chaves/nova/", {"label": "Site", "kind": "write", **fields})
    assert answer.status_code == 200, answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    found = CLEAR.search(answer.content.decode())
    assert found
    return found[1]


def test_only_people_who_manage_see_and_change_keys(
    client: Client, csm: User, viewer: User, now: datetime
) -> None:
    row, _ = keys.issue(kind="write", label="Site", scopes=["track"], by=None, now=now)
    own = f"/chaves/{row.prefix}/"
    for user in (csm, viewer):
        client.force_login(user)
        assert "/chaves/" not in client.get("/clientes/").content.decode()
        for path in ("/chaves/", "/chaves/nova/", own):
            assert client.get(path).status_code == 403
        for path in ("/chaves/nova/", f"{own}trocar/", f"{own}revogar/"):
            assert (
                client.post(path, {"label": "x", "kind": "write", "hours": "0"}).status_code == 403
            )
    assert AccessKey.objects.filter(revoked_at=None, rotated_at=None).count() == 1


def test_a_new_key_shows_once_and_works(page: Client, now: datetime, manager: User) -> None:
    clear = make(page)
    row = keys.verify(clear, kind="write", now=now, scope="track")
    assert (row.label, row.by) == ("Site", manager)
    for path in ("/chaves/", f"/chaves/{row.prefix}/"):
        assert clear not in page.get(path).content.decode()
    assert Audit.objects.filter(verb="key.issued", about=f"key:{row.prefix}").count() == 1


def test_the_snippets_hold_the_key_and_this_address(page: Client) -> None:
    answer = page.post("/chaves/nova/", {"label": "Site", "kind": "write"}).content.decode()
    clear = CLEAR.search(answer)
    assert clear
    assert answer.count(clear[1]) == 5
    assert answer.count("http://testserver") == 4


def test_a_rest_key_needs_at_least_one_scope(page: Client, now: datetime) -> None:
    answer = page.post("/chaves/nova/", {"label": "ERP", "kind": "api"})
    assert (answer.status_code, AccessKey.objects.count()) == (422, 0)
    assert "Escolha o que a chave pode fazer." in answer.content.decode()
    clear = make(page, label="ERP", kind="api", scopes=["read", "write"])
    assert keys.verify(clear, kind="api", now=now, scope="write").scopes == ["read", "write"]
    with pytest.raises(keys.BadKey):
        keys.verify(clear, kind="write", now=now)


def test_a_tracking_key_only_tracks_whatever_is_asked(page: Client) -> None:
    make(page, scopes=["read", "write"])
    assert AccessKey.objects.get().scopes == ["track"]


def test_two_keys_in_force_never_share_a_name(page: Client, manager: User, now: datetime) -> None:
    make(page)
    answer = page.post("/chaves/nova/", {"label": " site ", "kind": "write"})
    assert (answer.status_code, AccessKey.objects.count()) == (422, 1)
    keys.revoke(AccessKey.objects.get(), by=manager, now=now)
    make(page)


def test_rotating_takes_both_secrets_until_the_overlap_ends(page: Client, now: datetime) -> None:
    former = make(page)
    row = AccessKey.objects.get()
    answer = page.post(f"/chaves/{row.prefix}/trocar/", {"hours": "24"}).content.decode()
    found = CLEAR.search(answer)
    assert found
    assert found[1] != former
    assert "segredo anterior vale até" in answer
    soon, late = now + timedelta(hours=23), now + timedelta(hours=25)
    assert keys.verify(former, kind="write", now=soon).pk == row.pk
    assert keys.verify(found[1], kind="write", now=late).pk == row.pk
    with pytest.raises(keys.BadKey):
        keys.verify(former, kind="write", now=late)


def test_a_wrong_overlap_changes_nothing(page: Client) -> None:
    make(page)
    row = AccessKey.objects.get()
    assert page.post(f"/chaves/{row.prefix}/trocar/", {"hours": "999999"}).status_code == 302
    assert AccessKey.objects.get().rotated_at is None


def test_a_revoked_key_stays_in_the_list_and_cannot_be_rotated(page: Client, now: datetime) -> None:
    clear = make(page)
    row = AccessKey.objects.get()
    answer = page.post(f"/chaves/{row.prefix}/revogar/", follow=True).content.decode()
    assert "Chave Site revogada." in answer
    assert "revogada" in answer
    with pytest.raises(keys.BadKey):
        keys.verify(clear, kind="write", now=now)
    for verb in ("trocar", "revogar"):
        assert page.post(f"/chaves/{row.prefix}/{verb}/", {"hours": "0"}).status_code == 404


def test_the_list_says_what_came_in_and_what_stayed_out_today(
    page: Client, now: datetime, django_assert_max_num_queries: Any
) -> None:
    day = clock.day_of(now)
    for number in range(12):
        label = f"Site {number:02}"
        row, _ = keys.issue(kind="write", label=label, scopes=["track"], by=None, now=now)
        counts = {"requests": 3, "events": 1_200, "repeated": 5, "refused": number, "code": ""}
        for shard, moment in ((1, day), (2, day), (1, day - timedelta(days=1))):
            TrackingDay.objects.create(key=row, day=moment, shard=shard, **counts)
    letter = deadletters.Refused(body="{}", code="no_event")
    deadletters.keep([letter] * 2, door="tracking", source="Site 03", now=now)
    deadletters.keep([letter], door="tracking", source="Site 03", now=now - timedelta(days=1))
    page.get("/chaves/")
    with django_assert_max_num_queries(14):  # the menu adds one for all its counts
        text = page.get("/chaves/").content.decode()
    assert text.count("2.400") == 12
    assert re.search(r"2 eventos,\s*6 pedidos", text)


def test_a_keys_page_tells_its_days_and_the_latest_reason(page: Client, now: datetime) -> None:
    make(page)
    row, day = AccessKey.objects.get(), clock.day_of(now)
    for past, code in ((0, "too_large"), (1, ""), (14, "malformed")):
        TrackingDay.objects.create(
            key=row, day=day - timedelta(days=past), shard=1, requests=7, events=700 + past,
            repeated=0, refused=1 if code else 0, code=code,
        )  # fmt: skip
    text = page.get(f"/chaves/{row.prefix}/").content.decode()
    assert "700" in text
    assert "701" in text
    assert "714" not in text
    assert "32 KB por evento" in text


def test_the_list_pages(page: Client, now: datetime) -> None:
    for number in range(60):
        keys.issue(kind="api", label=f"k{number:02}", scopes=["read"], by=None, now=now)
    assert page.get("/chaves/").content.decode().count('scope="row"') == 50
    assert page.get("/chaves/?page=2").content.decode().count('scope="row"') == 10


def test_without_keys_the_page_says_what_to_do(page: Client) -> None:
    assert "Nenhuma chave ainda" in page.get("/chaves/").content.decode()
