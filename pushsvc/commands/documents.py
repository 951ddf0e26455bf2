"""Commands that need no service: summarise, verify, match, taxonomy."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pushsvc import taxonomy
from pushsvc.clock import SystemClock
from pushsvc.commands.console import BAD_INPUT, FAILED, command, fail, print_json
from pushsvc.errors import BadInput, BadSetting, Problem, PushsvcError
from pushsvc.matching.lines import match_lines
from pushsvc.plain import lines as plain_lines
from pushsvc.plain.incoming import line_from_file
from pushsvc.plain.page_reading import read_html
from pushsvc.settings import read_settings
from pushsvc.telemetry import configure_logs

Files = Annotated[list[Path] | None, typer.Argument(help="Files to read; none: JSON lines on stdin.")]
KINDS = ("regions", "topics", "industries", "audiences")


@command
def summarise(
    files: Files = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="Print the source text too.")] = False,
    model: Annotated[bool, typer.Option("--model", help="Ask the language model of WRITER_URL for better words.")] = False,
) -> None:
    """Read documents and print one summary a line. An unreadable one yields its id and the error; exit 1 at the end."""
    failed = False
    reword = _rewords() if model else None
    for number, document in _documents(files or []):
        name = document.get("id") or document.get("url") or f"line {number}"
        try:
            if "broken" in document:
                raise BadInput(Problem("", str(document["broken"])))
            print_json(plain_lines.summary_line(document, with_text, reword))
        except PushsvcError as error:
            failed = True
            print_json({"id": name, "error": str(error)})
    if failed:
        raise typer.Exit(FAILED)


def _rewords() -> plain_lines.Rewords:
    """The language model, asked about one document after the other. BadSetting when there is none."""
    from pushsvc.bootstrap.stages import model_writer  # a second, which nobody else here pays

    writer = model_writer(read_settings())
    if writer is None:
        raise BadSetting("PUSHSVC_WRITER_URL is not set: --model asks the language model that it names")
    configure_logs("WARNING")
    runner = asyncio.Runner()
    return lambda reading, summary: runner.run(writer.reword(reading, summary))


@command
def verify(files: Files = None) -> None:
    """Say of each line whether every claim of `text` stands in `source_text`."""
    wrong: list[Problem] = []
    for number, line in _json_lines(files or []):
        if "broken" in line:
            wrong.append(Problem("", str(line["broken"])))
            continue
        try:
            print_json(plain_lines.verify_line(line))
        except BadInput as error:
            wrong += [Problem(f"line {number}, {problem.field}", problem.message) for problem in error.problems]
    if wrong:
        # A line that cannot be read keeps none of the others from being judged.
        raise BadInput(wrong)


@command
def match(
    subscribers: Annotated[Path, typer.Option("--subscribers", help="JSON lines, a subscriber each.")],
    events: Annotated[Path, typer.Option("--events", help="JSON lines, an event each.")],
) -> None:
    """Print which interests each event answers, one match a line, by exactly what the lines say."""
    lines = match_lines(
        _read(subscribers).split("\n"),
        _read(events).split("\n"),
        today=SystemClock().now().date(),
        text_of_html=lambda html: read_html(html).source_text,
        names=(str(subscribers), str(events)),
    )
    for line in lines:
        print_json(line)


@command
def show_taxonomy(
    kind: Annotated[str, typer.Argument(help="regions, topics, industries or audiences")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Print the lists of codes and names that events and interests use."""
    if kind not in KINDS:
        raise fail(f"error: there is no list {kind!r}: choose one of {', '.join(KINDS)}", BAD_INPUT)
    for row in taxonomy.listing(kind):
        if as_json:
            print_json(row)
        else:
            sys.stdout.write("\t".join(str(value or "") for value in row.values()) + "\n")


def _documents(files: list[Path]) -> Iterator[tuple[int, dict[str, Any]]]:
    """JSON lines of stdin or of `.jsonl` files; any other file is one document."""
    if not files:
        yield from _json_lines([])
        return
    for number, path in enumerate(files, 1):
        if path.suffix == ".jsonl":
            yield from _json_lines([path])
            continue
        try:
            yield number, line_from_file(path)
        except (OSError, PushsvcError) as error:
            yield number, {"id": path.stem, "broken": f"{path}: {error}"}


def _json_lines(files: list[Path]) -> Iterator[tuple[int, dict[str, Any]]]:
    texts = [_read(path) for path in files] if files else [sys.stdin.buffer.read().decode("utf-8", errors="replace")]
    for text in texts:
        # Not splitlines(): a JSON string may hold U+2028, which is no end of a JSON line.
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                yield number, {"broken": f"line {number} is not JSON ({error})"}
                continue
            yield number, value if isinstance(value, dict) else {"broken": f"line {number} is not a JSON object"}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise BadInput(Problem(str(path), f"cannot be read: {error.strerror}")) from None
    except UnicodeDecodeError as error:
        raise BadInput(Problem(str(path), f"is not UTF-8 (byte {error.start}); save it as UTF-8")) from None
