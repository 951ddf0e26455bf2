"""Commands that pause a site and resume it."""

from __future__ import annotations

from typing import Annotated

import typer

from pushsvc.bootstrap.house import open_house
from pushsvc.bootstrap.site_pausing import pause_site, resume_site
from pushsvc.commands.console import command, run, say

site = typer.Typer(no_args_is_help=True, help="Pause a site: it is read, and nobody is told of it. Resume it.")
_CODE = typer.Argument(help="The site's ten-character code.")


@site.command("pause")
@command
def pause(code: Annotated[str, _CODE], why: Annotated[str, typer.Option("--why", help="For the audit trail.")] = "") -> None:
    """Tell nobody of what this site publishes; it is read and planned, and waits."""

    async def work() -> None:
        async with open_house() as house:
            done = await pause_site(house, code, why=why)
            say(f"{code} {'is paused' if done.new else 'was paused already'}; {done.people} messages of it were held.")

    run(work())


@site.command("resume")
@command
def resume(code: Annotated[str, _CODE]) -> None:
    """Tell people of this site again, of what waited too."""

    async def work() -> None:
        async with open_house() as house:
            done = await resume_site(house, code)
            say(f"{code} {'is resumed' if done.new else 'was not paused'}; {done.people} messages of it go.")

    run(work())
