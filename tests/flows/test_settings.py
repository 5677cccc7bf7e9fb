"""Settings come from the environment, strictly."""

from pathlib import Path

import pytest

from flows.settings import BadUsage, load_settings


def test_defaults_touch_nothing() -> None:
    settings = load_settings()
    assert settings.home == Path("data")
    assert settings.timezone == "Asia/Shanghai"
    assert not settings.home.exists()


def test_a_variable_sets_a_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIDLEDGER_HOME", "/srv/aid")
    monkeypatch.setenv("AIDLEDGER_READ_RETRIES", "2")
    settings = load_settings()
    assert settings.home == Path("/srv/aid")
    assert settings.read_backoff() == [2.0, 4.0]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AIDLEDGER_CORN", "0 6 * * *", "no setting has this name"),
        ("AIDLEDGER_CRON", "0 6 * *", "has 4"),
        ("AIDLEDGER_TIMEZONE", "Asia/Shanghia", "no time zone is called 'Asia/Shanghia'"),
        ("AIDLEDGER_BATCH_DOCUMENTS", "0", "greater than or equal to 1"),
        ("AIDLEDGER_WORKERS", "two", "valid integer"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadUsage, match=name) as error:
        load_settings()
    assert said in str(error.value)
