"""HTTP out: the one client, which refuses to be led into our own network (SSRF).

The name is resolved first, every address must be public, and the connection goes to the address
that was checked, so that a second answer of the name server changes nothing. Redirects are followed
by hand and checked in the same way. Hosts of the own network are allowed by name, one by one.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

AGENT = "posvenda"
SECONDS = 20.0
REDIRECTS = 5
LIMIT = 10_485_760
MOVED = (301, 302, 303, 307, 308)
Resolve = Callable[[str, int], list[str]]


class Refused(ValueError):
    """Raised when an address may not be asked or its answer not be taken; ``code`` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".strip())


@dataclass(frozen=True)
class Answer:
    """What came back: status, headers by lower-case name, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    allowed: Collection[str] = (),
    limit: int = LIMIT,
    seconds: float = SECONDS,
) -> Answer:
    """This will fetch an address; ``allowed`` are hosts (``name`` or ``name:port``) inside.

    Raises ``Refused`` (``not_http``, ``forbidden_address``, ``unknown_host``, ``too_big``,
    ``too_many_redirects``, ``unreachable``).
    """
    with stream(url, headers=headers, allowed=allowed, seconds=seconds) as (response, address):
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > limit:
                raise Refused("too_big", str(limit))
            parts.append(part)
        lower = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, lower, b"".join(parts), address)


@contextmanager
def stream(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    allowed: Collection[str] = (),
    seconds: float = SECONDS,
) -> Iterator[tuple[httpx.Response, str]]:
    """This will open an address and give the response, unread, with the address it came from."""
    # httpx loads its command line with it (a tenth of a second); the web process never fetches
    import httpx

    sent = {"User-Agent": AGENT, **(headers or {})}
    with httpx.Client(timeout=seconds, follow_redirects=False, trust_env=False) as client:
        for _ in range(REDIRECTS + 1):
            request = _request(client, _parsed(url), sent, allowed)
            try:
                response = client.send(request, stream=True)
            except httpx.HTTPError as error:
                raise Refused("unreachable", type(error).__name__) from error
            if response.status_code not in MOVED or "location" not in response.headers:
                try:
                    yield response, url
                except httpx.HTTPError as error:
                    raise Refused("unreachable", type(error).__name__) from error
                finally:
                    response.close()
                return
            response.close()
            target = _parsed(url).join(response.headers["location"])
            if (target.scheme, target.host, target.port) != _origin(url):
                sent = {k: v for k, v in sent.items() if k.lower() in ("user-agent", "accept")}
            url = str(target)
    raise Refused("too_many_redirects", url)


def _parsed(url: str) -> httpx.URL:
    import httpx

    try:
        return httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Refused("not_http", url[:80]) from error


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = _parsed(url)
    return parsed.scheme, parsed.host, parsed.port


def _request(
    client: httpx.Client, url: httpx.URL, headers: Mapping[str, str], allowed: Collection[str]
) -> httpx.Request:
    """A request to the checked address, with the host's own name in Host and TLS."""
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise Refused("not_http", url.scheme)
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    address = check(url.host, port, allowed=allowed)
    pinned = url.copy_with(host=address)
    netloc = url.netloc.decode("ascii")
    return client.build_request(
        "GET",
        pinned,
        headers={**headers, "Host": netloc},
        extensions={"sni_hostname": url.host},
    )


def resolve(host: str, port: int) -> list[str]:
    """This will give every address of a name."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Refused("unknown_host", host) from error
    return list(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))


def check(
    host: str, port: int, *, allowed: Collection[str] = (), resolver: Resolve = resolve
) -> str:
    """This will give the address to connect to, or raise ``Refused`` when any is not public."""
    addresses = resolver(host, port)
    if host in allowed or f"{host}:{port}" in allowed:
        return addresses[0]
    for address in addresses:
        if not is_public(address):
            raise Refused("forbidden_address", host)
    return addresses[0]


def is_public(address: str) -> bool:
    """This will say whether an address is of the open internet, looking into IPv6 wrappings."""
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
