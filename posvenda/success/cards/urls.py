"""Addresses of *Sinais*."""

from django.urls import path

from posvenda.success.cards import views

urlpatterns = [
    path("saude/sinais/", views.signals, name="health_signals"),
    path("saude/sinais/<slug:public_id>/", views.handle, name="health_signal"),
    path(
        "saude/sinais/<slug:public_id>/ficha-volta/", views.end_override, name="health_override_end"
    ),
]
