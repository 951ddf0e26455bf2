"""The files in which operators write down what a provider has approved."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pushsvc.errors import BadSetting

Written = TypeVar("Written", bound=BaseModel)


def read_approved(
    path: Path, model: type[Written], before: Callable[[dict[str, Any]], dict[str, Any]] = lambda read: read
) -> Written:
    """The TOML file as `model`; `before` may fill something in first. BadSetting names the file, the field and the rule."""
    try:
        return model.model_validate(before(tomllib.loads(path.read_text("utf-8"))))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadSetting(f"{path}: it cannot be read as TOML ({error})") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise BadSetting(f"{path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
