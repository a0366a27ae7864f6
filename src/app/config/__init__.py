"""The settings: the only reader of the environment, which names every mistake at once."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final, Literal, get_args
from urllib.parse import urlsplit

from app.config.backups import BackupSettings
from app.config.databases import read_database_url
from app.config.environment import EnvironmentReader
from app.config.post import PostSettings

AppEnv = Literal["development", "test", "production"]
LegacyScan = Literal["record", "token", "apply"]
QrPayload = Literal["legacy", "link"]

GENERATED_SECRETS: Final = ("secret_key", "jwt_secret_key", "signing_secret")

_LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]*://[^\s/?#@*,\\]*")
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:]+")
_PUBLIC_URL = re.compile(r"https?://([a-z0-9]([a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_KNOWN_PHRASES = re.compile(r"change[-_]?me|super[-_]?secret|jwt[-_]?secret")
_PUBLISHED_PASSWORDS: Final = frozenset({"somethingsomething", "fabzclean", "admin123"})
_STRONG: Final = "give 32 or more random characters, here or by a file that NAME_FILE names"
# The least memory in OWASP's password cheat sheet; without stakes, what 16 lanes need.
_KIB: Final = {True: 7168, False: 128}


class BadSettings(Exception):
    """The environment cannot be served with; the text names each setting and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the environment decides; a field is the variable's name in lower case.

    Those that begin with BACKUP_ are the fields of `backup`, those with SMTP_ or SMS_ of `post`.
    """

    app_env: AppEnv
    host: str
    port: int
    instance_path: Path
    database_url: str = field(repr=False)
    db_pool_size: int
    db_max_overflow: int
    db_pool_recycle: int
    redis_url: str | None = field(repr=False)
    secret_key: str = field(repr=False)
    jwt_secret_key: str = field(repr=False)
    signing_secret: str = field(repr=False)
    signing_secrets_retired: tuple[str, ...] = field(repr=False)
    jwt_access_min: int
    jwt_refresh_days: int
    allow_origins: tuple[str, ...]
    log_level: str
    admin_username: str | None
    admin_password: str | None = field(repr=False)
    public_url: str
    own_hosts: frozenset[str]
    trusted_proxies: int
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]
    ratelimit_enabled: bool
    require_verified_email: bool
    legacy_routes: bool
    legacy_scan: LegacyScan
    qr_payload: QrPayload
    sentry_dsn: str | None = field(repr=False)
    metrics_token: str | None = field(repr=False)
    argon2_time_cost: int
    argon2_memory_kib: int
    argon2_parallelism: int
    session_hours: int
    business_timezone: str
    most_open_appointments: int
    outbox_keep_dead_days: int
    inbox_keep_days: int
    inbox_keep_read_days: int
    backup: BackupSettings
    post: PostSettings

    @property
    def is_production(self) -> bool:
        """Whether this process serves the public."""
        return self.app_env == "production"

    @property
    def cores(self) -> int:
        """How many processors the machine has: the bound on password hashes at once."""
        return os.cpu_count() or 1

    def secret_file(self, name: str) -> Path:
        """Where a generated secret lives in the instance folder."""
        return self.instance_path / name

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from a mapping (default: the process's environment).

        An empty value counts as absent. Secrets may come as NAME_FILE. Raises BadSettings with
        every mistake at once; a value is never repeated in it (contract.md 9).
        """
        read = _Reader(os.environ if environ is None else environ)
        app_env: AppEnv = read.choice("APP_ENV", get_args(AppEnv), "development")
        production = app_env == "production"
        instance = find_instance(read.environ)
        host = read.text("HOST") or "127.0.0.1"
        port = read.number("PORT", 8000, 1, 65535)
        public_url = read.public_url(host, port)
        username, password = read.first_admin()
        settings = cls(
            app_env=app_env,
            host=host,
            port=port,
            instance_path=instance,
            database_url=read.database_url(instance),
            db_pool_size=read.number("DB_POOL_SIZE", 5, 1, 200),
            db_max_overflow=read.number("DB_MAX_OVERFLOW", 5, 0, 200),
            db_pool_recycle=read.number("DB_POOL_RECYCLE", 1800, 1, 86400),
            redis_url=read.address("REDIS_URL", ("redis", "rediss")),
            secret_key=read.signing_key("SECRET_KEY", instance, production),
            jwt_secret_key=read.signing_key("JWT_SECRET_KEY", instance, production),
            signing_secret=read.signing_key("SIGNING_SECRET", instance, production),
            signing_secrets_retired=read.retired_keys("SIGNING_SECRETS_RETIRED"),
            jwt_access_min=read.number("JWT_ACCESS_MIN", 15, 1, 1440),
            jwt_refresh_days=read.number("JWT_REFRESH_DAYS", 30, 1, 365),
            allow_origins=read.names("ALLOW_ORIGINS", _ORIGIN, "https://shop.example"),
            log_level=read.choice("LOG_LEVEL", _LOG_LEVELS, "INFO"),
            admin_username=username,
            admin_password=password,
            public_url=public_url,
            own_hosts=read.own_hosts(public_url),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 10),
            webhook_networks=read.networks("WEBHOOK_NETWORKS"),
            ratelimit_enabled=read.flag("RATELIMIT_ENABLED", True),
            require_verified_email=read.flag("REQUIRE_VERIFIED_EMAIL", False),
            legacy_routes=read.flag("LEGACY_ROUTES", True),
            legacy_scan=read.choice("LEGACY_SCAN", get_args(LegacyScan), "record"),
            qr_payload=read.choice("QR_PAYLOAD", get_args(QrPayload), "legacy"),
            sentry_dsn=read.address("SENTRY_DSN", ("http", "https")),
            metrics_token=read.secret("METRICS_TOKEN"),
            argon2_time_cost=read.number("ARGON2_TIME_COST", 2, 1, 20),
            argon2_memory_kib=read.number("ARGON2_MEMORY_KIB", 19456, _KIB[production], 1048576),
            argon2_parallelism=read.number("ARGON2_PARALLELISM", 1, 1, 16),
            session_hours=read.number("SESSION_HOURS", 24, 1, 24),
            business_timezone=read.timezone("BUSINESS_TIMEZONE", "UTC"),
            most_open_appointments=read.number("MOST_OPEN_APPOINTMENTS", 50, 1, 10000),
            outbox_keep_dead_days=read.number("OUTBOX_KEEP_DEAD_DAYS", 90, 7, 3650),
            inbox_keep_days=read.number("INBOX_KEEP_DAYS", 365, 30, 3650),
            inbox_keep_read_days=read.number("INBOX_KEEP_READ_DAYS", 90, 30, 3650),
            backup=BackupSettings.read(read, instance),
            post=PostSettings.read(read, urlsplit(public_url).hostname or "localhost"),
        )
        if production and not settings.ratelimit_enabled:
            read.mistake("RATELIMIT_ENABLED", "cannot be off in production; remove it")
        if read.mistakes:
            raise BadSettings("\n".join(read.mistakes))
        return settings


