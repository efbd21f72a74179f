/* The form of an assignment: asks only what belongs to the chosen levels, and saves a draft.

   Each save sends the whole form with `seen`, what was stored when the page was made. The server
   puts together what was written here and elsewhere, field by field, and answers
     {revision, saved, seen, elsewhere, errors, conflicts, contacts}
   (assignments/views/editing.py; the other answers are told in civportal/editor/autosave.py).
   `unheard` goes along: what was sent before, and of which no answer came.
   Where both changed the same field somebody has to choose; the rest is stored meanwhile.

   What is not stored yet stands in localStorage, as
     draft:<user>:<part>:fields  ->  {fields, seen, at}
   and is put back for the same person; it goes when it is stored, and when that person logs out
   (site.js). */

const PAUSE = 1500;
const RETRIES = [3000, 6000, 12000, 30000];
const form = document.querySelector("form[data-posting]");
const controls = () =>
  [...form.elements].filter((one) => one.name && !["seen", "csrfmiddlewaretoken", "then"].includes(one.name));

// --- only what is asked ------------------------------------------------------------------------

function showLevels() {
  const low = Number(form.elements.namedItem("level_min")?.value);
  const high = Number(form.elements.namedItem("level_max")?.value);
  for (const goal of form.querySelectorAll("[data-level]")) {
    const level = Number(goal.dataset.level);
    goal.hidden = !(low && high && low <= level && level <= high);
  }
}

function showWhen() {
  for (const part of form.querySelectorAll("[data-when]")) {
    part.hidden = !form.elements.namedItem(part.dataset.when).checked;
  }
}

function showContact() {
  const chosen = form.elements.namedItem("contact");
  const name = form.elements.namedItem("contact_name");
  if (!chosen || !name) return;
  for (const field of [name, form.elements.namedItem("contact_email")]) {
    field.closest(".field").hidden = chosen.value !== "";
  }
}

function showAll() {
  showLevels();
  showWhen();
  showContact();
}

// --- a draft saves itself ----------------------------------------------------------------------

function fieldsNow() {
  const found = {};
  for (const one of controls()) {
    if (one.type === "checkbox") {
      found[one.name] ??= [];
      if (one.checked) found[one.name].push(one.value);
    } else found[one.name] = [one.value];
  }
  return found;
}

