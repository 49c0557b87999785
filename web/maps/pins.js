// The pins of tickets: a colour for how far it is, and a shape of its own for what comes first.

const TONES = ["new", "again", "look", "work", "safe", "done", "end"];
const MARKS = ["plain", "due", "nobody", "overdue", "long_overdue", "urgent"];
const SIZE = 34;
const SHARP = 2;

/** Adds the pictures `tone-mark` to a map that has loaded. */
export function addPins(map) {
  for (const tone of TONES) {
    for (const mark of MARKS) {
      const name = `${tone}-${mark}`;
      if (!map.hasImage(name)) map.addImage(name, imageOf(tone, mark), { pixelRatio: SHARP });
    }
  }
}

/** What comes first among pins that lie on each other: what is open, then a worse mark. */
export function rankOf({ status, mark }, open) {
  return MARKS.indexOf(mark) + (open.includes(status) ? MARKS.length : 0);
}

/** The same of a tile's points, in MapLibre's words: a greater number comes first. */
export function rankInTiles(open) {
  const ranks = MARKS.flatMap((mark, rank) => [mark, rank]);
  return ["+", ["match", ["get", "mark"], ...ranks, -1], ["match", ["get", "status"], open, MARKS.length, 0]];
}

/** Draws every pin that an element below `root` asks for with data-pin="tone-mark". */
export function drawLegend(root) {
  for (const place of root.querySelectorAll("[data-pin]")) {
    const canvas = document.createElement("canvas");
    const image = imageOf(...place.dataset.pin.split("-"));
    Object.assign(canvas, { width: image.width, height: image.height });
    canvas.getContext("2d").putImageData(image, 0, 0);
    place.replaceChildren(canvas);
  }
}

const COLOURS = {
  plain: (tone) => ({ fill: tone, edge: "#fff", ink: "#fff" }),
  due: (tone) => ({ fill: tone, edge: "#fff", ink: "#fff", ring: tone }),
  urgent: () => ({ fill: "#b3201b", edge: "#fff", ink: "#fff" }),
  overdue: (tone) => ({ fill: tone, edge: "#b3201b", ink: "#fff" }),
  long_overdue: () => ({ fill: "#7d1512", edge: "#fff", ink: "#fff" }),
  nobody: () => ({ fill: "#ffe48a", edge: "#6b4e00", ink: "#3f2e00" }),
};

function colourOf(tone) {
  const probe = document.createElement("i");
  probe.className = `tone-${tone}`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).getPropertyValue("--tone").trim();
  probe.remove();
  return colour;
}

function imageOf(tone, mark) {
  const { fill, edge, ink, ring } = COLOURS[mark](colourOf(tone));
  const canvas = new OffscreenCanvas(SIZE * SHARP, SIZE * SHARP);
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  pen.lineJoin = pen.lineCap = "round";
  pen.shadowColor = "rgba(20,40,30,0.35)";
  pen.shadowBlur = 3 * SHARP;
  pen.shadowOffsetY = SHARP;
  pen.fillStyle = fill;
  pen.strokeStyle = edge;
  pen.lineWidth = 2.5;
  pen.fill(OUTLINES[mark]());
  pen.shadowColor = "transparent";
  pen.stroke(OUTLINES[mark]());
  if (ring) {
    pen.strokeStyle = ring;
    pen.stroke(disc(12.2)());
  }
  pen.fillStyle = pen.strokeStyle = ink;
  INSIDES[mark](pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

const disc = (radius) => () => {
  const path = new Path2D();
  path.arc(17, 17, radius, 0, 2 * Math.PI);
  return path;
};
const OUTLINES = {
  plain: disc(8.5),
  due: disc(8.5),
  urgent: () => new Path2D("M17 4.5 31 28.5H3z"),
  overdue: disc(11),
  long_overdue: () => new Path2D("M11.6 4h10.8L30 11.6v10.8L22.4 30H11.6L4 22.4V11.6z"),
  nobody: () => new Path2D("M17 5 29 17 17 29 5 17z"),
};
const letter = (text, y) => (pen) => {
  pen.font = "bold 16px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, 17, y);
};
const hands = (pen) => {
  pen.lineWidth = 2.4;
  pen.stroke(new Path2D("M17 10.5V17l4.5 3"));
};
const dot = (pen) => pen.fill(disc(2.6)());
const INSIDES = {
  plain: dot,
  due: dot,
  urgent: letter("!", 21),
  overdue: hands,
  long_overdue: hands,
  nobody: letter("?", 17.5),
};
