// Whoever wants to hears and is told of new tickets and answers, also while another window is in front.
import { $ } from "./dom.js";
import { BROWSER, keep, kept } from "./storage.js";

const KEPT = "michi-alert";
const button = $("alert");
let sound = null;

say(kept(KEPT, BROWSER) === "on");
button.hidden = false;
button.addEventListener("click", async () => {
  const on = button.getAttribute("aria-pressed") !== "true";
  keep(KEPT, on ? "on" : "off", BROWSER);
  say(on);
  if (!on) return;
  ring();
  if ("Notification" in window && Notification.permission === "default") await Notification.requestPermission();
});

/** Whether somebody wants to be told. */
export function isOn() {
  return button.getAttribute("aria-pressed") === "true";
}

/** Two short notes, and a notification where the page is not seen. Before the first press on a page a browser is silent. */
export function alertOf(words) {
  if (!isOn()) return;
  ring();
  navigator.vibrate?.([200, 100, 200]);
  if (document.hidden && "Notification" in window && Notification.permission === "granted") notify(words);
}

/** A phone shows only what a service worker asks for. */
async function notify(body) {
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker) return worker.showNotification("Michi", { body, tag: "michi" });
  new Notification("Michi", { body, tag: "michi" }).addEventListener("click", () => window.focus());
}

function say(on) {
  button.setAttribute("aria-pressed", String(on));
}

function ring() {
  sound ??= new AudioContext();
  [660, 880].forEach((pitch, turn) => {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    const at = sound.currentTime + turn * 0.16;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.12, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + 0.15);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + 0.15);
  });
}
