/* The admin's autocompletes (Select2) with names that a screen reader can say.

   Select2 makes its own box beside the real <select> and leaves it without a name. */

function nameOf(select) {
  const label = select.labels && select.labels[0];
  return label ? label.textContent.replace(/[:*\s]+$/, "").trim() : select.name;
}

function nameBox(container) {
  const select = container.previousElementSibling;
  if (!select || select.tagName !== "SELECT") return;
  const name = nameOf(select);
  const box = container.querySelector("[role=combobox]");
  for (const rendered of container.querySelectorAll("span.select2-selection__rendered")) {
    // The box around it has the name and says what is chosen; twice is too much.
    rendered.removeAttribute("role");
    rendered.removeAttribute("aria-readonly");
  }
  if (box) {
    const chosen = box.querySelector(".select2-selection__rendered");
    const text = chosen && chosen.tagName !== "UL" ? chosen.getAttribute("title") || "" : "";
    const label = text ? `${name}: ${text}` : name;
    if (box.getAttribute("aria-label") !== label) {
      box.removeAttribute("aria-labelledby");
      box.setAttribute("aria-label", label);
    }
  }
  for (const list of container.querySelectorAll("ul.select2-selection__rendered")) {
    if (list.getAttribute("role") !== "none") list.setAttribute("role", "none");
    for (const item of list.children) {
      if (item.getAttribute("role") !== "none") item.setAttribute("role", "none");
    }
  }
  for (const input of container.querySelectorAll("input.select2-search__field")) {
    if (!input.hasAttribute("aria-label")) input.setAttribute("aria-label", name);
  }
}

function nameAll() {
  document.querySelectorAll(".select2-container").forEach(nameBox);
  const open = document.querySelector(".select2-container--open [role=combobox]");
  const name = open ? open.getAttribute("aria-label") : "";
  for (const input of document.querySelectorAll(".select2-dropdown input.select2-search__field")) {
    if (name) input.setAttribute("aria-label", name);
  }
  for (const list of document.querySelectorAll(".select2-dropdown [role=listbox]")) {
    if (name) list.setAttribute("aria-label", name);
  }
}

new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
