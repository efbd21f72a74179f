// Small helps over pages that work without them. Hooks are data- attributes; no inline handlers.

const one = (selector, root = document) => root.querySelector(selector);
const closest = (event, selector) =>
  event.target instanceof Element ? event.target.closest(selector) : null;

// Menus are <details data-menu>: close them on Escape, on a click elsewhere and when focus leaves.
function closeMenus(except = null) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = one("details[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  one("summary", menu)?.focus();
});

document.addEventListener("click", (event) => {
  closeMenus(closest(event, "details[data-menu]"));

  const opener = closest(event, "[data-dialog-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
  }
  closest(event, "[data-dialog-close]")?.closest("dialog")?.close();

  if (closest(event, "[data-print]")) window.print();
});

document.addEventListener("focusin", (event) => {
  const menu = one("details[data-menu][open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// An error summary takes the focus, so that it is read first.
function focusErrors(root = document) {
  one("[data-error-summary]", root)?.focus();
}
focusErrors();

// A link of the error summary sets the focus in the field, also where the address already has
// that fragment.
document.addEventListener("click", (event) => {
  const link = closest(event, "[data-error-summary] a[href^='#']");
  if (!link) return;
  const field = document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
});

// Filters: empty fields stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (!event.detail.elt.closest("[data-filter]")) return;
  const { parameters } = event.detail;
  for (const name of Object.keys(parameters)) {
    const value = parameters[name];
    if (value === "" || value == null) delete parameters[name];
  }
});

// A search field asks while someone types; leaving it must not ask the same again.
document.addEventListener(
  "change",
  (event) => {
    if (closest(event, "[data-filter] input[type='search']")) event.stopPropagation();
  },
  { capture: true },
);

// The number of results is told in a live region that stays on the page.
document.addEventListener("htmx:afterSettle", (event) => {
  const count = one("[data-result-count]");
  const live = one("[data-live]");
  if (count && live && event.detail.target?.id === "results") {
    live.textContent = count.textContent.trim();
    if (document.activeElement === document.body) count.focus({ preventScroll: true });
  }
  focusErrors(event.detail.target ?? document);
});

// A request that failed says so, instead of nothing happening; also where somebody has been logged
// out meanwhile, and got the login page in place of an answer.
function sayItFailed() {
  const template = document.getElementById("request-failed");
  const messages = one("[data-messages]");
  if (template && messages) messages.replaceChildren(template.content.cloneNode(true));
}
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, sayItFailed);
}
document.addEventListener("htmx:beforeSwap", (event) => {
  const { responseURL } = event.detail.xhr;
  if (!responseURL || !new URL(responseURL).pathname.startsWith("/account/login/")) return;
  event.detail.shouldSwap = false;
  sayItFailed();
  one("[data-messages]")?.scrollIntoView({ block: "center" });
});

// Who logs out leaves nothing unsaved of theirs in this browser (see autosave.js). It goes once a
// page shows that they are logged out: until then it may be all there is.
document.addEventListener("submit", (event) => {
  if (closest(event, "form[data-forget-drafts]")) remember("forget-drafts");
});

function remember(key) {
  try {
    localStorage.setItem(key, "1");
  } catch {
    // Nothing can be kept in this browser, so there is nothing to forget.
  }
}

try {
  if (localStorage.getItem("forget-drafts") && !one("form[data-forget-drafts]")) {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("draft:") || key === "forget-drafts") localStorage.removeItem(key);
    }
  }
} catch {
  // as above
}

// Table of contents: mark where the reader is.
const toc = one("[data-toc]");
if (toc && "IntersectionObserver" in window) {
  const links = new Map();
  for (const link of toc.querySelectorAll("a[href^='#']")) {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (target) links.set(target, link);
  }
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute("aria-current");
        links.get(entry.target).setAttribute("aria-current", "true");
      }
    },
    { rootMargin: "0px 0px -70% 0px" },
  );
  for (const target of links.keys()) observer.observe(target);
}
