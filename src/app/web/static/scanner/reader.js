// Reads QR codes from a video: by the browser's own reader where there is one, else by our worker.
const FORMATS = ["qr_code"];

export async function makeReader(files) {
  const own = await ownReader();
  let worker = own ? undefined : workerReader(files);
  return async (video) => {
    if (!worker) {
      try {
        return await own(video);
      } catch {
        worker = workerReader(files); // some phones have one that never works
      }
    }
    return worker(video);
  };
}

async function ownReader() {
  const formats = (await globalThis.BarcodeDetector?.getSupportedFormats().catch(() => [])) ?? [];
  if (!FORMATS.every((one) => formats.includes(one))) return undefined;
  const detector = new BarcodeDetector({ formats: FORMATS });
  return (video) => detector.detect(video);
}

function workerReader({ reader, library, wasm }) {
  const worker = new Worker(reader);
  const waiting = new Map();
  let last = 0;
  const fail = (words) => {
    for (const { reject } of waiting.values()) reject(new Error(words));
    waiting.clear();
  };
  worker.onerror = (event) => fail(event.message || "The code reader did not start.");
  worker.onmessage = ({ data: { id, codes, error } }) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (error) one?.reject(new Error(error));
    else one?.resolve(codes);
  };
  worker.postMessage({ library, wasm, formats: FORMATS });
  return async (video) => {
    const image = await createImageBitmap(video);
    const id = (last += 1);
    const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    worker.postMessage({ id, image }, [image]);
    return answer;
  };
}
