"""A page's paragraphs cut into stories: text first, then the titles and captions that were read elsewhere.

Pages exported from PDF give running text in reading order, but headlines, subheads and captions often come last.
So stories are cut where the text itself says so (a credit ends one, 本报讯 opens one, notices begin, a title stands
between texts about other places), and each title that was not read in its place goes to the story whose words it
shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from transforms.articles.cohesion import Wording, coheres, names_the_same
from transforms.articles.paragraphs import Paragraph
from transforms.model import ArticleKind

_FITS = 0.3
"""Least affinity at which a title read elsewhere is given to a story."""
_CLEARLY = 1.25
_MOST_STORIES = 100
_MOST_TITLES = 300
"""A text with more stories or stray titles than any page has is cut, but its titles stay where they were read."""
_ENOUGH = 1600


@dataclass(slots=True)
class Segment:
    """One story while it is being put together."""

    kind: ArticleKind
    position: int
    headline: list[Paragraph] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)
    closed: bool = False
    interrupted: bool = False
    """A photo stood where its text was: what follows goes on with it, if it speaks of the same."""

    @property
    def text(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.body)

    @property
    def beginning(self) -> str:
        """As much of the text as it takes to tell what the story is about."""
        taken, size = [], 0
        for paragraph in self.body:
            taken.append(paragraph.text)
            size += len(paragraph.text)
            if size >= _ENOUGH:
                break
        return "\n".join(taken)


def segment(paragraphs: Sequence[Paragraph]) -> list[Segment]:
    """The stories of a page in the order of their text; every paragraph stands in exactly one."""
    segments, loose = _cut(paragraphs)
    _return_strangers(segments)
    for story in segments:
        _lift_headline(story)
    leftover = _place(loose, segments)
    groups = [leftover] if len(leftover) > _MOST_TITLES else _blocks(leftover)
    for group in groups:
        segments.append(Segment("caption", group[0].position, body=group, closed=True))
    whole = [story for story in segments if story.headline or story.body]
    return sorted(whole, key=lambda story: story.position)


def _cut(paragraphs: Sequence[Paragraph]) -> tuple[list[Segment], list[Paragraph]]:
    """Stories by their running text, and the titles that no text follows or precedes in its own story."""
    segments: list[Segment] = []
    loose: list[Paragraph] = []
    waiting: list[Paragraph] = []
    current: Segment | None = None
    for at, paragraph in enumerate(paragraphs):
        if _waits(paragraph, current, waiting):
            waiting.append(paragraph)
            continue
        if paragraph.kind == "caption":
            segments.append(Segment("caption", at, body=[paragraph], closed=True))
            continue
        if paragraph.kind in ("credit", "byline", "date") and current is not None:
            current = _end(paragraph, current, segments)
            continue
        if current is None or _begins(paragraph, current, waiting, paragraphs[at : at + 6]):
            current = Segment("notice" if paragraph.kind == "notice" else "news", at)
            segments.append(current)
            loose += _head(current, waiting)
        else:
            loose += _keep(current, waiting)
        waiting = []
        current.body.append(paragraph)
        current.closed = paragraph.ends_with_credit
    return segments, loose + waiting


def _waits(paragraph: Paragraph, current: Segment | None, waiting: Sequence[Paragraph]) -> bool:
    """Whether what follows must show where a paragraph belongs: a title, or what stands below one."""
    if _signs_notice(paragraph, current, waiting):
        return False
    if paragraph.kind == "title" or paragraph.is_notice_heading:
        return True
    return paragraph.kind in ("date", "byline", "credit") and (current is None or bool(waiting))


def _signs_notice(paragraph: Paragraph, current: Segment | None, waiting: Sequence[Paragraph]) -> bool:
    """The body that signs a notice: the lines without a full stop right after 特此公告."""
    if current is None or current.kind != "notice" or waiting or paragraph.kind != "title":
        return False
    last = current.body[-1]
    return last.kind == "title" or (last.text.startswith("特此") and len(last.text) <= 6)


def _keep(current: Segment, waiting: Sequence[Paragraph]) -> list[Paragraph]:
    """Subheads stay where they stand; among notices only their own headings do, and other titles are given back."""
    if current.kind != "notice":
        current.body += waiting
        return []
    heading = next((at for at, part in enumerate(waiting) if part.is_notice_heading), len(waiting))
    current.body += [part for part in waiting[:heading] if part.kind != "title"]
    current.body += waiting[heading:]
    return [part for part in waiting[:heading] if part.kind == "title"]


def _end(paragraph: Paragraph, current: Segment, segments: list[Segment]) -> Segment:
    """Give a credit, byline or date to the story it ends; a photo credit makes the text before it a caption."""
    if paragraph.has_photo_credit and current.kind == "news" and current.body and current.body[-1].kind == "text":
        photographed = current.body.pop()
        caption = Segment("caption", photographed.position, body=[photographed, paragraph], closed=True)
        segments.append(caption)
        if not current.body:
            if not current.headline:
                segments.remove(current)
            return caption
        current.interrupted = True
        return current
    current.body.append(paragraph)
    current.closed = current.closed or paragraph.kind == "credit"
    return current


def _begins(
    paragraph: Paragraph, current: Segment, waiting: Sequence[Paragraph], following: Sequence[Paragraph]
) -> bool:
    if paragraph.opens_story or current.closed:
        return True
    if paragraph.kind == "notice":
        return current.kind != "notice"
    if current.kind == "notice":
        return bool(waiting) and not coheres(current.beginning, paragraph.text)
    if not waiting and not current.interrupted:
        return False
    after = "".join(part.text for part in _until_title(following))
    if current.interrupted and not waiting:
        current.interrupted = False
        return not names_the_same(current.beginning, after)
    return not coheres(current.beginning, after)


def _until_title(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    taken = []
    for paragraph in paragraphs:
        if paragraph.kind not in ("text", "notice"):
            break
        taken.append(paragraph)
    return taken


def _blocks(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Paragraphs that no blank line parts, together."""
    groups: list[list[Paragraph]] = []
    for paragraph in paragraphs:
        if groups and groups[-1][-1].block == paragraph.block:
            groups[-1].append(paragraph)
        else:
            groups.append([paragraph])
    return groups


