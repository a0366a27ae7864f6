// The licenses of whoever this phone is bound to: each is shown as a badge that is worth ten minutes.
import { getDevice } from "./device.js";
import { timeWords } from "./license_words.js";
import { element, put } from "./view.js";
import { ask } from "./wire.js";

const PATH = "licenses/my-licenses";
const SHOWN_ANEW_MS = 8 * 60_000;
const STATES = { expired: "expired", revoked: "revoked", superseded: "replaced", tampered: "not as it was recorded" };
const OFFLINE = "This needs a network: the server signs each badge anew.";
const byId = (id) => document.getElementById(id);
let held = new Map();
let timer;

export function bindOwnLicenses() {
  byId("own").addEventListener("toggle", () => (byId("own").open ? list() : hideBadge()));
  byId("own-list").addEventListener("click", ({ target }) => target.dataset.license && showBadge(Number(target.dataset.license)));
}

// Another person may be next at this phone.
export function forgetOwnLicenses() {
  byId("own").open = false;
  hideBadge();
  held = new Map();
  byId("own-list").replaceChildren();
}

async function list() {
  put("own-words", "Looking…");
  const answer = await askFor(PATH);
  if (answer?.status !== 200) return put("own-words", refusal(answer));
  held = new Map(answer.body.map((one) => [one.id, one]));
  byId("own-list").replaceChildren(...answer.body.map(row));
  put("own-words", held.size ? "Show a badge to whoever asks what you may do." : "There is none. Whoever runs the place where you work issues them.");
}

function row(license) {
  const end = license.expires_at ? `until ${timeWords(Date.parse(license.expires_at))}` : "for good";
  const words = `${license.specialization}, level ${license.level}, ${STATES[license.status] ?? end}`;
  const made = element("li", {}, element("span", { text: words }));
  if (license.is_active) {
    const button = element("button", { type: "button", className: "quiet", text: "Show badge" });
    button.dataset.license = license.id;
    button.setAttribute("aria-label", `Show badge: ${license.specialization}`);
    made.append(button);
  }
  return made;
}

async function showBadge(id) {
  clearTimeout(timer);
  const answer = await askFor(`${PATH}/${id}/qr?badge=1`);
  const license = held.get(id);
  if (!license || !byId("own").open) return; // signed out, or closed, in the meantime
  if (answer?.status !== 200) {
    hideBadge();
    return put("own-words", refusal(answer));
  }
  byId("own-image").src = `data:image/png;base64,${answer.body.qr_code}`;
  put("own-who", `${license.holder}: ${license.specialization}, level ${license.level}`);
  put("own-until", `Worth something until ${timeWords(Date.parse(answer.body.expires_at))}. Number ${license.license_code}.`);
  await byId("own-image").decode(); // until then it has no height to be scrolled to
  byId("own-badge").hidden = false;
  byId("own-image").scrollIntoView({ block: "center" }); // what sticks to the top and the bottom covers none of it
  timer = setTimeout(() => showBadge(id), SHOWN_ANEW_MS);
}

function hideBadge() {
  clearTimeout(timer);
  byId("own-badge").hidden = true;
  byId("own-image").removeAttribute("src");
}

async function askFor(path) {
  const device = await getDevice();
  return device && ask(path, { token: device.token });
}

const refusal = (answer) => (answer ? (answer.body?.message ?? "This did not work. Try it again.") : OFFLINE);
