/* Around the rich text editor: its words in the reader's language, names for its parts.

   Comes before the editor itself, which takes `window.gettext` when it loads. Its buttons have
   English names that it does not pass through gettext; those are named again once it is ready. */

const first = document.querySelector("textarea[data-editor-words]");
const words = first ? JSON.parse(first.dataset.editorWords) : {};
const other = window.gettext;

window.gettext = (text) => words[text] ?? (other ? other(text) : text);

function labelOf(textarea) {
  const label = textarea.labels && textarea.labels[0];
  return label ? label.textContent.replace(/[:*\s]+$/, "").trim() : words.Text || "Text";
}

function nameParts(textarea) {
  const frame = textarea.closest(".prose-editor");
  const area = frame.querySelector(".ProseMirror[contenteditable]");
  const label = labelOf(textarea);
  area.setAttribute("role", "textbox");
  area.setAttribute("aria-multiline", "true");
  area.setAttribute("aria-label", label);
  const language = textarea.getAttribute("lang");
  if (language) area.setAttribute("lang", language);
  if (textarea.getAttribute("aria-describedby")) {
    area.setAttribute("aria-describedby", textarea.getAttribute("aria-describedby"));
  }
  const bar = frame.querySelector(".prose-menubar");
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `${words.Formatting || "Formatting"}: ${label}`);
  for (const button of bar.querySelectorAll("button")) {
    const name = words[button.title] || button.title;
    button.title = name;
    button.setAttribute("aria-label", name);
    new MutationObserver(() => {
      button.setAttribute("aria-pressed", String(button.classList.contains("active")));
      button.setAttribute("aria-disabled", String(button.classList.contains("disabled")));
    }).observe(button, { attributes: true, attributeFilter: ["class"] });
  }
  // The library compares what its choices say, so only what they show is put in other words.
  new MutationObserver(() => {
    for (const option of frame.querySelectorAll("dialog option")) {
      option.label = words[option.value] || option.value;
    }
  }).observe(frame, { childList: true, subtree: true });
  // The label of a hidden textarea leads nowhere: let it lead to the editor.
  for (const one of textarea.labels) {
    one.addEventListener("click", (event) => {
      event.preventDefault();
      area.focus();
    });
  }
}

document.addEventListener("prose-editor:ready", ({ detail: { editor, textarea } }) => {
  // The bar of buttons comes a moment after the editor itself.
  if (textarea.closest(".prose-editor").querySelector(".prose-menubar")) nameParts(textarea);
  else editor.on("create", () => nameParts(textarea));
});
