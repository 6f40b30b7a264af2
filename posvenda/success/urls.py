"""Addresses of the success room."""

from django.urls import URLPattern, URLResolver, include, path

from posvenda.success import views
from posvenda.success.journey.urls import urlpatterns as journey
from posvenda.success.plans.urls import urlpatterns as plans

urlpatterns: list[URLPattern | URLResolver] = [
    path("configuracoes/ramo/", views.pack, name="settings_pack"),
    path("saude/validacao/", include("posvenda.success.backtest.urls")),
    path("", include("posvenda.success.cards.urls")),
    path("", include("posvenda.success.editor.urls")),
    *journey,
    *plans,
]
