"""Who may open the page: people who manage."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase

from posvenda.base.requests import Request

View = Callable[..., HttpResponseBase]


def for_managers(view: View) -> View:
    """This will let in only people who may manage."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.may_manage:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
