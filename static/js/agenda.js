// The agenda builder: items change places without a new page, by the buttons or by dragging.
// Without this module each button is a form that is sent, and the page comes back with the focus.

const status = document.querySelector("[data-agenda-status]");
let dragged = null;
let sending = Promise.resolve();

const form = () => document.querySelector("form[data-agenda]");
const items = () => [...document.querySelectorAll("[data-item]")];
const order = () => items().map((item) => item.dataset.item).join(",");

// Sends a change and takes over the agenda as the server has it; false where that failed.
async function send(data) {
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: data });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById("agenda");
    if (!fresh || !fresh.querySelector("form[data-agenda]")) return false;
    document.getElementById("agenda").replaceWith(document.adoptNode(fresh));
    prepare();
    return true;
  } catch {
    return false;
  }
}

// One after the other: a second press waits for the first.
function change(data, focus) {
  sending = sending.then(async () => {
    if (!(await send(data))) {
      location.assign(location.pathname); // what is there says it, or asks to log in
      return;
    }
    focus?.();
    status.textContent = "";
    status.textContent = form()?.dataset.agenda ?? "";
  });
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("form[data-agenda]") || !button?.matches(".agenda__move")) return;
  event.preventDefault();
  const { name, value } = button;
  change(new FormData(event.target, button), () => {
    const own = document.querySelector(`[data-item="${CSS.escape(value)}"]`);
    const same = own?.querySelector(`button[name="${name}"]`);
    (same?.disabled ? own.querySelector(".agenda__move:enabled") : same)?.focus();
  });
});

// Dragging starts at the grip only, so that text can be selected as ever.
document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  for (const item of items()) item.draggable = Boolean(grip) && item.contains(grip);
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-item]");
  if (!dragged?.draggable) {
    dragged = null;
    return;
  }
  dragged.dataset.before = order();
  dragged.classList.add("agenda__item--dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.item);
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-item]");
  if (!dragged) return;
  event.preventDefault();
  if (!over || over === dragged) return;
  const box = over.getBoundingClientRect();
  over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", (event) => {
  if (!dragged) return;
  const { before } = dragged.dataset;
  const kept = event.dataTransfer.dropEffect !== "none";
  dragged.classList.remove("agenda__item--dragged");
  dragged.draggable = false;
  dragged = null;
  if (!kept) {
    // Escape, or dropped elsewhere: as it was.
    const places = before.split(",");
    const list = document.querySelector(".agenda");
    list.append(...items().sort((a, b) => places.indexOf(a.dataset.item) - places.indexOf(b.dataset.item)));
  } else if (order() !== before) {
    const data = new FormData(form());
    data.set("order", order());
    change(data);
  }
});

function prepare() {
  for (const grip of document.querySelectorAll("[data-grip]")) grip.hidden = false;
}
prepare();
