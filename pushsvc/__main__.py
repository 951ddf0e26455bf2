"""The command line: `pushsvc COMMAND`. What each command does stands in pushsvc/commands/."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

#: Where each command, or group of commands, stands. A module is loaded when its command is called: `pushsvc match` has no
#: need of a mail library, and every import costs its part of a second.
COMMANDS = {
    "dev": "service:dev",
    "serve": "service:serve",
    "worker": "service:worker",
    "schedule": "service:schedule",
    "migrate": "operations:migrate",
    "doctor": "operations:doctor",
    "sites": "records:sites",
    "subscribers": "records:subscribers",
    "accounts": "records:accounts",
    "backup": "operations:backup",
    "restore": "operations:restore",
    "event": "events:events",
    "release": "events:release",
    "summarise": "documents:summarise",
    "match": "documents:match",
    "verify": "documents:verify",
    "taxonomy": "documents:show_taxonomy",
    "trace": "events:trace",
    "dlq": "events:dlq",
    "channel": "operations:channel",
    "site": "site_pausing:site",
    "audit": "audit:audit",
}


class Commands(TyperGroup):
    """The commands by name, each loaded at its first use."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"pushsvc.commands.{module}"), name)
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)  # a group of one stays a group: `pushsvc event send`
        else:
            alone = typer.Typer(add_completion=False)
            alone.command(cmd_name)(found)
            command = get_command(alone)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="pushsvc",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def pushsvc() -> None:
    """Government publications become a few plain, true sentences for exactly the people whom they concern."""


def main() -> None:
    """Run the command that the arguments name."""
    # What we write holds profiles and messages: nobody but our own user reads it.
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Half of a surrogate pair is no UTF-8; written as \udc00 it is still JSON.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    for number, argument in enumerate(sys.argv[1:], 1):
        if not argument.isascii() and argument != argument.encode(errors="replace").decode():
            sys.exit(_not_utf8(number, argument))
    app()


def _not_utf8(number: int, argument: str) -> int:
    sys.stderr.write(f"error: argument {number}, {argument!r}, is not UTF-8: set LANG=C.UTF-8, or rename the file\n")
    return 2


if __name__ == "__main__":
    main()
