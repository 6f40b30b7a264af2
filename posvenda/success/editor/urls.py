"""Addresses of *Fichas*."""

from django.urls import path

from posvenda.success.editor import views, views_draft, views_preview

urlpatterns = [
    path("saude/fichas/", views.cards, name="health_cards"),
    path("saude/fichas/versoes/", views.versions, name="health_card_versions"),
    path("saude/fichas/comecar/", views_draft.start, name="health_draft_start"),
    path("saude/fichas/editar/", views_draft.edit, name="health_draft"),
    path("saude/fichas/rascunho/", views_draft.decide, name="health_draft_decide"),
    path("saude/fichas/previa/", views_preview.preview, name="health_preview"),
    path("saude/fichas/previa/testar/", views_preview.test, name="health_preview_test"),
    path("saude/fichas/publicar/", views_preview.publish, name="health_publish"),
]
