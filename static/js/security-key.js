// Says so on the page when a security key does not work; allauth's own script only tells the console.

function say(word) {
  const words = document.getElementById("security-key-words");
  const text = words?.content.querySelector(`[data-word="${word}"]`)?.textContent;
  for (const box of document.querySelectorAll("[data-security-key-trouble]")) {
    box.hidden = false;
    box.firstElementChild.textContent = text;
  }
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  say(window.PublicKeyCredential ? "refused" : "missing");
});

if (!window.PublicKeyCredential) {
  say("missing");
  for (const button of document.querySelectorAll("[data-security-key] button")) {
    button.disabled = true;
  }
}
