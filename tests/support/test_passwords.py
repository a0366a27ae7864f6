"""Passwords: one hash for every check, whoever asks."""

import tempfile
import threading
from pathlib import Path

import argon2
import pytest
from werkzeug.security import generate_password_hash

from app.support.imported_hashes import is_imported
from app.support.passwords import (
    SHORTEST,
    PasswordHasher,
    own_words_problem,
    password_problem,
    pin_problem,
    staff_password_problem,
    temporary_password,
)
from app.support.turns import Turns

TURNS = Turns(Path(tempfile.mkdtemp()), 2)
HASHER = PasswordHasher(1, 128, 1, TURNS)


def test_a_password_is_recognised() -> None:
    stored = HASHER.hash("correct horse")
    assert stored.startswith("$argon2id$v=19$m=128,t=1,p=1$")
    assert HASHER.verify(stored, "correct horse")
    assert not HASHER.verify(stored, "correct horsE")
    assert stored != HASHER.hash("correct horse")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "",
        "!",
        "pbkdf2:sha256:600000$salt$00",
        "$argon2id$v=19$m=128,t=1,p=1$broken",
        "$argon2id$v=19$m=128,t=1,p=1$ünsalted$hash",
        "$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
    ],
)
@pytest.mark.parametrize("password", ["", "correct horse", "\0", "\ud800", "🐴" * 300])
def test_nobody_and_a_broken_hash_are_never_recognised(stored: str | None, password: str) -> None:
    assert HASHER.verify(stored, password) is False


@pytest.mark.parametrize("account", ["nobody", "wrong", "right", "broken", "imported"])
def test_every_check_computes_one_hash(account: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(1, 128, 1, TURNS)
    stored = {
        "nobody": None,
        "broken": "!",
        "wrong": hasher.hash("other"),
        "imported": generate_password_hash("correct horse", method="scrypt"),
    }.get(account, hasher.hash("correct horse"))
    computed = []
    original = argon2.PasswordHasher.verify

    def counting(self: argon2.PasswordHasher, hash_: str, password: bytes) -> bool:
        parameters = argon2.extract_parameters(hash_)
        computed.append((parameters.time_cost, parameters.memory_cost, parameters.hash_len))
        return original(self, hash_, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counting)
    assert hasher.verify(stored, "correct horse") is (account in ("right", "imported"))
    assert computed == [(1, 128, 32)]


def test_only_so_many_hashes_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = PasswordHasher(1, 128, 1, TURNS)
    running: list[int] = []
    most: list[int] = []
    full = threading.Event()

    def slow(_self: argon2.PasswordHasher, _password: bytes) -> str:
        running.append(1)
        most.append(len(running))
        if len(running) == 2:
            full.set()
        full.wait(5)
        running.pop()
        return "hash"

    monkeypatch.setattr(argon2.PasswordHasher, "hash", slow)
    threads = [threading.Thread(target=hasher.hash, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert max(most) == 2


def test_a_hash_of_other_parameters_is_made_anew() -> None:
    stored = HASHER.hash("correct horse")
    assert not HASHER.needs_rehash(stored)
    assert PasswordHasher(2, 128, 1, TURNS).needs_rehash(stored)
    assert PasswordHasher(2, 128, 1, TURNS).verify(stored, "correct horse")
    assert HASHER.needs_rehash("pbkdf2:sha256:600000$salt$00")


def test_a_temporary_password_is_readable_and_never_the_same() -> None:
    made = {temporary_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        assert len(password) == 19
        assert not set(password) & set("ilo01ILO")
        assert password_problem(password) is None


@pytest.mark.parametrize(
    "password", ["90217364", "ü" * 8, "x" * 256, "with spaces in it", "🐴" * 8]
)
def test_a_good_password_has_no_problem(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize(
    "password", [None, 12345678, b"12345678", "", "1234567", "x" * 257, "1234567\0"]
)
def test_a_bad_password_has_one(password: object) -> None:
    assert str(password_problem(password)).startswith("A password ")


@pytest.mark.parametrize(
    "pin", ["482913", "0000001", "90217364", "wordwards", "🐴🧺" * 2 + "🐴🐴🧺🧺"]
)
def test_a_pin_is_six_digits_or_a_password(pin: str) -> None:
    assert pin_problem(pin) is None


@pytest.mark.parametrize(
    "pin", [None, 482913, "", "48291", "48291a", "٤٨٢٩١٣", "482913\n", "482913" * 43]
)
def test_another_pin_has_a_problem(pin: object) -> None:
    assert pin_problem(pin) is not None


@pytest.mark.parametrize(
    "secret",
    [
        *("123456", "654321", "234567", "567890", "1234567890", "012345", "87654321"),
        *("000000", "121212", "123123", "112233", "12341234", "aaaaaaaa", "abababab"),
        *("Password", "QWERTYUI", "qwertzui", "abcdefgh", "iloveyou"),
    ],
)
def test_what_anybody_tries_first_is_no_pin_and_no_password_of_staff(secret: str) -> None:
    assert "anybody tries" in str(pin_problem(secret))
    if len(secret) >= SHORTEST:
        assert "anybody tries" in str(staff_password_problem(secret))


@pytest.mark.parametrize("password", ["password", "Password1", "12345678", "iloveyou1", "WELCOME1"])
def test_a_password_that_many_people_use_is_refused(password: str) -> None:
    assert "anybody tries" in str(password_problem(password))


@pytest.mark.parametrize(
    "password", ["Ada Lovelace", "adalovelace", "ADA.L@Example.com", "ada.l@ example.com"]
)
def test_a_password_is_not_its_persons_name_or_address(password: str) -> None:
    words = ("Ada Lovelace", None, "ada.l@example.com", "adalovelace@example.com")
    assert own_words_problem(password, words)
    assert own_words_problem(password + "!", words) is None
    assert own_words_problem(password, ()) is None


def test_nobody_without_a_name_is_refused_every_password() -> None:
    assert own_words_problem("        ", ("", None)) is None


@pytest.mark.parametrize("method", ["scrypt", "scrypt:16384:8:2", "pbkdf2:sha256:1000", "pbkdf2"])
def test_a_password_of_the_old_server_is_recognised_and_hashed_anew(method: str) -> None:
    stored = generate_password_hash("correct horse", method=method)
    assert HASHER.verify(stored, "correct horse")
    assert not HASHER.verify(stored, "correct horsE")
    assert HASHER.needs_rehash(stored)


@pytest.mark.parametrize(
    "stored",
    [
        "scrypt:1048576:8:1$salt$" + "0" * 128,
        "scrypt:32768:8:64$salt$" + "0" * 128,
        "scrypt:3:8:1$salt$" + "0" * 128,
        "pbkdf2:sha256:9999999$salt$" + "0" * 64,
        "pbkdf2:md5:1000$salt$" + "0" * 64,
        "plain$salt$correct horse",
    ],
)
def test_a_hash_that_costs_too_much_or_nothing_is_nobodys(stored: str) -> None:
    assert not is_imported(stored)
    assert not HASHER.verify(stored, "correct horse")
