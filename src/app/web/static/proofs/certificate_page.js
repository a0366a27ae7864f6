// A certificate's page: checks the link that was followed, a text, or a file, all on this device.
import { failed, showAnswer } from "./answers.js";
import { certificateWords, eventsOf, factsOf } from "./certificate_words.js";
import { findCertificate, judgeCertificate } from "./certificates.js";
import { keepVerifier } from "./keep_verifier.js";
import { kept } from "./kept_proofs.js";
import { timeWords } from "./license_words.js";

const byId = (id) => document.getElementById(id);
const { issuer } = byId("certificate").dataset;

async function check(text) {
  try {
    const read = findCertificate(text);
    const found = read ? await judgeCertificate(read, { ...kept(), issuer }) : { answer: "invalid", reason: "This is no certificate." };
    showAnswer(certificateWords(found));
    showContent(found, read?.certificate);
  } catch (error) {
    showAnswer(failed(error));
    showContent({ answer: "invalid" });
  }
}

function showContent(found, content) {
  const isGenuine = found.answer === "valid";
  byId("facts").replaceChildren(...(isGenuine ? factsOf(found).flatMap(([name, value]) => [made("dt", name), made("dd", value)]) : []));
  const lines = isGenuine && found.isWhole ? eventsOf(content) : [];
  byId("events").replaceChildren(...lines.map(line));
  byId("content").hidden = !isGenuine;
}

function line({ at, words }) {
  const time = made("time", timeWords(Date.parse(at)));
  const row = made("li", `${words} `);
  row.append(time);
  return row;
}

function made(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

const checkLink = () => location.hash.length > 1 && check(location.href);

byId("certificate-form").addEventListener("submit", (event) => {
  event.preventDefault();
  check(byId("text").value);
});
byId("file").addEventListener("change", async ({ target }) => {
  if (target.files.length) check(await target.files[0].text());
});
addEventListener("hashchange", checkLink);
byId("file-field").hidden = false;
await keepVerifier(issuer);
await checkLink();
byId("certificate").dataset.ready = "true";
