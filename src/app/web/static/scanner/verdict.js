// What the server says of a scan, in the words that stand on this page's tiles.
export const STEPS = {
  created: "Received",
  picked_up: "Picked up",
  processing: "In progress",
  completed: "Ready",
  delivered: "Handed back",
  cancelled: "Cancelled",
  confirmed: "Confirmed",
  no_show: "No-show",
  held: "Held",
  expired: "Expired",
};
export const REASONS = {
  unknown_code: "no order has this code",
  bad_check: "the label was misread: scan it again",
  foreign_label: "this is not one of our labels",
  ambiguous_order: "it could be more than one order",
  worker_unknown: "this worker is not known",
  too_old: "the scan is more than 30 days old",
  quarantined: "kept for review",
  unverified: "kept, but not proved to come from a worker",
  wrong_business: "it is of another business",
  slot_taken: "its time was given to somebody else",
  license_missing: "this work requires a license that its worker does not hold: give it to somebody who does, or ask an administrator",
  order_cancelled: "the order is cancelled",
  after_terminal: "it was handed back already",
  wrong_state: "an appointment in this state takes no such step",
  regression: "the order is further already",
  rework: "it goes back a step",
  already_in_state: "it was so already",
  skipped_states: "a step was not scanned",
  piece_missing: "not every piece was seen",
  worker_mismatch: "another worker was named than this device's",
  superseded_label: "an old label: a newer one was printed",
  before_order: "the scan is older than the order",
  outside_window: "it is not the time of this appointment",
  stale: "the scan is more than 72 hours old",
  clock_untrusted: "this phone's clock contradicts itself",
  impossible_travel: "it cannot have moved that fast",
  forced: "forced by a supervisor",
  double_read: "read twice",
  late_no_change: "it came late and changes nothing",
};

// The order's number, what became of it, and why; a server that knows more words than this page has its own.
export function verdictWords({ kind, verdict }) {
  const { order_number, reasons, message } = verdict;
  const headline = order_number && headlineOf(kind, verdict);
  if (!reasons.every((one) => one in REASONS) || (order_number && !headline)) return message;
  const notes = reasons.map((one) => missing(one, verdict) ?? REASONS[one]).join("; ");
  if (!order_number) return notes || message;
  return `${order_number}: ${headline}${notes && ` (${notes})`}`;
}

function headlineOf(kind, { action, status, applied }) {
  if (kind === "void") return "taken back";
  const is = STEPS[status]?.toLowerCase();
  if (!is) return undefined;
  if (action === "scanned") return applied ? is : `seen, still ${is}`;
  return applied ? STEPS[action]?.toLowerCase() : `still ${is}`;
}

function missing(reason, { skipped }) {
  if (reason !== "skipped_states" || !skipped?.length) return undefined;
  const steps = skipped.map((one) => `“${STEPS[one] ?? one}”`);
  return `${steps.join(" and ")} ${steps.length === 1 ? "was" : "were"} not scanned`;
}
