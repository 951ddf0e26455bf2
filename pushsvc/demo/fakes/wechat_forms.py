"""What the fake of WeChat has against a message: fields that are missing, foreign, or not in the form of their type.

By the table of developers.weixin.qq.com, sendMessage; written apart from what fills the fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_DAY = r"(\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|(\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}"
_HOUR = r"\d{1,2}:\d{2}(:\d{2})?"
_SPAN = r"({0})(~({0}))?"
FORMS: Mapping[str, str] = {
    "thing": r"[^\n\r\t]{1,20}",
    "number": r"(?=.{1,32}$)-?[0-9]+(\.[0-9]+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x21-\x7e]{1,32}",
    "time": _SPAN.format(rf"(({_DAY}) )?{_HOUR}"),
    "date": _SPAN.format(rf"({_DAY})( {_HOUR})?"),
    "amount": r"[¥￥$€£]?(?=[0-9.]{1,11}元?$)[0-9]{1,10}(\.[0-9]+)?元?",
    "phone_number": r"[0-9+() -]{1,17}",
    "car_number": r"[一-鿿A-Z0-9][A-Z0-9]{1,6}[一-鿿A-Z0-9]",
    "name": r"(?=.*[一-鿿])[^0-9]{1,10}|[^0-9一-鿿]{1,20}",
    "phrase": r"[一-鿿]{1,5}",
}


def wrong_field(data: Any, wanted: Mapping[str, bool]) -> str:
    """WeChat's words about the first wrong field; nothing when all are right. `wanted`: whether each must be there."""
    if not isinstance(data, dict):
        return "argument invalid! data"
    for field in data:
        if field not in wanted:
            return f"argument invalid! data.{field} is none of the template"
    for field, needed in wanted.items():
        if field not in data:
            if needed:
                return f"argument invalid! data.{field}.value is empty"
            continue
        value = data[field].get("value") if isinstance(data[field], dict) else None
        form = FORMS[field.rstrip("0123456789")]
        if not isinstance(value, str) or not re.fullmatch(form, value) or len(value.encode("utf-16-le")) > 64:
            return f"argument invalid! data.{field}.value invalid"
    return ""
