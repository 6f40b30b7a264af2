"""Addresses of the base room: health checks, sign-in, language, settings."""

from allauth.account import views as account
from django.urls import include, path

from posvenda.base import settings_pages, views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("entrar/", account.login, name="account_login"),
    path("sair/", account.logout, name="account_logout"),
    path("conta/nova/", account.signup, name="account_signup"),
    path("conta/inativa/", account.account_inactive, name="account_inactive"),
    path("conta/senha/", account.password_change, name="account_change_password"),
    path("idioma/", include("django.conf.urls.i18n")),
    path("configuracoes/", settings_pages.settings_page, name="settings"),
    path("configuracoes/empresa/", settings_pages.company, name="settings_company"),
    path("configuracoes/pessoas/nova/", settings_pages.person, name="person_new"),
    path("configuracoes/pessoas/<int:pk>/", settings_pages.person, name="person"),
]
