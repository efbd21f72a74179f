/* Large files: says before sending that one is too large, and how far it is while it is sent.

   The form has data-upload and goes by htmx (templates/assignments/documents/upload.html); without
   script it is an ordinary form. */

const PERCENT = 100;
const TOLD_EACH = 25;
const told = new WeakMap();

const uploadOf = (event) =>
  event.target instanceof Element ? event.target.closest("form[data-upload]") : null;

function isTooLarge(input) {
  const most = Number(input.dataset.mostBytes);
  return most > 0 && [...input.files].some((file) => file.size > most);
}

// Says it beside the field; true when the file can go.
function check(form, input) {
  form.querySelector("[data-upload-note]")?.remove();
  input.removeAttribute("aria-invalid");
  if (!isTooLarge(input)) return true;
  const note = document.createElement("p");
  note.className = "field__error";
  note.dataset.uploadNote = "";
  note.setAttribute("role", "alert");
  note.textContent = form.dataset.uploadTooLarge;
  input.setAttribute("aria-invalid", "true");
  input.before(note);
  return false;
}

document.addEventListener("change", (event) => {
  const form = uploadOf(event);
  if (form && event.target.matches("input[type=file]")) check(form, event.target);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = uploadOf(event);
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  if (!check(form, input)) {
    event.preventDefault();
    input.focus();
    return;
  }
  if (!input.files.length) return;
  form.querySelector("[data-upload-progress]").hidden = false;
  told.set(form, 0);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = uploadOf(event);
  const { lengthComputable, loaded, total } = event.detail;
  if (!form || !told.has(form) || !lengthComputable) return;
  const done = Math.floor((loaded / total) * PERCENT);
  form.querySelector("progress").value = done;
  form.querySelector("[data-upload-part]").textContent = `${done}%`;
  const status = form.querySelector("[data-upload-status]");
  if (loaded === total) {
    status.textContent = form.dataset.uploadReady;
    form.querySelector("[data-upload-words]").textContent = form.dataset.uploadReady;
  } else if (done >= told.get(form) + TOLD_EACH) {
    told.set(form, done - (done % TOLD_EACH));
    status.textContent = `${told.get(form)}%`;
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = uploadOf(event);
  if (!form || !told.delete(form)) return;
  form.querySelector("[data-upload-progress]").hidden = true;
});
