"""The settings: defaults, every mistake named at once, secrets kept to themselves."""

import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.config import GENERATED_SECRETS, BadSettings, Settings, ensure_secrets, find_instance

STRONG = {
    "SECRET_KEY": "mB2xw0vQeR7tYuIo9pAsDfGhJkLzXcVb",
    "JWT_SECRET_KEY": "nB2xw0vQeR7tYuIo9pAsDfGhJkLzXcVb",
    "SIGNING_SECRET": "oB2xw0vQeR7tYuIo9pAsDfGhJkLzXcVb",
}
PRODUCTION = {"APP_ENV": "production", "INSTANCE_PATH": "/srv/handover", **STRONG}


def load(**changes: str) -> Settings:
    return Settings.load(PRODUCTION | changes)


def mistakes(environ: Mapping[str, str]) -> str:
    with pytest.raises(BadSettings) as refusal:
        Settings.load(environ)
    return str(refusal.value)


def complaint(**changes: str) -> str:
    """The one line of complaint about these changes to good settings."""
    [line] = mistakes(PRODUCTION | changes).splitlines()
    return line


def test_three_secrets_are_all_that_production_must_be_given() -> None:
    settings = load()
    assert settings.is_production
    assert settings.database_url == "sqlite:////srv/handover/handover.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.own_hosts == {"127.0.0.1"}
    assert (settings.jwt_access_min, settings.jwt_refresh_days) == (15, 30)
    assert (settings.argon2_time_cost, settings.argon2_memory_kib) == (2, 19456)
    assert settings.ratelimit_enabled
    assert settings.legacy_routes
    assert (settings.legacy_scan, settings.qr_payload) == ("record", "legacy")
    assert settings.redis_url is None
    assert settings.admin_password is None
    assert settings.business_timezone == "UTC"


def test_an_empty_value_counts_as_absent() -> None:
    assert load(PORT="", REDIS_URL=" ", LEGACY_SCAN="", ALLOW_ORIGINS="", SMTP_URL="") == load()


def test_every_mistake_is_named_at_once_and_no_value_is_repeated() -> None:
    text = mistakes(
        {"APP_ENV": "production", "PORT": "70000", "LEGACY_SCAN": "maybe", "SECRET_KEY": "hunter2"}
    )
    named = [line.split()[0] for line in text.splitlines()]
    assert sorted(named) == [
        "JWT_SECRET_KEY",
        "LEGACY_SCAN",
        "PORT",
        "SECRET_KEY",
        "SIGNING_SECRET",
    ]
    assert "hunter2" not in text


@pytest.mark.parametrize(
    "secret",
    [
        "dev",
        "secret",
        "jwt-secret-string",
        "short-but-random-8f3kq",
        "a" * 64,
        "abcabcabcabcabcabcabcabcabcabcabcabcabcabc",
        "please-CHANGE-ME-before-you-go-to-production",
        "my-super-secret-key-of-more-than-32-characters",
    ],
)
@pytest.mark.parametrize("name", STRONG)
def test_production_refuses_a_weak_secret(name: str, secret: str) -> None:
    assert complaint(**{name: secret}).startswith(f"{name} is short, repetitive or a known default")


