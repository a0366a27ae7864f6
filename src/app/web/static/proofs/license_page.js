// A license's page: beside what the server says of its number, whether the card that led here is genuine.
import { failed, showAnswer } from "./answers.js";
import { keepVerifier } from "./keep_verifier.js";
import { licenseWords } from "./license_words.js";
import { checkLicense } from "./verify_license.js";

const { dataset } = document.getElementById("license");

async function check() {
  if (location.hash.length < 2) return;
  document.getElementById("card").hidden = false;
  try {
    const { found, online } = await checkLicense(location.href, dataset.issuer);
    showAnswer(licenseWords(found, online));
  } catch (error) {
    showAnswer(failed(error));
  }
}

addEventListener("hashchange", check);
await check();
dataset.ready = "true";
keepVerifier(dataset.issuer);
