"""What is done to a cluster: each is one round of one fault. It returns when the fault is over."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.cluster import Cluster, Servers

#: Longer than a worker's session (8 s): its partitions go to others meanwhile, and it comes back fenced.
PAST_SESSION_SECONDS = 12.0
#: Longer than a claim's lease (20 s): others may send what it had claimed.
PAST_LEASE_SECONDS = 24.0
AWAY_SECONDS = 5.0
LONG_AWAY_SECONDS = 15.0
#: How long a broker may take to come back on a machine that is busy: 4 s on a quiet one.
REVIVED_SECONDS = 240.0
#: A broker that vanishes makes `/readyz` false within this time.
NOTICED_SECONDS = 10.0


@dataclass
class Scene:
    cluster: Cluster
    servers: Servers
    chance: random.Random
    notes: list[str] = field(default_factory=list)

    def a_while(self, longest: float = 2.0) -> None:
        time.sleep(self.chance.uniform(0.2, longest))

    def ready(self) -> bool:
        """Whether both `serve` say that they can work."""
        return all(service.call("GET", "/readyz", seconds=5).status == 200 for service in self.cluster.serves)

    def until(self, ready: bool, since: float, seconds: float) -> float:
        """Seconds from `since` until `/readyz` of both is so. Raises TimeoutError."""
        while self.ready() != ready:
            if time.monotonic() - since > seconds:
                raise TimeoutError(f"/readyz of serve is not {'true' if ready else 'false'} after {seconds:g} s")
            time.sleep(0.1)
        return time.monotonic() - since


def kill_any(scene: Scene) -> None:
    scene.a_while()
    scene.cluster.kill(scene.chance.choice(list(scene.cluster.processes)))


def kill_all(scene: Scene) -> None:
    """As when the machine loses its power: every process at once."""
    scene.a_while()
    for name in scene.cluster.processes:
        scene.cluster.kill(name)


def kill_deliver(scene: Scene) -> None:
    scene.a_while()
    scene.cluster.kill(scene.chance.choice(scene.cluster.named("deliver")))


def stop_each(scene: Scene) -> None:
    """A release: every process is stopped in turn and started again."""
    for name in scene.cluster.processes:
        if (code := scene.cluster.stop(name)) != 0:
            raise AssertionError(f"a plain stop of {name} ended with {code}")
        scene.cluster.start([name])


def freeze(name: str, scene: Scene, seconds: float) -> None:
    scene.a_while()
    scene.cluster.signal(name, signal.SIGSTOP)
    time.sleep(seconds)
    scene.cluster.signal(name, signal.SIGCONT)


def freeze_any(scene: Scene) -> None:
    # A frozen serve is a hanging connection for the site; it has no session to lose.
    names = [name for name in scene.cluster.processes if not name.startswith(("serve", "deliver"))]
    freeze(scene.chance.choice(names), scene, PAST_SESSION_SECONDS)


def freeze_deliver(scene: Scene) -> None:
    freeze(scene.chance.choice(scene.cluster.named("deliver")), scene, PAST_LEASE_SECONDS)


def kill_broker(scene: Scene) -> None:
    """Also measures how soon `/readyz` says so, and how soon it says that all is well again."""
    scene.a_while()
    node = 1 + scene.chance.randrange(scene.servers.kafka.nodes)
    scene.servers.kafka.kill(node)
    gone = time.monotonic()
    if scene.servers.kafka.nodes == 1:
        noticed = scene.until(False, gone, NOTICED_SECONDS)
        scene.notes.append(f"readyz false after {noticed:.1f} s")
    time.sleep(max(0.0, gone + LONG_AWAY_SECONDS - time.monotonic()))
    scene.servers.kafka.revive(node)
    asyncio.run(scene.servers.kafka.ready(REVIVED_SECONDS))
    again = scene.until(True, time.monotonic(), 60.0)
    scene.notes.append(f"true {again:.1f} s after the broker answered")


def freeze_broker(scene: Scene) -> None:
    scene.a_while()
    scene.servers.kafka.freeze()
    time.sleep(PAST_SESSION_SECONDS)
    scene.servers.kafka.thaw()


def kill_redis(scene: Scene) -> None:
    scene.a_while()
    scene.servers.redis.kill()
    time.sleep(AWAY_SECONDS)
    scene.servers.redis.revive()


def restart_postgres(scene: Scene) -> None:
    scene.a_while()
    scene.servers.postgres.stop()
    time.sleep(AWAY_SECONDS)
    scene.servers.postgres.start()


@dataclass(frozen=True)
class Assault:
    name: str
    act: Callable[[Scene], None]
    most_in_doubt: int = 0
    """Messages a round that may be in doubt: one for each connection of the process that was hit."""


ASSAULTS = (
    Assault("a process killed by -9, any of twelve", kill_any, 2),
    Assault("a deliver worker killed by -9", kill_deliver, 2),
    Assault("all processes killed by -9 at once", kill_all, 4),
    Assault("every process stopped and started in turn", stop_each),
    Assault("a process frozen past its session", freeze_any),
    Assault("a deliver worker frozen past its lease", freeze_deliver, 2),
    Assault("the broker killed, back after 15 s", kill_broker),
    Assault("the broker frozen for 12 s", freeze_broker),
    Assault("Redis killed, back after 5 s", kill_redis),
    Assault("PostgreSQL stopped, back after 5 s", restart_postgres, 4),
)
