"""The reference of the API as a page of ours, made from the OpenAPI document."""

from django.http import HttpRequest, HttpResponse


def docs(request: HttpRequest) -> HttpResponse:
    """placeholder"""
    return HttpResponse("")
