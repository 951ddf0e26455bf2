"""Commands that change who is served: sites, subscribers, accounts. Each may run beside a running service."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer

from pushsvc.bootstrap.house import House, open_house
from pushsvc.commands.console import command, print_json, run, say
from pushsvc.domain.time import iso
from pushsvc.errors import BadInput, Problem
from pushsvc.ledger.stopping import cancel_for_subscriber
from pushsvc.operations import accounts as account_book
from pushsvc.operations.sessions import end_sessions_of
from pushsvc.profiles import checking, importing
from pushsvc.profiles.follower import matchers_follow
from pushsvc.profiles.leaving import export, forget
from pushsvc.sites import keys, registry
from pushsvc.storage.tables.operations import service_messages

sites = typer.Typer(no_args_is_help=True, help="Register sites and make their signing keys.")
subscribers = typer.Typer(no_args_is_help=True, help="Import, export and erase subscribers.")
accounts = typer.Typer(no_args_is_help=True, help="Accounts of the consoles.")
_MOST_SHOWN = 50


@sites.command("import")
@command
def import_sites(
    file: Annotated[Path, typer.Argument(help="CSV: code,name,organisation,region,domains,feeds,reach")],
) -> None:
    """Register the sites of a CSV file: all of them, or none."""

    async def work() -> registry.Imported:
        async with open_house() as house:
            return await registry.import_sites(house.database, house.clock, _text(file))

    done = run(work())
    say(f"{done.new} sites registered, {done.changed} written anew.")


@sites.command("key")
@command
def site_key(site: Annotated[str, typer.Argument(help="The site's ten-character code.")]) -> None:
    """Make a signing key for a site, and print it once. It is kept sealed; nobody can print it again."""

    async def work() -> str:
        async with open_house() as house:
            return await keys.make_key(house.database, house.vault, house.clock, house.random_bytes, site)

    sys.stdout.write(run(work()) + "\n")


@subscribers.command("import")
@command
def import_subscribers(
    file: Annotated[Path, typer.Argument(help="JSON lines, a subscriber each.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every line and change nothing.")] = False,
) -> None:
    """Import subscribers with the evidence of their consent: all lines, or none."""

    async def work() -> None:
        async with open_house() as house:
            await _import(house, file, dry_run)

    run(work())


async def _import(house: House, file: Path, dry_run: bool) -> None:
    try:
        with file.open("rb") as stream:
            checked = checking.check(checking.read_lines(stream), house.clock)
    except OSError as error:
        raise BadInput(Problem(str(file), f"cannot be read: {error.strerror}")) from None
    if dry_run:
        say(f"{checked.lines} lines are good. Nothing was changed.")
        return
    done = await importing.apply(house.database, house.vault, house.clock, checked, _progress())
    for line in (*done.skipped[:_MOST_SHOWN], *done.warnings[:_MOST_SHOWN]):
        say(line)
    hidden = max(0, len(done.skipped) - _MOST_SHOWN) + max(0, len(done.warnings) - _MOST_SHOWN)
    if hidden:
        say(f"… and {hidden} more lines of this kind")
    say(f"{done.added} subscribers added, {done.updated} lines written, {len(done.skipped)} skipped.")
    match await matchers_follow(house.database, house.clock, done.change_no):
        case "none":
            say("No matcher runs: the import takes effect when the service starts.")
        case "behind":
            say("The matcher is still reading the import; it will have followed in a moment.")
        case "followed":
            say("The matcher knows them.")


@subscribers.command("export")
@command
def export_subscribers(
    subscriber: Annotated[str | None, typer.Argument(help="One subscriber's id; none: everybody.")] = None,
) -> None:
    """Print subscribers as import lines."""

    async def work() -> None:
        async with open_house() as house:
            async for line in export(house.database, house.vault, house.clock, subscriber):
                print_json(line)

    run(work())


@subscribers.command("erase")
@command
def erase_subscriber(subscriber: Annotated[str, typer.Argument(help="The subscriber's id.")]) -> None:
    """Forget a subscriber: contacts and profile go, what was planned is cancelled, sign-ins end, the counts stay."""

    async def work() -> None:
        async with open_house() as house:
            now = house.clock.now()
            async with house.database.write() as tx:
                number = await forget(tx, house.vault, subscriber, now)
                await cancel_for_subscriber(tx, number, now)
                await tx.execute(sa.delete(service_messages).where(service_messages.c.subscriber_no == number))
                await end_sessions_of(tx, "citizen", str(number))

    run(work())
    say(f"{subscriber} is erased.")


@accounts.command("add")
@command
def add_account(
    name: str,
    role: Annotated[str, typer.Option("--role", help="viewer, publisher, operator, approver or admin")],
    site: Annotated[str | None, typer.Option("--site", help="A publisher's site.")] = None,
) -> None:
    """Add a console account, and print its one-time password."""

    async def work() -> str:
        async with open_house() as house:
            return await account_book.add_account(house.database, house.clock, name, role, site)

    sys.stdout.write(run(work()) + "\n")


@accounts.command("list")
@command
def list_accounts() -> None:
    """Print the accounts, one JSON object a line."""

    async def work() -> None:
        async with open_house() as house:
            for account in await account_book.list_accounts(house.database):
                print_json({**asdict(account), "created_at": iso(account.created_at)})

    run(work())


@accounts.command("reset")
@command
def reset_account(name: str) -> None:
    """Give an account a new one-time password, and print it."""

    async def work() -> str:
        async with open_house() as house:
            return await account_book.reset_account(house.database, house.clock, name)

    sys.stdout.write(run(work()) + "\n")


@accounts.command("disable")
@command
def disable_account(name: str) -> None:
    """Close an account."""

    async def work() -> None:
        async with open_house() as house:
            await account_book.disable_account(house.database, house.clock, name)

    run(work())
    say(f"{name} can sign in no more.")


def _progress() -> importing.Progress | None:
    if not sys.stderr.isatty():
        return None

    def show(done: int, whole: int) -> None:
        sys.stderr.write(f"\r{done:>9} of {whole}" + ("\n" if done >= whole else ""))
        sys.stderr.flush()

    return show


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(Problem(str(file), f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError:
        raise BadInput(Problem(str(file), "is not UTF-8; save it as UTF-8")) from None
