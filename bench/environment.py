"""The environment of the servers under test: production, with secrets of the bench's own."""

from __future__ import annotations

import os
from hashlib import sha256

from bench.stores import FOLDER, ROOT, Store

REDIS_URL = os.environ.get("BENCH_REDIS_URL") or "redis://127.0.0.1:6379/14"
_SECRETS = ("SECRET_KEY", "JWT_SECRET_KEY", "SIGNING_SECRET")


def product_environment(store: Store) -> dict[str, str]:
    """Production settings; TRUSTED_PROXIES=1, so that each request may come from elsewhere."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "APP_ENV": "production",
        "DATABASE_URL": store.url,
        "REDIS_URL": REDIS_URL,
        "INSTANCE_PATH": str(FOLDER / "instance"),
        "LOG_LEVEL": "INFO",
        "PUBLIC_URL": "https://bench.example",
        "TRUSTED_PROXIES": "1",
        "JWT_ACCESS_MIN": "1440",
        "ADMIN_USERNAME": "bench",
        "ADMIN_PASSWORD": secret("ADMIN_PASSWORD"),
        **{name: secret(name) for name in _SECRETS},
    }


def secret(name: str) -> str:
    """The same for the same name on this checkout, so that kept rows and new servers agree."""
    return sha256(f"{ROOT} {name}".encode()).hexdigest()
