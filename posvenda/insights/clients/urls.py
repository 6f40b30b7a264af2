"""Addresses of the list of customers."""

from django.urls import path

from posvenda.insights.clients import export, filtering, palette, views, views_bulk, views_saved

urlpatterns = [
    path("buscar/", palette.palette, name="palette"),
    path("clientes/", views.clients, name="clients"),
    path("clientes/novo/", views.new, name="client_new"),
    path("clientes/filtrar/", filtering.filter_dialog, name="clients_filter"),
    path("clientes/exportar/", export.export, name="clients_export"),
    path("clientes/visoes/nova/", views_saved.save_view, name="clients_save"),
    path("clientes/visoes/<slug:public_id>/remover/", views_saved.remove_view, name="clients_drop"),
    path("clientes/lote/responsavel/", views_bulk.assign, name="clients_assign"),
    path("clientes/lote/tarefa/", views_bulk.create_task, name="clients_task"),
    path("clientes/lote/desfazer/<slug:token>/", views_bulk.give_back, name="clients_give_back"),
]
