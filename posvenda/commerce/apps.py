"""The commerce room as Django knows it."""

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    """What happened."""

    name = "posvenda.commerce"
    label = "commerce"

    def ready(self) -> None:
        """This will put what this room knows about a customer on sheet and timeline."""
        from posvenda.base import jobs as schedule
        from posvenda.commerce import facts as commerce
        from posvenda.commerce import held, history, jobs, usage
        from posvenda.customers import facts, holdings, timeline

        holdings.declare(*held.HOLDINGS)
        for provider in commerce.PROVIDERS:
            facts.provide(provider)
        facts.witness(commerce.seen)
        timeline.provide(*history.SOURCES)
        drained = schedule.every(jobs.DRAIN_SECONDS)
        schedule.repeat("lake.drain", jobs.drain, drained, when=usage.is_waiting)
        schedule.repeat("lake.compact", jobs.compact, schedule.daily_at(3))
