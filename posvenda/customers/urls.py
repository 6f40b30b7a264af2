"""Addresses of the customers room."""

from django.urls import URLPattern, URLResolver, path

from posvenda.customers.identity.page import views, views_changes
from posvenda.customers.privacy.page.urls import urlpatterns as privacy

urlpatterns: list[URLPattern | URLResolver] = [
    *privacy,
    path("identidades/", views.pairs, name="identities"),
    path("identidades/procurar/", views.look, name="identities_look"),
    path("identidades/historico/", views.changes, name="identity_changes"),
    path("identidades/historico/<int:pk>/", views_changes.change, name="identity_change"),
    path(
        "identidades/historico/<int:pk>/desfazer/", views_changes.undo, name="identity_change_undo"
    ),
    path("identidades/<int:pk>/", views.pair, name="identity_pair"),
    path("identidades/<int:pk>/unir/", views.join, name="identity_join"),
    path("identidades/<int:pk>/separados/", views.apart, name="identity_apart"),
    path("identidades/<int:pk>/filial/", views.branch, name="identity_branch"),
    path("identidades/<int:pk>/reabrir/", views.reopen, name="identity_reopen"),
    path("identidades/de/<slug:public_id>/unir/", views_changes.propose, name="identity_propose"),
    path("identidades/de/<slug:public_id>/separar/", views_changes.split, name="identity_split"),
    path("identidades/de/<slug:public_id>/vinculos/", views_changes.tie, name="identity_tie"),
    path(
        "identidades/de/<slug:public_id>/vinculos/<int:pk>/encerrar/",
        views_changes.untie,
        name="identity_untie",
    ),
]
