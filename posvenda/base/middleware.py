"""What happens around each request: language, one clock read, sign-in by default."""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from posvenda.base import clock, memo

Answer = Callable[[HttpRequest], HttpResponse]


class UserLocaleMiddleware(LocaleMiddleware):
    """The cookie a person chose wins over the browser's languages, which win over the default."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if translation.get_language() not in dict(settings.LANGUAGES):
            translation.activate(settings.LANGUAGE_CODE)


class NowMiddleware:
    """Reads the clock once per request: ``request.now`` and ``request.today``."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = clock.now()  # type: ignore[attr-defined]
        request.today = clock.day_of(request.now)  # type: ignore[attr-defined]
        with memo.shelf():
            return self.answer(request)


class SignInRequiredMiddleware:
    """Every page needs a sign-in unless its view is marked ``login_not_required``."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        """This will send strangers to the sign-in page and come back afterwards."""
        is_open = not getattr(view, "login_required", True) or _is_account_page(view)
        if is_open or request.user.is_authenticated:
            return None
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=HTTPStatus.UNAUTHORIZED)
            response["HX-Redirect"] = settings.LOGIN_URL and redirect_to_login("/").url
            return response
        return redirect_to_login(request.get_full_path())


def _is_account_page(view: Callable[..., HttpResponse]) -> bool:
    return view.__module__.startswith("allauth.") or view.__module__ == "django.views.i18n"
