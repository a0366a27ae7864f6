// What this phone is to the server: its name and token, and what is wrong with them.
// `trouble` is "token" (it counts no longer), "revoked" (what it holds is handed in for review) or
// "closed" (revoked, and nothing is taken from it any more).
import { stamp, offset } from "./clock.js";
import { bringBack } from "./queue.js";
import { changeFact, getFact } from "./store.js";
import { ask } from "./wire.js";

export const getDevice = () => getFact("device");

// Only the device that was asked about: it may have been enrolled again in the meantime.
export function setTrouble(device, trouble) {
  return changeFact("device", (now) => (now?.token === device.token ? { ...now, trouble } : undefined));
}

export function troubleOf(answer) {
  if (answer.status === 401 && answer.body?.error_code) return "token";
  return answer.status === 403 && answer.body?.error_code === "DEVICE_REVOKED" ? "revoked" : undefined;
}

// Ask the server for its time, for this device's place and for what it misses.
export async function visit() {
  const device = await getDevice();
  if (!device) return;
  const asked = stamp();
  const answer = await ask("devices/me", { token: device.token });
  if (!answer) return;
  const trouble = troubleOf(answer);
  if (trouble && device.trouble !== "closed") await setTrouble(device, trouble);
  if (answer.status !== 200 || !answer.body?.server_time) return;
  const { server_time, station, profile, default_action } = answer.body;
  await changeFact("device", (now) =>
    now?.token === device.token ? { ...now, station, profile, default_action, trouble: null } : undefined,
  );
  await learn({ offset_ms: offset(asked, stamp(), server_time), missing_seq: answer.body.missing_seq });
}

// Keep what the server told; true when entries wait again because it misses them.
export async function learn({ offset_ms, missing_seq }) {
  await changeFact("server", (now) => ({ offset_ms: offset_ms ?? now?.offset_ms, missing_seq }));
  return missing_seq.length > 0 && (await bringBack(missing_seq)) > 0;
}
