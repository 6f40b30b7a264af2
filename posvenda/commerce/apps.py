"""The commerce room as Django knows it."""

from django.apps import AppConfig


class CommerceConfig(AppConfig):
    """What happened."""

    name = "posvenda.commerce"
    label = "commerce"

    def ready(self) -> None:
        """This will put what this room knows about a customer on sheet and timeline."""
        from posvenda.base import announcements, deadletters
        from posvenda.base import jobs as schedule
        from posvenda.commerce import facts as commerce
        from posvenda.commerce import forgetting, held, history, jobs, offering, texts, usage
        from posvenda.commerce.tracking import flushing, joining, letters, published
        from posvenda.commerce.tracking import jobs as tracking
        from posvenda.customers import facts, holdings, timeline
        from posvenda.customers.privacy import places

        holdings.declare(*held.HOLDINGS)
        holdings.declare_elsewhere(forgetting.USAGE)
        places.declare(*forgetting.PLACES)
        for provider in commerce.PROVIDERS:
            facts.provide(provider)
        facts.witness(commerce.seen)
        timeline.provide(*history.SOURCES)
        drained = schedule.every(jobs.DRAIN_SECONDS)
        schedule.repeat("lake.drain", jobs.drain, drained, when=usage.is_waiting)
        schedule.repeat("lake.compact", jobs.compact, schedule.daily_at(3))
        for kind in (published.KIND, offering.KIND):
            texts.declare(kind)
        deadletters.open_door(letters.DOOR)
        for news in ("customer.changed", "import.finished"):
            announcements.subscribe(news, tracking.on_customers)
        every = schedule.every
        schedule.repeat("tracking.flush", tracking.flush, every(2), when=flushing.is_waiting)
        schedule.repeat(
            "tracking.attach", tracking.attach, every(300), when=tracking.is_anything_held
        )
        schedule.repeat("tracking.join", tracking.join, every(120), when=joining.is_waiting)
        schedule.repeat("tracking.upkeep", tracking.upkeep, schedule.daily_at(4))
