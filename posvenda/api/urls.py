"""Addresses of the api room."""

from django.urls import path

from posvenda.api.imports.page import preset_views, views

urlpatterns = [
    path("importar/", views.imports, name="imports"),
    path("importar/modelos/", preset_views.presets_page, name="import_presets"),
    path("importar/modelos/<slug:name>.yaml", preset_views.text, name="import_preset"),
    path("importar/modelos/<slug:name>/apagar/", preset_views.drop, name="import_preset_drop"),
    path("importar/<slug:public_id>/", views.run_page, name="import"),
    path("importar/<slug:public_id>/colunas/", views.choose, name="import_columns"),
    path("importar/<slug:public_id>/voltar/", views.back, name="import_back"),
    path("importar/<slug:public_id>/comecar/", views.begin, name="import_begin"),
    path("importar/<slug:public_id>/parar/", views.stop, name="import_stop"),
    path("importar/<slug:public_id>/problemas.csv", views.problems, name="import_problems"),
]
