// One row of the queue: its candidates beside what was reported, and the buttons and keys.
// A press tells what was in sight, so that one that arrives late can settle no other row; and a row
// that has only just appeared takes none, for nobody has read it yet.
const UNREAD_MS = 300;
const KEYS = { a: "accept", r: "reject", m: "missing", s: "skip", u: "undo" };
const BUTTONS = [
  ["accept", "Accept (a)"],
  ["reject", "None of these (r)"],
  ["missing", "Missing in the catalog (m)"],
  ["skip", "Skip (s)"],
  ["undo", "Take back the last (u)"],
];

function element(name, attributes = {}, text = "") {
  const made = document.createElement(name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  made.textContent = text;
  return made;
}

function isWriting(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.matches("input, textarea, select, [contenteditable]");
}

function render({ model, el }) {
  const row = model.get("row");
  const root = element("div", { class: "review-row", "data-queue-id": row.queue_id || "" });
  const buttons = element("div", { class: "acts" });
  const other = element("input", { type: "text", "aria-label": "Another id", placeholder: "another id of the catalog" });
  const reason = element("input", { type: "text", "aria-label": "Reason", placeholder: "reason, if any" });
  let chosen = 0;
  let waiting = true;

  const choose = (number) => {
    if (!row.cards || number >= row.cards.length) return;
    chosen = number;
    root.querySelectorAll("article").forEach((card, place) => {
      card.setAttribute("aria-current", String(place === chosen));
    });
  };

  const wait = (must) => {
    waiting = must;
    if (must) root.setAttribute("aria-busy", "true");
    else root.removeAttribute("aria-busy");
    buttons.querySelectorAll("button").forEach((button) => {
      button.disabled = must || (!row.queue_id && button.dataset.act !== "undo");
    });
  };

  const press = (act) => {
    if (waiting || (!row.queue_id && act !== "undo")) return;
    wait(true);
    const candidate = other.value.trim() || (row.cards ? row.cards[chosen].id : "");
    const serial = `${Date.now()}-${Math.random()}`;
    model.set("press", {
      serial, act, candidate, reason: reason.value,
      queue_id: row.queue_id || "", version: row.version || "",
    });
    model.save_changes();
  };

  BUTTONS.forEach(([act, label]) => {
    const button = element("button", { type: "button", "data-act": act }, label);
    button.addEventListener("click", () => press(act));
    buttons.append(button);
  });

  // `head`, `foot` and `html` are made and escaped by pipeline.report.page.
  if (row.queue_id) {
    const head = element("section");
    head.innerHTML = row.head;
    const fields = element("div", { class: "fields" });
    fields.append(other, reason);
    const cards = row.cards.map((one, number) => {
      const card = element("article", { "data-id": one.id });
      card.innerHTML = one.html;
      card.addEventListener("click", () => choose(number));
      return card;
    });
    const foot = element("section");
    foot.innerHTML = row.foot;
    root.append(head, buttons, fields, ...cards, foot);
  } else {
    root.append(buttons);
  }
  choose(0);
  wait(true);
  const read = setTimeout(() => wait(false), UNREAD_MS);

  const onKey = (event) => {
    const typed = event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing;
    if (typed || isWriting(event)) return;
    if (/^[1-9]$/.test(event.key)) choose(Number(event.key) - 1);
    else if (KEYS[event.key]) press(KEYS[event.key]);
    else return;
    event.preventDefault();
  };
  window.addEventListener("keydown", onKey);
  el.append(root);
  return () => {
    clearTimeout(read);
    window.removeEventListener("keydown", onKey);
  };
}

export default { render };
