// A button that copies the value of a field: data-copy names the field. Without script it is hidden.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.querySelector("[data-copy-label]");
  const status = document.querySelector("[data-copy-status]");
  if (!field || !label) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // no clipboard API on a plain http address
    }
    label.textContent = button.dataset.copied;
    if (status) status.textContent = button.dataset.copied;
  });
}
