"""The api room as Django knows it."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """The doors."""

    name = "posvenda.api"
    label = "api"

    def ready(self) -> None:
        """This will put *Importar* and *Chaves* on the menu of those who manage."""
        from posvenda.api.rest import jobs as rest
        from posvenda.base import jobs
        from posvenda.ui import menu

        jobs.repeat("api-prune", rest.prune, jobs.every(3_600))

        menu.add(
            menu.Entry(
                section="data",
                key="imports",
                label=_("Import"),
                icon="upload",
                url_name="imports",
                goto="u",
                order=10,
                permission=_may_manage,
            ),
            menu.Entry(
                section="data",
                key="keys",
                label=_("Keys"),
                icon="lock",
                url_name="keys",
                permission=_may_manage,
                order=30,
            ),
        )


def _may_manage(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "may_manage", False))
