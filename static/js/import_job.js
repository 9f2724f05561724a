// Follows a running import; when it is over the page is loaded once more, with its report.

const page = document.querySelector("[data-import-job]");
if (page && !("over" in page.dataset)) follow(page);

async function follow(page) {
  const show = (name, text) => { const place = page.querySelector(`[data-name=${name}]`); if (place) place.textContent = text; };
  const number = (value) => value.toLocaleString(document.documentElement.lang);
  let pause = 700;
  for (;;) {
    await new Promise((resume) => setTimeout(resume, pause));
    let state;
    try {
      const answer = await fetch(page.dataset.state);
      if (!answer.ok) throw new Error(String(answer.status));
      state = await answer.json();
      pause = 1000;
    } catch {
      pause = Math.min(pause * 2, 15000);
      continue;
    }
    if (state.is_over) { location.reload(); return; }
    const bar = page.querySelector("[role=progressbar]");
    bar.style.setProperty("--share", state.share);
    bar.setAttribute("aria-valuenow", state.share);
    show("status_name", state.status_name);
    show("rows", page.dataset.textRows.replace("%1", number(state.rows_done)).replace("%2", number(state.rows_total)));
    show("left", state.seconds_left === null ? "" : page.dataset.textLeft.replace("%s", duration(state.seconds_left)));
    for (const name of ["created", "updated", "unchanged", "refused"]) show(name, number(state[name]));
  }
}

function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}
