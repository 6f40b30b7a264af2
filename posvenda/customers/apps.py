"""The customers room as Django knows it."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Who."""

    name = "posvenda.customers"
    label = "customers"

    def ready(self) -> None:
        """This will put what this room knows about a customer on sheet and timeline."""
        from posvenda.base import announcements
        from posvenda.base import jobs as schedule
        from posvenda.customers import facts, history, jobs, timeline, who

        facts.provide(who.WHO)
        facts.provide(who.ATTRIBUTES)
        timeline.provide(*history.SOURCES)
        for kind in ("import.finished", "import.undone", "config.published"):
            announcements.subscribe(kind, jobs.on_news)
        for kind in ("import.finished", "import.undone"):
            announcements.subscribe(kind, jobs.on_import)
        schedule.repeat("sheet.day", jobs.refresh, schedule.daily_at(0))
        schedule.repeat("sheet.fold", jobs.fold, schedule.every(60))
