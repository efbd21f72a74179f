/* Quick entry beside the minutes: Enter presses the button of the line that is being written. */

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  const kind = event.target instanceof Element && event.target.dataset.enterPresses;
  if (!kind) return;
  event.preventDefault();
  document.querySelector(`button[data-enter="${kind}"]`)?.click();
});
