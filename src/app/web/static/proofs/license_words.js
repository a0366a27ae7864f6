// What a check of a license comes to, in words: never a bare yes, and a no is loud.
const TITLES = { valid: "Valid", unchecked: "Genuine, not checked for revocation today", invalid: "Invalid" };
const SIGNALS = { valid: "ok", unchecked: "warn", invalid: "stop" };
const ONLINE = {
  unknown: "There is no such license.",
  tampered: "The record behind this license was changed by hand. Do not rely on it.",
  revoked: "This license was revoked.",
  expired: "This license has expired.",
  superseded: "This card was replaced by a newer one.",
};

// `found` is what judge() gave, `online` the server's answer where there was one.
export function licenseWords(found, online) {
  const license = found.license;
  const who = license ? `${license.holder} · ${license.type.replaceAll("_", " ")}, level ${license.level} · ${license.code}` : "";
  if (found.answer === "invalid") return { signal: "stop", title: TITLES.invalid, who, detail: found.reason };
  if (online && !online.is_valid) {
    return { signal: "stop", title: TITLES.invalid, who, detail: ONLINE[online.status] ?? `It is ${online.status}.` };
  }
  if (online && online.holder !== license.holder) {
    return { signal: "warn", title: "Valid, under another name", who, detail: `The license is that of ${online.holder} now. Checked with the server at ${timeWords(Date.parse(online.checked_at))}.` };
  }
  if (online && online.level !== license.level) {
    return { signal: "warn", title: "Valid, at another level", who, detail: `The license is at level ${online.level} now. Checked with the server at ${timeWords(Date.parse(online.checked_at))}.` };
  }
  if (online) return { signal: "ok", title: TITLES.valid, who, detail: `Checked with the server at ${timeWords(Date.parse(online.checked_at))}.` };
  if (found.answer === "valid") return { signal: SIGNALS.valid, title: TITLES.valid, who, detail: `Revocation last checked at ${timeWords(found.checked_at * 1000)}.` };
  const checked = found.checked_at ? `Revocation last checked at ${timeWords(found.checked_at * 1000)}.` : "Revocation was never checked on this device.";
  return { signal: SIGNALS.unchecked, title: TITLES.unchecked, who, detail: `The signature is genuine. ${checked} Go online to be sure.` };
}

export function timeWords(at) {
  return new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
}
