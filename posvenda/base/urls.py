"""Addresses of the base room: health checks, sign-in, language."""

from django.urls import include, path

from posvenda.base import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("conta/", include("allauth.account.urls")),
    path("idioma/", include("django.conf.urls.i18n")),
]
