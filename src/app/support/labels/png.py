"""A label as a black and white PNG, dot for dot as a thermal printer puts it down."""

from io import BytesIO

from PIL import Image, ImageDraw

from app.support.labels import layout


def label_png(content: layout.LabelContent, dpi: layout.Dpi = 203) -> bytes:
    """Draw one label at its true size for that many dots per inch, written into the file."""
    dots_per_mm = dpi / layout.MM_PER_INCH
    size = round(layout.WIDTH * dots_per_mm), round(layout.HEIGHT * dots_per_mm)
    picture = Image.new("1", size, 1)
    pen = ImageDraw.Draw(picture)
    symbol = layout.place_symbol(content)
    dots, left, top = symbol.fit_dots(dpi)
    for y, row in enumerate(symbol.modules):
        for x, dark in enumerate(row):
            if dark:
                corner = left + x * dots, top + y * dots
                pen.rectangle((*corner, corner[0] + dots - 1, corner[1] + dots - 1), fill=0)
    for line in layout.place_text(content):
        place = line.left * dots_per_mm, line.baseline * dots_per_mm
        letters = layout.font(round(line.size * dots_per_mm), bold=line.bold)
        pen.text(place, line.text, fill=0, font=letters, anchor="ls")
    written = BytesIO()
    picture.save(written, "PNG", dpi=(dpi, dpi))
    return written.getvalue()