def _without(paragraphs: Sequence[Paragraph], taken: Sequence[Paragraph]) -> list[Paragraph]:
    positions = {paragraph.position for paragraph in taken}
    return [paragraph for paragraph in paragraphs if paragraph.position not in positions]


def _head(story: Segment, waiting: Sequence[Paragraph]) -> list[Paragraph]:
    """Take the last block of titles before a story's text as its headline; give back the rest as loose."""
    titled = [group for group in _blocks(waiting) if any(part.kind == "title" for part in group)]
    if not titled:
        story.body += waiting
        return []
    nearest = titled[-1]
    story.headline = [part for part in nearest if part.kind == "title"]
    rest = _without(waiting, story.headline)
    story.body += [part for part in rest if part.kind not in ("title", "notice")]
    return [part for part in rest if part.kind in ("title", "notice")]


def _lift_headline(story: Segment) -> None:
    """A headline read in the middle of its story: the only title there in several lines or two parts."""
    if story.headline or story.kind != "news":
        return
    groups = _blocks([part for part in story.body if part.kind == "title"])
    marked = [group for group in groups if len(group) > 1 or group[0].is_two_part_title]
    if len(marked) != 1:
        return
    story.headline = marked[0]
    story.body = _without(story.body, marked[0])


def _return_strangers(segments: Sequence[Segment]) -> None:
    """Give a title that stands above one story, but speaks of another that has none, to that one."""
    stories = [story for story in segments if story.kind == "news"]
    if not 1 < len(stories) <= _MOST_STORIES or all(story.headline for story in stories):
        return
    wording = Wording([story.text for story in stories])
    for at, story in enumerate(stories):
        if not story.headline:
            continue
        scores = wording.affinity(" ".join(part.text for part in story.headline))
        best = max(range(len(stories)), key=lambda other: (scores[other], -abs(other - at)))
        if best != at and not stories[best].headline and scores[best] >= max(_FITS, _CLEARLY * scores[at]):
            stories[best].headline, story.headline = story.headline, []


def _place(loose: Sequence[Paragraph], segments: list[Segment]) -> list[Paragraph]:
    """Give each loose title to the story whose words it shares; give back what fits none."""
    homes = [story for story in segments if story.kind != "caption"]
    if not 0 < len(loose) <= _MOST_TITLES or not 0 < len(homes) <= _MOST_STORIES:
        return list(loose)
    leftover: list[Paragraph] = []
    wording = Wording([story.text for story in homes])
    placed: dict[int, list[Paragraph]] = {}
    previous: int | None = None
    for paragraph in loose:
        begun = previous if previous is not None and _takes_a_line(homes[previous], placed.get(previous, [])) else None
        home = _home(paragraph, homes, wording, previous, begun)
        if home is None:
            leftover.append(paragraph)
        else:
            placed.setdefault(home, []).append(paragraph)
        previous = home
    for home, titles in placed.items():
        story = homes[home]
        if story.headline or story.kind == "notice":
            story.body += titles
        else:
            headline, rest = _first_run(titles)
            story.headline = [part for part in headline if part.kind == "title"]
            story.body += [part for part in headline if part.kind != "title"] + rest
    return leftover


def _first_run(titles: list[Paragraph]) -> tuple[list[Paragraph], list[Paragraph]]:
    """The headline among one story's titles (the first lines read together), and the subheads."""
    size = 1
    while size < len(titles) and titles[size].block - titles[size - 1].block <= 1 and size < 3:
        size += 1
    return titles[:size], titles[size:]


def _takes_a_line(story: Segment, placed: Sequence[Paragraph]) -> bool:
    """Whether the headline that `placed` begins is one line long so far."""
    return story.kind == "news" and not story.headline and len(placed) == 1


def _home(
    paragraph: Paragraph, homes: Sequence[Segment], wording: Wording, previous: int | None, begun: int | None
) -> int | None:
    """The story that a loose paragraph belongs to; `begun` is the one whose headline the line before it began."""
    if paragraph.kind == "notice":
        notices = [at for at, story in enumerate(homes) if story.kind == "notice"]
        return notices[-1] if notices else None
    if previous is not None and (paragraph.text.startswith("——") or paragraph.kind == "byline"):
        return previous
    scores = wording.affinity(paragraph.text)
    best = max(range(len(scores)), key=lambda at: (scores[at], -at))
    if scores[best] < _FITS:
        return None
    return begun if begun is not None and scores[begun] * _CLEARLY >= scores[best] else best
