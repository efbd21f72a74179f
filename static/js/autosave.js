/* Saves a text while it is written, and keeps what the server has not acknowledged.

   The form has data-autosave (the name of its text), data-autosave-user and data-autosave-words,
   fields `text` and `base`, and templates/editor/autosave.html in it. The server's half and the
   answers are told in civportal/editor/autosave.py.

   What is not acknowledged stands in localStorage, as
     draft:<user>:<text>:<revision>:<window>  ->  {text, base, at, settling}
   and is offered again only to the same person. It goes when it is acknowledged, when that person
   logs out (site.js), and after thirty days. A window that is open holds a lock, so that nobody is
   offered what they are writing in another window at this very moment. */

const PREFIX = "draft:";
const PAUSE = 2500;
const AT_MOST = 15000;
const RETRIES = [3000, 6000, 12000, 30000];
const ASK_AGAIN = 5000;
const KEPT_FOR = 30 * 24 * 3600 * 1000;
const WINDOW = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
const LOCK = `draft-window:${WINDOW}`;

navigator.locks?.request(LOCK, () => new Promise(() => {}));

async function openWindows() {
  const { held = [] } = (await navigator.locks?.query()) ?? {};
  return new Set(held.map((lock) => lock.name.split(":")[1]));
}

function stored(prefix) {
  const found = [];
  try {
    for (let place = 0; place < localStorage.length; place += 1) {
      const key = localStorage.key(place);
      if (key.startsWith(prefix)) found.push({ key, ...JSON.parse(localStorage.getItem(key)) });
    }
  } catch {
    return [];
  }
  return found.sort((one, other) => other.at - one.at);
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing can be kept in this browser, so nothing was.
  }
}

