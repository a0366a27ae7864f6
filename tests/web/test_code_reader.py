"""The vendored reader works under the scanner's policy, from our own files, before a camera."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import qrcode
from PIL import Image
from playwright.sync_api import Page

from app.http.headers import PAGE_POLICY
from app.web.assets import asset
from app.web.policies import SCANNER_PERMISSIONS, SCANNER_POLICY
from tests.web.browser import Launch, MakePage
from tests.web.gallery import open_page
from tests.web.looking import film

pytestmark = pytest.mark.browser

TEXT = "HTTP://HANDOVER.TEST/T/BCDFGHJKLNPRSTVXBCDFGHJK"
PAGE = "<!doctype html><html lang='en'><title>Reader</title><video muted playsinline></video>"
START = """([script, library, wasm]) => {
  self.worker = new Worker(script);
  self.worker.postMessage({ library, wasm, formats: ["qr_code"] });
  self.read = (image) => new Promise((done) => {
    self.worker.onmessage = ({ data }) => done(data);
    self.worker.postMessage({ id: 7, image });
  });
}"""
READ_PICTURE = """async (address) => {
  const answer = await fetch(address);
  return read(await createImageBitmap(await answer.blob()));
}"""
READ_CAMERA = """async () => {
  const video = document.querySelector("video");
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true });
  await video.play();
  for (let tries = 0; tries < 50; tries += 1) {
    const answer = await read(await createImageBitmap(video));
    if (answer.error || answer.codes.length) return answer;
  }
}"""


@pytest.fixture
def label() -> Image.Image:
    return qrcode.make(TEXT).get_image()


def start_reader(page: Page, policy: str = SCANNER_POLICY) -> None:
    open_page(page, PAGE, policy, **{"Permissions-Policy": SCANNER_PERMISSIONS})
    files = ("code_reader.js", "vendor/barcode-detector.js", "vendor/zxing_reader.wasm")
    page.evaluate(START, [asset(name) for name in files])


def read_picture(page: Page, picture: bytes) -> Any:
    page.route("**/picture", lambda route: route.fulfill(body=picture, content_type="image/png"))
    return page.evaluate(READ_PICTURE, "/picture")


def test_a_label_is_read_from_a_picture(page: Page, label: Image.Image) -> None:
    label.save(picture := io.BytesIO(), "PNG")
    start_reader(page)
    answer = read_picture(page, picture.getvalue())
    assert [(code["rawValue"], code["format"]) for code in answer["codes"]] == [(TEXT, "qr_code")]
    assert answer["id"] == 7


def test_a_picture_without_a_label_has_no_codes(page: Page) -> None:
    Image.new("L", (64, 64), 255).save(picture := io.BytesIO(), "PNG")
    start_reader(page)
    assert read_picture(page, picture.getvalue()) == {"id": 7, "codes": []}


def test_what_is_no_picture_is_answered_with_an_error(page: Page) -> None:
    start_reader(page)
    answer = page.evaluate("read('nonsense')")
    assert answer["id"] == 7
    assert "TypeError" in answer["error"]


def test_a_label_is_read_before_the_camera(
    launch: Launch, make_page: MakePage, label: Image.Image, tmp_path: Path
) -> None:
    page = make_page(launch(*film(label, tmp_path / "label.y4m")))
    start_reader(page)
    answer = page.evaluate(READ_CAMERA)
    assert [code["rawValue"] for code in answer["codes"]] == [TEXT]


def test_an_ordinary_page_has_no_worker_at_all() -> None:
    assert "worker-src" not in PAGE_POLICY
    assert "wasm-unsafe-eval" not in PAGE_POLICY
