// Of all open tabs one sends at a time. What sends twice all the same is harmless, as every entry has
// its key: so a tab that the system froze in the middle is not waited for.
const NAME = "handover-scanner-sending";
const PATIENCE_MS = 60_000;

export async function inTurn(job) {
  if (!navigator.locks) return job();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  let hasBegun = false;
  const begin = () => {
    hasBegun = true;
    clearTimeout(timer);
    return job();
  };
  try {
    return await navigator.locks.request(NAME, { signal: patience.signal }, begin);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    return hasBegun ? undefined : navigator.locks.request(NAME, { steal: true }, begin);
  } finally {
    clearTimeout(timer);
  }
}
