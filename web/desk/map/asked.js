// What the list asks the server for.
import { byItself } from "../../kit/by_itself.js";
import { PATIENCE_MS } from "./counts.js";

export const SIGNED_OUT = Symbol("401");

/** What the server answers to these filters; null where nothing has changed, or SIGNED_OUT. */
export async function asked(address, filters, more = {}) {
  const query = new URLSearchParams([...filters, ...Object.entries(more)]);
  const answer = await fetch(`${address}?${query}`, { cache: "no-store", headers: byItself(), signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.status === 401) return SIGNED_OUT;
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

/** The facts of the ticket of this number, whatever its state; null where there is none. */
export async function ticketWith(number) {
  const answer = await fetch(`/staff/tickets.geojson?${new URLSearchParams({ status: "all", number })}`);
  return answer.ok ? (await answer.json()).features[0]?.properties : null;
}
