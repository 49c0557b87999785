// Whoever wants to hears and is told of new tickets and answers, also while another window is in front.
import { $ } from "../../kit/dom.js";
import { BROWSER, keep, kept } from "../../kit/storage.js";

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

/** Two short notes, and a notification where the page is not seen. Before the first press on a page a browser is silent. */
export function alertOf(words) {
  if (button.getAttribute("aria-pressed") !== "true") return;
  ring();
  if (document.hidden && "Notification" in window && Notification.permission === "granted") {
    const told = new Notification("Michi", { body: words, tag: "michi" });
    told.addEventListener("click", () => window.focus());
  }
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
