// Boxes on a look's photo: dragged by hand or proposed by the detector, saved as one JSON value.

const form = document.querySelector("[data-look-editor]");
if (form) start(form);

function start(form) {
  const stage = form.querySelector("[data-stage]");
  const list = form.querySelector("[data-list]");
  const status = form.querySelector("[data-status]");
  const kinds = JSON.parse(document.getElementById("look-kinds").textContent);
  const fixed = "readonly" in form.dataset;
  let pieces = JSON.parse(document.getElementById("look-pieces").textContent);
  let chosen = null;
  let dirty = false;

  const nameOf = (slug) => kinds.find((kind) => kind.slug === slug)?.name ?? slug;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

  function draw() {
    stage?.querySelectorAll(".pieces__box").forEach((box) => box.remove());
    list.replaceChildren(...pieces.map(row));
    if (!stage) return;
    // The large ones first, so that a small box inside one can still be taken hold of.
    const boxed = pieces.filter((piece) => piece.box.length).sort((one, other) => area(other.box) - area(one.box));
    stage.append(...boxed.map(boxOf));
  }

  function choose(piece) {
    chosen = piece;
    const at = pieces.indexOf(piece);
    list.querySelectorAll("li").forEach((item, index) => item.toggleAttribute("data-chosen", index === at));
    stage?.querySelectorAll(".pieces__box").forEach((box) => box.toggleAttribute("data-chosen", box.piece === piece));
  }

  function place(element, box) {
    const [x0, y0, x1, y1] = box;
    Object.assign(element.style, { left: `${x0 * 100}%`, top: `${y0 * 100}%`, width: `${(x1 - x0) * 100}%`, height: `${(y1 - y0) * 100}%` });
  }

  function boxOf(piece) {
    const box = document.createElement("div");
    box.className = "pieces__box";
    box.piece = piece;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", nameOf(piece.kind));
    box.toggleAttribute("data-proposed", Boolean(piece.proposed));
    box.toggleAttribute("data-chosen", piece === chosen);
    const name = document.createElement("span");
    name.className = "pieces__name";
    name.textContent = nameOf(piece.kind);
    box.append(name);
    place(box, piece.box);
    box.addEventListener("focus", () => choose(piece));
    if (fixed) return box;
    for (const corner of ["nw", "ne", "sw", "se"]) {
      const grip = document.createElement("span");
      grip.className = "pieces__grip";
      grip.dataset.corner = corner;
      box.append(grip);
    }
    box.addEventListener("pointerdown", (event) => drag(event, box, piece));
    box.addEventListener("keydown", (event) => nudge(event, box, piece));
    return box;
  }

  function drag(event, box, piece) {
    event.preventDefault();
    box.focus();
    const corner = event.target.dataset.corner;
    const area = stage.getBoundingClientRect();
    const from = [...piece.box];
    box.setPointerCapture(event.pointerId);
    const move = (now) => {
      const dx = (now.clientX - event.clientX) / area.width;
      const dy = (now.clientY - event.clientY) / area.height;
      piece.box = corner ? sized(from, corner, dx, dy) : moved(from, dx, dy);
      changed(box, piece);
    };
    const end = () => {
      box.removeEventListener("pointermove", move);
      box.removeEventListener("pointerup", end);
      box.removeEventListener("pointercancel", end);
    };
    box.addEventListener("pointermove", move);
    box.addEventListener("pointerup", end);
    box.addEventListener("pointercancel", end);
  }

  function nudge(event, box, piece) {
    const steps = { ArrowLeft: [-0.01, 0], ArrowRight: [0.01, 0], ArrowUp: [0, -0.01], ArrowDown: [0, 0.01] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    piece.box = event.shiftKey ? sized(piece.box, "se", ...step) : moved(piece.box, ...step);
    changed(box, piece);
  }

  function changed(box, piece) {
    dirty = true;
    delete piece.proposed;
    box.removeAttribute("data-proposed");
    place(box, piece.box);
  }

  function row(piece) {
    const item = document.createElement("li");
    item.className = "pieces__item";
    item.toggleAttribute("data-chosen", piece === chosen);
    const kind = document.createElement("select");
    kind.setAttribute("aria-label", form.dataset.textKind);
    for (const each of kinds) kind.append(new Option(each.name, each.slug, false, each.slug === piece.kind));
    kind.disabled = fixed;
    kind.addEventListener("change", () => { piece.kind = kind.value; dirty = true; draw(); });
    item.append(kind, productOf(piece));
    item.addEventListener("focusin", () => choose(piece));
    if (!fixed) {
      const buttons = document.createElement("div");
      buttons.className = "desk-row";
      if (stage && !piece.box.length) {
        buttons.append(button(form.dataset.textNoBox, () => { piece.box = [0.3, 0.3, 0.7, 0.7]; dirty = true; draw(); }));
      }
      buttons.append(button(form.dataset.textRemove, () => { pieces = pieces.filter((each) => each !== piece); dirty = true; draw(); }));
      item.append(buttons);
    }
    return item;
  }

  function productOf(piece) {
    const input = document.createElement("input");
    const options = document.createElement("datalist");
    options.id = `products-${pieces.indexOf(piece)}`;
    input.setAttribute("list", options.id);
    input.setAttribute("aria-label", form.dataset.textProduct);
    input.placeholder = form.dataset.textProduct;
    input.value = piece.product_name ?? "";
    input.disabled = fixed;
    let found = [];
    let timer;
    input.addEventListener("input", () => {
      const match = found.find((product) => product.name === input.value);
      piece.product = match ? match.id : null;
      piece.product_name = match ? match.name : "";
      dirty = true;
      if (match) return;
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const answer = await fetch(`${form.dataset.products}?q=${encodeURIComponent(input.value)}`);
        if (!answer.ok) return;
        found = (await answer.json()).results;
        options.replaceChildren(...found.map((product) => new Option(product.name, product.name)));
      }, 250);
    });
    const wrap = document.createElement("div");
    wrap.append(input, options);
    return wrap;
  }

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "desk-button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  async function propose() {
    status.textContent = form.dataset.textLooking;
    let answer = await fetch(form.dataset.propose, { method: "POST", headers: { "X-CSRFToken": token } });
    for (let tries = 0; tries < 40 && answer.ok; tries += 1) {
      const { state, pieces: proposed } = await answer.json();
      if (state === "failed") { status.textContent = form.dataset.textFailed; return; }
      if (state === "ready") {
        const fresh = proposed.filter((each) => !pieces.some((piece) => piece.box.length && shared(piece.box, each.box) > 0.7));
        for (const each of fresh) pieces.push({ id: null, product: null, ...each, proposed: true });
        status.textContent = fresh.length ? form.dataset.textProposed : form.dataset.textNone;
        dirty = dirty || fresh.length > 0;
        draw();
        return;
      }
      await new Promise((resume) => setTimeout(resume, 750));
      answer = await fetch(form.dataset.propose);
    }
    status.textContent = form.dataset.textLate;
  }

  form.addEventListener("click", (event) => {
    const act = event.target.closest("[data-do]")?.dataset.do;
    if (act === "propose") propose();
    if (act === "add") {
      const piece = { id: null, kind: kinds[0].slug, product: null, box: stage ? [0.3, 0.3, 0.7, 0.7] : [] };
      pieces.push(piece);
      dirty = true;
      draw();
      choose(piece);
    }
  });
  form.addEventListener("submit", () => {
    dirty = false;
    form.elements.pieces.value = JSON.stringify(pieces.map(({ id, kind, product, box }) => ({ id: id ?? null, kind, product: product ?? null, box })));
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  draw();
}

function area([x0, y0, x1, y1]) { return (x1 - x0) * (y1 - y0); }
// How much two boxes share of what they cover together.
function shared(one, other) {
  const width = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const height = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (area(one) + area(other) - width * height);
}

function clamp(value, low, high) { return Math.min(Math.max(value, low), high); }

function moved([x0, y0, x1, y1], dx, dy) {
  const x = clamp(x0 + dx, 0, 1 - (x1 - x0));
  const y = clamp(y0 + dy, 0, 1 - (y1 - y0));
  return [x, y, x + (x1 - x0), y + (y1 - y0)];
}

function sized([x0, y0, x1, y1], corner, dx, dy) {
  const least = 0.02;
  if (corner.includes("w")) x0 = clamp(x0 + dx, 0, x1 - least);
  if (corner.includes("e")) x1 = clamp(x1 + dx, x0 + least, 1);
  if (corner.includes("n")) y0 = clamp(y0 + dy, 0, y1 - least);
  if (corner.includes("s")) y1 = clamp(y1 + dy, y0 + least, 1);
  return [x0, y0, x1, y1];
}
