"""HTML to text: the article of a page without what stands around it, its paragraphs apart by blank lines.

The page is decoded before (a declared charset is often wrong). A saved WeChat page keeps its article in one known
place; elsewhere trafilatura finds it, and where it finds none every paragraph of the body is taken.
"""

from __future__ import annotations

import re
from typing import Any

from transforms.reading.content import MOST_CHARS, Content, Unreadable, paragraphs_of, squeezed
from transforms.reading.page_facts import page_facts

MOST_DEPTH = 200
"""Pages of publishers nest some 30 elements deep; parsers recurse, so a deeper one is refused before it is parsed."""
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")
_LOOKS_LIKE = re.compile(r"<!doctype\s+html|<html[\s>]|<(?:head|body)[\s>]", re.IGNORECASE)
_FRAGMENT = re.compile(
    r"\A\s*<(?:p|div|section|article|span|h[1-6]|table|ul|meta|link|title|center|font|br)\b", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})((?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*'){0,2000})>")
_HIDDEN = re.compile(r"<(?:!--|script\b|style\b)", re.IGNORECASE)
_NEVER_DEEP = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dd", "dt", "td", "th", "tr", "option", "tbody", "thead",
))  # fmt: skip
_BLOCKS = frozenset((
    "p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt",
    "dd", "tr", "table", "blockquote", "pre", "figure", "figcaption", "center", "header", "address", "head", "item",
    "quote", "list", "row",
))  # fmt: skip
_LEFT_OUT = frozenset((
    "script", "style", "noscript", "template", "nav", "footer", "aside", "form", "button", "select", "iframe",
    "svg", "head", "textarea",
))  # fmt: skip
_LEAST_SHARE = 0.3
"""Of a body with few words around it, trafilatura keeps most; keeping less than this, it has missed the article."""


def is_html(text: str) -> bool:
    """Whether `text` is a page or a fragment of one: it begins with a tag, or declares itself early."""
    head = text[:3000]
    return head.lstrip("\ufeff \r\n\t").startswith("<") and bool(_LOOKS_LIKE.search(head) or _FRAGMENT.match(head))


def read_html(text: str, charset: str, damaged_chars: int = 0) -> Content:
    """The article of a page, with title, outlet and date from its metadata.

    Raises Unreadable: too long, nested too deeply, or without text.
    """
    if len(text) > MOST_CHARS:
        raise Unreadable(f"the page has {len(text):,} characters, more than the limit of {MOST_CHARS:,}")
    text = _DECLARATION.sub("", text)
    if _deepest(text) > MOST_DEPTH:
        raise Unreadable(f"the page nests its elements more than {MOST_DEPTH} deep")
    tree = _parse(text)
    facts = page_facts(tree, text)
    blocks = _wechat(tree) or _article(tree, facts.title)
    if not any(block.strip() for block in blocks):
        raise Unreadable("the page has no text: its article is loaded by a script, or is a picture")
    body = paragraphs_of(blocks, facts.title)
    return Content(body, "text/html", charset, damaged_chars, facts.title, facts.outlet, facts.published_on)


def _without_scripts(text: str) -> str:
    """`text` without comments, scripts and styles, in one pass; one that is not closed hides the rest."""
    lower, pieces, at = text.lower(), [], 0
    if len(lower) != len(text):
        lower = text
    while found := _HIDDEN.search(text, at):
        pieces.append(text[at : found.start()])
        name = found[0][1:].lower()
        end = lower.find("-->" if name == "!--" else f"</{name}", found.end())
        if end < 0:
            return "".join(pieces)
        at = end + 3 if name == "!--" else end
        if name != "!--":
            at = max(text.find(">", end), end) + 1
    return "".join([*pieces, text[at:]])


def _deepest(text: str) -> int:
    """How deep elements that must be closed nest, as tags alone tell."""
    depth = deepest = 0
    for match in _TAG.finditer(_without_scripts(text)):
        name = match[2].lower()
        if name in _NEVER_DEEP or match[3].endswith("/"):
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _parse(text: str) -> Any:
    from lxml import etree, html

    try:
        return html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True))
    except (etree.LxmlError, ValueError) as error:
        raise Unreadable("the page cannot be parsed") from error


def _wechat(tree: Any) -> list[str]:
    """The paragraphs of a saved WeChat article; none on another page."""
    found = tree.xpath("//*[@id='js_content']")
    return blocks_of(found[0]) if found else []


def _article(tree: Any, title: str | None) -> list[str]:
    """The paragraphs of the article that trafilatura finds, else all of the body's."""
    import trafilatura

    bodies = tree.xpath("//body")
    everything = blocks_of(bodies[0] if bodies else tree)
    found = trafilatura.bare_extraction(
        _copy(tree), include_comments=False, include_tables=True, include_images=False, with_metadata=False
    )
    body = getattr(found, "body", None)
    taken = blocks_of(body) if body is not None else []
    if _size(taken) >= _LEAST_SHARE * _size(everything) or (
        _size(taken) > 400 and _size(everything) < 20 * _size(taken)
    ):
        return taken
    return _from_title(everything, title)


def _from_title(blocks: list[str], title: str | None) -> list[str]:
    """`blocks` from the one that is the title on: what stands above it is the site's."""
    if title is None:
        return blocks
    at = next((at for at, block in enumerate(blocks) if squeezed(block) == squeezed(title)), 0)
    return blocks[at:]


def _copy(tree: Any) -> Any:
    """trafilatura takes apart the tree it is given."""
    from copy import deepcopy

    return deepcopy(tree)


def _size(blocks: list[str]) -> int:
    return sum(len(block) for block in blocks)


def blocks_of(root: Any) -> list[str]:
    """The text below `root`, a block element a paragraph, a line break a line; a table's row one line."""
    blocks: list[str] = []
    pieces: list[str] = []

    def close() -> None:
        text = _tidy("".join(pieces))
        pieces.clear()
        if text:
            blocks.extend(part for part in re.split(r"\n\s*\n", text) if part.strip())

    def walk(element: Any) -> None:
        if not isinstance(element.tag, str) or (element.tag.lower() in _LEFT_OUT and element is not root):
            return
        name = element.tag.lower()
        is_block = name in _BLOCKS
        if is_block:
            close()
        if name in ("br", "lb"):
            pieces.append("\n")
        elif name in ("td", "th", "cell"):
            pieces.append(" ")
        if element.text:
            pieces.append(_inline(element.text, name))
        for child in element:
            walk(child)
            if child.tail:
                pieces.append(_inline(child.tail, name))
        if is_block:
            close()

    walk(root)
    close()
    return blocks


def _inline(text: str, name: str) -> str:
    """Text as a browser shows it: line ends in the source are blanks, and none between Han characters."""
    return text if name == "pre" else re.sub(r"[ \t\r\f]*\n[ \t\r\n\f]*", "\u2005", text)


def _tidy(text: str) -> str:
    """Blanks that only lay out the source dropped; an indent after a line break begins a paragraph."""
    text = re.sub(r"(?<=[\x21-\x7e])\u2005+(?=[\x21-\x7e])", " ", text).replace("\u2005", "")
    text = re.sub(r"\n[ \xa0]*(?=\u3000{2}|\xa0{4})", "\n\n", text)
    return "\n".join(line.strip(" \t\xa0\u3000") for line in text.split("\n")).strip("\n")
