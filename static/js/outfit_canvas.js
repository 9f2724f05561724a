// Composing an outfit: garments laid on a canvas, moved by mouse, fingers and keys, kept as shares of the canvas.
import { send, toast } from "./site.js";

const form = document.getElementById("composer");
if (form) compose();

function compose() {
  const canvas = document.getElementById("canvas");
  const tools = document.getElementById("canvas-tools");
  const places = JSON.parse(document.getElementById("outfit-places").textContent);
  const boxes = new Map([...form.querySelectorAll("input[name=garment]")].map((box) => [box.value, box]));
  const pieces = new Map(); // garment id -> {x, y, width, z, node}
  const past = [];
  let chosen = null;
  let dirty = false;

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  // Kept in this tab until saved: through a reload, and through signing in again.
  const draft = `draft:${location.pathname}${location.search}`;
  function keepDraft() {
    const texts = Object.fromEntries(["name", "occasion", "notes"].map((name) => [name, form.elements[name]?.value ?? ""]));
    try { sessionStorage.setItem(draft, JSON.stringify({ items: state(), texts })); } catch { /* no room: the page itself holds it */ }
  }
  function takeDraft() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(draft)); } catch { /* unreadable: none */ }
    if (!kept) return;
    restore(kept.items);
    for (const [name, text] of Object.entries(kept.texts)) if (form.elements[name]) form.elements[name].value = text;
    dirty = true;
    toast(form.dataset.back);
  }
  addEventListener("pagehide", () => { if (dirty) keepDraft(); });
  function state() { return [...pieces].map(([garment, { x, y, width, z }]) => ({ garment: +garment, x, y, width, z })); }
  function remember() { past.push(state()); if (past.length > 50) past.shift(); dirty = true; }
  function restore(items) {
    for (const id of [...pieces.keys()]) take(id);
    for (const item of items) lay(String(item.garment), item);
  }

  function lay(id, item) {
    const box = boxes.get(id);
    if (!box) return;
    box.checked = true;
    const node = document.createElement("button");
    node.type = "button";
    node.className = "piece";
    node.dataset.id = id;
    node.setAttribute("aria-label", box.dataset.title);
    node.setAttribute("aria-pressed", "false");
    const image = new Image();
    image.src = box.dataset.src;
    image.alt = "";
    image.className = "cutout";
    image.draggable = false;
    node.append(image);
    canvas.append(node);
    pieces.set(id, { x: item.x, y: item.y, width: item.width, z: item.z, node });
    put(id);
  }
  function take(id) {
    pieces.get(id)?.node.remove();
    pieces.delete(id);
    if (boxes.has(id)) boxes.get(id).checked = false;
    if (chosen === id) choose(null);
  }
  function put(id) {
    const piece = pieces.get(id);
    piece.x = clamp(piece.x, 0, 1);
    piece.y = clamp(piece.y, 0, 1);
    piece.width = clamp(piece.width, 0.08, 1);
    piece.node.style.setProperty("--x", piece.x);
    piece.node.style.setProperty("--y", piece.y);
    piece.node.style.setProperty("--w", piece.width);
    piece.node.style.zIndex = piece.z;
  }
  function choose(id) {
    chosen = id;
    for (const [key, piece] of pieces) piece.node.setAttribute("aria-pressed", key === id);
    tools.hidden = id === null;
  }

  // --- The picks ---
  form.addEventListener("change", (event) => {
    const box = event.target.closest("input[name=garment]");
    if (!box) return;
    remember();
    if (!box.checked) { take(box.value); return; }
    const [x, y, width, z] = places[box.dataset.slot] ?? [0.5, 0.5, 0.4, 2];
    // A second piece of a slot lies a little beside the first.
    const same = [...pieces.keys()].filter((id) => boxes.get(id).dataset.slot === box.dataset.slot).length;
    lay(box.value, { x: x + 0.06 * same, y: y + 0.04 * same, width, z });
    choose(box.value);
  });
  const slots = document.getElementById("picks-slots");
  slots.hidden = false;
  slots.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-slot]");
    if (!chip) return;
    for (const other of slots.children) other.setAttribute("aria-pressed", other === chip);
    for (const item of form.querySelectorAll(".picks__list li")) item.hidden = chip.dataset.slot !== "" && item.dataset.slot !== chip.dataset.slot;
  });

  // --- Pointers: one drags, two size ---
  const pointers = new Map();
  let drag = null;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  canvas.addEventListener("pointerdown", (event) => {
    const id = event.target.closest(".piece")?.dataset.id ?? (pointers.size ? chosen : null);
    if (!id) { choose(null); return; }
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    if (pointers.size === 1) { remember(); choose(id); }
    const piece = pieces.get(chosen);
    if (piece) drag = { ...grip(), x0: piece.x, y0: piece.y, width: piece.width };
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId) || !drag || !pieces.has(chosen)) return;
    pointers.set(event.pointerId, at(event));
    const now = grip();
    const piece = pieces.get(chosen);
    piece.x = drag.x0 + now.x - drag.x;
    piece.y = drag.y0 + now.y - drag.y;
    if (pointers.size === 2) piece.width = (drag.width * now.reach) / drag.reach;
    put(chosen);
  });
  function grip() {
    const [one, two = one] = [...pointers.values()];
    return { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2, reach: Math.max(0.02, Math.hypot(one.x - two.x, one.y - two.y)) };
  }
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      const piece = pieces.get(chosen);
      drag = pointers.size && piece ? { ...grip(), x0: piece.x, y0: piece.y, width: piece.width } : null;
    });
  }
  canvas.addEventListener("wheel", (event) => {
    const id = event.target.closest(".piece")?.dataset.id;
    if (!id || id !== chosen) return;
    event.preventDefault();
    pieces.get(id).width *= Math.exp(-event.deltaY / 900);
    put(id);
  }, { passive: false });

  // --- Keys and buttons ---
  const acts = {
    smaller: (piece) => { piece.width *= 0.92; },
    larger: (piece) => { piece.width *= 1.08; },
    front: (piece) => { piece.z = Math.min(100, Math.max(...[...pieces.values()].map((other) => other.z)) + 1); },
    back: (piece) => { piece.z = Math.max(-100, Math.min(...[...pieces.values()].map((other) => other.z)) - 1); },
  };
  function act(name) {
    if (name === "undo") { if (past.length) { const items = past.pop(); restore(items); } return; }
    if (chosen === null) return;
    remember();
    if (name === "remove") take(chosen);
    else { acts[name](pieces.get(chosen)); put(chosen); }
  }
  tools.addEventListener("click", (event) => { const button = event.target.closest("[data-do]"); if (button) act(button.dataset.do); });
  canvas.addEventListener("focusin", (event) => { const piece = event.target.closest(".piece"); if (piece && piece.matches(":focus-visible")) choose(piece.dataset.id); });
  canvas.addEventListener("keydown", (event) => {
    const piece = event.target.closest(".piece");
    if (!piece) return;
    const step = event.shiftKey ? 0.04 : 0.01;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const name = { "+": "larger", "=": "larger", "-": "smaller", "]": "front", "[": "back", Delete: "remove", Backspace: "remove" }[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); act("undo"); return; }
    if (!way && !name) return;
    event.preventDefault();
    choose(piece.dataset.id);
    if (name) { act(name); return; }
    remember();
    const moved = pieces.get(piece.dataset.id);
    moved.x += way[0];
    moved.y += way[1];
    put(piece.dataset.id);
  });

  // --- Saving ---
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.elements.items.value = JSON.stringify(state());
    const button = event.submitter;
    if (button) button.disabled = true;
    try {
      const answer = await send(location.href, { body: new FormData(form) });
      dirty = false;
      sessionStorage.removeItem(draft);
      location.assign(answer.url);
    } catch (error) {
      if (error.signIn) { keepDraft(); dirty = false; }
      toast(error.message || form.dataset.failed, error.signIn);
      if (button) button.disabled = false;
    }
  });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  restore(JSON.parse(document.getElementById("outfit-start").textContent));
  takeDraft();
  past.length = 0;
}
