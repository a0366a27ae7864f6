"""The lock files hold pins, hashes and markers, nothing else, and agree with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())

PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9a-z.]+)(?: ; (?P<marker>[^\\]+))?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
)


def pins_of(lock: Path) -> dict[str, set[str]]:
    """The pinned versions of each package; more than one where markers tell them apart."""
    pins: dict[str, set[str]] = {}
    for pin in PIN.finditer(lock.read_text()):
        pins.setdefault(pin["name"], set()).add(pin["version"])
    return pins


def requirements_of(lock: Path) -> list[Requirement]:
    """What pyproject.toml asks for in `lock`."""
    declared = list(PYPROJECT["project"]["dependencies"])
    if lock != RUNTIME:
        declared += PYPROJECT["project"]["optional-dependencies"]["sentry"]
    if lock == DEVELOPMENT:
        declared += PYPROJECT["dependency-groups"]["dev"]
    return [Requirement(each) for each in declared]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_is_nothing_but_pins_with_hashes(lock: Path) -> None:
    lines = lock.read_text().splitlines(keepends=True)
    pins = "".join(line for line in lines if not line.startswith("#"))
    assert pins
    assert PIN.sub("", pins) == ""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_address_and_no_place(lock: Path) -> None:
    assert not re.search(r"://|index-url|find-links|trusted-host|@|^[^#]*/", lock.read_text(), re.M)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_declared_dependency_is_pinned_at_a_version_that_it_allows(lock: Path) -> None:
    pins = pins_of(lock)
    for requirement in requirements_of(lock):
        versions = pins.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not in {lock.name}: run scripts/lock"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_the_development_lock_holds_every_pin_of_the_others() -> None:
    development = pins_of(DEVELOPMENT)
    for lock in LOCKS:
        assert pins_of(lock).items() <= development.items(), lock.name


def test_the_server_does_without_the_tools_of_development() -> None:
    tools = {
        canonicalize_name(Requirement(each).name) for each in PYPROJECT["dependency-groups"]["dev"]
    }
    assert not tools & pins_of(RUNTIME).keys()
