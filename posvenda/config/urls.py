"""Addresses: each room keeps its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("posvenda.base.urls")),
    path("", include("posvenda.customers.urls")),
    path("", include("posvenda.conversations.urls")),
    path("", include("posvenda.journeys.urls")),
    path("", include("posvenda.success.urls")),
    path("", include("posvenda.insights.urls")),
    path("", include("posvenda.api.urls")),
]
