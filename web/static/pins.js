// The pins of tickets: a colour for how far it is, and a shape of its own for what comes first.

const TONES = ["new", "again", "look", "work", "safe", "done", "end"];
const SHAPES = ["plain", "urgent", "overdue", "nobody"];
const SIZE = 34;
const SHARP = 2;

/** Adds the pictures `tone-shape` to a map that has loaded. */
export function addPins(map) {
  for (const tone of TONES) {
    for (const shape of SHAPES) {
      const name = `${tone}-${shape}`;
      const colours = COLOURS[shape](colourOf(tone));
      if (!map.hasImage(name)) map.addImage(name, drawn(colours, shape), { pixelRatio: SHARP });
    }
  }
}

const COLOURS = {
  plain: (tone) => ({ fill: tone, edge: "#fff", ink: "#fff" }),
  urgent: () => ({ fill: "#b3201b", edge: "#fff", ink: "#fff" }),
  overdue: (tone) => ({ fill: tone, edge: "#b3201b", ink: "#fff" }),
  nobody: () => ({ fill: "#ffe48a", edge: "#6b4e00", ink: "#3f2e00" }),
};

/** What must be seen first in this ticket. */
export function shapeOf(ticket) {
  return ticket.urgent ? "urgent" : ticket.overdue ? "overdue" : ticket.nobody ? "nobody" : "plain";
}

function colourOf(tone) {
  const probe = document.createElement("i");
  probe.className = `tone-${tone}`;
  document.body.append(probe);
  const colour = getComputedStyle(probe).getPropertyValue("--tone").trim();
  probe.remove();
  return colour;
}

function drawn({ fill, edge, ink }, shape) {
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
  pen.fill(OUTLINES[shape]());
  pen.shadowColor = "transparent";
  pen.stroke(OUTLINES[shape]());
  pen.fillStyle = pen.strokeStyle = ink;
  INSIDES[shape](pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

const disc = (radius) => () => {
  const path = new Path2D();
  path.arc(17, 17, radius, 0, 2 * Math.PI);
  return path;
};
const OUTLINES = {
  plain: disc(8.5),
  urgent: () => new Path2D("M17 4.5 31 28.5H3z"),
  overdue: disc(11),
  nobody: () => new Path2D("M17 5 29 17 17 29 5 17z"),
};
const letter = (text, y) => (pen) => {
  pen.font = "bold 16px sans-serif";
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, 17, y);
};
const INSIDES = {
  plain: (pen) => pen.fill(disc(2.6)()),
  urgent: letter("!", 21),
  overdue: (pen) => {
    pen.lineWidth = 2.4;
    pen.stroke(new Path2D("M17 10.5V17l4.5 3"));
  },
  nobody: letter("?", 17.5),
};
