"""The log: one line an event on standard error, without secrets and contact data."""

import json
import logging
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Final

import structlog
from structlog.typing import EventDict, Processor

from app.support import clock

REDACTED: Final = "[redacted]"

_DEEPEST = 8
_SECRET_PARTS = re.compile(
    r"password|passwd|token|secret|authorization|cookie|credential|apikey|email|phone|instructions|^label"
)
_SECRET_NAMES = frozenset(
    {"code", "dsn", "encodeddata", "note", "orderdata", "pin", "qr", "qrdata", "raw"}
)
_NOT_LETTERS = re.compile(r"[^a-z]")
_QUOTED_OR_WORD = r"""(?:'[^'\n]*'|"[^"\n]*"|[^\s,;&)}\]]+)"""
_HIDDEN: Final = (
    # An e-mail address, also percent-encoded as in a query string.
    (re.compile(r"[\w.+%-]{1,64}(?:@|%40)[\w.-]{1,255}"), "[e-mail]"),
    (re.compile(r"(://[^\s:/@]{0,64}):[^\s/]{1,256}@"), rf"\1:{REDACTED}@"),
    (
        re.compile(r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie)(['\"]?\s*[:=]).*"),
        rf"\1\2 {REDACTED}",
    ),
    (re.compile(r"(?i)\b(bearer)\s+\S+"), rf"\1 {REDACTED}"),
    (
        re.compile(
            r"(?i)((?:password|passwd|token|secret|qr_?data|order_?data|encoded_?data|label_?text)"
            rf"[\w-]{{0,32}}['\"]?\s*[:=]\s*){_QUOTED_OR_WORD}"
        ),
        rf"\1{REDACTED}",
    ),
    (
        re.compile(rf"""(?i)(['"](?:code|pin|phone)['"]\s*:\s*){_QUOTED_OR_WORD}"""),
        rf"\1{REDACTED}",
    ),
    # What we issue and store: JSON web tokens, enrolment codes, Argon2 hashes.
    (re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*"), REDACTED),
    (
        re.compile(r"(?<![\w-])[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}(?![\w-])"),
        REDACTED,
    ),
    (re.compile(r"\$argon2\w+\$\S+"), REDACTED),
    # 256 random bits in base64url; a long function_name of small letters is none.
    (re.compile(r"(?<![\w-])(?![a-z_]+(?![\w-]))[\w-]{43,}", re.ASCII), REDACTED),
)


class Line(dict[str, str | int | float]):
    """An event of plain values that are known to hold no secret: written as it is."""


_AS_JSON: Final = json.JSONEncoder().encode


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, show: Processor, shared: list[Processor]) -> None:
        super().__init__(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact,
                show,
            ],
        )
        self._show = show

    def format(self, record: logging.LogRecord) -> str:
        if not isinstance(record.msg, Line):
            return super().format(record)
        if isinstance(self._show, structlog.processors.JSONRenderer):
            return _AS_JSON(record.msg)
        return str(self._show(None, "", dict(record.msg)))


class _StandardError(logging.Handler):
    """Writes to standard error; a call that cannot be written never shows its arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # whatever an argument does when it is shown
            line = f"a log call failed at {record.pathname}:{record.lineno}"
        with suppress(OSError, ValueError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()


def configure_logs(level: str, as_json: bool) -> None:
    """Send structlog, the standard library's loggers and warnings to standard error.

    One line an event: JSON for machines, else text for people (a traceback takes more lines). What
    is bound to structlog's context variables, such as the request id, is on every line. May be
    called again.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        _stamp,
    ]
    plain = structlog.dev.ConsoleRenderer(
        colors=False, sort_keys=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _StandardError()
    handler.setFormatter(
        _Formatter(structlog.processors.JSONRenderer() if as_json else plain, shared)
    )
    root = logging.getLogger()
    root.handlers = [kept for kept in root.handlers if not isinstance(kept, _StandardError)]
    root.addHandler(handler)
    root.setLevel(level)
    logging.captureWarnings(True)


def write(name: str, level: int, line: Line) -> None:
    """Write a line under this logger's name and level, without what structlog does for others."""
    logger = logging.getLogger(name)
    if logger.isEnabledFor(level):
        line["level"] = logging.getLevelName(level).lower()
        line["logger"] = name
        line["timestamp"] = clock.instant_text(clock.now())
        logger.handle(logging.LogRecord(name, level, "", 0, line, None, None))


@lru_cache(maxsize=2048)
def hide(text: str) -> str:
    """The text without e-mail addresses, passwords, tokens and codes, as far as they show."""
    for pattern, instead in _HIDDEN:
        text = pattern.sub(instead, text)
    return text


def _stamp(_logger: object, _method: str, event: EventDict) -> EventDict:
    event["timestamp"] = clock.instant_text(clock.now())
    return event


def _redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    return {str(key): _shown(str(key), value, 0) for key, value in event.items()}


def _shown(key: str, value: object, depth: int) -> object:
    if depth > _DEEPEST or _is_secret(key):
        return REDACTED
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {hide(str(name)): _shown(str(name), item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown("", item, depth + 1) for item in value]
    return hide(str(value))


@lru_cache(maxsize=512)
def _is_secret(key: str) -> bool:
    letters = _NOT_LETTERS.sub("", key.lower())
    return letters in _SECRET_NAMES or _SECRET_PARTS.search(letters) is not None
