"""Commands of operators: migrate, doctor, backup, restore, channel pause and resume."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pushsvc.bootstrap.doctor import examine
from pushsvc.bootstrap.house import open_house, secret_key
from pushsvc.clock import SystemClock
from pushsvc.commands.console import FAILED, command, run, say
from pushsvc.errors import NotDurable
from pushsvc.operations import paused_channels
from pushsvc.settings import read_settings
from pushsvc.storage import backup as backups
from pushsvc.storage import restore as restores
from pushsvc.storage.database import Database
from pushsvc.storage.log_to_outbox import leave_the_log
from pushsvc.storage.looking import look
from pushsvc.storage.migrations import migrate as migrate_database
from pushsvc.storage.moving import Moved, move

channel = typer.Typer(no_args_is_help=True, help="Pause and resume channels.")


@command
def migrate(
    source: Annotated[
        str | None,
        typer.Option("--from", help="Move this file (sqlite:///PATH) into the empty PostgreSQL that DATABASE_URL names."),
    ] = None,
) -> None:
    """Bring the database's schema up to date, and where ENGINE_URL names Kafka make its topics; or move an embedded file."""
    settings = read_settings()
    kafka = settings.engine_url

    async def work() -> None:
        database = Database(settings.database_url, name="pushsvc migrate")
        try:
            if database.dialect == "postgresql" and (trouble := await look(database)):
                raise NotDurable(trouble)
            if source is not None:
                _say_moved(await move(source, database, secret_key(settings), to_kafka=kafka is not None))
            applied = await migrate_database(database)
            say(f"migrated: {', '.join(applied)}" if applied else "The schema is current.")
            if kafka is None:
                return
            if carried := await leave_the_log(database):
                say(f"{carried} records that the embedded engine had not worked on are on their way to the topics.")
            from pushsvc.streams.kafka.topics import make_topics  # a third of a second, only where there is a broker

            made = await make_topics(kafka)
            say(f"topics made: {', '.join(sorted(made))}" if made else "The topics are there.")
        finally:
            await database.close()

    run(work())


def _say_moved(moved: Moved) -> None:
    rows, tables = sum(moved.rows.values()), sum(1 for count in moved.rows.values() if count)
    say(f"{rows} rows of {tables} tables moved from {moved.path}; read back, each table has the same rows and values.")
    if moved.carried:
        say(f"{moved.carried} records that had not been worked on wait in the outbox for Kafka.")
    say("Keep SECRET_KEY as it is. Start pushsvc on the new database only: started on the file as well, both tell people.")


@command
def doctor() -> None:
    """Check every setting and dependency; each failure comes with its mend. Exit 1 when something is wrong."""
    findings = run(examine(read_settings()))
    for finding in findings:
        sys.stdout.write(f"{'ok  ' if finding.good else 'FAIL'}  {finding.part}: {finding.words}\n")
    if not all(finding.good for finding in findings):
        raise typer.Exit(FAILED)


@command
def backup(folder: Annotated[Path, typer.Argument(help="A folder; the backup becomes a file in it.")]) -> None:
    """Write a consistent copy while the service runs, encrypted like the vault."""

    async def work() -> None:
        async with open_house() as house:
            done = await backups.backup(house.database, house.secret_key, folder, house.clock)
            say(f"{done.path}: {sum(done.rows.values())} rows")

    run(work())


@command
def restore(folder: Annotated[Path, typer.Argument(help="A backup file, or a folder: then its newest.")]) -> None:
    """Restore a backup into an empty database. The service then starts paused: `pushsvc channel resume all` lets it send."""

    async def work() -> None:
        settings = read_settings()
        database = Database(settings.database_url)
        try:
            done = await restores.restore(database, secret_key(settings), folder, SystemClock())
        finally:
            await database.close()
        say(
            f"{sum(done.rows.values())} rows of {done.made_at} are back; {done.unknown} deliveries that were due are unknown. "
            "Every channel is paused: `pushsvc channel resume all` lets messages leave again."
        )

    run(work())


@channel.command("pause")
@command
def pause(name: Annotated[str, typer.Argument(help="email, sms, wechat or all")]) -> None:
    """Send nothing more on a channel; what is planned waits."""

    async def work() -> None:
        async with open_house() as house:
            paused = await paused_channels.pause(house.database, house.clock, name)
            say(f"paused: {', '.join(paused) or 'nothing; it was paused already'}")

    run(work())


@channel.command("resume")
@command
def resume(name: Annotated[str, typer.Argument(help="email, sms, wechat or all")]) -> None:
    """Send on a channel again."""

    async def work() -> None:
        async with open_house() as house:
            resumed = await paused_channels.resume(house.database, house.clock, name)
            say(f"resumed: {', '.join(resumed) or 'nothing; it was not paused'}")

    run(work())
