// What a license is worth whose symbol was read here instead of a label's.
import { licenseWords } from "./license_words.js";
import { checkLicense } from "./verify_license.js";
import { put } from "./view.js";
import { SIGNS } from "./words.js";

const place = () => document.getElementById("standing");

// Shows it, and gives the signal that it comes to.
export async function showStanding(text, issuer) {
  const { signal, title, who, detail } = await judged(text, issuer);
  place().hidden = false;
  place().dataset.signal = signal;
  put("standing-sign", SIGNS[signal]);
  put("standing-title", `License: ${title.toLowerCase()}`);
  put("standing-detail", `${who ? `${who}. ` : ""}${detail} No scan was recorded.`);
  place().scrollIntoView({ block: "nearest" });
  return signal;
}

export function hideStanding() {
  place().hidden = true;
}

async function judged(text, issuer) {
  try {
    const { found, online } = await checkLicense(text, issuer);
    return licenseWords(found, online);
  } catch (error) {
    return { signal: "stop", title: "Not checked", detail: `This did not work. ${error.message}` };
  }
}
