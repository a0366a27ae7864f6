"use strict";

// A worker that reads codes from images, for browsers without a reader of their own.
// First message: { library, wasm, formats }, both addresses from asset(). Then { id, image } with
// an ImageBitmap or ImageData is answered by { id, codes: [{ rawValue, format, cornerPoints }] },
// or by { id, error } when the image or the library failed.
let detector;

function prepare({ library, wasm, formats }) {
  importScripts(library);
  const { BarcodeDetector, prepareZXingModule } = self.BarcodeDetectionAPI;
  // Left to itself, the library fetches its wasm from another host.
  prepareZXingModule({ overrides: { locateFile: () => wasm } });
  detector = new BarcodeDetector({ formats });
}

async function read({ id, image }) {
  const found = await detector.detect(image);
  if (image instanceof ImageBitmap) image.close();
  const codes = found.map(({ rawValue, format, cornerPoints }) => ({ rawValue, format, cornerPoints }));
  postMessage({ id, codes });
}

addEventListener("message", ({ data }) => {
  if (data.library) prepare(data);
  else read(data).catch((error) => postMessage({ id: data.id, error: String(error) }));
});
