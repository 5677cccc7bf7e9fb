"""What is read, what is passed over, and what is refused with a reason."""

import errno
import os
from pathlib import Path

import pytest

from flows.settings import BadUsage
from flows.sources import (
    Candidate,
    Seen,
    TransientReadError,
    Unread,
    list_candidates,
    look,
    read_bytes,
    read_config,
)

LIMIT = 20_000_000


def names(*paths: Path | str) -> list[str]:
    return [candidate.name for candidate in list_candidates([str(path) for path in paths]).candidates]


def test_a_folder_gives_its_documents_in_order(news: Path) -> None:
    (news / "deep").mkdir()
    (news / "deep" / "c.txt").write_text("丙")
    for hidden in (".hidden.txt", "README.md", "LICENSE", "table.csv"):
        (news / hidden).write_text("x")
    (news / ".git").mkdir()
    (news / ".git" / "d.txt").write_text("丁")
    listing = list_candidates([str(news)])
    assert [candidate.name for candidate in listing.candidates] == [
        "2023-12-01_yushu.txt",
        "2024-06-18_kashgar.txt",
        "c.txt",
    ]
    assert listing.left_out == ("LICENSE", "README.md", "table.csv")


def test_a_file_that_is_named_is_taken_whatever_it_is_called(news: Path) -> None:
    (news / "README.md").write_text("x")
    assert names(news / "README.md") == ["README.md"]


def test_a_readme_in_plain_text_is_a_text_document(news: Path) -> None:
    (news / "README.txt").write_text("x")
    assert "README.txt" in names(news)


def test_a_file_named_twice_is_read_once(news: Path) -> None:
    assert len(names(news, news / "2024-06-18_kashgar.txt", news / "*.txt")) == 2


def test_a_glob_matches_below_its_folder(news: Path) -> None:
    assert names(news / "2024-*.txt") == ["2024-06-18_kashgar.txt"]
    assert len(names(news.parent / "**" / "*.txt")) == 2


def test_a_file_whose_name_looks_like_a_glob_is_a_file(news: Path) -> None:
    (news / "page[1].txt").write_text("x")
    assert names(news / "page[1].txt") == ["page[1].txt"]


@pytest.mark.parametrize("path", ["missing", "missing/*.txt", "missing/page.txt"])
def test_what_does_not_exist_is_bad_usage(news: Path, path: str) -> None:
    with pytest.raises(BadUsage, match="missing"):
        list_candidates([str(news / path)])


def test_a_glob_without_a_match_is_bad_usage(news: Path) -> None:
    with pytest.raises(BadUsage, match="no file matches"):
        list_candidates([str(news / "*.html")])


def test_nothing_asked_for_is_bad_usage() -> None:
    with pytest.raises(BadUsage, match="nothing to read"):
        list_candidates([])


def config(folder: Path, text: str) -> Path:
    path = folder.parent / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_sources_file_gives_folders_globs_and_outlets(news: Path) -> None:
    path = config(news, '[[folder]]\npath = "news"\nglob = ["2024*.txt"]\noutlet = "喀什日报"\n')
    (candidate,) = list_candidates([], path).candidates
    assert (candidate.name, candidate.outlet) == ("2024-06-18_kashgar.txt", "喀什日报")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '[[folder]]\npath = "news"\nglobb = ["*"]\n',
            "unknown key 'globb' in folder 1 (known: path, glob, outlet, schedule, every, timezone)",
        ),
        ('[[folder]]\npath = "news"\n[[fold]]\nurl = "x"\n', "unknown key 'fold' (known: folder, feed, pages)"),
        ('[[folder]]\nglob = ["*"]\n', "key 'path' is missing in folder 1"),
        ('[[folder]]\npath = "news"\nglob = "*"\n', "folder 1 'glob': input should be a valid list"),
        ("", "no source is declared"),
        ("[[folder", "is not valid TOML"),
    ],
)
def test_a_faulty_sources_file_is_named_with_its_fault(news: Path, text: str, said: str) -> None:
    with pytest.raises(BadUsage) as error:
        read_config(config(news, text))
    assert "sources.toml" in str(error.value)
    assert said in str(error.value)


def test_a_sources_file_with_a_missing_folder_names_it(news: Path) -> None:
    with pytest.raises(BadUsage, match="nwes"):
        list_candidates([], config(news, '[[folder]]\npath = "nwes"\n'))


def reason(path: Path) -> str:
    (outcome,) = look([Candidate(path)], LIMIT)
    assert isinstance(outcome, Unread)
    assert outcome.name == path.name
    return outcome.reason


def test_what_cannot_be_a_document_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    with (tmp_path / "large.txt").open("wb") as stream:
        stream.truncate(50_000_000)
    assert reason(tmp_path / "empty.txt") == "is empty"
    assert reason(tmp_path / "folder.txt") == "is a folder, not a file"
    assert reason(tmp_path / "broken.txt") == "is a link to a file that does not exist"
    assert reason(tmp_path / "pipe.txt") == "is not a regular file"
    assert reason(tmp_path / "large.txt") == "is too large: 50.0 MB, and the limit is 20 MB"


def test_a_folder_called_like_a_document_is_told_and_read_into(news: Path) -> None:
    (news / "x.txt").mkdir()
    (news / "x.txt" / "y.txt").write_text("乙")
    assert names(news)[-2:] == ["x.txt", "y.txt"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read every file")
def test_an_unreadable_file_has_a_reason(news: Path) -> None:
    path = news / "2024-06-18_kashgar.txt"
    path.chmod(0)
    assert reason(path) == "cannot be read: permission denied"


def test_an_error_that_may_pass_is_raised_only_to_who_can_wait(news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stutter(_: Path) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "read_bytes", stutter)
    candidate = Candidate(news / "2024-06-18_kashgar.txt")
    with pytest.raises(TransientReadError, match="kashgar"):
        read_bytes(candidate, patient=True)
    outcome = read_bytes(candidate)
    assert isinstance(outcome, Unread)
    assert outcome.reason == "cannot be read: input/output error"


def test_equal_bytes_have_one_key(news: Path) -> None:
    (news / "again.txt").write_bytes((news / "2024-06-18_kashgar.txt").read_bytes())
    keys = [
        seen.document_key for seen in look(list_candidates([str(news)]).candidates, LIMIT) if isinstance(seen, Seen)
    ]
    assert len(keys) == 3
    assert len(set(keys)) == 2


def test_a_name_that_is_not_unicode_can_be_stored(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb8\xa3.txt"))
    path.write_text("x")
    (candidate,) = list_candidates([str(tmp_path / "*.txt")]).candidates
    assert candidate.name.encode() == "\ufffd\ufffd.txt".encode()
