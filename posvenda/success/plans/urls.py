"""Addresses of onboarding plans."""

from django.urls import path

from posvenda.success.plans import public, views

urlpatterns = [
    path("jornada/implantacao/", views.plans, name="plans"),
    path("jornada/implantacao/<str:public_id>/", views.plan, name="plan"),
    path(
        "jornada/implantacao/<str:public_id>/marcos/<int:milestone>/", views.mark, name="plan_mark"
    ),
    path("jornada/implantacao/<str:public_id>/link/", views.share, name="plan_share"),
    path("plano/<str:token>/", public.page, name="plan_public"),
]
