"""Addresses of the back-test."""

from django.urls import path

from posvenda.success.backtest import views

urlpatterns = [
    path("", views.page, name="backtest"),
    path("testar/", views.start, name="backtest_start"),
    path("andamento/", views.progress, name="backtest_progress"),
    path("<str:public_id>/", views.page, name="backtest_run"),
    path("<str:public_id>/publicar/", views.publish, name="backtest_publish"),
]
