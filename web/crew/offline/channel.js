// What the service worker and all open pages tell one another.

const channel = new BroadcastChannel("michi-crew");

/** Says it to all others. */
export function tell(what) {
  channel.postMessage(what);
}

/** Hears what any other says; gives what ends that. */
export function hear(listener) {
  const heard = ({ data }) => listener(data);
  channel.addEventListener("message", heard);
  return () => channel.removeEventListener("message", heard);
}
