"""The api room as Django knows it."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ApiConfig(AppConfig):
    """The doors."""

    name = "posvenda.api"
    label = "api"

    def ready(self) -> None:
        """This will put the doors on the menu of those who manage, and their work on the clock."""
        from posvenda.api import held, jobs, privacy
        from posvenda.api import menu as counts
        from posvenda.api.imports import forgetting
        from posvenda.api.rest import jobs as rest
        from posvenda.api.sources import reading
        from posvenda.api.webhooks import asks, letters
        from posvenda.base import announcements, deadletters
        from posvenda.base import jobs as schedule
        from posvenda.customers import holdings
        from posvenda.customers.privacy import places
        from posvenda.ui import menu

        counts.add_counts()
        holdings.declare(*held.HOLDINGS)
        deadletters.open_door(letters.DOOR)
        schedule.repeat("webhooks.take_in", jobs.take_webhooks_in, schedule.every(4))
        schedule.repeat("webhooks.watch", jobs.watch_webhooks, schedule.every(60))
        places.declare(*forgetting.PLACES, *privacy.PLACES)
        asks.answer_with("consent", privacy.consent_told)
        asks.answer_with("privacy", privacy.request_told)
        schedule.repeat("keys.upkeep", jobs.forget_use_of_keys, schedule.daily_at(4))
        schedule.repeat("rest.prune", rest.prune, schedule.every(3_600))

        announcements.subscribe("import.finished", reading.on_import)
        schedule.repeat("sources.read", jobs.read_due_sources, schedule.every(20))

        menu.add(
            menu.Entry(
                section="data",
                key="imports",
                label=_("Import"),
                icon="upload",
                url_name="imports",
                goto="u",
                count=counts.failing,
                order=10,
                permission=_may_manage,
            ),
            menu.Entry(
                section="data",
                key="keys",
                label=_("Keys"),
                icon="key-round",
                url_name="keys",
                permission=_may_manage,
                order=30,
            ),
            menu.Entry(
                section="data",
                key="events",
                label=_("Events"),
                icon="zap",
                url_name="events",
                permission=_may_manage,
                order=20,
            ),
            menu.Entry(
                section="data",
                key="webhooks",
                label=_("Webhooks"),
                icon="webhook",
                url_name="webhooks",
                permission=_may_manage,
                count=counts.silent,
                order=40,
            ),
            menu.Entry(
                section="data",
                key="refused",
                label=pgettext_lazy("page", "Refused"),
                icon="triangle-alert",
                url_name="refused",
                permission=_may_manage,
                count=counts.refused,
                order=50,
            ),
        )


def _may_manage(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "may_manage", False))
