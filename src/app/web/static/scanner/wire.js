// One request to the server and its answer; undefined when there was none, or not one of ours.
const LONGEST_WAIT_MS = 30_000;

export async function ask(path, { token, body } = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), LONGEST_WAIT_MS);
  try {
    const answer = await fetch(`/api/v1/${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: {
        Accept: "application/json",
        ...(body !== undefined && { "Content-Type": "application/json" }),
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "omit", // the cookie of an admin who uses the same browser is not this phone's
      redirect: "error", // the login page of a café's network is no answer
      signal: patience.signal,
    });
    return {
      status: answer.status,
      body: await readJson(answer),
      retryAfter: readRetryAfter(answer.headers),
      batchLimit: Number(answer.headers.get("Scan-Batch-Limit")) || undefined,
    };
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

async function readJson(answer) {
  const text = await answer.text(); // a line that breaks off here was no answer
  try {
    const body = JSON.parse(text);
    return body !== null && typeof body === "object" ? body : undefined;
  } catch {
    return undefined;
  }
}

function readRetryAfter(headers) {
  const told = headers.get("Retry-After");
  if (told === null) return undefined;
  if (/^\d+$/.test(told)) return Number(told);
  const seconds = (Date.parse(told) - Date.parse(headers.get("Date"))) / 1000;
  return seconds >= 0 ? seconds : undefined;
}
