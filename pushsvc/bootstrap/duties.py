"""What the timekeeper does for the whole installation, whatever engine runs it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pushsvc.bootstrap.drafts import draft_duties
from pushsvc.bootstrap.feeds import silent_sources
from pushsvc.bootstrap.hearing import Hearing, emergency_in_words
from pushsvc.bootstrap.house import House
from pushsvc.bootstrap.stages import Recipients
from pushsvc.bootstrap.tallies import tallying
from pushsvc.channels.service.queue import forget_old
from pushsvc.domain.ports import Alerts
from pushsvc.ledger import asleep
from pushsvc.ledger.approving import Asking
from pushsvc.ledger.charges import never_left, release_what_never_left
from pushsvc.operations.pause_watch import PauseWatch
from pushsvc.operations.sessions import forget_ended
from pushsvc.operations.uploads import sweep
from pushsvc.profiles.changes import forget_changes
from pushsvc.publications.filling import fill
from pushsvc.sites.intake import forget_old_ids
from pushsvc.streams.timekeeper import Duty, reminding, telling_again


def duties(house: House, alerts: Alerts, planned: Callable[[], None]) -> list[Duty]:
    """`planned` is called when reminders have become deliveries."""
    database, clock = house.database, house.clock
    asking = Asking(house.settings.sms_approval_people, Hearing(alerts, planned).asked)
    return [
        reminding(database, Recipients(house), clock, planned),
        telling_again(database, Recipients(house), clock, planned, asking),
        Duty("forget old ids", 3600.0, partial(forget_old_ids, database, clock)),
        Duty("forget old changes", 86_400.0, partial(forget_changes, database, clock)),
        Duty("forget what is over", 3600.0, partial(forget_what_is_over, house)),
        Duty("emergencies in quiet hours", 5.0, partial(ask_about_emergencies, house, alerts)),
        Duty("watch the pauses", 5.0, PauseWatch(database, alerts).look),
        Duty("put up for the search what is missing", 3600.0, partial(fill, database)),
        Duty("charges of what never left", 60.0, partial(free_charges, house)),
        tallying(house),
        silent_sources(house).duty(),
        *draft_duties(house),
    ]


async def forget_what_is_over(house: House) -> None:
    """Sessions that ended, what the service said to one person long ago, files that nobody applied."""
    now = house.clock.now()
    async with house.database.write() as tx:
        await forget_ended(tx, now)
        await forget_old(tx, now)
        await sweep(tx, now)


async def ask_about_emergencies(house: House, alerts: Alerts) -> None:
    """Somebody hears at once of whom only two people may wake."""
    async with house.database.read() as tx:
        if not await asleep.any_unanswered(tx, house.clock.now()):
            return
    async with house.database.write() as tx:
        asked = await asleep.ask(tx, house.clock.now())
    for one in asked:
        await alerts.raise_alert("emergency", emergency_in_words(one, house.zone))


async def free_charges(house: House) -> None:
    async with house.database.read() as tx:  # mostly there is nothing, and it takes long to see that
        if not await never_left(tx, house.clock.now(), 1):
            return
    async with house.database.write() as tx:
        await release_what_never_left(tx, house.clock.now())


def refreshing_keys(house: House) -> Duty:
    """Each process holds the vault's keys in its own memory, so each does this."""
    return Duty("refresh the vault's keys", 60.0, house.vault.refresh)
