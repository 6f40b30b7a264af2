"""Addresses of the insights room."""

from django.urls import path

from posvenda.insights import views
from posvenda.insights.clients.urls import urlpatterns as clients

urlpatterns = [
    path("", views.home, name="today"),
    path("hoje/<str:public_id>/<slug:play>/", views.act, name="today_act"),
    path("hoje/<str:public_id>/<slug:play>/adiar/", views.later, name="today_later"),
    path("hoje/decisoes/<str:public_id>/desfazer/", views.undo, name="today_undo"),
    *clients,
]