def test_production_does_not_take_secrets_from_the_instance_folder(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    text = mistakes({"APP_ENV": "production", "INSTANCE_PATH": str(tmp_path)})
    assert [line.split()[0] for line in text.splitlines()] == list(STRONG)


def test_development_reads_the_generated_secrets(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    environ = {"INSTANCE_PATH": str(tmp_path)}
    settings = Settings.load(environ)
    assert settings.app_env == "development"
    assert settings == Settings.load(environ)
    assert settings.secret_file("secret_key").read_text().strip() == settings.secret_key
    assert len({settings.secret_key, settings.jwt_secret_key, settings.signing_secret}) == 3


def test_development_without_generated_secrets_says_what_to_run(tmp_path: Path) -> None:
    text = mistakes({"INSTANCE_PATH": str(tmp_path)})
    assert text.count("run `handover setup`") == 3


def test_a_given_secret_wins_over_a_generated_one(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    given = Settings.load({"INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "given"})
    assert given.secret_key == "given"


def test_generated_secrets_are_private_and_never_overwritten(tmp_path: Path) -> None:
    instance = tmp_path / "deep" / "instance"
    ensure_secrets(instance)
    first = {name: (instance / name).read_text() for name in GENERATED_SECRETS}
    ensure_secrets(instance)
    assert {name: (instance / name).read_text() for name in GENERATED_SECRETS} == first
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in instance.iterdir()} == {0o600}
    assert sorted(path.name for path in instance.iterdir()) == sorted(GENERATED_SECRETS)


def test_processes_that_start_together_agree_on_the_secrets(tmp_path: Path) -> None:
    def start(_: int) -> Settings:
        ensure_secrets(tmp_path)
        return Settings.load({"INSTANCE_PATH": str(tmp_path)})

    with ThreadPoolExecutor(8) as pool:
        assert len({settings.secret_key for settings in pool.map(start, range(32))}) == 1


def test_a_secret_may_come_from_a_file_without_its_line_end(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(STRONG["SECRET_KEY"] + "\n")
    environ = PRODUCTION | {"SECRET_KEY": "", "SECRET_KEY_FILE": str(file)}
    assert Settings.load(environ).secret_key == STRONG["SECRET_KEY"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("DATABASE_URL", "mysql://u:p@db/handover"),
        ("REDIS_URL", "redis://:p@cache/0"),
        ("SMTP_URL", "smtp://u:p@mail"),
        ("SENTRY_DSN", "https://key@sentry.example/1"),
        ("METRICS_TOKEN", "a-token-for-the-scraper"),
    ],
)
def test_every_setting_with_a_secret_in_it_may_come_from_a_file(
    tmp_path: Path, name: str, content: str
) -> None:
    file = tmp_path / "given"
    file.write_text(content + "\n")
    assert load(**{f"{name}_FILE": str(file)}) == load(**{name: content})


def test_a_secret_may_come_from_systemd_and_what_is_named_goes_before(tmp_path: Path) -> None:
    (tmp_path / "handover_metrics_token").write_text("a-token-for-the-scraper\n")
    given = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert load(**given).metrics_token == "a-token-for-the-scraper"
    assert (
        load(**given, METRICS_TOKEN="another-token-for-it").metrics_token == "another-token-for-it"
    )
    assert load(**given).post.smtp_host is None


def test_a_secret_given_twice_is_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(STRONG["SECRET_KEY"])
    assert "given twice" in complaint(SECRET_KEY_FILE=str(file))


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe"])
def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    assert complaint(METRICS_TOKEN_FILE=str(file)).startswith("METRICS_TOKEN_FILE (token)")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("mysql://u:p%40x@h/db", "mysql+pymysql://u:p%40x@h/db?charset=utf8mb4"),
        ("mariadb://u:p@h:3307/db", "mysql+pymysql://u:p@h:3307/db?charset=utf8mb4"),
        ("mariadb+pymysql://u@h/db", "mysql+pymysql://u@h/db?charset=utf8mb4"),
        ("mysql+mysqldb://u@h/db?charset=latin1", "mysql+pymysql://u@h/db?charset=utf8mb4"),
        (
            "mysql://u@/db?unix_socket=/run/db.sock",
            "mysql+pymysql://u@/db?charset=utf8mb4&unix_socket=%2Frun%2Fdb.sock",
        ),
        (
            "mysql://u:p,q@db1,db2:3307,[::1]/db",
            "mysql+pymysql://u:p%2Cq@db1/db?charset=utf8mb4&others=db2%3A3307%2C%5B%3A%3A1%5D",
        ),
        (
            "mysql://u@db1/db?others=db2",
            "mysql+pymysql://u@db1/db?charset=utf8mb4&others=db2",
        ),
        ("sqlite:////var/lib/handover.db", "sqlite:////var/lib/handover.db"),
        ("sqlite:///shop.db", "sqlite:////srv/handover/shop.db"),
    ],
)
def test_a_database_address_is_normalised(given: str, used: str) -> None:
    assert load(DATABASE_URL=given).database_url == used


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://u:hunter2@h/db",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://u:hunter2@h",
        "mysql://u:hunter2@h:port/db",
        "mysql://u:hunter2@h,/db",
        "mysql://u:hunter2@h,h2:99999/db",
        "hunter2",
    ],
)
def test_another_database_address_is_refused_without_its_password(given: str) -> None:
    line = complaint(DATABASE_URL=given)
    assert line.startswith("DATABASE_URL ")
    assert "hunter2" not in line


