"""The benchmark of webhooks posts what providers sign, and refuses a figure when one is missing."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import webhooks
from posvenda.api.webhooks.providers import PROVIDERS
from posvenda.api.webhooks.signing import Forged, Raw

SECRETS = {"stripe": "whsec_of_stripe", "asaas": "token", "signed": "whsec_c2VjcmV0"}


def test_each_provider_gets_its_share_and_one_in_twenty_comes_again() -> None:
    posts = webhooks.made(60)
    sent = webhooks.with_repeats(posts)
    assert [post.provider for post in posts[:3]] == ["stripe", "asaas", "signed"]
    assert (len(set(posts)), len(sent), set(sent)) == (60, 63, set(posts))


@pytest.mark.parametrize("post", webhooks.made(3), ids=lambda post: post.provider)
def test_a_post_is_signed_as_the_door_demands(post: webhooks.Post) -> None:
    secret = SECRETS[post.provider]
    headers = {name.lower(): value for name, value in post.headers(secret).items()}
    verify = PROVIDERS[post.provider].verify
    verify(Raw(post.body, headers, datetime.now(UTC)), secret)
    with pytest.raises(Forged):
        verify(Raw(post.body, headers, datetime.now(UTC)), "whsec_b3RoZXI=")


def test_a_delivery_that_is_missing_changed_or_kept_twice_gives_no_figure(tmp_path: Path) -> None:
    posts = webhooks.made(40)
    webhooks.check(_kept(tmp_path / "good", posts), posts, repeats=2)
    changed = [webhooks.Post("stripe", posts[0].key, b"{}"), *posts[1:]]
    for name, kept in (("less", posts[1:]), ("more", [*posts, posts[0]]), ("other", changed)):
        with pytest.raises(SystemExit):
            webhooks.check(_kept(tmp_path / name, kept), posts, repeats=2)


def _kept(path: Path, posts: list[webhooks.Post]) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE api_webhookendpoint (id, provider)")
        database.execute("CREATE TABLE api_webhookdelivery (endpoint_id, key, body, again)")
        providers = list(webhooks.BODIES)
        database.executemany("INSERT INTO api_webhookendpoint VALUES (?, ?)", enumerate(providers))
        database.executemany(
            "INSERT INTO api_webhookdelivery VALUES (?, ?, ?, ?)",
            [(providers.index(p.provider), p.key, p.body, n < 2) for n, p in enumerate(posts)],
        )
    return path
