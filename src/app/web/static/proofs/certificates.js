// A custody certificate: the signed digest of its content, and the content where it is at hand.
import { encode, readClaims, Refused } from "./jws.js";

const KIND = "custody";
const LINK = /\/c\/?#([\w-]+\.[\w-]+\.[\w-]+)\s*$/;

export function findCertificate(text) {
  const link = text.match(LINK);
  if (link) return { signature: link[1] };
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    const { certificate, signature } = JSON.parse(text);
    return certificate && typeof signature === "string" ? { certificate, signature } : undefined;
  } catch {
    return undefined;
  }
}

// `isWhole` says that the content was there, and is what was signed.
export async function judgeCertificate({ certificate, signature }, trust) {
  try {
    const claims = await readClaims(KIND, signature, trust);
    if (certificate && (await digest(certificate)) !== claims.d) throw new Refused("What it says is not what was signed.");
    return { answer: "valid", claims, isWhole: Boolean(certificate) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { answer: "invalid", reason: error.message };
  }
}

async function digest(content) {
  const bytes = new TextEncoder().encode(canonical(content));
  return encode(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

// Keys sorted, no blanks: what the server signs holds texts, whole numbers, true, false and null.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value && typeof value === "object") {
    const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
    return `{${pairs.join(",")}}`;
  }
  return JSON.stringify(value);
}
