"""Commands about the audit trail: audit list, audit verify."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from pushsvc.bootstrap.house import open_house
from pushsvc.commands.console import FAILED, command, print_json, run, say
from pushsvc.domain.time import iso
from pushsvc.operations.audit import latest_deeds
from pushsvc.operations.audit_check import Break, Checked
from pushsvc.operations.audit_check import verify as check

audit = typer.Typer(no_args_is_help=True, help="Who did what: list it, and check that nobody changed it.")

_BROKEN = {
    "changed": "row {id} is not as it was written, or a row just before it is gone",
    "removed": "rows before row {id} are gone",
    "inserted": "row {id} was not written by pushsvc",
    "cut": "rows after row {id} are gone",
    "unsealed": "the seal that names the last row is missing: rows after row {id} may be gone",
    "head": "row {id} is not the one whose head you gave: the trail was replaced",
}


@audit.command("list")
@command
def list_deeds(
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000)] = 100,
    before: Annotated[int | None, typer.Option("--before", help="Only rows with a lower id: the next page.")] = None,
) -> None:
    """Print what people did here, newest first, one JSON object a line."""

    async def work() -> None:
        async with open_house() as house, house.database.read() as tx:
            for deed in await latest_deeds(tx, limit=limit, before=before):
                print_json(
                    {
                        "id": deed.audit_id, "at": iso(deed.at), "who": deed.who, "action": deed.action,
                        "subject": deed.subject, "detail": dict(deed.detail),
                    }
                )  # fmt: skip

    run(work())


@audit.command("verify")
@command
def verify(
    head: Annotated[str | None, typer.Option("--head", help="What an earlier check printed: it must be found again.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check that no row of the audit trail was changed, removed or inserted. Exit 1 names the first that was."""

    async def work() -> Checked:
        async with open_house() as house, house.database.read() as tx:
            return await check(tx, head=head)

    found = run(work())
    if as_json:
        print_json(
            {
                "whole": found.whole, "rows": found.rows, "head": found.head, "chained_late": found.chained_late,
                "broken": {"id": found.broken.audit_id, "what": found.broken.what} if found.broken else None,
            }
        )  # fmt: skip
    else:
        sys.stdout.write(f"{found.head}\n")
    if found.chained_late:
        say(f"{found.chained_late} rows were here before the chain: what happened to them until then it cannot say.")
    if found.broken:
        say(f"error: {_words(found.broken)}")
        raise typer.Exit(FAILED)
    say(f"{found.rows} rows, whole. Keep the line above elsewhere: `pushsvc audit verify --head LINE` finds it again.")


def _words(broken: Break) -> str:
    return _BROKEN[broken.what].format(id=broken.audit_id)
