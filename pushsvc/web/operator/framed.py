"""An email shown in a frame of the mailbox viewer: its own inline style and nothing else, its links in a new window."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser

_BASE = '<base target="_blank">'
_HEAD = "<head>"


def framed(html: str) -> tuple[str, str]:
    """The email's HTML for the frame, and its Content-Security-Policy.

    An email carries its style inline. The policy names each style by its hash, so that nothing else counts as style, and
    no script, form or address counts at all.
    """
    reader = _Styles()
    reader.feed(html)
    reader.close()
    hashes = " ".join(sorted({_hash_of(style) for style in reader.found}))
    policy = (
        f"default-src 'none'; style-src 'unsafe-hashes' {hashes}; img-src data:; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    return html.replace(_HEAD, _HEAD + _BASE, 1), policy


def _hash_of(style: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'"


class _Styles(HTMLParser):
    """Collects the text of each `<style>` and of each `style=`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "style"
        self.found += [value for name, value in attrs if name == "style" and value is not None]

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.append(data)
