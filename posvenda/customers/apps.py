"""The customers room as Django knows it."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Who."""

    name = "posvenda.customers"
    label = "customers"

    def ready(self) -> None:
        """This will put what this room knows about a customer on sheet and timeline."""
        from posvenda.base import announcements
        from posvenda.base import jobs as schedule
        from posvenda.customers import facts, held, history, holdings, jobs, timeline, who
        from posvenda.customers.identity import facts as ties
        from posvenda.customers.identity import jobs as identity
        from posvenda.customers.identity import timeline as joins
        from posvenda.ui import menu

        holdings.declare(*held.HOLDINGS)
        holdings.declare_elsewhere(held.INDEX)
        facts.provide(who.WHO)
        facts.provide(ties.TIES)
        facts.provide(who.ATTRIBUTES)
        timeline.provide(*history.SOURCES, joins.SOURCE)
        for kind in ("import.finished", "import.undone", "config.published"):
            announcements.subscribe(kind, jobs.on_news)
        for kind in ("import.finished", "import.undone"):
            announcements.subscribe(kind, jobs.on_import)
        announcements.subscribe("import.finished", identity.on_import)
        schedule.repeat("sheet.day", jobs.refresh, schedule.daily_at(0))
        patched = schedule.every(jobs.PATCH_SECONDS)
        schedule.repeat("sheet.patch", jobs.patch, patched, when=jobs.is_stale)
        schedule.repeat("sheet.fold", jobs.fold, schedule.every(60))
        schedule.repeat("identities.find", identity.find, schedule.daily_at(2))
        menu.add(
            menu.Entry(
                section="data",
                key="identities",
                label=_("Identities"),
                icon="id-card",
                url_name="identities",
                permission=_may_write,
                order=60,
            )
        )


def _may_write(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "may_write", False))
