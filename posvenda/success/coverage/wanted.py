"""The roles wanted at a customer, as the pack in force writes them; a pack may want none."""

from functools import lru_cache

import yaml

from posvenda.base import choices
from posvenda.core.stakeholders import Roles, load_roles
from posvenda.success.definitions import FOLDER
from posvenda.success.texts import with_texts


def in_force() -> Roles:
    """This will give the wanted roles of the pack in force."""
    return of_pack(str(choices.get("pack")))


@lru_cache(maxsize=16)
def of_pack(name: str) -> Roles:
    """This will give the wanted roles of a pack."""
    path = FOLDER / name / "stakeholders.yaml"
    if not path.exists():
        return ()
    return load_roles(with_texts(yaml.safe_load(path.read_text(encoding="utf-8"))))
