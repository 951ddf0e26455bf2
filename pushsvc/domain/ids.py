"""Ids are derived from what they name, so that a repeat finds its own row instead of making a second one."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

Prefix = Literal["evt", "pub", "con", "ver", "wrk", "chg", "ntc", "dlv", "int", "end", "srv", "fed", "nam"]


def derived_id(prefix: Prefix, *parts: object) -> str:
    """`prefix_` + 128 bits of SHA-256 over the parts, in lower-case hex. Parts are JSON values; dict keys are sorted."""
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{prefix}_{hashlib.sha256(canonical.encode()).hexdigest()[:32]}"
