"""Sending what waits, by the command, to receivers of the tests' own."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner

from app.cli import main


def send_once(environment: dict[str, str], **more: str) -> str:
    """What `handover outbox run --once` says."""
    result = CliRunner().invoke(main, ["outbox", "run", "--once"], env={**environment, **more})
    assert result.exit_code == 0, result.output
    return result.output


def place(client: Any, email: str, service: Any, **more: Any) -> dict[str, Any]:
    """An order without an account."""
    body = {"name": "Grace Hopper", "email": email, "service_name": service.name, **more}
    answer = client.post("/api/orders", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json