function putBack(name, values) {
  for (const one of controls().filter((each) => each.name === name)) {
    if (one.type === "checkbox") one.checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
  showAll();
}

class Draft {
  constructor() {
    this.words = JSON.parse(form.dataset.autosaveWords);
    this.key = `draft:${form.dataset.autosaveUser}:${form.dataset.autosave}:fields`;
    this.seen = form.elements.namedItem("seen");
    this.stored = JSON.stringify(fieldsNow());
    this.failures = 0;
    this.unheard = [];
    this.stopped = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save({ leaving: true });
    });
    window.addEventListener("online", () => this.save());
    window.addEventListener("focus", () => this.failures && this.save());
    form.addEventListener("submit", () => {
      this.stopped = true; // the button stores it, with whatever was typed last
      clearTimeout(this.timer);
      this.forget();
    });
    this.offer();
  }

  get isUnsaved() {
    return JSON.stringify(fieldsNow()) !== this.stored;
  }

  changed() {
    if (this.stopped || !this.isUnsaved) return;
    this.keep();
    this.say("unsaved");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  keep() {
    const kept = { fields: fieldsNow(), seen: this.seen.value, at: Date.now() };
    try {
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Nothing can be kept in this browser; it is still tried again.
    }
  }

  forget() {
    try {
      localStorage.removeItem(this.key);
    } catch {
      // Nothing was kept.
    }
  }

  offer() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key));
    } catch {
      return;
    }
    if (!kept?.fields || JSON.stringify(kept.fields) === this.stored) {
      this.forget();
      return;
    }
    const place = this.notice("offer");
    place.querySelector("[data-autosave-at]").textContent = new Date(kept.at).toLocaleString(
      document.documentElement.lang,
      { dateStyle: "long", timeStyle: "short" },
    );
    const now = JSON.parse(this.stored);
    const left = Object.entries(kept.fields).filter(
      ([name, values]) => JSON.stringify(values) !== JSON.stringify(now[name]),
    );
    place.querySelector("[data-autosave-preview]").textContent = left
      .map(([, values]) => values.join(", ").slice(0, 200))
      .join(" · ");
    place.querySelector("[data-autosave-restore]").addEventListener("click", () => {
      for (const [name, values] of left) putBack(name, values);
      // As it was seen then: what was stored since by someone else is not overwritten.
      this.seen.value = kept.seen;
      this.clear();
      this.save();
    });
    place.querySelector("[data-autosave-discard]").addEventListener("click", () => {
      this.forget();
      this.clear();
    });
  }

  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.stopped || !this.isUnsaved) return;
    if (this.busy && !leaving) {
      this.again = true;
      return;
    }
    this.busy = true;
    if (!leaving) this.say("saving");
    const sent = JSON.stringify(fieldsNow());
    const body = new FormData(form);
    for (const one of this.unheard) body.append("unheard", one);
    this.unheard = [...this.unheard.slice(-4), sent];
    let answer;
    try {
      answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving,
        signal: leaving ? undefined : AbortSignal.timeout(20000),
      });
    } catch {
      this.busy = false;
      this.failed("offline");
      return;
    }
    await this.hear(answer, sent);
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.save();
    }
  }

  async hear(answer, sent) {
    if (answer.ok) {
      const told = await answer.json();
      this.failures = 0;
      this.unheard = [];
      this.stored = sent;
      this.seen.value = JSON.stringify(told.seen);
      this.renew(told.elsewhere);
      if (this.isUnsaved) this.changed();
      else this.forget();
      this.clear();
      this.contacts(told.contacts);
      this.conflicts(told.conflicts);
      this.errors(told.errors);
      this.say("", told.saved);
    } else if (answer.status === 422) {
      this.stop("refused", (await answer.json()).reason);
    } else if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) {
      await this.askWhoIsThere();
    } else this.failed("trouble");
  }

  failed(word) {
    this.keep();
    this.say(word);
    const wait = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  stop(word, reason = "") {
    this.stopped = true;
    const place = this.notice(word).querySelector("[data-autosave-reason]");
    if (place) place.textContent = reason;
    this.say("stopped");
  }

  async askWhoIsThere() {
    let answer;
    try {
      answer = await fetch(form.getAttribute("action"), {
        headers: { Accept: "application/json" },
        redirect: "manual",
        cache: "no-store",
      });
    } catch {
      this.failed("offline");
      return;
    }
    const known = answer.ok ? await answer.json() : null;
    if (known?.user === form.dataset.autosaveUser) {
      // Logged in anew elsewhere: only the token is old.
      for (const one of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
        one.value = known.csrf;
      }
      this.failed("trouble");
    } else if (!known && [403, 404].includes(answer.status)) this.stop("no_right");
    else {
      this.notice(known ? "someone_else" : "signed_out");
      this.failed("signed_out");
    }
  }

  // --- what the answer brings ------------------------------------------------------------------

  // What was written elsewhere, in fields that are still as they were when this was sent.
  renew(elsewhere) {
    const sent = JSON.parse(this.stored);
    const seen = JSON.parse(this.seen.value);
    const now = fieldsNow();
    for (const [name, values] of Object.entries(elsewhere)) {
      if (JSON.stringify(now[name]) !== JSON.stringify(sent[name])) continue;
      putBack(name, values);
      sent[name] = fieldsNow()[name];
      seen[name] = values;
    }
    this.stored = JSON.stringify(sent);
    this.seen.value = JSON.stringify(seen);
  }

  contacts(people) {
    const chosen = form.elements.namedItem("contact");
    if (!people || !chosen) return;
    const known = [...chosen.options].slice(1).map((one) => one.value);
    if (known.join() === people.map(([key]) => key).join()) return;
    const value = chosen.value;
    chosen.replaceChildren(chosen.options[0], ...people.map(([key, name]) => new Option(name, key)));
    chosen.value = people.some(([key]) => key === value) ? value : "";
    this.stored = JSON.stringify({ ...JSON.parse(this.stored), contact: [chosen.value] });
    if (people.length === 1 && !form.elements.namedItem("contact_name").value) {
      [[chosen.value]] = people; // mostly it is that one
      this.changed();
    }
    showContact();
  }

  box(name) {
    return controls().find((one) => one.name === name)?.closest(".field");
  }

  errors(found) {
    for (const old of form.querySelectorAll("[data-posting-error]")) old.remove();
    for (const [name, sentences] of Object.entries(found)) {
      const line = document.createElement("p");
      line.className = "field__error";
      line.dataset.postingError = "";
      line.textContent = sentences.join(" ");
      this.box(name)?.append(line);
    }
  }

  conflicts(found) {
    const there = new Set(
      [...form.querySelectorAll("[data-posting-asks]")].map((one) => one.dataset.postingAsks),
    );
    for (const [name, { values, shown }] of Object.entries(found)) {
      if (there.has(name)) continue;
      const asks = document.createElement("div");
      asks.dataset.postingAsks = name;
      asks.setAttribute("role", "alert");
      asks.append(form.querySelector("template[data-posting-conflict]").content.cloneNode(true));
      asks.querySelector("[data-stored]").textContent = shown;
      const settle = (take) => {
        if (take) putBack(name, values);
        this.seen.value = JSON.stringify({ ...JSON.parse(this.seen.value), [name]: values });
        asks.remove();
        this.stored = "";
        this.save();
      };
      asks.querySelector("[data-keep]").addEventListener("click", () => settle(false));
      asks.querySelector("[data-take]").addEventListener("click", () => settle(true));
      this.box(name)?.append(asks);
    }
  }

  // --- saying so -------------------------------------------------------------------------------

  say(word, said = this.words[word] ?? "") {
    const line = form.querySelector("[data-autosave-state]");
    line.hidden = false;
    line.dataset.autosaveState = word || "saved";
    const passing = word === "saving" || word === "unsaved";
    line.querySelector("[data-autosave-busy]").textContent = passing ? said : "";
    const region = line.querySelector("[data-autosave-said]");
    region.hidden = passing;
    if (!passing && region.textContent !== said) region.textContent = said;
  }

  notice(word) {
    const place = form.querySelector("[data-autosave-notice]");
    const template = form.querySelector(`template[data-autosave-say="${word}"]`);
    place.replaceChildren(template.content.cloneNode(true));
    return place;
  }

  clear() {
    form.querySelector("[data-autosave-notice]").replaceChildren();
  }
}

showAll();
form.addEventListener("change", showAll);
if (form.dataset.autosave) new Draft();
