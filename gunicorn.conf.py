"""How gunicorn serves the app: on HOST and PORT without a proxy, on BIND behind one.

Where nothing stands in front, requests of one process share two threads, and no forwarded header
is believed. Behind nginx, on a unix socket (BIND or systemd's), processes are sync: the fastest
there. TRUSTED_PROXIES then tells the app, and the app alone, whose headers count.
"""

import gc
import os
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "8000"

bind = os.environ.get("BIND") or (f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}")
umask = 0o007  # the socket is for its owner and the group that nginx is in

# At least 3: large uploads take turns, and one process stays free. At most 9: each takes up to
# 80 MB, and SQLite, the embedded default, has one writer anyhow.
workers = int(os.environ.get("WEB_CONCURRENCY") or max(3, min(2 * _cores + 1, 9)))
# More than one makes the workers gthread.
threads = int(os.environ.get("WEB_THREADS") or (1 if bind.startswith("unix:") else 2))
timeout = 30
graceful_timeout = 30  # requests that have begun are finished before a stop
keepalive = 5  # of gthread; sync closes after each answer
max_requests = 100_000
max_requests_jitter = 10_000
if os.access("/dev/shm", os.W_OK):  # noqa: S108 - a heartbeat on a slow disk kills healthy workers
    worker_tmp_dir = "/dev/shm"  # noqa: S108

accesslog = None  # the app logs requests, without query strings
preload_app = True  # the app is loaded once; it opens no connection before it is asked
control_socket_disable = True  # gunicorn >= 25.1 opens one in the home directory
forwarded_allow_ips = ""
forwarder_headers = ""  # a header cannot move the path
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

_metrics = os.environ.get("PROMETHEUS_MULTIPROC_DIR")


def on_starting(server: Any) -> None:
    """Empty the metrics of the last start; during a USR2 upgrade the old master still has its own."""
    if _metrics and server.master_pid == 0:
        Path(_metrics).mkdir(parents=True, exist_ok=True)
        for left_over in Path(_metrics).glob("*.db"):
            left_over.unlink()


def when_ready(server: Any) -> None:  # noqa: ARG001
    """Keep what is loaded out of every later collection, and its memory shared between processes."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn passes both by position
    """Forget the gauges of a worker that is gone."""
    if _metrics:
        multiprocess.mark_process_dead(worker.pid)
