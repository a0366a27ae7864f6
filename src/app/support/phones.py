"""Phone numbers that sign somebody in: the one spelling under which each is stored and compared."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

LONGEST = 32
SHORTEST = 9
"""With its plus: what is dialled from abroad is longer than an exchange's number."""

_TYPED = re.compile(r"\+[0-9 ()./-]+")
_INVALID = "Give the number with its country, as in +49 30 901820."


def normal_phone(text: object) -> str:
    """The number in E.164, as in +4930901820; ValueError with a sentence for people.

    It begins with a plus and its country's code, so that it is the same wherever it is typed.
    """
    if not isinstance(text, str):
        raise ValueError("A phone number is a text.")
    trimmed = text.strip()
    if len(trimmed) > LONGEST or _TYPED.fullmatch(trimmed) is None:
        raise ValueError(_INVALID)
    try:
        number = phonenumbers.parse(trimmed)
    except NumberParseException:
        raise ValueError(_INVALID) from None
    spelled = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if len(spelled) < SHORTEST or not phonenumbers.is_possible_number(number):
        raise ValueError(_INVALID)
    return spelled
