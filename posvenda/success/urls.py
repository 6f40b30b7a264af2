"""Addresses of the success room."""

from django.urls import path

from posvenda.success import views

urlpatterns = [path("configuracoes/ramo/", views.pack, name="settings_pack")]
