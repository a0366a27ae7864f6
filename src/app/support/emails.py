"""E-mail addresses: the one spelling under which each is stored and compared."""

import re
import unicodedata

import email_validator

LONGEST = 255

_INVALID = "This is not a valid e-mail address."
_ENCODED_WORD = "=?"
"""How an encoded word begins: programs read it as other letters, and no address has one (RFC 2047 5)."""

_SPECIALS = re.compile(r'[()<>\[\]:;,|"\\]')
# Shops use such names inside their own networks, and whether mail arrives is not the question.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = ["arpa", "invalid", "localhost", "onion"]


def normal_email(text: object) -> str:
    """The address of an account: trimmed, lower-case, NFC, its domain in Unicode (contract.md 5).

    Syntax as RFC 5321 and 6531 have it, without quoted parts, comments and bare hosts; at most 255
    characters, none of them invisible. ValueError with a sentence for people.
    """
    trimmed = _plain(text)
    if _ENCODED_WORD in trimmed:
        raise ValueError(_INVALID)
    try:
        valid = email_validator.validate_email(trimmed, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        raise ValueError(_INVALID) from None
    return _bounded(unicodedata.normalize("NFC", valid.normalized.lower()))


def loose_email(text: object) -> str:
    """The address on an order: as above, but the domain may be undotted, `b@gmail` (contract.md 4).

    It has exactly one @ with text on both sides, and neither spaces nor the characters that
    separate the lines of a label. ValueError with a sentence for people.
    """
    trimmed = unicodedata.normalize("NFC", _plain(text).lower())
    local, at, domain = trimmed.partition("@")
    if not (local and at and domain) or "@" in domain or _SPECIALS.search(trimmed):
        raise ValueError(_INVALID)
    return _bounded(trimmed)


def wire_email(address: str) -> str:
    """An address as it goes over the wire: its domain in ASCII, as every mail server takes it (RFC 5891).

    What stands before the @ stays as it is. ValueError for an address that an account may not have.
    """
    normal_email(address)
    valid = email_validator.validate_email(address, check_deliverability=False)
    return f"{valid.local_part}@{valid.ascii_domain}"


def _plain(text: object) -> str:
    if not isinstance(text, str):
        raise ValueError("An e-mail address is a text.")
    trimmed = text.strip()
    if len(trimmed) > LONGEST:
        raise ValueError(f"An e-mail address has at most {LONGEST} characters.")
    if any(unicodedata.category(letter)[0] in "CZ" for letter in trimmed):
        raise ValueError("An e-mail address has no spaces or invisible characters.")
    return trimmed


def _bounded(address: str) -> str:
    if len(address) > LONGEST:
        raise ValueError(f"An e-mail address has at most {LONGEST} characters.")
    return address
