"""Write the next migration from what the tables say now: `python -m pushsvc.storage.migrations.write "what changes"`.

It compares the tables' metadata with a database that has every migration so far. Read what it wrote before committing:
a renamed column looks like one dropped and one added.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext

from pushsvc.storage.migrations import HERE
from pushsvc.storage.migrations.running import scripts, upgrade
from pushsvc.storage.tables import Moment, metadata
from pushsvc.storage.tables.search import WORDS

_FILE = '''"""{what}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down}


def upgrade() -> None:
    {code}
'''


def differences(connection: sa.Connection) -> list[Any]:
    """What the tables' metadata has and this database has not, or the other way round."""
    return list(compare_metadata(_context(connection), metadata))


def next_migration(what: str) -> str | None:
    """The name of the file that was written; None when there is nothing to migrate."""
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        if not differences(connection):
            return None
        steps = produce_migrations(_context(connection), metadata).upgrade_ops
        assert steps is not None
        code = render_python_code(steps, render_item=_render)
    last = scripts().get_current_head()
    revision = f"{int(last or 0) + 1:04}"
    file = HERE / "versions" / f"{revision}_{re.sub(r'[^a-z0-9]+', '_', what.lower()).strip('_')}.py"
    code = "\n".join(line for line in code.splitlines() if not line.strip().startswith("#"))
    down = f'"{last}"' if last else "None"
    file.write_text(_FILE.format(what=what, revision=revision, down=down, code=code.strip()), encoding="utf-8")
    return file.name


def _context(connection: sa.Connection) -> MigrationContext:
    opts = {"compare_type": True, "target_metadata": metadata, "include_name": _is_ours}
    return MigrationContext.configure(connection, opts=opts)


def _is_ours(name: str | None, _kind: str, _parents: Any) -> bool:
    """Not what only one of the two databases has: no table of the metadata says it."""
    return not (name or "").startswith(WORDS)


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """A migration keeps the plain type: what a Moment means may change later, what this column was may not."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Moment) else False


if __name__ == "__main__":
    written = next_migration(" ".join(sys.argv[1:]) or "change the tables")
    sys.stderr.write(f"{written or 'nothing to migrate'}\n")
