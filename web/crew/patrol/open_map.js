// A map that is fetched once its part of the page is opened: it is the heaviest there is on a phone.

/** Draws by the script at data-script, with the element; `then` gets what it gave. */
export function openMap(then = () => {}) {
  const box = document.getElementById("map-box");
  box?.addEventListener("toggle", () => box.open && !box.dataset.drawn && draw(box, then));
}

async function draw(box, then) {
  box.dataset.drawn = "yes";
  const element = box.querySelector(".map");
  const styles = Object.assign(document.createElement("link"), { rel: "stylesheet", href: element.dataset.styles });
  document.head.append(styles);
  try {
    const { show } = await import(element.dataset.script);
    then(show(element));
  } catch {
    element.textContent = "地図を読み込めませんでした。電波の良い所で開き直してください。";
    delete box.dataset.drawn;
  }
}
