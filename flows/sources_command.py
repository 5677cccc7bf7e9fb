"""`aidledger sources check`: whether a sources file holds, source by source, and nothing loaded or kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from flows.output import console, to_table
from flows.settings import BadUsage, Settings, load_settings
from flows.sources_file import CONFIG_NAME, FeedSource, FolderSource, WebSource, read_config

FAILED, BAD_USAGE = 1, 2

sources_app = typer.Typer(help="Prove the sources that runs read.", no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Finding:
    """What is true of one source."""

    kind: str
    source: str
    holds: bool
    told: str


@sources_app.callback()
def _sources() -> None:
    """Prove the sources that runs read."""


@sources_app.command()
def check(
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="The sources file.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of the web.")] = False,
) -> None:
    """Prove a sources file: its keys, its folders, what robots.txt allows, and what feeds and pages answer.

    Nothing is loaded or kept. Exit codes: 0 every source holds, 1 one does not, 2 the file itself is faulty.
    """
    try:
        settings = load_settings()
        chosen = config or settings.config or Path(CONFIG_NAME)
        findings = list(check_sources(chosen, settings, offline=offline))
    except BadUsage as error:
        console(stderr=True).print(f"aidledger: {error}", markup=False)
        raise typer.Exit(BAD_USAGE) from error
    rows = [(each.kind, each.source, "yes" if each.holds else "no", each.told) for each in findings]
    console().print(to_table(("kind", "source", "holds", "told"), rows))
    if not all(each.holds for each in findings):
        raise typer.Exit(FAILED)


def check_sources(config: Path, settings: Settings, *, offline: bool = False) -> Iterator[Finding]:
    """One finding a folder, feed and page. Raises BadUsage where the file itself is faulty."""
    declared = read_config(config)
    for folder in declared.folder:
        yield _folder(config, folder)
    if offline:
        for source in declared.web:
            for url in _urls(source):
                yield Finding(_kind(source), url, True, "not asked")
        return
    if not declared.web:
        return
    from flows.fetch import Fetcher
    from flows.gathering import manners

    with Fetcher(manners(settings)) as fetcher:
        for source in declared.web:
            for url in _urls(source):
                yield _web(source, url, fetcher)


def _folder(config: Path, source: FolderSource) -> Finding:
    from flows.sources import list_folder

    try:
        listing = list_folder(config, source)
    except BadUsage as error:
        return Finding("folder", source.path, False, str(error).removeprefix(f"{config}: "))
    left = f", {len(listing.left_out)} left out by their names" if listing.left_out else ""
    told = f"{len(listing.candidates)} documents{left}"
    return Finding("folder", source.path, bool(listing.candidates), told)


def _web(source: WebSource, url: str, fetcher: object) -> Finding:
    """Ask for a feed and the rules for its newest entry, or for a page."""
    from flows.fetch import Fetcher, FetchError
    from flows.gathering import feed_entries
    from transforms.model import ReadError
    from transforms.reading import read

    assert isinstance(fetcher, Fetcher)
    try:
        answer = fetcher.get(url, delay=source.delay_seconds)
        data = answer.data or b""
        if not isinstance(source, FeedSource):
            document = read(data, name="page", address=url)
            return Finding("page", url, True, f"{document.media_type}, {len(document.text):,} characters")
        entries = feed_entries(data, url)
        if not entries:
            return Finding("feed", url, False, "no entry has a link")
        newest = max((entry.published_on for entry in entries if entry.published_on), default=None)
        told = f"{len(entries)} entries" + (f", the newest of {newest}" if newest else ", undated")
        if not fetcher.may_fetch(entries[0].url, delay=source.delay_seconds):
            return Finding("feed", url, False, f"{told}; robots.txt does not allow the first")
        return Finding("feed", url, True, told)
    except FetchError as error:
        return Finding(_kind(source), url, False, error.reason)
    except ReadError as error:
        return Finding(_kind(source), url, False, error.reason)


def _kind(source: WebSource) -> str:
    return "feed" if isinstance(source, FeedSource) else "page"


def _urls(source: WebSource) -> list[str]:
    return [source.url] if isinstance(source, FeedSource) else source.urls
