"""Pages on which anybody checks a license or a certificate, with and without a network."""

from app.web.proofs.routes import proofs

__all__ = ["proofs"]
