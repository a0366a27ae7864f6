// Reads signed claims (compact JWS), as strictly as the server does: one algorithm, our keys, one spelling.
import { isSigned } from "./ed25519.js";

const ALGORITHM = "EdDSA";
export const LEEWAY_SECONDS = 120;
const LONGEST = 512 * 1024;

export class Refused extends Error {}

// Its claims, when one of the keys has signed it for this issuer as a token of this kind.
export async function readClaims(kind, token, { keys, issuer }) {
  if (!keys.length) throw new Error("This device has no keys yet: open this page with a network once.");
  const parts = token.length <= LONGEST ? token.split(".") : [];
  if (parts.length !== 3) throw new Refused("This is no signed token.");
  const [head, body, signature] = parts.map(decode);
  const header = parse(head);
  if (header.alg !== ALGORITHM || Object.keys(header).length !== 3) throw new Refused("It is not signed in the one way that counts.");
  if (header.typ !== kind) throw new Refused("It is a token of another kind.");
  const key = keys.find((one) => one.kid === header.kid && one.kty === "OKP" && one.crv === "Ed25519");
  if (!key) throw new Refused("It is signed with a key that is not known here.");
  const message = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
  if (!(await isSigned(message, signature, decode(key.x)))) throw new Refused("Its signature is not genuine.");
  const claims = parse(body);
  if (claims.iss !== issuer) throw new Refused("It was issued by somebody else.");
  return claims;
}

// Within iat, nbf and exp (seconds), give or take two minutes.
export function checkTimes(claims, now) {
  for (const name of ["iat", "nbf", "exp"]) {
    if (name in claims && !Number.isSafeInteger(claims[name])) throw new Refused("Its times cannot be read.");
  }
  if (claims.iat > now + LEEWAY_SECONDS || claims.nbf > now + LEEWAY_SECONDS) throw new Refused("It is not valid yet. Is this device's clock right?");
  if (claims.exp <= now - LEEWAY_SECONDS) throw new Refused("It has expired. Ask for a newer card.");
}

export function decode(text) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  } catch {
    throw new Refused("It is damaged.");
  }
  // Spare bits would let one signature be written in several ways.
  if (encode(bytes) !== text) throw new Refused("It is damaged.");
  return bytes;
}

export function encode(bytes) {
  const letters = Array.from(bytes, (one) => String.fromCharCode(one)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function parse(bytes) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (value && typeof value === "object" && !Array.isArray(value)) return value;
  } catch {
    // told below
  }
  throw new Refused("It is damaged.");
}
