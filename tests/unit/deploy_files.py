"""What the tests of `deploy/` share: its files as data, and whether a command line is one of ours."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from typer.core import TyperGroup
from typer.main import get_command

from pushsvc.__main__ import app
from pushsvc.settings import Settings
from pushsvc.settings.names import PREFIX

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
A_SHARD = re.compile(r"([0-9]+)/([0-9]+)")


def documents(path: Path) -> list[dict[str, Any]]:
    """The YAML documents of a file. A key that is said twice would silently lose one of its values: it is an error."""
    return [one for one in yaml.load_all(path.read_text("utf-8"), Loader=_Strict) if one is not None]


def assert_is_a_command(arguments: Sequence[str]) -> None:
    """`arguments` follow the word pushsvc; nothing is run. Fails on an unknown command, option, stage or shard."""
    command: Any = get_command(app)
    context: Any = None
    name, rest = "pushsvc", list(arguments)
    while isinstance(command, TyperGroup):
        context = command.make_context(name, rest, parent=context)
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
    given = command.make_context(name, rest, parent=context).params
    if name == "worker":
        from pushsvc.bootstrap.cluster import STAGES

        assert set(given["stages"] or []) <= set(STAGES), arguments
        shard = A_SHARD.fullmatch(given["shard"]) if given["shard"] else None
        assert given["shard"] is None or (shard and int(shard[1]) < int(shard[2])), arguments
        assert given["shard"] is None or given["stages"] == ["match"], arguments


def commands_of_a_page(text: str) -> Iterator[list[str]]:
    """The arguments of each `pushsvc …` in the indented blocks of a page."""
    for block in re.findall(r"(?m)^ {4,}(\S.*)$", text):
        line = re.split(r"(?:^|\s)#", block)[0]
        for part in re.split(r"&&|\||;|>", line):
            words = part.replace("…", "").split()
            program = next((at for at, word in enumerate(words) if word.endswith("/bin/pushsvc")), None)
            if program is None and "pushsvc" in words and all("=" in word for word in words[: words.index("pushsvc")]):
                program = words.index("pushsvc")
            if program is not None:
                yield shlex.split(" ".join(words[program + 1 :]))


class _Strict(yaml.SafeLoader):
    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        keys = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        twice = {key for key in keys if keys.count(key) > 1}
        assert not twice, f"{sorted(twice)} twice, {node.start_mark}"
        return super().construct_mapping(node, deep)
