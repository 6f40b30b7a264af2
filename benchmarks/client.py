"""A browser in small: one connection, cookies, a sign-in through the form."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Refused(RuntimeError):
    """Raised when a page does not answer 200, or the sign-in is refused."""


class Client:
    """Keeps a connection to one server open and carries its cookies."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> "Client":
        """This will sign in through the form, as a person does."""
        token = TOKEN.search(self.get("/entrar/"))
        if token is None:
            raise Refused("the sign-in page has no token")
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token[1]}
        status, body = self._ask("POST", "/entrar/", urlencode(form))
        if status != 302:
            raise Refused(f"sign-in answered {status}: {body[:200]}")
        return self

    def get(self, path: str) -> str:
        """This will give the body of a page."""
        status, body = self._ask("GET", path)
        if status != 200:
            raise Refused(f"{path} answered {status}: {body[:200]}")
        return body

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Accept-Language": "pt-BR", "Host": "localhost"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = self._answer(method, path, body, headers)
        text = answer.read().decode()
        for value in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(value).items():
                self._cookies[name] = morsel.value
        return answer.status, text

    def _answer(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        """Servers close connections that rest too long; those are opened again."""
        try:
            self._connection.request(method, path, body=body, headers=headers)
            return self._connection.getresponse()
        except (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected):
            self._connection.close()
            self._connection.request(method, path, body=body, headers=headers)
            return self._connection.getresponse()
