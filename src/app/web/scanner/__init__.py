"""The scanner: a web app that makes any phone a scanning device."""

from app.web.scanner.routes import scanner

__all__ = ["scanner"]
