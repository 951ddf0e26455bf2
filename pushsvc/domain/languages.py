"""The two languages that pushsvc writes."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]
