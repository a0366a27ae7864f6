"""The laundry of the demonstration: what it offers, who works there, who comes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SERVICES = (
    ("Shirt, washed and ironed", Decimal("3.90"), 24 * 60, "Laundry"),
    ("Suit, dry-cleaned", Decimal("16.50"), 48 * 60, "Dry cleaning"),
    ("Duvet, washed", Decimal("24.00"), 72 * 60, "Laundry"),
    ("Trousers, shortened", Decimal("12.00"), 48 * 60, "Tailoring"),
    ("Curtains, washed and hung", Decimal("39.00"), 96 * 60, "Laundry"),
    ("Wedding dress, dry-cleaned", Decimal("120.00"), 7 * 24 * 60, "Dry cleaning"),
)

WORKERS = (
    ("Mira Novak", "mira.novak@laundry.example"),
    ("Tomás Reyes", "tomas.reyes@laundry.example"),
    ("Ayşe Demir", "ayse.demir@laundry.example"),
    ("Jonas Lindqvist", "jonas.lindqvist@laundry.example"),
)

LICENSE = ("dry_cleaning", "Dry cleaning with solvents", 3, 24)
"""The type that dry-cleaning requires: code, title, highest level, months."""

LICENSED = "Dry cleaning"
"""The category of the services that require it."""

CUSTOMERS = (
    ("Amara Okafor", "amara.okafor@mail.example", "+49 30 5550101"),
    ("Bence Kovács", "bence.kovacs@mail.example", "+36 1 555 0102"),
    ("Chiara Rossi", "chiara.rossi@mail.example", "+39 02 5550103"),
    ("Dinh Thi Lan", "dinh.lan@mail.example", None),
    ("Elif Şahin", "elif.sahin@mail.example", "+90 212 555 0105"),
    ("Fergus O'Neil", "fergus.oneil@mail.example", "+353 1 555 0106"),
)

WISHES = (
    None,
    None,
    None,
    "No starch, please 🙏",
    "Second button is loose: please sew it on.",
    "Ring at the back door.",
    "Red wine on the left sleeve.",
)


@dataclass(frozen=True, slots=True)
class Station:
    """A device's place in the house, and what it tells when it scans."""

    device: str
    code: str
    action: str


# In the order in which laundry passes them.
STATIONS = (
    Station("Van 1", "VAN-1", "picked_up"),
    Station("Plant scanner", "PLANT-1", "processing"),
    Station("Ready shelf", "SHELF-1", "completed"),
    Station("Counter tablet", "COUNTER", "delivered"),
)
