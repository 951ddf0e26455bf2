"""Passwords: hashed by argon2id; the first one is made by us, shown once, and must be changed."""

from __future__ import annotations

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pushsvc.errors import BadInput, Problem

MIN_LENGTH, MAX_LENGTH = 12, 200
#: No 0/o, 1/l/i: a one-time password is read from a screen and typed.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 5  # 99 bits

# OWASP's argon2id profile of 19 MiB and 2 passes: 20 ms and little memory, also with several people at the door.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def one_time_password() -> str:
    """Such as `k7qd4-…`: four groups of five letters and digits."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


@cache
def _nobody() -> str:
    """The hash of a password that nobody knows; made when it is first needed, not at every start."""
    return _hasher.hash(secrets.token_hex(16))


def hashed(password: str) -> str:
    return _hasher.hash(password)


def fits(password: str, password_hash: str | None) -> bool:
    """Whether it is the password. As slow for an account that does not exist (None) as for one that does."""
    if len(password) > MAX_LENGTH:
        return False
    try:
        return _hasher.verify(password_hash or _nobody(), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def check_new(password: str, name: str) -> None:
    """BadInput when `password` is too short, too long, or the account's own name."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise BadInput(Problem("password", f"must have {MIN_LENGTH} to {MAX_LENGTH} characters"))
    if name.casefold() in password.casefold() and len(password) < MIN_LENGTH + len(name):
        raise BadInput(Problem("password", "must be more than the account's name and a few signs"))
