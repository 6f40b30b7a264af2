"""The product's own rules speak the reader's language in their comments, and mean the same."""

import yaml
from django.utils import translation

from posvenda.commerce.tracking import published


def test_portuguese_readers_find_portuguese_comments_and_the_same_rules() -> None:
    with translation.override("pt-br"):
        ours = published.KIND.default()
    with translation.override("en"):
        theirs = published.KIND.default()
    assert "# De quem é o evento" in ours
    assert "# Whose event it is" in theirs
    assert yaml.safe_load(ours) == yaml.safe_load(theirs)
    assert published.KIND.check(ours) == published.KIND.check(theirs) == []
