"""The log says what happened and never who or with which secret."""

import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from app.support import clock, logs, tokens

EMAIL = "ann.smith@shop.example"
HASH = "$argon2id$v=19$m=128,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$" + "q" * 43


def our_handlers() -> list[logging.Handler]:
    return [item for item in logging.getLogger().handlers if type(item).__module__ == logs.__name__]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Leave to the other tests of this process the log that they had."""
    root = logging.getLogger()
    handlers, level, config = our_handlers(), root.level, structlog.get_config()
    yield
    structlog.configure(**config)
    for handler in our_handlers():
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


class Log:
    """What came out on standard error since the last look."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def text(self) -> str:
        out, err = self._capsys.readouterr()
        assert out == ""
        return err

    def line(self) -> dict[str, Any]:
        [line] = self.text().splitlines()
        event = json.loads(line)
        assert isinstance(event, dict)
        return event


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str]) -> Log:
    """The log of production."""
    logs.configure_logs("INFO", as_json=True)
    return Log(capsys)


def test_an_event_is_one_line_with_time_level_and_request(log: Log) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-17"):
        structlog.get_logger("handover.scans").info("scan recorded\nnext", result="flagged", ms=1.5)
    event = log.line()
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "scan recorded\nnext",
        "level": "info",
        "logger": "handover.scans",
        "request_id": "r-17",
        "result": "flagged",
        "ms": 1.5,
    }


def test_the_standard_library_takes_the_same_way(log: Log) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r-17"):
        logging.getLogger("somebody").warning("login of %s failed", EMAIL)
    event = log.line()
    assert (event["event"], event["request_id"]) == ("login of [e-mail] failed", "r-17")


def test_warnings_take_the_same_way(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"old way of {EMAIL}", stacklevel=1)
    event = log.line()
    assert event["logger"] == "py.warnings"
    assert "old way of [e-mail]" in event["event"]


def test_lower_levels_are_silent(log: Log) -> None:
    structlog.get_logger("a").debug("whisper")
    logging.getLogger("b").debug("whisper")
    assert log.text() == ""


def test_configuring_again_doubles_no_line(log: Log) -> None:
    logs.configure_logs("INFO", as_json=True)
    logging.getLogger("b").info("once")
    assert log.line()["event"] == "once"


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "new_password",
        "token",
        "access_token",
        "refreshToken",
        "Authorization",
        "Cookie",
        "Set-Cookie",
        "secret",
        "SECRET_KEY",
        "code",
        "pin",
        "qr_data",
        "qr",
        "orderData",
        "encodedData",
        "label",
        "label_code",
        "labelText",
        "email",
        "customerEmail",
        "phone",
        "note",
        "X-API-Key",
    ],
)
def test_a_value_under_a_secret_name_is_redacted(log: Log, key: str) -> None:
    structlog.get_logger("a").info("seen", **{key: "hunter2", "body": {"in": [{key: "hunter2"}]}})
    event = log.line()
    assert event[key] == logs.REDACTED
    assert event["body"] == {"in": [{key: logs.REDACTED}]}


def test_ordinary_values_stay(log: Log) -> None:
    ordinary = {"error_code": "CONFLICT", "status": 409, "path": "/api/v1/orders", "ok": None}
    structlog.get_logger("a").info("seen", **ordinary)
    assert log.line().items() >= ordinary.items()


SECRETS = {
    "address": EMAIL,
    "undotted address": "b@gmail",
    "encoded address": "ann%40shop.example",
    "foreign address": "jörg@münchen.de",
    "token": tokens.new_token("dev_"),
    "token that begins like a word": "dev_z-AKL48bDMtD4AhRRBn1os_gTKK8DuyZpErkDEtoo_g",
    "bare token that begins like a word": "zw-KL48bDMtD4AhRRBn1os_gTKK8DuyZpErkDEtoo_g",
    "enrolment code": tokens.new_enrol_code(),
    "hash": HASH,
    "web token": tokens.JwtSigner("s" * 32, 15, 30).issue("access", 7, 3, "t", clock.now()),
}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("frame", ["{}", "of {}", "'{}'", "GET /x?a={}&b=1", '{{"a": "{}"}}'])
def test_what_looks_like_a_secret_is_hidden_in_any_text(name: str, frame: str) -> None:
    secret = SECRETS[name]
    text = logs.hide(frame.format(secret))
    assert "[redacted]" in text or "[e-mail]" in text
    assert not any(part in text for part in (secret, secret[-12:], "gmail", "shop.example"))


