"""Reads values by name out of an environment, and collects what is wrong with all of them."""

import re
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Word = TypeVar("Word", bound=str)


class EnvironmentReader:
    """Every mistake is noted, and a harmless value returned, so that all are found at once."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.mistakes: list[str] = []

    def mistake(self, name: str, what: str) -> None:
        """Note what is wrong with a name, and what to do."""
        self.mistakes.append(f"{name} {what}.")

    def text(self, name: str) -> str | None:
        """A trimmed value; None when absent or empty."""
        return self.environ.get(name, "").strip() or None

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        text = self.text(name) or str(default)
        if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
            return int(text)
        self.mistake(name, f"must be a whole number from {least} to {most}")
        return default

    def choice(self, name: str, options: tuple[Word, ...], default: Word) -> Word:
        """One of some words, in any case."""
        text = (self.text(name) or default).lower()
        for option in options:
            if option.lower() == text:
                return option
        self.mistake(name, f"must be one of {', '.join(options)}")
        return default

    def flag(self, name: str, default: bool) -> bool:
        """Yes or no, as on/off, true/false, yes/no, 1/0."""
        words = ("on", "off", "true", "false", "yes", "no", "1", "0")
        return words.index(self.choice(name, words, "on" if default else "off")) % 2 == 0

    def names(self, name: str, form: re.Pattern[str], example: str) -> tuple[str, ...]:
        """A list separated by commas, each entry of one form."""
        parts = (part.strip().lower() for part in (self.text(name) or "").split(","))
        names = tuple(dict.fromkeys(filter(None, parts)))
        if not all(map(form.fullmatch, names)):
            self.mistake(name, f"must list entries like {example}, separated by commas")
        return names

    def secret(self, name: str) -> str | None:
        """A value given by NAME, by the file that NAME_FILE names, or by systemd."""
        path, given = self.text(f"{name}_FILE"), self.environ.get(name, "")
        if path is None and not given.strip():
            path = self._credential(name)
        if path is None:
            return given if given.strip() else None
        if given.strip():
            self.mistake(name, f"is given twice; remove it or {name}_FILE")
        return self.content(f"{name}_FILE", Path(path))

    def _credential(self, name: str) -> str | None:
        """The file that `LoadCredential=handover:FOLDER` made of FOLDER's file of that name."""
        folder = self.text("CREDENTIALS_DIRECTORY")
        file = Path(folder or "", f"handover_{name.lower()}")
        return str(file) if folder and file.is_file() else None

    def content(self, name: str, path: Path) -> str | None:
        """The text of a file, without its last line break."""
        with suppress(OSError, UnicodeDecodeError):
            if content := path.read_text(encoding="utf-8").rstrip("\r\n"):
                return content
        self.mistake(name, f"({path.name}) is unreadable or empty; check its path and owner")
        return None

    def address(self, name: str, schemes: tuple[str, ...]) -> str | None:
        """A URL with one of the schemes and a host."""
        url = self.secret(name)
        with suppress(ValueError):
            parts = urlsplit(url or "")
            if url is None or (parts.scheme in schemes and parts.hostname and parts.port != 0):
                return url
        self.mistake(name, f"must be an address with {' or '.join(schemes)}://")
        return None

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """A list of networks separated by commas; an address is a network of one."""
        parts = [part.strip() for part in (self.text(name) or "").split(",")]
        try:
            return tuple(ip_network(part) for part in parts if part)
        except ValueError:
            self.mistake(name, "must list networks like 10.1.0.0/16, separated by commas")
            return ()

    def timezone(self, name: str, default: str) -> str:
        """An IANA time zone's name."""
        zone = self.text(name) or default
        with suppress(OSError, ValueError, KeyError):
            return ZoneInfo(zone).key
        self.mistake(name, "must be an IANA time zone such as Europe/Berlin")
        return default
