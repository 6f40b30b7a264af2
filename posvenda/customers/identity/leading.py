"""A record that was joined to another leads there: its page, its links, its bookmarks."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from posvenda.base.models import User
from posvenda.customers.identity.resolution import canonical
from posvenda.customers.models import Customer


class JoinedElsewhere(Http404):
    """Raised when a page is asked of a record that is part of another customer now."""

    def __init__(self, was: str, stands: Customer) -> None:
        self.was, self.stands = was, stands
        super().__init__(f"{was} is part of {stands.public_id}")


def lead(public_id: str, user: User) -> None:
    """This will raise where to go, when the record is part of a customer the user may see."""
    joined = Customer.objects.exclude(merged_into=None).filter(public_id=public_id).first()
    if joined is None:
        return
    stands = canonical([joined.pk])[joined.pk]
    found = Customer.objects.visible_to(user).filter(pk=stands).first()
    if found is not None:
        raise JoinedElsewhere(public_id, found)


class LeadingMiddleware:
    """Sends who asks for a joined record to the customer that stands, at the same tab."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """This will turn the news of a join into a redirect; posting to a joined record fails."""
        if not isinstance(error, JoinedElsewhere) or request.method != "GET":
            return None
        return redirect(request.get_full_path().replace(error.was, error.stands.public_id, 1))