@pytest.mark.parametrize(
    "text",
    [
        "password=hunter2",
        "password: hunter2",
        '{"password": "hunter2"}',
        "{'new_password': 'hunter2 hunter2'}",
        "Authorization: Basic hunter2",
        "Authorization: Bearer hunter2",
        "Cookie: a=b; session=hunter2; c=d",
        "Set-Cookie: session=hunter2; Path=/",
        "mysql+pymysql://user:hunter2@db/handover",
        "redis://:hunter2@cache/0",
        "smtp://u:p@hunter2@mail",
        "{'code': 'hunter2'}",
        "{'orderData': 'hunter2'}",
        "qr_data=hunter2",
        "worker_token=hunter2&x=1",
    ],
)
def test_a_named_secret_is_hidden_in_any_text(text: str) -> None:
    assert "hunter2" not in logs.hide(text)


@pytest.mark.parametrize(
    "text",
    [
        "GET /api/v1/orders/K7WQ2RNT 200 in 12 ms",
        "File handlers.py, line 7, in test_a_scan_that_was_sent_twice_is_recorded_once_and_for_all",
        "request 01938f0e-6c1b-7c11-9a52-0d3f5f6e7a10",
        "request 01938f0e-1234-4567-8901-0d3f5f6e7a10",
        "2026-11-20T05:39:12.412000Z",
        "https://shop.example/T/BCDF",
        "exit code: 3",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert logs.hide(text) == text


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_told_without_its_secrets(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    logs.configure_logs("INFO", as_json)
    token = tokens.new_token("dev_")
    try:
        try:
            raise KeyError({"password": "hunter2", "email": EMAIL})
        except KeyError as cause:
            raise ValueError(f"Duplicate entry '{EMAIL}' for {token}") from cause
    except ValueError:
        structlog.get_logger("a").exception("request failed", user=EMAIL)
        logging.getLogger("b").exception("request of %s failed", EMAIL)
    text = capsys.readouterr().err
    assert text.count("ValueError: Duplicate entry '[e-mail]'") == 2
    assert text.count("KeyError") >= 2
    assert not any(secret in text for secret in ("hunter2", EMAIL, token))


def test_an_object_is_shown_by_its_text_without_secrets(log: Log) -> None:
    structlog.get_logger("a").info(
        "seen", what=ValueError(EMAIL), raw_bytes=b"a@b.de", who={EMAIL: 1}
    )
    event = log.line()
    assert (event["what"], event["who"]) == ("[e-mail]", {"[e-mail]": 1})
    assert "a@b.de" not in event["raw_bytes"]


def test_a_value_that_contains_itself_ends(log: Log) -> None:
    circle: dict[str, Any] = {}
    circle["again"] = circle
    structlog.get_logger("a").info("seen", circle=circle)
    assert logs.REDACTED in json.dumps(log.line())


def test_a_malformed_log_call_does_not_show_its_arguments(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as alone:  # pytest's own handler raises what ours must not
        alone.setattr(logging.getLogger(), "handlers", our_handlers())
        logging.getLogger("b").info("%d", EMAIL)
    text = log.text()
    assert text.startswith("a log call failed at ")
    assert EMAIL not in text


@pytest.mark.parametrize(
    "piece",
    ["a", "a-", "password", "password='", "cookie", "cookie:", "eyJ-", "eyJ.", "://a:", "'code':'"],
)
def test_a_hostile_text_is_searched_in_linear_time(piece: str) -> None:
    # A search that looks back over the whole text would take minutes for this one.
    assert logs.hide(piece * 20_000)


def test_development_reads_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure_logs("INFO", as_json=False)
    structlog.get_logger("a").info("seen", password="hunter2", result="flagged")
    [line] = capsys.readouterr().err.splitlines()
    assert "seen" in line
    assert "result=flagged" in line
    assert "hunter2" not in line