def test_a_relative_instance_path_becomes_absolute() -> None:
    assert find_instance({"INSTANCE_PATH": "here"}) == Path.cwd() / "here"
    assert find_instance({}).is_absolute()


def test_the_repr_shows_no_secret() -> None:
    settings = load(
        DATABASE_URL="mysql://u:hunter2@h/db",
        REDIS_URL="redis://:hunter2@h/0",
        SMTP_URL="smtp://u:hunter2@h",
        SENTRY_DSN="https://hunter2@h/1",
        METRICS_TOKEN="hunter2",
        ADMIN_USERNAME="ann",
        ADMIN_PASSWORD="hunter2hunter2",
    )
    assert "hunter2" not in repr(settings)
    assert not any(secret in repr(settings) for secret in STRONG.values())


@pytest.mark.parametrize(
    ("username", "password"),
    [("hahaboi", "somethingsomething"), ("fabclean", "fabzclean"), ("admin", "admin123")],
)
def test_the_published_logins_are_refused(username: str, password: str) -> None:
    line = complaint(ADMIN_USERNAME=username, ADMIN_PASSWORD=password)
    assert line.startswith("ADMIN_PASSWORD is published")


@pytest.mark.parametrize(
    ("login", "name"),
    [
        ({"ADMIN_USERNAME": "", "ADMIN_PASSWORD": ""}, "ADMIN_PASSWORD"),
        ({"ADMIN_USERNAME": "ann"}, "ADMIN_PASSWORD"),
        ({"ADMIN_USERNAME": "ann", "ADMIN_PASSWORD": "   "}, "ADMIN_PASSWORD"),
        ({"ADMIN_USERNAME": "ann", "ADMIN_PASSWORD": "seven77"}, "ADMIN_PASSWORD"),
        ({"ADMIN_PASSWORD": "long enough"}, "ADMIN_USERNAME"),
    ],
)
def test_half_a_login_is_a_mistake(login: dict[str, str], name: str) -> None:
    assert complaint(**login).startswith(name)


def test_the_old_name_of_the_admin_login_still_works() -> None:
    settings = load(ADMIN_EMAIL="ann@shop.example", ADMIN_PASSWORD=" correct horse ")
    assert (settings.admin_username, settings.admin_password) == (
        "ann@shop.example",
        " correct horse ",
    )


def test_origins_are_listed_one_by_one() -> None:
    settings = load(
        ALLOW_ORIGINS="https://Shop.example, app://., null,file://,https://shop.example"
    )
    assert settings.allow_origins == ("https://shop.example", "app://.", "null", "file://")


@pytest.mark.parametrize("origin", ["*", "https://*.shop.example", "https://a/", "shop", "a b://c"])
def test_what_is_no_origin_is_refused(origin: str) -> None:
    assert complaint(ALLOW_ORIGINS=f"https://shop.example,{origin}").startswith("ALLOW_ORIGINS")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("https://Shop.Example/", "https://shop.example"),
        ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_address_has_no_trailing_slash(given: str, used: str) -> None:
    assert load(PUBLIC_URL=given).public_url == used


@pytest.mark.parametrize(
    "given",
    ["shop.example", "ftp://shop.example", "https://", "https://a/b", "https://a?b", "https://u@a"],
)
def test_another_public_address_is_refused(given: str) -> None:
    assert complaint(PUBLIC_URL=given).startswith("PUBLIC_URL")


@pytest.mark.parametrize(
    ("host", "public_url"),
    [("0.0.0.0", "http://127.0.0.1:9000"), ("::1", "http://[::1]:9000")],
)
def test_the_public_address_follows_from_where_it_is_served(host: str, public_url: str) -> None:
    assert load(HOST=host, PORT="9000").public_url == public_url


