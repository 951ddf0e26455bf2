"""The two languages that pushsvc writes."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]

#: A date in English names its month: 3/4 is March to one reader and April to another.
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
