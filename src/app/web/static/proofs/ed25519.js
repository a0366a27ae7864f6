// Checks Ed25519 signatures: by the browser itself where it can, else by a library of our own files.
const NAME = "Ed25519";

export async function isSigned(message, signature, publicKey) {
  if (!globalThis.crypto?.subtle) throw new Error("Signatures are checked only on an address that begins with https.");
  const key = await importKey(publicKey);
  if (key) return crypto.subtle.verify(NAME, key, signature, message);
  const { verifyAsync } = await import("./noble-ed25519.js");
  try {
    return await verifyAsync(signature, message, publicKey, { zip215: false });
  } catch {
    return false; // what is no point and no number of the curve is no signature
  }
}

async function importKey(publicKey) {
  try {
    return await crypto.subtle.importKey("raw", publicKey, NAME, false, ["verify"]);
  } catch {
    return undefined; // an older browser
  }
}
