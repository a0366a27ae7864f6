// What a check of a certificate comes to, in words.
import { timeWords } from "./license_words.js";

export function certificateWords(found) {
  if (found.answer === "invalid") return { signal: "stop", title: "Invalid", detail: found.reason };
  const { sub, e, st, iat } = found.claims;
  const who = `Order ${sub}: ${String(st).replaceAll("_", " ")}, ${e} ${e === 1 ? "event" : "events"}, as of ${timeWords(iat * 1000)}`;
  if (found.isWhole) return { signal: "ok", title: "Genuine, to the letter", who, detail: "Everything in this file is as it was signed." };
  return { signal: "warn", title: "Genuine signature", who, detail: "Compare these facts and the digest with the paper. The certificate's file proves each event." };
}

// The signed facts, and each event of a file, as pairs and lines of text.
export function factsOf(found) {
  const { d, s } = found.claims;
  return [["Digest (SHA-256)", d], ["Ledger seal", s === null ? "none yet" : `no. ${s}`]];
}

export function eventsOf(content) {
  return (content?.events ?? []).map((one) => {
    const parts = [one.kind === "scan" || one.kind === "command" ? one.action : `${one.kind} of ${one.about}`, one.place, one.worker?.name, `clock ${one.clock}`, one.result, one.voided ? "taken back" : ""];
    return { at: one.effective_at, words: parts.filter(Boolean).join(", ").replaceAll("_", " ") };
  });
}
