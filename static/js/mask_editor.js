// Painting a garment's mask over its photo: brush and eraser, undo, zoom, by mouse, finger, pen and keys.
import { send, toast } from "./site.js";

const MAX_SIDE = 1536; // what the server keeps; a finer mask would be thrown away
const UNDO = 30;
const editor = document.getElementById("mask-editor");
const view = editor.querySelector(".editor__view");
const canvas = view.querySelector("canvas");
const cursor = view.querySelector(".editor__cursor");
const wait = view.querySelector(".editor__wait");
const sizeInput = editor.querySelector("[name=size]");
const zoomText = editor.querySelector(".editor__zoom");
const context = canvas.getContext("2d");
const data = editor.dataset;

const scale = Math.min(1, MAX_SIDE / Math.max(+data.width, +data.height));
const width = Math.max(1, Math.round(data.width * scale));
const height = Math.max(1, Math.round(data.height * scale));
// The mask is an alpha channel: painted means opaque.
const mask = new OffscreenCanvas(width, height);
const paint = mask.getContext("2d", { willReadFrequently: true });
const veil = new OffscreenCanvas(width, height);
const veiling = veil.getContext("2d");
let photo;
let zoom = 1, left = 0, top = 0; // a mask pixel's size on the screen, and where the picture's corner lies
let fit = 1;
let preview = false;
let dirty = false;
const past = [], future = [];
let before = null;

const tool = () => editor.querySelector("[name=tool]:checked").value;
const brush = () => +sizeInput.value; // on the screen, so that zooming in paints finer

// --- Drawing the view ---
let asked = false;
function draw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    const ratio = devicePixelRatio || 1;
    const [w, h] = [view.clientWidth, view.clientHeight];
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
      canvas.width = Math.round(w * ratio);
      canvas.height = Math.round(h * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, w, h);
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * left, ratio * top);
    veiling.globalCompositeOperation = "copy";
    if (preview) {
      veiling.drawImage(photo, 0, 0, width, height);
      veiling.globalCompositeOperation = "destination-in";
      veiling.drawImage(mask, 0, 0);
      context.drawImage(veil, 0, 0);
    } else {
      context.drawImage(photo, 0, 0, width, height);
      // What is not the garment goes dark; its edge stays readable on any cloth. Where it is still to be found, less so.
      veiling.fillStyle = `rgb(18 14 20 / ${data.mask ? 0.68 : past.length || before ? 0.4 : 0})`;
      veiling.fillRect(0, 0, width, height);
      veiling.globalCompositeOperation = "destination-out";
      veiling.drawImage(mask, 0, 0);
      context.drawImage(veil, 0, 0);
    }
    zoomText.textContent = `${Math.round((100 * zoom) / fit)} %`;
  });
}
function fitView() {
  fit = Math.min(view.clientWidth / width, view.clientHeight / height) * 0.96;
  zoom = fit;
  left = (view.clientWidth - width * zoom) / 2;
  top = (view.clientHeight - height * zoom) / 2;
  draw();
}
function zoomTo(factor, x = view.clientWidth / 2, y = view.clientHeight / 2) {
  const next = Math.min(Math.max(zoom * factor, fit * 0.5), fit * 16);
  left = x - ((x - left) * next) / zoom;
  top = y - ((y - top) * next) / zoom;
  zoom = next;
  draw();
}

// --- Painting ---
function dab(from, to) {
  paint.globalCompositeOperation = tool() === "erase" ? "destination-out" : "source-over";
  paint.strokeStyle = "#000";
  paint.lineCap = paint.lineJoin = "round";
  paint.lineWidth = Math.max(1, brush() / zoom);
  paint.beginPath();
  paint.moveTo(from.x, from.y);
  paint.lineTo(to.x + 0.01, to.y); // a tap is a dot
  paint.stroke();
  draw();
}
const snapshot = () => paint.getImageData(0, 0, width, height);
function begin() { before = snapshot(); }
function commit() {
  if (!before) return;
  past.push(before);
  if (past.length > UNDO) past.shift();
  before = null;
  future.length = 0;
  dirty = true;
  buttons();
}
function step(from, to) {
  if (!from.length) return;
  to.push(snapshot());
  paint.putImageData(from.pop(), 0, 0);
  dirty = true;
  buttons();
  draw();
}
function buttons() {
  editor.querySelector("[data-do=undo]").disabled = !past.length;
  editor.querySelector("[data-do=redo]").disabled = !future.length;
}
const inMask = (x, y) => ({ x: (x - left) / zoom, y: (y - top) / zoom });

