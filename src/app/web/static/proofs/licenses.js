// A license's QR, read and judged without asking anybody. Three answers, never a bare yes:
// valid; valid, with when revocation was last checked; invalid, and why.
import { checkTimes, LEEWAY_SECONDS, readClaims, Refused } from "./jws.js";
import { lookUp } from "./status_list.js";

const KIND = "license";
const LINK = /\/l\/(LIC-[0-9A-Z]{10})(?:#([\w-]+\.[\w-]+\.[\w-]+))?\s*$/i;
const TYPED = /^(?:LIC)?([0-9A-Z]{10})$/;
const MEANT = { O: "0", I: "1", L: "1" };
const TOKEN = /^\s*(eyJ[\w-]+\.[\w-]+\.[\w-]+)\s*$/;
const NAMED = /^(LIC-[0-9A-HJKMNP-TV-Z]{10})\.(0|[1-9][0-9]{0,8})$/;

// What a text says of a license: its `code`, its `token`, or both; undefined for any other text.
export function findLicense(text) {
  const link = text.match(LINK);
  if (link) return { code: link[1].toUpperCase(), token: link[2] };
  const code = typedCode(text);
  if (code) return { code };
  const token = text.match(TOKEN);
  return token ? { token: token[1] } : undefined;
}

// As the server reads it: any case, blanks and dashes, O for 0, I and L for 1.
function typedCode(text) {
  const typed = text.replace(/[\s_-]+/g, "").toUpperCase().match(TYPED);
  const letters = typed?.[1].replace(/[OIL]/g, (one) => MEANT[one]);
  return letters && !letters.includes("U") ? `LIC-${letters}` : undefined;
}

// A symbol of a license, and no number that somebody typed: an order may be called so.
export function isLicenseSymbol(text) {
  return LINK.test(text) || TOKEN.test(text);
}

// `trust` is { keys, issuer, list }, `now` in seconds.
export async function judge({ code, token }, trust, now) {
  if (!token) return { answer: "invalid", reason: "This carries a license's number and no signature." };
  try {
    const claims = await readClaims(KIND, token, trust);
    const named = typeof claims.jti === "string" && claims.jti.match(NAMED);
    if (!named || !Number.isSafeInteger(claims.i) || claims.i < 0) throw new Refused("It is damaged.");
    const license = { code: named[1], serial: Number(named[2]), holder: String(claims.n), type: String(claims.t), level: Number(claims.l), exp: claims.exp };
    if (code && code !== license.code) throw new Refused("Its number and its signature are of two licenses.");
    if (!Number.isSafeInteger(claims.iat) || !Number.isSafeInteger(claims.exp)) throw new Refused("It is damaged.");
    return { license, ...(await standing(claims, trust, now)) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { answer: "invalid", reason: error.message };
  }
}

async function standing(claims, trust, now) {
  try {
    checkTimes(claims, now);
  } catch (error) {
    return { answer: "invalid", reason: error.message };
  }
  const seen = await lookUp(trust.list, claims.i, trust).catch(() => undefined); // as if there were none
  if (seen?.isVoid) return { answer: "invalid", reason: "It was revoked or has ended.", checked_at: seen.at };
  if (seen === undefined || seen.isVoid === undefined) return { answer: "unchecked" };
  const age = now - seen.at; // of a list from the future nobody knows how old it is
  const isFresh = age <= seen.ttl && age >= -LEEWAY_SECONDS;
  return { answer: isFresh ? "valid" : "unchecked", checked_at: seen.at };
}
