// Checks a text that may be a license's QR: without a network by what is kept, with one by asking, too.
import { kept, refreshProofs } from "./kept_proofs.js";
import { findLicense, judge } from "./licenses.js";

const FRESH_MS = 60_000;
const LONGEST_MS = 5000; // a network that does not answer is none

export async function checkLicense(text, issuer) {
  const read = findLicense(text);
  if (!read) return undefined;
  const isOld = Date.now() - kept().at > FRESH_MS;
  const trust = navigator.onLine && isOld ? await refreshProofs(issuer) : kept();
  const found = await judge(read, { ...trust, issuer }, Date.now() / 1000);
  const online = found.license && found.answer !== "invalid" ? await ask(found.license) : undefined;
  return { read, found, online };
}

async function ask({ code, serial }) {
  if (!navigator.onLine) return undefined;
  try {
    const answer = await fetch(`/api/v1/licenses/verify/${code}?serial=${serial}`, { cache: "no-store", signal: AbortSignal.timeout?.(LONGEST_MS) });
    return answer.ok || answer.status === 404 ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
