"""A web server on loopback that misbehaves on purpose, and remembers who asked for what and when."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!DOCTYPE html><html><head><meta charset="{declared}"><title>{title}</title>
<meta name="publishdate" content="2024-11-14"></head><body><h1>{title}</h1><div id="content">
<p>近日，福建省援疆医疗队在昌吉州人民医院完成手术{surgeries}台，诊治患者8600余人次，当地群众在家门口看上了专家。</p>
<p>一年来，医疗队举办培训班12期，培训医务人员450人次，开展新技术15项，得到各族群众的一致好评。</p>
</div></body></html>"""


def page(surgeries: int = 132, charset: str = "utf-8", declared: str | None = None) -> bytes:
    told = PAGE.format(title="医疗队在昌吉", surgeries=surgeries, declared=declared or charset)
    return told.encode(charset)


@dataclass
class Site:
    """What the server answers, by path: a function of the handler. `asked` holds (path, time, headers)."""

    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, float, dict[str, str]]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    address: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.asked if path != "/robots.txt"]

    def text(self, path: str, body: bytes, content_type: str = "text/html", **headers: str) -> None:
        """Answer `path` with `body`; headers are written with _ for -."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            known = handler.headers.get("If-None-Match")
            if known is not None and known == headers.get("ETag"):
                handler.send_response(304)
                handler.end_headers()
                return
            send(handler, 200, body, {"Content-Type": content_type, **headers})

        self.answers[path] = answer

    def status(self, path: str, status: int, **headers: str) -> None:
        self.answers[path] = lambda handler: send(
            handler, status, b"", {k.replace("_", "-"): v for k, v in headers.items()}
        )


def send(handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler, *, stop: threading.Event) -> None:
    """A few bytes now and then, without an end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    while not stop.wait(0.05):
        handler.wfile.write(b"<p>.</p>")
        handler.wfile.flush()


def endless(handler: BaseHTTPRequestHandler) -> None:
    """More bytes than anyone wants, without saying how many."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    block = b"<p>x</p>" * 8_192
    while True:
        handler.wfile.write(block)


def gzip_bomb(handler: BaseHTTPRequestHandler) -> None:
    """A small answer that unpacks to 300 MB."""
    packed = gzip.compress(bytes(30_000_000), 9) * 10
    send(handler, 200, packed, {"Content-Type": "text/html", "Content-Encoding": "gzip"})


def truncated(handler: BaseHTTPRequestHandler) -> None:
    """Half of what its length promises."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b"<html>" + b"x" * 2000)


@contextmanager
def serving(site: Site | None = None) -> Iterator[Site]:
    """A server for `site`, on a port of its own."""
    site = site or Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with site.lock:
                site.asked.append((self.path, time.monotonic(), dict(self.headers)))
                site.at_once += 1
                site.most_at_once = max(site.most_at_once, site.at_once)
            try:
                answer = site.answers.get(self.path)
                if answer is None:
                    send(self, 404, b"not here", {})
                else:
                    answer(self)
            except (BrokenPipeError, ConnectionResetError):
                return
            finally:
                with site.lock:
                    site.at_once -= 1

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
