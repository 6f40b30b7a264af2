"""What browsers need around the events: preflights, CORS, settings; pages stay untouched."""

import json
from typing import Any

import pytest

from posvenda.api.tracking import door
from tests.doors.tracking.asking import Asking

PATHS = [*door.POSTS, "/v1/m", "/v1/projects/WK/settings"]


@pytest.mark.parametrize("path", PATHS)
def test_every_address_answers_a_preflight(ask: Asking, path: str) -> None:
    said = ask.post(path, method="OPTIONS")
    assert said.status == 200
    assert said.headers["Access-Control-Allow-Origin"] == "*"
    allowed = said.headers["Access-Control-Allow-Headers"].split(", ")
    assert {"authorization", "content-type", "x-retry-count"} <= set(allowed)
    assert said.headers["Access-Control-Expose-Headers"] == "Retry-After"


@pytest.mark.parametrize("path", PATHS)
def test_another_method_is_told_which_one_is_taken(ask: Asking, path: str) -> None:
    said = ask.post(path, method="DELETE")
    assert (said.status, said.told["code"]) == (405, "bad_method")
    assert said.headers["Allow"] in ("GET, OPTIONS", "POST, OPTIONS")


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/tracks", "/v1/batch/", "/v1/projects/settings", "/api/v1/t"]
)
def test_all_other_addresses_belong_to_the_pages(ask: Asking, path: str) -> None:
    said = ask.get(path)
    assert (said.status, said.headers) == (418, {})


def test_settings_name_this_installation_and_turn_the_makers_metrics_off(
    ask: Asking, key: str, settings: Any
) -> None:
    told = ask.get(f"/v1/projects/{key}/settings").told
    ours = told["integrations"]["Segment.io"]
    assert (ours["apiKey"], ours["apiHost"], ours["protocol"]) == (key, "localhost:8000/v1", "http")
    assert (told["plan"], told["enabledMiddleware"]) == ({}, {})
    assert told["metrics"] == {"sampleRate": 0}
    settings.PUBLIC_URL = "https://dados.exemplo.com.br/"
    ours = ask.get(f"/v1/projects/{key}/settings").told["integrations"]["Segment.io"]
    assert (ours["apiHost"], ours["protocol"]) == ("dados.exemplo.com.br/v1", "https")


def test_a_strange_host_name_is_not_repeated(ask: Asking, key: str) -> None:
    said = ask.get(f"/v1/projects/{key}/settings", HTTP_HOST="evil.example")
    assert b"evil" not in said.body
    assert json.loads(said.body)["integrations"]["Segment.io"]["apiHost"].startswith("127.0.0.1:")
