"""Commands about events and what became of them: event send, trace, release, dlq."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pushsvc.bootstrap.house import House, open_house
from pushsvc.commands.console import FAILED, command, print_json, run, say
from pushsvc.errors import BadInput, NotFound, Problem
from pushsvc.ledger import holding
from pushsvc.ledger.funnel import funnel
from pushsvc.operations.audit import COMMAND_LINE, note
from pushsvc.sites.bodies import Malformed, TooLarge, read_json
from pushsvc.streams import dead_letters

events = typer.Typer(no_args_is_help=True, help="Publish events as a site would.")
dlq = typer.Typer(no_args_is_help=True, help="Dead letters: look at them, and replay them.")
ENDED = ("done", "no_audience", "dead")
_HIGHEST_ID = 2**63 - 1
_LOOK_SECONDS = 0.1
_WAIT_SECONDS = 120.0


@events.command("send")
@command
def send(
    what: Annotated[str, typer.Argument(help="The address of a page, or a JSON file with an event.")],
    site: Annotated[str | None, typer.Option("--site", help="The site that publishes it.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it is through, and print its funnel.")] = False,
) -> None:
    """Publish one event as a site would. Prints the event id and, with --wait, its funnel."""

    async def work() -> bool:
        async with open_house() as house:
            sent = await house.intake.send(_document(what), site=site, origin="cli", webhook_id=f"cli-{secrets.token_hex(12)}")
            sys.stdout.write(sent.event_id + "\n")
            sys.stdout.flush()
            return await _follow(house, sent.event_id) if wait else True

    if not run(work()):
        raise typer.Exit(FAILED)


async def _follow(house: House, event_id: str) -> bool:
    end = asyncio.get_running_loop().time() + _WAIT_SECONDS
    while True:
        async with house.database.read() as tx:
            found = await funnel(tx, event_id)
        through = found is not None and found["state"] in ENDED
        if through or asyncio.get_running_loop().time() > end:
            print_json(found)
            if not through:
                say(f"error: not through after {_WAIT_SECONDS:g} s; is `pushsvc dev` or `serve` running on these settings?")
            return through and found is not None and found["state"] != "dead"
        await asyncio.sleep(_LOOK_SECONDS)


@command
def trace(
    what: Annotated[str, typer.Argument(help="An event, publication, notice, delivery or subscriber id.")],
    event: Annotated[str | None, typer.Argument(help="With a subscriber: an event id, a publication id or an address.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Follow one id through all the stages; with two ids: did she get it, and why (not)?"""

    async def work() -> Any:
        async with open_house() as house, house.database.read() as tx:
            return await (house.trace(tx, what) if event is None else house.trace_pair(tx, what, event))

    found = run(work())
    if found is None:
        if event is not None:
            raise NotFound(
                f"either no subscriber is called {what!r} or no event {event!r}: "
                "give a subscriber's id, then an event id, a publication id or an address"
            )
        raise NotFound(f"nothing here is called {what!r}: give an event, publication, notice, delivery or subscriber id")
    if as_json:
        print_json(found)
    else:
        for line in _in_lines(found):
            sys.stdout.write(line + "\n")


@command
def release(event: Annotated[str, typer.Argument(help="An event that waits because it reaches more than MAX_PEOPLE.")]) -> None:
    """Let an event go that waits for an operator."""

    async def work() -> None:
        async with open_house() as house:
            async with house.database.write() as tx:
                new = await holding.release_now(tx, event, house.clock)
                await house.publisher.publish(tx, await holding.release(tx, event, house.clock))
                if new:
                    await note(tx, house.clock.now(), COMMAND_LINE, "event released", event)
            house.publisher.ring()

    run(work())
    say(f"{event} is released.")


