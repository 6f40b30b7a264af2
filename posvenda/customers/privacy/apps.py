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
        from posvenda.customers.privacy import (
            erasing,
            held,
            history,
            jobs,
            places,
            requests,
            screening,
        )
        from posvenda.customers.privacy import facts as consents
        from posvenda.ui import menu, tallies

        facts.provide(consents.CONSENT)
        timeline.provide(*history.SOURCES)
        holdings.declare(*held.HOLDINGS)
        places.declare(*places.OURS)
        deadletters.screen_with(screening.letters)
        announcements.subscribe("facts.built", jobs.on_sheet)
        schedule.repeat("privacy.tidy", jobs.tidy, schedule.daily_at(4))
        schedule.repeat("privacy.scrub", jobs.scrub, schedule.every(3_600), when=erasing.waits)
        tallies.add("overdue", lambda r: requests.overdue(today=r.today).values("pk"))  # type: ignore[attr-defined]
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
    from posvenda.ui import tallies

    return tallies.of(request, "overdue") or None
