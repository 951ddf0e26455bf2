"""The words that citizens read: the copy inside the installed package, else the repository's `templates/`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pushsvc.errors import NotFound

_PACKAGE = Path(__file__).parent


@cache
def templates_root() -> Path:
    """The folder that holds `email/`, `sms/`, `wechat/`, `web/` and the catalogues; a Jinja loader starts here.

    A wheel carries it as `pushsvc/_templates`; in a checkout it is `templates/` beside the package.
    """
    for root in (_PACKAGE / "_templates", _PACKAGE.parent / "templates"):
        if root.is_dir():
            return root
    raise NotFound(
        f"no templates: neither {_PACKAGE / '_templates'} nor {_PACKAGE.parent / 'templates'} is there; install again"
    )


def text(relative: str) -> str:
    """The text of one file under the templates, for example `text("plain/zh.toml")`. NotFound names the file."""
    root = templates_root()
    path = (root / relative).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise NotFound(f"template {relative!r} is not in {root}")
    return path.read_text(encoding="utf-8")


def names(folder: str, ending: str) -> list[str]:
    """The files of a folder under the templates, by name: `names("web/style", ".css")` gives `["web/style/base.css", …]`."""
    found = (templates_root() / folder).glob(f"*{ending}")
    return sorted(f"{folder}/{path.name}" for path in found)


@cache
def words(relative: str) -> Mapping[str, str]:
    """A TOML catalogue, each word under its dotted key, for example `words("web/zh.toml")["leave.button"]`. Read once."""
    return dict(_flat(tomllib.loads(text(relative))))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)
