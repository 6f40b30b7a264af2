"""Privacy as Django knows it: tables of their own beside those of the customers room."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """Consents, requests, erasures."""

    name = "posvenda.customers.privacy"
    label = "privacy"

    def ready(self) -> None:
        """This will put consents on sheet and timeline and declare what is held here."""
        from posvenda.base import announcements, deadletters
        from posvenda.base import jobs as schedule
        from posvenda.customers import facts, holdings, timeline
        from posvenda.customers.privacy import facts as consents
        from posvenda.customers.privacy import held, history, jobs, places, screening
        from posvenda.ui import menu

        facts.provide(consents.CONSENT)
        timeline.provide(*history.SOURCES)
        holdings.declare(*held.HOLDINGS)
        places.declare(*places.OURS)
        deadletters.screen_with(screening.letters)
        announcements.subscribe("facts.built", jobs.on_sheet)
        schedule.repeat("privacy.tidy", jobs.tidy, schedule.daily_at(4))
        menu.add(
            menu.Entry(
                section="data",
                key="privacy",
                label=_("Privacy"),
                icon="lock",
                url_name="privacy",
                permission=_may_manage,
                count=_overdue,
                order=70,
            )
        )


def _may_manage(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "may_manage", False))


def _overdue(request: HttpRequest) -> int | None:
    from posvenda.customers.privacy import requests

    return requests.overdue(today=request.today) or None  # type: ignore[attr-defined]
