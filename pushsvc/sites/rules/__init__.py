"""National rules for government sites as versioned YAML. Each file names its source: where a rule changes, only a file does."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@cache
def rules(name: str) -> Mapping[str, Any]:
    """The rules of one file: `rules("page_tags")`. Every file has `version` and `source`."""
    read: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return read
