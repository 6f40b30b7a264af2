"""The base room as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    """Users, audit, jobs, clock, settings kept as data."""

    name = "posvenda.base"
    label = "base"

    def ready(self) -> None:
        """This will put the settings on the menu and give the pages the company's name."""
        from posvenda.base import choices, jobs, upkeep
        from posvenda.ui import context, menu

        context.name_company(lambda: str(choices.get("company")))
        jobs.repeat("jobs.upkeep", upkeep.upkeep, jobs.daily_at(4))
        menu.add(
            menu.Entry(
                section="system",
                key="settings",
                label=_("Settings"),
                icon="settings",
                url_name="settings",
            )
        )
