"""The api room as Django knows it."""

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """The doors."""

    name = "posvenda.api"
    label = "api"

    def ready(self) -> None:
        """This will put *Importar* on the menu of those who manage."""
        from posvenda.api.imports import forgetting
        from posvenda.customers.privacy import places
        from posvenda.ui import menu

        places.declare(*forgetting.PLACES)
        menu.add(
            menu.Entry(
                section="data",
                key="imports",
                label=_("Import"),
                icon="upload",
                url_name="imports",
                goto="u",
                permission=_may_manage,
            )
        )


def _may_manage(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "may_manage", False))
