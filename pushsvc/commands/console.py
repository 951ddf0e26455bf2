"""What every command shares: where output goes, how errors end, and how async work is run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer
import uvloop

from pushsvc.errors import BadInput, BadSetting, InvalidRecord, NotDurable, NotFound, PushsvcError
from pushsvc.telemetry import configure_logs

P = ParamSpec("P")
T = TypeVar("T")

FAILED = 1
BAD_INPUT = 2


def print_json(value: object) -> None:
    """One JSON value on one line of stdout. A reader that went away (`| head`) ends us quietly."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """Something for a person: stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def fail(text: str, code: int = FAILED) -> typer.Exit:
    say(text)
    return typer.Exit(code)


def command(function: Callable[P, T]) -> Callable[P, T]:
    """Turns our errors into one clear line each and the exit code that CONTRACT names."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except BadInput as error:
            for problem in error.problems:
                say(f"error: {problem}")
            raise typer.Exit(BAD_INPUT) from None
        except BadSetting as error:
            raise fail(f"error: {error}", BAD_INPUT) from None
        except (NotFound, NotDurable, InvalidRecord) as error:
            raise fail(f"error: {error}") from None
        except PushsvcError as error:
            raise fail(f"error: {error}") from None
        except BrokenPipeError:
            sys.stderr.close()
            raise typer.Exit(FAILED) from None

    return run


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run async work to its end, its logs on stderr; Ctrl-C ends it with exit code 130 and no traceback."""
    configure_logs()
    try:
        return uvloop.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
