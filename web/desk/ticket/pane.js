// One photo in its frame: whole at first, then nearer, turned by quarters, and moved about.

const MOST = 8;

export class Pane {
  /** `told` is called whenever what is shown has changed. */
  constructor(element, told) {
    Object.assign(this, { element, told, at: -1, scale: 1, turns: 0, x: 0, y: 0 });
    this.stage = element.querySelector(".viewer-stage");
    this.image = element.querySelector("img");
    this.caption = element.querySelector("figcaption");
    this.image.addEventListener("load", () => this.draw());
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2, this.#from(event));
    }, { passive: false });
    this.stage.addEventListener("dblclick", (event) => (this.isZoomed ? this.reset() : this.zoomBy(2.5, this.#from(event))));
    this.stage.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.stage.setPointerCapture(event.pointerId);
      this.held = [event.clientX, event.clientY];
    });
    this.stage.addEventListener("pointermove", ({ clientX, clientY }) => {
      if (!this.held) return;
      this.moveBy(clientX - this.held[0], clientY - this.held[1]);
      this.held = [clientX, clientY];
    });
    for (const end of ["pointerup", "pointercancel"]) this.stage.addEventListener(end, () => (this.held = null));
  }

  get isZoomed() {
    return this.scale > 1.001;
  }

  show(photos, at) {
    Object.assign(this, { at, scale: 1, turns: 0, x: 0, y: 0 });
    const { href, name } = photos[at];
    if (this.image.src !== href) this.image.src = href;
    this.image.alt = name;
    this.caption.textContent = name;
    this.draw();
  }

  reset() {
    Object.assign(this, { scale: 1, turns: 0, x: 0, y: 0 });
    this.draw();
  }

  turn() {
    Object.assign(this, { turns: (this.turns + 1) % 4, x: 0, y: 0 });
    this.draw();
  }

  /** What lies at x, y pixels from the middle stays there. */
  zoomBy(factor, [x, y] = [0, 0]) {
    const scale = Math.min(Math.max(this.scale * factor, 1), MOST);
    const grown = scale / this.scale;
    this.x = x - (x - this.x) * grown;
    this.y = y - (y - this.y) * grown;
    this.scale = scale;
    this.draw();
  }

  moveBy(x, y) {
    this.x += x;
    this.y += y;
    this.draw();
  }

  draw() {
    const { clientWidth: wide, clientHeight: high } = this.stage;
    const lies = this.turns % 2 === 1;
    const [w, h] = lies ? [high, wide] : [wide, high];
    const most = [wide, high].map((side) => ((this.scale - 1) * side) / 2);
    this.x = Math.min(Math.max(this.x, -most[0]), most[0]);
    this.y = Math.min(Math.max(this.y, -most[1]), most[1]);
    Object.assign(this.image.style, {
      width: `${w}px`,
      height: `${h}px`,
      transform: `translate(-50%, -50%) translate(${this.x}px, ${this.y}px) rotate(${this.turns * 90}deg) scale(${this.scale})`,
    });
    this.stage.classList.toggle("near", this.isZoomed);
    this.told();
  }

  /** Of a pointer, in pixels from the middle of the frame. */
  #from({ clientX, clientY }) {
    const { left, top, width, height } = this.stage.getBoundingClientRect();
    return [clientX - left - width / 2, clientY - top - height / 2];
  }
}
