"""Whether the MariaDB or the Redis at a URL lets us in within 2 seconds; says why not."""

import sys

import redis
import sqlalchemy


def ask(url: str) -> None:
    """Connect once; raises what the library in question raises."""
    if url.startswith("redis"):
        redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2).ping()
    else:
        limits = {"connect_timeout": 2, "read_timeout": 2}
        sqlalchemy.create_engine(url, connect_args=limits).connect().close()


if __name__ == "__main__":
    try:
        ask(sys.argv[1])
    except Exception as reason:
        sys.exit(f"test: {getattr(reason, 'orig', reason)}")