// --- Pointers: one paints, two pan and zoom ---
const pointers = new Map();
let last = null, pinch = null;
function place(event) {
  const box = view.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
function moveCursor(x, y) {
  cursor.hidden = false;
  cursor.style.width = cursor.style.height = `${brush()}px`;
  cursor.style.left = `${x}px`;
  cursor.style.top = `${y}px`;
}
view.addEventListener("pointerdown", (event) => {
  if (!photo || (event.pointerType === "mouse" && event.button > 1)) return;
  view.setPointerCapture(event.pointerId);
  const at = place(event);
  pointers.set(event.pointerId, at);
  if (pointers.size === 2) {
    if (before) { paint.putImageData(before, 0, 0); before = null; } // the first finger only began a pinch
    last = null;
    pinch = grip();
    return;
  }
  if (event.button === 1 || keys.has(" ") && event.pointerType === "mouse" && event.altKey) { pinch = { pan: at }; return; }
  begin();
  last = inMask(at.x, at.y);
  dab(last, last);
});
view.addEventListener("pointermove", (event) => {
  const at = place(event);
  moveCursor(at.x, at.y);
  if (!pointers.has(event.pointerId)) return;
  pointers.set(event.pointerId, at);
  if (pinch?.pan) {
    left += at.x - pinch.pan.x; top += at.y - pinch.pan.y; pinch.pan = at; draw();
  } else if (pointers.size === 2 && pinch) {
    const now = grip();
    left += now.x - pinch.x; top += now.y - pinch.y;
    zoomTo(now.reach / pinch.reach, now.x, now.y);
    pinch = now;
    draw();
  } else if (last) {
    for (const part of event.getCoalescedEvents?.() ?? [event]) {
      const spot = place(part);
      const next = inMask(spot.x, spot.y);
      dab(last, next);
      last = next;
    }
  }
});
function grip() {
  const [one, two] = [...pointers.values()];
  return { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2, reach: Math.max(8, Math.hypot(one.x - two.x, one.y - two.y)) };
}
for (const end of ["pointerup", "pointercancel"]) {
  view.addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    if (last && !pointers.size) commit();
    if (!pointers.size) { last = null; pinch = null; }
  });
}
view.addEventListener("pointerleave", () => { if (!pointers.size && document.activeElement !== view) cursor.hidden = true; });
view.addEventListener("wheel", (event) => {
  event.preventDefault();
  const at = place(event);
  zoomTo(Math.exp(-event.deltaY / 400), at.x, at.y);
}, { passive: false });

// --- Keys: arrows move the brush, space paints ---
const keys = new Set();
const spot = { x: 0, y: 0 };
view.addEventListener("focus", () => {
  if (!view.matches(":focus-visible")) return;
  spot.x = view.clientWidth / 2; spot.y = view.clientHeight / 2;
  moveCursor(spot.x, spot.y);
});
view.addEventListener("blur", () => { keys.clear(); if (before) commit(); });
view.addEventListener("keydown", (event) => {
  const pace = event.shiftKey ? 2 : Math.max(4, brush() / 3);
  const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (way) {
    event.preventDefault();
    const from = inMask(spot.x, spot.y);
    spot.x = Math.min(Math.max(spot.x + way[0] * pace, 0), view.clientWidth);
    spot.y = Math.min(Math.max(spot.y + way[1] * pace, 0), view.clientHeight);
    moveCursor(spot.x, spot.y);
    if (keys.has(" ")) dab(from, inMask(spot.x, spot.y));
  } else if (event.key === " ") {
    event.preventDefault();
    if (keys.has(" ")) return;
    keys.add(" ");
    begin();
    const at = inMask(spot.x, spot.y);
    dab(at, at);
  }
});
view.addEventListener("keyup", (event) => { if (event.key === " ") { keys.delete(" "); commit(); } });
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input[type=text], textarea")) return;
  const key = event.key.toLowerCase();
  if (key === "z" || ((event.ctrlKey || event.metaKey) && key === "y")) {
    event.preventDefault();
    if (event.shiftKey || key === "y") step(future, past); else step(past, future);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { b: () => choose("add"), e: () => choose("erase"), "[": () => resize(-6), "]": () => resize(6), "+": () => zoomTo(1.25), "=": () => zoomTo(1.25), "-": () => zoomTo(0.8), 0: fitView }[key];
  if (act) { event.preventDefault(); act(); }
});
function choose(value) { editor.querySelector(`[name=tool][value=${value}]`).checked = true; }
function resize(by) { sizeInput.value = brush() + by; if (!cursor.hidden) { cursor.style.width = cursor.style.height = `${brush()}px`; } }

// --- Buttons ---
editor.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-do]");
  if (!button) return;
  switch (button.dataset.do) {
    case "undo": step(past, future); break;
    case "redo": step(future, past); break;
    case "in": zoomTo(1.25); break;
    case "out": zoomTo(0.8); break;
    case "preview": preview = !preview; button.setAttribute("aria-pressed", preview); draw(); break;
    case "save": await save(button); break;
  }
});
async function save(button) {
  const fields = [...editor.querySelectorAll(".editor__foot select")];
  if (!fields.every((field) => field.reportValidity())) return;
  button.disabled = true;
  try {
    const body = new FormData();
    for (const field of fields) body.append(field.name, field.value);
    body.append("mask", await greyscale(), "mask.png");
    const answer = await send(data.post, { body });
    dirty = false;
    location.assign(answer.url);
  } catch (error) {
    toast(error.message);
    button.disabled = false;
  }
}
/** White where painted on black, opaque: what every tool understands as a mask. */
async function greyscale() {
  const flat = new OffscreenCanvas(width, height);
  const pen = flat.getContext("2d");
  pen.drawImage(mask, 0, 0);
  pen.globalCompositeOperation = "source-in";
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, width, height);
  pen.globalCompositeOperation = "destination-over";
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, width, height);
  return flat.convertToBlob({ type: "image/png" });
}
addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
new ResizeObserver(() => { if (photo) fitView(); }).observe(view);

// --- Loading ---
async function picture(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  return image;
}
try {
  photo = await picture(data.photo);
  if (data.mask) {
    const found = await picture(data.mask);
    paint.drawImage(found, 0, 0, width, height);
    const pixels = snapshot();
    // Stored greyscale becomes alpha; one that came with alpha keeps it.
    for (let i = 0; i < pixels.data.length; i += 4) pixels.data[i + 3] = Math.min(pixels.data[i + 3], pixels.data[i]);
    for (let i = 0; i < pixels.data.length; i += 4) pixels.data[i] = pixels.data[i + 1] = pixels.data[i + 2] = 0;
    paint.putImageData(pixels, 0, 0);
  }
  wait.remove();
  fitView();
} catch {
  wait.textContent = data.failed;
}
