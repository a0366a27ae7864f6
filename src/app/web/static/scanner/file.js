// A file with all that the server has not: for an administrator, when nothing else helps.
import { unsent } from "./queue.js";

export async function saveCopy(unsaved) {
  const stored = await unsent().catch(() => []);
  const text = JSON.stringify({ saved_at: new Date().toISOString(), entries: [...stored, ...unsaved] }, null, 2);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "scans-not-sent.json";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
