"""SECRET_KEY where none is set: made once for this HOME, readable by its owner only."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from pushsvc.errors import BadSetting

FILE_NAME = "secret_key"


def secret_key_of(home: Path) -> str:
    """The key in `home/secret_key`, made on first use (for `dev`; production sets SECRET_KEY).

    The file appears whole or not at all, so of two processes that start together both read the same key.
    """
    try:
        return _read_or_make(home)
    except OSError as fault:
        raise BadSetting(
            f"SECRET_KEY is not set, and none can be kept under HOME ({fault.filename}: {fault.strerror}); set one of the two"
        ) from None


def _read_or_make(home: Path) -> str:
    path = home / FILE_NAME
    home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = home / f".{FILE_NAME}.{os.getpid()}.{secrets.token_hex(4)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(handle, f"{secrets.token_urlsafe(32)}\n".encode())
            os.fsync(handle)
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            os.close(handle)
            draft.unlink()
    key = path.read_text(encoding="ascii", errors="replace").strip()
    if not key:
        raise BadSetting(f"SECRET_KEY: {path} is empty; put the key back that this database was made with")
    return key
