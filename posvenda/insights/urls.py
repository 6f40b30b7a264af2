"""Addresses of the insights room."""

from posvenda.insights.clients.urls import urlpatterns as clients

urlpatterns = [*clients]