def find_instance(environ: Mapping[str, str] | None = None) -> Path:
    """The absolute instance folder: INSTANCE_PATH, or `instance/` in the project or, outside, here."""
    named = (os.environ if environ is None else environ).get("INSTANCE_PATH", "").strip()
    project = Path(__file__).parents[3]
    home = project if (project / "pyproject.toml").is_file() else Path.cwd()
    return Path(named).absolute() if named else home / "instance"


def prepare_instance() -> None:
    """Make the instance folder and its secrets; in production secrets are given, never made."""
    instance = find_instance()
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.environ.get("APP_ENV", "").strip().lower() != "production":
        ensure_secrets(instance)


def ensure_secrets(instance_path: Path) -> None:
    """Make the instance folder (0700) and the secrets that are missing in it (0600).

    A file that exists is never touched. A secret appears whole or not at all, so processes that
    start together agree on it.
    """
    instance_path.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in GENERATED_SECRETS:
        if (instance_path / name).exists():
            continue
        draft = instance_path / f".{name}.{secrets.token_hex(8)}"
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        with suppress(FileExistsError):
            (instance_path / name).hardlink_to(draft)
        draft.unlink()


class _Reader(EnvironmentReader):
    """The values that are this application's own."""

    def signing_key(self, name: str, instance: Path, production: bool) -> str:
        secret, generated = self.secret(name), instance / name.lower()
        if not production:
            if secret is None and generated.is_file():
                secret = self.content(name, generated)
            elif secret is None:
                self.mistake(
                    name,
                    f"is missing in {instance}; set INSTANCE_PATH as the server has it or, for a "
                    "new installation, run `handover setup`, which generates it",
                )
        elif secret is None:
            self.mistake(name, f"is missing; {_STRONG}")
        elif len(secret) < 32 or len(set(secret)) < 8 or _KNOWN_PHRASES.search(secret.lower()):
            self.mistake(name, f"is short, repetitive or a known default; {_STRONG}")
        return secret or ""

    def retired_keys(self, name: str) -> tuple[str, ...]:
        retired = tuple((self.secret(name) or "").replace(",", " ").split())
        if any(len(one) < 32 for one in retired):
            self.mistake(name, "holds a short one; list whole secrets, separated by blanks")
        return retired

    def public_url(self, host: str, port: int) -> str:
        nearby = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared only
        default = f"http://[{nearby}]:{port}" if ":" in nearby else f"http://{nearby}:{port}"
        url = (self.text("PUBLIC_URL") or default).lower().removesuffix("/")
        if not _PUBLIC_URL.fullmatch(url):
            self.mistake("PUBLIC_URL", "must be like https://shop.example, without path or query")
            return default
        return url

    def own_hosts(self, public_url: str) -> frozenset[str]:
        named = self.names("LABEL_HOSTS", _HOST_NAME, "shop.example")
        return frozenset({urlsplit(public_url).hostname or "", *named})

    def database_url(self, instance: Path) -> str:
        name, text = "DATABASE_URL", self.secret("DATABASE_URL")
        try:
            url = read_database_url(text or "sqlite:///handover.db")
            backend = url.get_backend_name()
        except ValueError:
            self.mistake(name, "is no database address; write mysql://user:password@host/database")
            return ""
        placed = bool(url.database) and bool(url.host or url.query.get("unix_socket"))
        if backend in ("mysql", "mariadb") and placed:
            url = url.set(drivername="mysql+pymysql").update_query_dict({"charset": "utf8mb4"})
        elif backend == "sqlite" and url.database not in (None, "", ":memory:"):
            # A relative file lies in the instance folder, as Flask-SQLAlchemy has it.
            url = url.set(drivername="sqlite", database=str(instance / str(url.database)))
        else:
            self.mistake(name, "must be mysql://user:password@host/database or sqlite:///file")
        return url.render_as_string(hide_password=False)

    def first_admin(self) -> tuple[str | None, str | None]:
        name, username = "ADMIN_PASSWORD", self.text("ADMIN_USERNAME") or self.text("ADMIN_EMAIL")
        password = self.secret(name)
        if password is None:
            if username or name in self.environ:
                self.mistake(name, "is empty; set 8 or more characters or remove the whole login")
        elif username is None:
            self.mistake("ADMIN_USERNAME", f"is missing; set it or remove {name}")
        elif password.strip().lower() in _PUBLISHED_PASSWORDS:
            self.mistake(name, "is published, everybody knows it; choose another")
        elif not 8 <= len(password) <= 256:
            self.mistake(name, "must have 8 to 256 characters")
        return username, password
