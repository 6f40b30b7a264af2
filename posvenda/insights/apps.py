"""The insights room as Django knows it."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class InsightsConfig(AppConfig):
    """Looking across."""

    name = "posvenda.insights"
    label = "insights"

    def ready(self) -> None:
        """This will put *Hoje* and *Clientes* on the menu, with how much waits in them."""
        from posvenda.customers import holdings
        from posvenda.insights import held
        from posvenda.ui import menu

        holdings.declare(*held.HOLDINGS)
        menu.add(
            menu.Entry(
                section="today",
                key="today",
                label=_("Today"),
                icon="sun",
                url_name="today",
                goto="h",
                count=_waiting,
                order=0,
                tab=True,
            ),
            menu.Entry(
                section="know",
                key="clients",
                label=_("Customers"),
                icon="users",
                url_name="clients",
                goto="c",
                count=_visible,
                order=0,
                tab=True,
            ),
        )


def _visible(request: HttpRequest) -> int | None:
    from posvenda.base.models import User
    from posvenda.insights import today
    from posvenda.insights.clients import listing

    if not isinstance(request.user, User):
        return None
    return listing.count(request.user, today.asked_by(request).view)  # type: ignore[arg-type]


def _waiting(request: HttpRequest) -> int | None:
    from posvenda.base.models import User
    from posvenda.insights import today

    if not isinstance(request.user, User):
        return None
    return today.count(request.user, today.asked_by(request))  # type: ignore[arg-type]
