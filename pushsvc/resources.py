"""The words that citizens read: the copy inside the installed package, else the repository's `templates/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

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