@dlq.command("list")
@command
def list_letters(
    stage: Annotated[str | None, typer.Option("--stage")] = None,
    every: Annotated[bool, typer.Option("--all", help="Those that were replayed too.")] = False,
) -> None:
    """Print the dead letters, newest first, one JSON object a line."""

    async def work() -> None:
        async with open_house() as house, house.database.read() as tx:
            for letter in await dead_letters.list_dead(tx, stage=stage, replayed=every, limit=1000):
                print_json(_shown(letter, whole=False))

    run(work())


@dlq.command("show")
@command
def show_letter(letter: Annotated[int, typer.Argument(min=1, max=_HIGHEST_ID)]) -> None:
    """Print one dead letter with its record."""

    async def work() -> None:
        async with open_house() as house, house.database.read() as tx:
            print_json(_shown(await dead_letters.show(tx, letter), whole=True))

    run(work())


@dlq.command("replay")
@command
def replay_letters(
    letters: Annotated[list[int], typer.Argument(min=1, max=_HIGHEST_ID, help="The ids of dead letters.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be replayed.")] = False,
) -> None:
    """Put the records of dead letters on their topics again."""

    async def work() -> list[dead_letters.Replay]:
        async with open_house() as house:
            async with house.database.write() as tx:
                done = await dead_letters.replay(tx, house.publisher, letters, house.clock, dry_run=dry_run)
                replayed = [one.dead_letter_id for one in done if one.verdict == "replayed"]
                if replayed:
                    subject = ", ".join(str(letter) for letter in replayed)[:300]
                    await note(
                        tx, house.clock.now(), COMMAND_LINE, "dead letters replayed", subject, {"letters": len(replayed)}
                    )
            house.publisher.ring()
            for one in done:
                print_json({"id": one.dead_letter_id, "stage": one.stage, "event_id": one.event_id, "verdict": one.verdict})
            return done

    unreadable = [one for one in run(work()) if one.verdict == "cannot be read"]
    for one in unreadable:
        say(
            f"error: dead letter {one.dead_letter_id} holds no record that could be put on {one.topic} again; all of it lies "
            f"on the topic {one.topic}.dlq: whoever wrote it must send it anew"
        )
    if unreadable:
        raise typer.Exit(FAILED)


def _shown(letter: dead_letters.DeadLetter, *, whole: bool) -> dict[str, Any]:
    shown = {
        "id": letter.dead_letter_id,
        "stage": letter.stage,
        "reason": letter.reason,
        "event_id": letter.event_id,
        "at": letter.at.isoformat(),
        "replayed_at": letter.replayed_at.isoformat() if letter.replayed_at else None,
    }
    if whole:
        shown |= {
            "topic": letter.topic,
            "partition": letter.part,
            "offset": letter.offset,
            "key": letter.key,
            "record": letter.value,
        }
    return shown


def _document(what: str) -> dict[str, Any]:
    if what.startswith(("http://", "https://")):
        return {"event": "published", "url": what}
    try:
        return read_json(Path(what).read_bytes())
    except OSError as error:
        raise BadInput(Problem(what, f"cannot be read: {error.strerror}; give an http(s) address or a JSON file")) from None
    except (Malformed, TooLarge) as error:  # what the API would answer the site
        raise BadInput(Problem(what, str(error))) from None


def _in_lines(found: dict[str, Any]) -> list[str]:
    """A trace for a person: one line a step; a pair's answer as one sentence and its reasons."""
    if "steps" not in found:
        told = "was told" if found["told"] else "was not told"
        how = " ".join(str(found[name]) for name in ("state", "channel", "at") if found.get(name))
        repeat = [f"  possible_repeat: she may have {found['repeats']} too"] if found.get("possible_repeat") else []
        return [f"{told}: {how}".rstrip(": "), *(f"  {reason}" for reason in found.get("reasons", ())), *repeat]
    lines = []
    for step in found["steps"]:
        rest = ", ".join(
            f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for name, value in step.items()
            if name not in ("stage", "at") and value not in (None, "", [], {})
        )
        lines.append(f"{step.get('at') or '-':<24}  {step.get('stage', ''):<12}  {rest}")
    return lines
