"""What a server of forks imports: an application is made and dropped, so that a fork makes its own
in a tenth of the time."""

from app import create_app
from app.config import Settings
from tests.conftest import make_environment

create_app(Settings.load(make_environment("sqlite:////nowhere/handover.db")))
