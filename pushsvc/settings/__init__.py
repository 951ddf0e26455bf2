"""Every setting, read once at the start from the environment (prefix `PUSHSVC_`) and from `.env`. See CONTRACT, "Settings".

Only `bootstrap` reads them. Secrets never show in a repr or in an error.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from dotenv import dotenv_values
from pydantic import ValidationError

from pushsvc.errors import BadSetting
from pushsvc.settings.brokers import Brokers
from pushsvc.settings.fields import Settings
from pushsvc.settings.names import PREFIX, unknown
from pushsvc.settings.providers import ProviderUrl, SmtpRelay
from pushsvc.settings.writers import WriterUrl

__all__ = ["Brokers", "ProviderUrl", "Settings", "SmtpRelay", "WriterUrl", "read_settings"]


def read_settings(env_file: Path | None = Path(".env"), **given: Any) -> Settings:
    """The settings of this process; `given` ones (from the command line) win over the environment, that over `.env`.

    Raises BadSetting with one line that names every setting that is unknown or malformed.
    """
    try:
        from_file = dotenv_values(env_file) if env_file and env_file.is_file() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"{env_file} cannot be read: {error}") from None
    wrong = unknown({**from_file, **os.environ}, Settings.model_fields)
    try:
        settings = Settings(**{"_env_file": env_file, **given})
    except ValidationError as error:
        wrong += [_line(one) for one in error.errors() if one["type"] != "default_factory_not_called"]
        raise BadSetting("; ".join(wrong)) from None
    if wrong:
        raise BadSetting("; ".join(wrong))
    return settings


_RULES = {
    "int_parsing": "is not a whole number",
    "int_type": "is not a whole number",
    "greater_than": "must be more than {gt}",
    "float_parsing": "is not a number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
}


def _line(error: Any) -> str:
    name = f"{PREFIX}{str(error['loc'][0]).upper()}" if error["loc"] else "the settings"
    rule = _RULES.get(error["type"], "{error}" if error["type"] == "value_error" else error["msg"])
    return f"{name} {rule.format(**error.get('ctx', {}))}"
