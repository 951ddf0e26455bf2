"""The command line: `pushsvc COMMAND`. What each command does stands in pushsvc/commands/."""

from __future__ import annotations

import typer

from pushsvc.commands import documents, events, operations, records, service

app = typer.Typer(
    name="pushsvc",
    help="Government publications become a few plain, true sentences for exactly the people whom they concern.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for name, run in (
    ("dev", service.dev),
    ("serve", service.serve),
    ("worker", service.worker),
    ("schedule", service.schedule),
    ("migrate", operations.migrate),
    ("doctor", operations.doctor),
    ("backup", operations.backup),
    ("restore", operations.restore),
    ("summarise", documents.summarise),
    ("verify", documents.verify),
    ("match", documents.match),
    ("taxonomy", documents.show_taxonomy),
    ("trace", events.trace),
    ("release", events.release),
):
    app.command(name)(run)
for name, group in (
    ("sites", records.sites),
    ("subscribers", records.subscribers),
    ("accounts", records.accounts),
    ("event", events.events),
    ("dlq", events.dlq),
    ("channel", operations.channel),
):
    app.add_typer(group, name=name)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
