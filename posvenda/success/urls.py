"""Addresses of the success room."""

from django.urls import include, path

from posvenda.success import views

urlpatterns = [
    path("configuracoes/ramo/", views.pack, name="settings_pack"),
    path("saude/validacao/", include("posvenda.success.backtest.urls")),
    path("", include("posvenda.success.cards.urls")),
]
