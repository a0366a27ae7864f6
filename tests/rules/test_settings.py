"""Every setting stands in .env.example and in Deploy.md, and nothing else does."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from app.config import BadSettings, Settings

ROOT = Path(__file__).parents[2]


GIVEN_BY_SYSTEMD = {"CREDENTIALS_DIRECTORY"}


class Asked(dict[str, str]):
    """An empty environment that notes which names are asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.names.add(name)
        return default

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return False


def settings_of_the_app() -> set[str]:
    """Production reads no secrets from files of its own, so that each is asked for."""
    asked = Asked()
    with suppress(BadSettings):
        Settings.load(asked)
    names = asked.names - GIVEN_BY_SYSTEMD
    return {name for name in names if name.removesuffix("_FILE") not in names - {name}}


def settings_of_the_server() -> set[str]:
    text = (ROOT / "gunicorn.conf.py").read_text()
    return set(re.findall(r"""environ(?:\.get\(|\[)["'](\w+)["']""", text))


def named_in_the_example() -> list[str]:
    text = (ROOT / ".env.example").read_text()
    return re.findall(r"^#?([A-Z][A-Z0-9_]+)=", text, re.MULTILINE)


def explained_to_operators() -> list[str]:
    table = (ROOT / "Deploy.md").read_text().partition("\n## Settings\n")[2]
    return re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \|", table, re.MULTILINE)


def test_the_app_asks_for_its_settings() -> None:
    assert {"APP_ENV", "DATABASE_URL", "SECRET_KEY", "LABEL_HOSTS"} <= settings_of_the_app()


def test_every_setting_stands_in_the_example() -> None:
    wanted = settings_of_the_app() | settings_of_the_server()
    assert sorted(wanted - set(named_in_the_example())) == []


def test_the_example_names_nothing_else() -> None:
    wanted = settings_of_the_app() | settings_of_the_server()
    assert sorted(set(named_in_the_example()) - wanted) == []


def test_the_operators_table_explains_each_setting_once() -> None:
    assert sorted(explained_to_operators()) == sorted(named_in_the_example())


def test_the_example_names_each_setting_once() -> None:
    names = named_in_the_example()
    assert sorted(names) == sorted(set(names))


def test_the_example_holds_no_secret() -> None:
    """Copied as it is, it must not become everybody's key."""
    text = (ROOT / ".env.example").read_text()
    for name in ("SECRET_KEY", "JWT_SECRET_KEY", "SIGNING_SECRET", "ADMIN_PASSWORD"):
        assert re.search(rf"^#?{name}=[ \t]*$", text, re.MULTILINE), name
