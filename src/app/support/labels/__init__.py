"""Printed labels as PNG, SVG, PDF and ZPL (`scans.md 2`): the same label, the same bytes."""

from app.support.labels.layout import LabelContent
from app.support.labels.pdf import label_pdf
from app.support.labels.png import label_png
from app.support.labels.svg import label_svg
from app.support.labels.zpl import label_zpl

__all__ = ["LabelContent", "label_pdf", "label_png", "label_svg", "label_zpl"]
