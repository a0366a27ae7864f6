"""What the QR symbols on a picture say, read by a library that has no part in drawing them."""

import zxingcpp
from PIL import Image


def symbols(picture: Image.Image) -> list[zxingcpp.Barcode]:
    """The QR symbols alone: letters and lines of a page can pass for a bar code by chance."""
    return zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)


def texts(picture: Image.Image) -> list[str]:
    """What they say, in the order they were found."""
    return [found.text for found in symbols(picture)]


def text(picture: Image.Image) -> str:
    """What the only one says; anything else is an error."""
    (said,) = texts(picture)
    return said
