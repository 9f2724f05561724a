// Points of a garment, dragged on its picture or moved by arrow keys; the number fields hold what is sent.

const form = document.querySelector("[data-landmarks]");
const stage = form?.querySelector("[data-stage]");
const now = form?.querySelector("[data-now]"); // the name of the point that is held, which a thumb hides

/** Puts a point at (x, y) in per cent, within the picture, and writes it into its fields. */
function move(point, x, y) {
  const at = [x, y].map((value) => Math.min(100, Math.max(0, Math.round(value * 10) / 10)));
  point.style.setProperty("--x", at[0]);
  point.style.setProperty("--y", at[1]);
  const name = point.dataset.point;
  form.elements[`x-${name}`].value = at[0];
  form.elements[`y-${name}`].value = at[1];
}

function place(point) {
  return ["x", "y"].map((axis) => Number(form.elements[`${axis}-${point.dataset.point}`].value));
}

/** Says which point is held. */
function hold(point) {
  stage.querySelector("[data-moving]")?.removeAttribute("data-moving");
  point.dataset.moving = "";
  now.textContent = point.title;
}

for (const point of stage?.querySelectorAll("[data-point]") ?? []) {
  point.addEventListener("focus", () => hold(point));
  point.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    point.focus();
    point.setPointerCapture(event.pointerId);
    const drag = (moved) => {
      const box = stage.getBoundingClientRect();
      move(point, (100 * (moved.clientX - box.left)) / box.width, (100 * (moved.clientY - box.top)) / box.height);
    };
    point.addEventListener("pointermove", drag);
    point.addEventListener("lostpointercapture", () => point.removeEventListener("pointermove", drag), { once: true });
  });
  point.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 5 : 0.5;
    const by = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    if (!by) return;
    event.preventDefault();
    const [x, y] = place(point);
    move(point, x + by[0], y + by[1]);
  });
}

form?.addEventListener("input", (event) => {
  const point = stage.querySelector(`[data-point="${event.target.name.slice(2)}"]`);
  if (point) move(point, ...place(point));
});
