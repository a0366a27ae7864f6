"""A label as SVG in millimetres, for pages and for any printer that a browser knows."""

from xml.sax.saxutils import escape

from app.support.labels import layout
from app.support.qr import svg_path


def label_svg(content: layout.LabelContent) -> str:
    """Draw one label; letters that the reader's fonts have are shown, in any script."""
    width, height = layout.WIDTH, layout.HEIGHT
    symbol = layout.place_symbol(content)
    module, left, top = symbol.fit_mm()
    lines = "".join(map(_text, layout.place_text(content)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm"'
        f' viewBox="0 0 {width} {height}">'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path shape-rendering="crispEdges" d="{svg_path(symbol.modules)}"'
        f' transform="translate({left:.4f} {top:.4f}) scale({module:.6f})"/>'
        f'<g font-family="Verdana, DejaVu Sans, sans-serif">{lines}</g></svg>\n'
    )


def _text(line: layout.TextLine) -> str:
    width = layout.text_width(line.text, line.size, bold=line.bold)
    weight = ' font-weight="bold"' if line.bold else ""
    return (
        f'<text x="{line.left}" y="{line.baseline}" font-size="{line.size:.3f}"{weight}'
        f' textLength="{width:.3f}" lengthAdjust="spacingAndGlyphs">{escape(line.text)}</text>'
    )
