"""HTTP out: only public addresses, whatever they look like; redirects and size are watched."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posvenda.adapters import http

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fc00::1",
    "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "2002:7f00:1::", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "192.0.2.1", "198.18.0.1",
]  # fmt: skip
HOSTS = [
    "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]",
    "[::ffff:127.0.0.1]", "0.0.0.0", "0", "169.254.169.254", "[fe80::1]",
]  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    hits: list[str] = []

    def do_GET(self) -> None:
        self.hits.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
        elif self.path == "/inside":
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.2:{self.server.server_port}/secret")
            self.end_headers()
        elif self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
            self.end_headers()
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{self.headers['Host']} {self.headers.get('X-Key')}".encode())

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    _Handler.hits = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not http.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_addresses_outside_are_public(address: str) -> None:
    assert http.is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_in_ipv6_changes_nothing(address: object) -> None:
    assert http.is_public(f"::ffff:{address}") == http.is_public(str(address))


@pytest.mark.parametrize("host", HOSTS)
def test_no_spelling_of_an_inner_host_is_asked(host: str, server: ThreadingHTTPServer) -> None:
    with pytest.raises(http.Refused) as caught:
        http.get(f"http://{host}:{server.server_port}/")
    assert caught.value.code in ("forbidden_address", "unknown_host", "not_http")
    assert _Handler.hits == []


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(http.Refused):
        http.check("x.example", 80, resolver=lambda host, port: ["8.8.8.8", "10.0.0.1"])


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x.example/", "http://a:b@x.example/"])
def test_other_schemes_and_passwords_in_addresses_are_refused(url: str) -> None:
    with pytest.raises(http.Refused) as caught:
        http.get(url)
    assert caught.value.code == "not_http"


def test_an_allowed_host_answers_under_its_own_name(server: ThreadingHTTPServer) -> None:
    port = server.server_port
    answer = http.get(
        f"http://localhost:{port}/moved", headers={"X-Key": "k"}, allowed=["localhost"]
    )
    assert (answer.status, answer.body.decode()) == (200, f"localhost:{port} k")
    assert answer.url.endswith("/there")


def test_a_redirect_into_the_network_is_refused(server: ThreadingHTTPServer) -> None:
    with pytest.raises(http.Refused) as caught:
        http.get(f"http://localhost:{server.server_port}/inside", allowed=["localhost"])
    assert (caught.value.code, _Handler.hits) == ("forbidden_address", ["/inside"])


def test_a_redirect_without_end_is_refused(server: ThreadingHTTPServer) -> None:
    with pytest.raises(http.Refused) as caught:
        http.get(f"http://localhost:{server.server_port}/loop", allowed=["localhost"])
    assert caught.value.code == "too_many_redirects"


def test_a_large_answer_is_refused(server: ThreadingHTTPServer) -> None:
    with pytest.raises(http.Refused) as caught:
        http.get(f"http://localhost:{server.server_port}/", allowed=["localhost"], limit=3)
    assert caught.value.code == "too_big"


def test_a_closed_port_says_so() -> None:
    with pytest.raises(http.Refused) as caught:
        http.get("http://127.0.0.1:9/", allowed=["127.0.0.1"])
    assert caught.value.code == "unreachable"
