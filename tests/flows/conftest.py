"""A folder of news written for these tests, and a home for its warehouse."""

from pathlib import Path

import pytest

from flows import job
from flows.job import Request, run_job
from flows.settings import Settings
from tests.flows.servers import free_port, program, server, start

__all__ = ["free_port", "program", "server", "start"]

KASHGAR = """新疆喀什：援疆医疗队带来新技术
本报讯 2024年6月18日，山东省第九批援疆医疗队在喀什地区完成手术132台。一年来，医疗队累计诊治患者8600余人次，
开展培训班12期，培训医务人员450人次。
"""
YUSHU = """玉树：首个介入中心投用
本报讯 2023年，北京市援青专家组一行15人来到玉树市人民医院，开展新技术23项，带教学员36名。
"""


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the developer's own, and a working folder without a sources file."""
    import os

    for name in [name for name in os.environ if name.startswith(("AIDLEDGER_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)


def write_news(folder: Path) -> Path:
    folder.mkdir()
    (folder / "2024-06-18_kashgar.txt").write_text(KASHGAR, encoding="utf-8")
    (folder / "2023-12-01_yushu.txt").write_text(YUSHU, encoding="gb18030")
    return folder


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder with two documents."""
    return write_news(tmp_path / "news")


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the same two documents, loaded once by the extractor 000…; to be copied, never changed."""
    folder = tmp_path_factory.mktemp("loaded")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(job, "extractor_version", lambda: "0" * 16)
        request = Request(home=folder / "home", sources=(str(write_news(folder / "news")),))
        assert run_job(request, Settings()).ending == "published"
    return folder / "home"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def request_for(news: Path, home: Path) -> Request:
    """A direct run on the folder of news."""
    return Request(home=home, sources=(str(news),))


@pytest.fixture
def settings() -> Settings:
    return Settings(lock_wait_seconds=0)
