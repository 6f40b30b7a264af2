"""What an operation tells the door about itself, and its usual parameters."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from ninja.params.functions import Path, Query

F = TypeVar("F", bound=Callable[..., Any])
Limit = Annotated[int, Query(50, ge=1, le=200, description="Rows of a page")]
IdPath = Annotated[str, Path(max_length=400, description="The `id` of the object")]


def needs(scope: str, *, is_long: bool = False) -> Callable[[F], F]:
    """This will say which scope an operation needs, and whether it commits part by part."""

    def mark(view: F) -> F:
        view.scope, view.is_long = scope, is_long  # type: ignore[attr-defined]
        return view

    return mark
