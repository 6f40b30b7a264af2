"""Addresses of the insights room."""

from django.urls import URLPattern, URLResolver, path

from posvenda.insights import views
from posvenda.insights.client.urls import urlpatterns as client
from posvenda.insights.clients.urls import urlpatterns as clients

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="today"),
    path("hoje/<str:public_id>/<slug:play>/", views.act, name="today_act"),
    path("hoje/<str:public_id>/<slug:play>/adiar/", views.later, name="today_later"),
    path("hoje/decisoes/<str:public_id>/desfazer/", views.undo, name="today_undo"),
    *clients,
    *client,
]
