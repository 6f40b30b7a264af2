"""Addresses of the journey."""

from django.urls import path

from posvenda.success.journey import views, views_criteria

urlpatterns = [
    path("jornada/", views.journey, name="journey"),
    path("jornada/etapa/<slug:stage>/", views.more, name="journey_more"),
    path("jornada/criterios/", views_criteria.criteria, name="journey_criteria"),
]
