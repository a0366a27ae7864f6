// What this device keeps to check proofs without a network: the public keys, and the last status list.
// Neither is a secret, and both are read as if a stranger had written them: the list is signed, and
// the keys came from this very site.
import { readClaims } from "./jws.js";
import { KIND } from "./status_list.js";

const PLACE = "handover-proofs";
const KEYS = "/.well-known/jwks.json";
const LONGEST_MS = 5000; // a network that does not answer is none
const LIST = "/api/v1/licenses/status";

export function kept() {
  try {
    const { keys, list = "", at = 0 } = JSON.parse(localStorage.getItem(PLACE)) ?? {};
    return { keys: Array.isArray(keys) ? keys : [], list, at };
  } catch {
    return { keys: [], list: "", at: 0 };
  }
}

// Asks for both anew; without a network what is kept stays. A list that this issuer did not sign, or that is
// older than the one at hand, is as none: what is known of a revocation is not forgotten for it.
export async function refreshProofs(issuer) {
  const old = kept();
  const [keys, list] = await Promise.all([
    ask(KEYS, async (answer) => (await answer.json()).keys),
    ask(LIST, (answer) => answer.text()),
  ]);
  const trust = { keys: Array.isArray(keys) ? keys : old.keys, issuer };
  const isNewer = await isAsNew(list, old.list, trust);
  const now = { keys: trust.keys, list: isNewer ? list : old.list, at: keys && isNewer ? Date.now() : old.at };
  try {
    localStorage.setItem(PLACE, JSON.stringify(now));
  } catch {
    // A browser that keeps nothing still checks while this page is open and online.
  }
  return now;
}

async function isAsNew(list, old, trust) {
  const [made, before] = await Promise.all([madeAt(list, trust), madeAt(old, trust)]);
  return made !== undefined && !(made < before);
}

async function madeAt(list, trust) {
  try {
    return (await readClaims(KIND, list, trust)).iat;
  } catch {
    return undefined;
  }
}

async function ask(address, read) {
  try {
    const answer = await fetch(address, { cache: "no-cache", signal: AbortSignal.timeout?.(LONGEST_MS) });
    return answer.ok ? await read(answer) : undefined;
  } catch {
    return undefined;
  }
}