def test_labels_of_former_hosts_are_own_ones() -> None:
    settings = load(
        PUBLIC_URL="https://shop.example:8443", LABEL_HOSTS="Old.example, older.example"
    )
    assert settings.own_hosts == {"shop.example", "old.example", "older.example"}


def test_a_label_host_is_a_name_alone() -> None:
    assert complaint(LABEL_HOSTS="https://old.example").startswith("LABEL_HOSTS")


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("on", True), ("OFF", False), ("true", True), ("0", False), ("yes", True), ("no", False)],
)
def test_a_switch_is_on_or_off(word: str, meaning: bool) -> None:
    assert load(LEGACY_ROUTES=word).legacy_routes is meaning


def test_limits_cannot_be_off_in_production() -> None:
    assert complaint(RATELIMIT_ENABLED="false").startswith("RATELIMIT_ENABLED")
    assert not load(APP_ENV="test", RATELIMIT_ENABLED="false").ratelimit_enabled


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("PORT", "0"),
        ("PORT", "8e3"),
        ("PORT", "\u0661"),
        ("TRUSTED_PROXIES", "11"),
        ("TRUSTED_PROXIES", "-1"),
        ("SESSION_HOURS", "25"),
        ("JWT_ACCESS_MIN", "0"),
        ("ARGON2_MEMORY_KIB", "1024"),
        ("LOG_LEVEL", "LOUD"),
        ("LEGACY_ROUTES", "perhaps"),
        ("LEGACY_SCAN", "deliver"),
        ("QR_PAYLOAD", "all"),
        ("BUSINESS_TIMEZONE", "Mars/Olympus"),
        ("BUSINESS_TIMEZONE", "../../etc/passwd"),
        ("REDIS_URL", "http://cache"),
        ("SMTP_URL", "smtp://mail:port"),
        ("SENTRY_DSN", "sentry"),
    ],
)
def test_a_value_out_of_bounds_is_named(name: str, value: str) -> None:
    assert complaint(**{name: value}).startswith(f"{name} must be")


def test_the_log_level_is_written_in_capitals() -> None:
    assert load(LOG_LEVEL="debug").log_level == "DEBUG"


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BUSINESS_TIMEZONE", "Europe/Berlin")
    assert Settings.load().business_timezone == "Europe/Berlin"


def test_backups_lie_in_the_instance_folder_unless_they_are_told_elsewhere(tmp_path: Path) -> None:
    place = {"INSTANCE_PATH": str(tmp_path)}
    assert load(**place).backup.folder == tmp_path / "backups"
    assert load(**place, BACKUP_DIR="/srv/kept").backup.folder == Path("/srv/kept")
    kept = load(**place).backup
    assert (kept.keep_daily, kept.keep_weekly, kept.keep_monthly) == (30, 8, 12)


def test_a_backup_is_encrypted_to_one_key() -> None:
    line = complaint(BACKUP_AGE_RECIPIENT="age1abc", BACKUP_GPG_RECIPIENT="me")
    assert line.startswith("BACKUP_GPG_RECIPIENT ")


def test_the_command_that_copies_backups_is_read_as_words() -> None:
    command = load(BACKUP_COPY_COMMAND="cp -- {} '/mnt/a disk'").backup.copy_command
    assert command == ("cp", "--", "{}", "/mnt/a disk")
    assert complaint(BACKUP_COPY_COMMAND="cp 'x").startswith("BACKUP_COPY_COMMAND ")


def test_at_least_one_day_of_backups_is_kept() -> None:
    assert complaint(BACKUP_KEEP_DAILY="0").startswith("BACKUP_KEEP_DAILY ")


def test_networks_to_which_webhooks_may_post_are_listed() -> None:
    assert load().webhook_networks == ()
    named = load(WEBHOOK_NETWORKS="10.1.0.0/16, ::1,192.168.7.9").webhook_networks
    assert [str(one) for one in named] == ["10.1.0.0/16", "::1/128", "192.168.7.9/32"]


@pytest.mark.parametrize("given", ["localhost", "10.1.2.3/16", "10.0.0.0/33", "10.1.0.0/16;::1"])
def test_what_is_no_network_is_refused(given: str) -> None:
    assert complaint(WEBHOOK_NETWORKS=given).startswith("WEBHOOK_NETWORKS")
