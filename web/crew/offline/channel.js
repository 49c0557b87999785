// What the service worker and all open pages tell one another.

const channel = new BroadcastChannel("michi-crew");

/** Says it to all others. */
export function tell(what) {
  channel.postMessage(what);
}

/** Hears what any other says. */
export function hear(listener) {
  channel.addEventListener("message", ({ data }) => listener(data));
}
