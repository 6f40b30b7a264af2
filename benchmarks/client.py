"""A browser in small: cookies and a sign-in through the form."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Refused(RuntimeError):
    """Raised when a page does not answer 200, or the sign-in is refused."""


class Client:
    """Asks one server with a new connection each time, as ``ab`` does, and carries its cookies.

    Connections that stay open would all land on one web process or be spread by chance.
    """

    def __init__(self, port: int) -> None:
        self._port = port
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
        headers = {"Accept-Language": "pt-BR", "Host": "localhost", "Connection": "close"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for value in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(value).items():
                self._cookies[name] = morsel.value
        return answer.status, text
