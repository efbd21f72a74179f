// Below each password: a button that shows what was typed. Without script there is none.

const words = document.getElementById("password-words");

for (const input of document.querySelectorAll("input[type=password]")) {
  const button = words?.content.querySelector("button")?.cloneNode(true);
  if (!button) continue;
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
  // A browser keeps what was typed in a text field; a password goes out as one.
  input.form?.addEventListener("submit", () => {
    input.type = "password";
    button.setAttribute("aria-pressed", "false");
  });
  input.after(button);
}
