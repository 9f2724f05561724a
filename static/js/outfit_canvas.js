// Composing an outfit: garments and words on a canvas, moved, sized and turned by mouse, fingers and keys, kept as
// shares of the canvas.
import { send, toast } from "./site.js";

const form = document.getElementById("composer");
if (form) compose();

function compose() {
  const canvas = document.getElementById("canvas");
  const tools = document.getElementById("canvas-tools");
  const places = JSON.parse(document.getElementById("outfit-places").textContent);
  const boxes = new Map([...form.querySelectorAll("input[name=garment]")].map((box) => [box.value, box]));
  const pieces = new Map(); // garment id or "t1" -> {x, y, width, angle, z, node}, and text, colour of words
  const wording = document.getElementById("canvas-words");
  const past = [];
  const undone = [];
  const guides = { x: canvas.querySelector(".canvas__guide--x"), y: canvas.querySelector(".canvas__guide--y") };
  let background = form.elements.background?.value ?? "";
  let texts = 0; // words so far, for their ids
  let chosen = null;
  let dirty = false;

  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  // Kept in this tab until saved: through a reload, and through signing in again.
  const draft = `draft:${location.pathname}${location.search}`;
  function keepDraft() {
    const texts = Object.fromEntries(["name", "occasion", "notes"].map((name) => [name, form.elements[name]?.value ?? ""]));
    try { sessionStorage.setItem(draft, JSON.stringify({ canvas: state(), texts })); } catch { /* no room: the page itself holds it */ }
  }
  function takeDraft() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem(draft)); } catch { /* unreadable: none */ }
    if (!kept?.canvas) return;
    restore(kept.canvas);
    for (const [name, text] of Object.entries(kept.texts)) if (form.elements[name]) form.elements[name].value = text;
    dirty = true;
    toast(form.dataset.back);
  }
  addEventListener("pagehide", () => { if (dirty) keepDraft(); });
  function state() {
    const all = [...pieces];
    return {
      items: all.filter(([, piece]) => piece.text === undefined).map(([garment, { x, y, width, angle, z }]) => ({ garment: +garment, x, y, width, angle, z })),
      texts: all.filter(([, piece]) => piece.text !== undefined).map(([, { text, x, y, width, angle, colour }]) => ({ text, x, y, size: width, angle, colour })),
      background,
    };
  }
  function remember() { past.push(state()); if (past.length > 50) past.shift(); undone.length = 0; dirty = true; steps(); }
  function steps() {
    for (const [name, list] of [["undo", past], ["redo", undone]]) form.querySelector(`[data-do="${name}"]`).disabled = !list.length;
  }
  function restore({ items, texts: words = [], background: ground = "" }) {
    for (const id of [...pieces.keys()]) take(id);
    for (const item of items) lay(String(item.garment), item);
    for (const word of words) write(word);
    lie(ground);
  }
  function lie(ground) {
    background = ground;
    const chip = form.querySelector(`[name="background"][value="${ground}"]`);
    if (chip) chip.checked = true;
    if (ground) canvas.style.setProperty("--ground", chip.dataset.colour); else canvas.style.removeProperty("--ground");
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
    pieces.set(id, { x: item.x, y: item.y, width: item.width, angle: item.angle ?? 0, z: item.z, node });
    put(id);
  }
  function write({ text, x = 0.5, y = 0.08, size = 0.06, angle = 0, colour }) {
    const id = `t${++texts}`;
    const node = document.createElement("button");
    node.type = "button";
    node.className = "piece piece--words";
    node.dataset.id = id;
    node.setAttribute("aria-pressed", "false");
    canvas.append(node);
    pieces.set(id, { text, x, y, width: size, angle, z: 200, colour: colour ?? form.elements.ink.value, node });
    put(id);
    return id;
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
    piece.width = piece.text === undefined ? clamp(piece.width, 0.08, 1) : clamp(piece.width, 0.025, 0.25);
    piece.angle = Math.round((((piece.angle + 180) % 360) + 360) % 360 * 10 - 1800) / 10;
    piece.node.style.setProperty("--a", piece.angle);
    if (piece.text !== undefined) {
      piece.node.textContent = piece.text || "…";
      piece.node.style.setProperty("--ink", piece.colour);
      piece.node.setAttribute("aria-label", piece.text);
    }
    piece.node.style.setProperty("--x", piece.x);
    piece.node.style.setProperty("--y", piece.y);
    piece.node.style.setProperty("--w", piece.width);
    piece.node.style.zIndex = piece.z;
  }
  function choose(id) {
    chosen = id;
    for (const [key, piece] of pieces) piece.node.setAttribute("aria-pressed", key === id);
    tools.hidden = id === null;
    const piece = pieces.get(id);
    wording.hidden = piece?.text === undefined;
    if (!wording.hidden) { form.elements.words.value = piece.text; form.elements.ink.value = piece.colour; }
    if (piece) piece.node.append(turner); else turner.remove();
  }

  // --- Words ---
  form.elements.words.addEventListener("focus", remember);
  wording.addEventListener("input", () => {
    const piece = pieces.get(chosen);
    if (piece?.text === undefined) return;
    if (piece.text !== form.elements.words.value || piece.colour !== form.elements.ink.value) dirty = true;
    piece.text = form.elements.words.value;
    piece.colour = form.elements.ink.value;
    put(chosen);
    piece.node.append(turner);
  });
  form.addEventListener("change", (event) => {
    if (event.target.name !== "background") return;
    remember();
    lie(event.target.value);
  });

  // --- Turning, by the knob over the chosen piece ---
  const turner = document.createElement("span");
  turner.className = "piece__turn";
  turner.setAttribute("aria-hidden", "true");
  const RIGHT = 15; // degrees that an angle snaps to, within a few
  const even = (angle, free) => { const near = Math.round(angle / RIGHT) * RIGHT; return !free && Math.abs(angle - near) < 4 ? near : angle; };
  turner.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    event.preventDefault();
    turner.setPointerCapture(event.pointerId);
    remember();
  });
  turner.addEventListener("pointermove", (event) => {
    if (!turner.hasPointerCapture(event.pointerId)) return;
    const piece = pieces.get(chosen);
    const box = canvas.getBoundingClientRect();
    const angle = Math.atan2(event.clientX - box.left - piece.x * box.width, -(event.clientY - box.top - piece.y * box.height));
    piece.angle = even(angle * 180 / Math.PI, event.altKey);
    put(chosen);
    piece.node.append(turner);
  });

  // --- Snapping to the middle and to other pieces' middles; Alt lets go ---
  const NEAR = 0.014;
  function snap(piece, free) {
    for (const axis of ["x", "y"]) {
      const lines = [0.5, ...[...pieces.values()].filter((other) => other !== piece).map((other) => other[axis])];
      const line = free ? undefined : lines.find((at) => Math.abs(at - piece[axis]) < NEAR);
      guides[axis].hidden = line === undefined;
      if (line === undefined) continue;
      piece[axis] = line;
      guides[axis].style.setProperty("--at", line);
    }
  }

  // --- The picks ---
  form.addEventListener("change", (event) => {
    const box = event.target.closest("input[name=garment]");
    if (!box) return;
    remember();
    if (!box.checked) { take(box.value); return; }
    const [x, y, width, z] = places[box.dataset.slot] ?? [0.5, 0.5, 0.4, 2];
    // A second piece of a slot lies a little beside the first.
    const same = [...pieces.keys()].filter((id) => boxes.get(id)?.dataset.slot === box.dataset.slot).length;
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
    if (piece) drag = held(piece);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId) || !drag || !pieces.has(chosen)) return;
    pointers.set(event.pointerId, at(event));
    const now = grip();
    const piece = pieces.get(chosen);
    piece.x = drag.x0 + now.x - drag.x;
    piece.y = drag.y0 + now.y - drag.y;
    if (pointers.size === 2) {
      piece.width = (drag.width * now.reach) / drag.reach;
      piece.angle = even(drag.angle + now.turn - drag.turn);
    }
    snap(piece, event.altKey);
    put(chosen);
  });
  const held = (piece) => ({ ...grip(), x0: piece.x, y0: piece.y, width: piece.width, angle: piece.angle });
  function grip() {
    const [one, two = one] = [...pointers.values()];
    return { x: (one.x + two.x) / 2, y: (one.y + two.y) / 2, reach: Math.max(0.02, Math.hypot(one.x - two.x, one.y - two.y)), turn: Math.atan2(two.y - one.y, (two.x - one.x) * 0.8) * 180 / Math.PI };
  }
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      pointers.delete(event.pointerId);
      const piece = pieces.get(chosen);
      drag = pointers.size && piece ? held(piece) : null;
      guides.x.hidden = guides.y.hidden = true;
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
    left: (piece) => { piece.angle -= 5; },
    right: (piece) => { piece.angle += 5; },
    front: (piece) => { piece.z = Math.min(100, Math.max(...[...pieces.values()].filter((other) => other.text === undefined).map((other) => other.z)) + 1); },
    back: (piece) => { piece.z = Math.max(-100, Math.min(...[...pieces.values()].map((other) => other.z)) - 1); },
  };
  function act(name) {
    if (name === "undo" || name === "redo") {
      const [from, to] = name === "undo" ? [past, undone] : [undone, past];
      if (!from.length) return;
      to.push(state());
      restore(from.pop());
      dirty = true;
      steps();
      return;
    }
    if (name === "words") {
      remember();
      choose(write({ text: form.dataset.words }));
      form.elements.words.select();
      return;
    }
    if (chosen === null) return;
    remember();
    if (name === "remove") take(chosen);
    else { acts[name](pieces.get(chosen)); put(chosen); choose(chosen); }
  }
  form.addEventListener("click", (event) => { const button = event.target.closest("[data-do]"); if (button) act(button.dataset.do); });
  canvas.addEventListener("focusin", (event) => { const piece = event.target.closest(".piece"); if (piece && piece.matches(":focus-visible")) choose(piece.dataset.id); });
  canvas.addEventListener("keydown", (event) => {
    const piece = event.target.closest(".piece");
    if (!piece) return;
    const step = event.shiftKey ? 0.04 : 0.01;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key];
    const name = { "+": "larger", "=": "larger", "-": "smaller", "]": "front", "[": "back", ",": "left", ".": "right", Delete: "remove", Backspace: "remove" }[event.key];
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

  form.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    const name = event.key === "y" || (event.key.toLowerCase() === "z" && event.shiftKey) ? "redo" : event.key === "z" ? "undo" : "";
    if (!name) return;
    event.preventDefault();
    act(name);
  });

  // --- Saving ---
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const now = state();
    form.elements.items.value = JSON.stringify(now.items);
    form.elements.texts.value = JSON.stringify(now.texts);
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

  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  restore({ items: read("outfit-start"), texts: read("outfit-texts"), background });
  takeDraft();
  past.length = undone.length = 0;
  steps();
}
