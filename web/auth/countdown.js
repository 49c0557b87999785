// Counts down to the next try, which the page keeps the name for.
import { $ } from "../kit/dom.js";

const left = $("countdown");
const wrong = $("wrong");
const button = document.querySelector("form button.main");
const until = performance.now() + Number(left.dataset.seconds) * 1000;

left.hidden = false;
button.disabled = true;
tick();

function tick() {
  const seconds = Math.ceil((until - performance.now()) / 1000);
  if (seconds > 0) {
    const [minutes, rest] = [Math.floor(seconds / 60), String(seconds % 60).padStart(2, "0")];
    left.textContent = `あと ${minutes}:${rest}`;
    setTimeout(tick, 250);
    return;
  }
  button.disabled = false;
  wrong.hidden = true;
  $("again").classList.remove("unseen");
  $("again").textContent = "もう一度サインインできます。";
}
