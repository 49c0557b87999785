// Public pins: a colour for the state, and a drawing inside for those who do not see colours.

const SIZE = 30;
const SHARP = 2;
const TONES = { open: "new", in_progress: "work", made_safe: "safe", fixed: "done", not_ours: "end", closed: "end" };
const INSIDES = {
  open: ["M15 9.5v7", "M15 20.2v.2"],
  in_progress: ["M9.8 15v.2", "M15 15v.2", "M20.2 15v.2"],
  made_safe: ["M15 8.5l5 1.8v4c0 3.2-2 5.6-5 6.9-3-1.3-5-3.7-5-6.9v-4z"],
  fixed: ["M9.6 15.2l3.6 3.8 7-7.6"],
  not_ours: ["M9.5 15h10", "M16 11.2l3.8 3.8-3.8 3.8"],
  closed: ["M10 15h10"],
};

export const STATES = Object.keys(TONES);

/** Adds a picture for each state to a map that has loaded. */
export function addPins(map) {
  for (const state of STATES) map.addImage(state, imageOf(state), { pixelRatio: SHARP });
}

/** Draws every pin that an element below `root` asks for with data-state. */
export function drawLegend(root) {
  for (const place of root.querySelectorAll("[data-state]")) {
    const canvas = document.createElement("canvas");
    const image = imageOf(place.dataset.state);
    Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext("2d").putImageData(image, 0, 0);
    place.replaceChildren(canvas);
  }
}

function colourOf(tone) {
  const probe = document.createElement("i");
  probe.className = `tone-${tone}`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).getPropertyValue("--tone").trim();
  probe.remove();
  return colour;
}

function imageOf(state) {
  const canvas = new OffscreenCanvas(SIZE * SHARP, SIZE * SHARP);
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  pen.lineJoin = pen.lineCap = "round";
  const disc = new Path2D();
  disc.arc(15, 15, 11, 0, 2 * Math.PI);
  pen.shadowColor = "rgba(20,40,30,0.4)";
  pen.shadowBlur = 3 * SHARP;
  pen.fillStyle = colourOf(TONES[state]);
  pen.fill(disc);
  pen.shadowColor = "transparent";
  pen.strokeStyle = "#fff";
  pen.lineWidth = 2;
  pen.stroke(disc);
  pen.lineWidth = 2.6;
  for (const line of INSIDES[state]) pen.stroke(new Path2D(line));
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
