"""Flask extensions, created unbound and bound by the factory."""

from __future__ import annotations

from flask_cors import CORS
from flask_migrate import Migrate
from flask_wtf.csrf import CSRFProtect

cors = CORS()
csrf = CSRFProtect()
migrate = Migrate()