// What two texts say, apart from how they are written down.
function essence(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const one of page.body.querySelectorAll("*")) {
    for (const { name } of [...one.attributes]) if (name !== "href") one.removeAttribute(name);
  }
  return page.body.innerHTML.replace(/\s+/g, " ").replace(/<p><\/p>/g, "").trim();
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.field = form.elements.namedItem("text");
    this.base = form.elements.namedItem("base");
    this.part = form.dataset.autosave;
    this.user = form.dataset.autosaveUser;
    this.words = JSON.parse(form.dataset.autosaveWords);
    this.prefix = `${PREFIX}${this.user}:${this.part}:`;
    this.acknowledged = this.text;
    this.unheard = []; // sent, but nothing came back: one of these may be stored
    this.refusals = 0;
    this.busy = null;
    this.failures = 0;
    this.blocked = false; // nothing is sent until someone decides
    this.signedOut = false;
    this.saying = "";
    this.firstChange = 0;
    this.kept = "";
    this.canKeep = true;
    this.listen();
    this.offerLeftBehind();
  }

  get text() {
    return this.field.value;
  }

  get editor() {
    return this.field.closest(".prose-editor")?.querySelector(".ProseMirror")?.editor;
  }

  get isUnsaved() {
    return this.text !== this.acknowledged;
  }

  listen() {
    this.field.addEventListener("input", () => this.changed());
    this.form.addEventListener("focusout", () => this.saveSoon(200));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ leaving: true });
      else this.tryNow();
    });
    window.addEventListener("pagehide", () => this.save({ leaving: true }));
    window.addEventListener("online", () => this.tryNow());
    window.addEventListener("focus", () => this.tryNow());
    window.addEventListener("beforeunload", (event) => {
      // What is kept is offered again; only what cannot be kept is worth a question.
      if (this.isUnsaved && !this.canKeep) event.preventDefault();
    });
    document.addEventListener("click", (event) => this.beforeLink(event), { capture: true });
    document.addEventListener("submit", (event) => this.beforeSubmit(event), { capture: true });
  }

  changed() {
    if (!this.isUnsaved) {
      this.drop();
      return;
    }
    this.keep();
    this.firstChange ||= Date.now();
    if (!this.blocked && !this.failures && !this.signedOut) this.show("unsaved");
    const wait = Math.min(PAUSE, Math.max(0, this.firstChange + AT_MOST - Date.now()));
    this.saveSoon(wait);
  }

  saveSoon(wait) {
    if (this.failures || this.signedOut) return; // it is being tried already
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  tryNow() {
    if (this.signedOut) this.askWhoIsThere();
    else if (this.isUnsaved && this.failures) {
      clearTimeout(this.timer);
      this.save();
    }
  }

  // --- what is kept here -------------------------------------------------------------------

  keep() {
    const key = `${this.prefix}${this.base.value}:${WINDOW}`;
    const value = { text: this.text, base: Number(this.base.value), at: Date.now() };
    try {
      localStorage.setItem(key, JSON.stringify(value));
      this.canKeep = true;
    } catch {
      this.canKeep = false;
    }
    if (this.kept && this.kept !== key) forget(this.kept);
    this.kept = key;
  }

  drop() {
    if (this.kept) forget(this.kept);
    this.kept = "";
    this.firstChange = 0;
  }

  async offerLeftBehind() {
    const open = await openWindows();
    const settled = this.form.dataset.autosaveSettled !== undefined;
    const offers = [];
    for (const one of stored(this.prefix)) {
      const window = one.key.split(":").at(-1);
      if (window === WINDOW || open.has(window)) continue;
      const said = essence(one.text) === essence(this.acknowledged);
      if (said || (settled && one.settling)) forget(one.key);
      else offers.push(one);
    }
    this.offers = offers;
    this.offerNext();
  }

  offerNext() {
    const one = this.offers.shift();
    if (!one) return;
    const notice = this.notice("offer");
    const page = new DOMParser().parseFromString(one.text, "text/html");
    const said = page.body.textContent.replace(/\s+/g, " ").trim();
    notice.querySelector("[data-autosave-preview]").textContent =
      said.length > 400 ? `${said.slice(0, 400)}…` : said;
    notice.querySelector("[data-autosave-at]").textContent = new Date(one.at).toLocaleString(
      document.documentElement.lang,
      { dateStyle: "long", timeStyle: "short" },
    );
    notice.querySelector("[data-autosave-restore]").addEventListener("click", async () => {
      await this.save(); // what was written meanwhile is not lost either
      this.clearNotice();
      this.base.value = one.base;
      this.write(one.text);
      this.keep();
      forget(one.key);
      await this.save();
      this.focus();
      this.offerNext();
    });
    notice.querySelector("[data-autosave-discard]").addEventListener("click", () => {
      forget(one.key);
      this.clearNotice();
      this.focus();
      this.offerNext();
    });
  }

  write(html) {
    if (this.editor) this.editor.commands.setContent(html);
    this.field.value = html;
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  focus() {
    (this.editor?.commands ?? this.field).focus();
  }

  // --- saving --------------------------------------------------------------------------------

  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.blocked || this.signedOut || !this.isUnsaved) return;
    if (this.busy && !leaving) {
      await this.busy;
      if (this.isUnsaved && !this.failures) await this.save();
      return;
    }
    const sending = this.send(leaving);
    this.busy = sending;
    await sending;
    if (this.busy === sending) this.busy = null;
  }

  async send(leaving) {
    const text = this.text;
    const body = new FormData();
    const token = this.form.elements.namedItem("csrfmiddlewaretoken").value;
    body.set("csrfmiddlewaretoken", token);
    body.set("text", text);
    body.set("base", this.base.value);
    for (const one of this.unheard) body.append("sent", one);
    if (this.unheard.at(-1) !== text) this.unheard = [...this.unheard.slice(-4), text];
    if (!leaving) this.show("saving");
    let answer;
    try {
      answer = await fetch(this.form.getAttribute("action"), {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving, // refused above 64 kB; then what is kept here is offered again
        signal: leaving ? undefined : AbortSignal.timeout(20000),
      });
    } catch {
      this.failed("offline");
      return;
    }
    await this.hear(answer, text);
  }

  async hear(answer, text) {
    if (answer.ok) {
      const { revision, saved } = await answer.json();
      this.acknowledged = text;
      this.unheard = [];
      this.failures = 0;
      this.refusals = 0;
      this.base.value = revision;
      if (this.saying !== "offer") this.clearNotice();
      if (this.isUnsaved) {
        this.keep();
        this.saveSoon(PAUSE);
      } else this.drop();
      this.show("", saved);
    } else if (answer.status === 409) {
      this.conflict(await answer.json());
    } else if (answer.status === 422) {
      this.stop("refused", (await answer.json()).reason);
    } else if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) {
      // Another login elsewhere makes a form's token void; asking tells which of these it is.
      await this.askWhoIsThere();
    } else this.failed("trouble");
  }

  failed(word) {
    this.keep();
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    this.show(word);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  async askWhoIsThere() {
    clearTimeout(this.timer);
    let answer;
    try {
      answer = await fetch(this.form.getAttribute("action"), {
        headers: { Accept: "application/json" },
        redirect: "manual",
        cache: "no-store",
      });
    } catch {
      this.signedOut = true;
      this.show("offline");
      this.timer = setTimeout(() => this.askWhoIsThere(), ASK_AGAIN);
      return;
    }
    const known = answer.ok ? await answer.json() : null;
    if (known?.user === this.user) {
      this.takeToken(known.csrf);
      this.signedOut = false;
      this.failures = 0;
      this.refusals += 1;
      if (this.saying !== "offer") this.clearNotice();
      if (this.refusals > 3) this.failed("trouble");
      else await this.send(false);
      return;
    }
    if (!known && answer.type !== "opaqueredirect" && [403, 404].includes(answer.status)) {
      this.stop("no_right");
      return;
    }
    this.signedOut = true;
    const word = known ? "someone_else" : "signed_out";
    if (this.saying !== word) this.notice(word);
    this.show("signed_out");
    this.timer = setTimeout(() => this.askWhoIsThere(), ASK_AGAIN);
  }

  takeToken(token) {
    for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
      field.value = token;
    }
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  }

  stop(word, reason = "") {
    this.blocked = true;
    this.keep();
    const notice = this.notice(word);
    const place = notice.querySelector("[data-autosave-reason]");
    if (place) place.textContent = reason;
    this.show("stopped");
  }

  // --- two texts -------------------------------------------------------------------------------

  conflict({ html }) {
    this.blocked = true;
    this.keep();
    this.show("stopped");
    const place = document.querySelector("[data-autosave-conflict]");
    place.innerHTML = html;
    place.querySelector("[id='conflict-title']").scrollIntoView({ block: "nearest" });
  }

  // --- leaving the page ------------------------------------------------------------------------

  beforeLink(event) {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link || !this.mayWait || event.defaultPrevented || event.button) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    this.savedOrNot().then(() => location.assign(link.href));
  }

  beforeSubmit(event) {
    const { target: form, submitter } = event;
    if (form.dataset.autosaveChoice === this.part) {
      form.elements.namedItem("mine").value = this.text; // what was written since counts too
      this.keep();
      settle(this.prefix);
      return;
    }
    if (form === this.form) {
      // Buttons in the form that do more than saving go by htmx; the others save here.
      if (submitter?.name === "then") return;
      event.preventDefault();
      this.failures = 0;
      if (this.signedOut) this.askWhoIsThere();
      else this.save();
      return;
    }
    if (!this.mayWait || form.method !== "post") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.savedOrNot().then(() => form.requestSubmit(submitter));
  }

  get mayWait() {
    return this.isUnsaved && !this.blocked && !this.signedOut && !this.failures && !this.waited;
  }

  async savedOrNot() {
    this.waited = true; // once: what cannot be saved now is kept here
    await Promise.race([this.save(), new Promise((done) => setTimeout(done, 4000))]);
    setTimeout(() => {
      this.waited = false;
    }, 1000);
  }

  // --- saying so -------------------------------------------------------------------------------

  show(word, said = this.words[word] ?? "") {
    const line = this.form.querySelector("[data-autosave-state]");
    line.hidden = false;
    line.dataset.autosaveState = word || "saved";
    // Being busy is for the eye only: read out each few seconds it would be in the way.
    const passing = word === "saving" || word === "unsaved";
    line.querySelector("[data-autosave-busy]").textContent = passing ? said : "";
    const region = line.querySelector("[data-autosave-said]");
    region.hidden = passing;
    if (!passing && region.textContent !== said) region.textContent = said;
  }

  notice(word) {
    const place = this.form.querySelector("[data-autosave-notice]");
    const template = this.form.querySelector(`template[data-autosave-say="${word}"]`);
    place.replaceChildren(template.content.cloneNode(true));
    this.saying = word;
    return place;
  }

  clearNotice() {
    this.form.querySelector("[data-autosave-notice]").replaceChildren();
    this.saying = "";
  }
}

// Mark what is being decided; it goes when the decision turns out to be stored.
function settle(prefix) {
  for (const { key, ...value } of stored(prefix)) {
    try {
      localStorage.setItem(key, JSON.stringify({ ...value, settling: true }));
    } catch {
      return;
    }
  }
}

for (const { key, at } of stored(PREFIX)) if (Date.now() - at > KEPT_FOR) forget(key);

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);

// The page that asks which of two texts stays.
for (const form of document.querySelectorAll("form[data-autosave-settles]")) {
  const [user, part] = form.dataset.autosaveSettles.split("/");
  form.addEventListener("submit", () => settle(`${PREFIX}${user}:${part}:`));
}

// Where there is text that was never saved, the list of texts says so.
for (const link of document.querySelectorAll("[data-autosave-part]")) {
  const { autosavePart: part, autosaveUser: user } = link.dataset;
  if (stored(`${PREFIX}${user}:${part}:`).length) link.querySelector("[hidden]").hidden = false;
}
