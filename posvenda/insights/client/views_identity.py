"""The part of a customer's page that says what it is recognised by, and whom it hangs with."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from posvenda.base.requests import Request
from posvenda.customers.identity import relations
from posvenda.customers.identity.page import shown
from posvenda.insights.client.page import context, subject


@require_GET
def identities(request: Request, public_id: str) -> HttpResponse:
    """This will show every name the customer is known by, since when and by which rule."""
    about = subject(request, public_id)
    values = context(about, request, "client_identities")
    values |= {
        "identities": shown.identities(about.customer),
        "ties": relations.ties(about.customer, on=request.today),
        "changes": shown.changes_of(about.customer),
        "household": about.row.get("who.household_size"),
        "pays_for": about.row.get("who.pays_for"),
        "may_manage": request.user.may_manage,
    }
    return render(request, "insights/client/identities.html", values)
