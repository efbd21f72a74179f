/* What is pasted from Word and Outlook becomes clean: their lists are paragraphs that only look like
   lists. The editor's own schema and the server's sanitising take care of the rest. */

const LIST = /mso-list:\s*l(\d+)\s+level(\d+)/i;
const NUMBER = /^\s*\(?(\d+|[a-z]{1,3}|[ivxlc]+)[.)]/i;

function withoutComments(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) comment.remove();
}

// The mark before the words, such as "·" or "1.", which Word writes as text.
function takeMark(paragraph) {
  const marks = [...paragraph.querySelectorAll("span")].filter((span) =>
    /mso-list:\s*ignore/i.test(span.getAttribute("style") ?? ""),
  );
  const said = marks.map((mark) => mark.textContent).join("");
  for (const mark of marks) mark.remove();
  if (marks.length) return said;
  // Without the comments around it the mark is only text, then spaces that do not break.
  const first = paragraph.textContent.match(/^\s*([·•▪o§\-–]|\(?\w{1,3}[.)])[\s\u00a0]{2,}/u);
  if (!first) return "";
  let left = first[0].length;
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  while (left > 0 && walker.nextNode()) {
    const text = walker.currentNode;
    const taken = Math.min(left, text.data.length);
    text.data = text.data.slice(taken);
    left -= taken;
  }
  return first[0];
}

function lists(root) {
  let open = []; // the lists we are in with their levels, outermost first
  for (const paragraph of root.querySelectorAll("p")) {
    const found = (paragraph.getAttribute("style") ?? "").match(LIST);
    if (!found) continue;
    const level = Number(found[2]);
    const tag = NUMBER.test(takeMark(paragraph)) ? "ol" : "ul";
    if (open[0]?.list.nextElementSibling !== paragraph) open = [];
    open = open.filter((one) => one.level <= level);
    if (open.at(-1)?.level === level && open.at(-1).list.localName !== tag) open.pop();
    if (open.at(-1)?.level !== level) {
      const list = document.createElement(tag);
      const item = open.at(-1)?.list.lastElementChild;
      if (item) item.append(list);
      else paragraph.before(list);
      open.push({ level, list });
    }
    const item = document.createElement("li");
    const words = document.createElement("p");
    words.append(...paragraph.childNodes);
    item.append(words);
    open.at(-1).list.append(item);
    paragraph.remove();
  }
}

function clean(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const root = page.body;
  withoutComments(root);
  for (const one of root.querySelectorAll("style, script, title, xml, meta, link")) one.remove();
  lists(root);
  for (const one of root.querySelectorAll("*")) {
    if (!one.localName.includes(":")) continue; // o:p, w:sdt, st1:City
    one.replaceWith(...one.childNodes);
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    walker.currentNode.data = walker.currentNode.data.replace(/\u00a0/g, " ");
  }
  for (const paragraph of root.querySelectorAll("p")) {
    if (!paragraph.textContent.trim() && !paragraph.querySelector("br, img")) paragraph.remove();
  }
  return root.innerHTML;
}

document.addEventListener("prose-editor:ready", ({ detail: { editor } }) => {
  const { editorProps } = editor.options;
  editor.setOptions({ editorProps: { ...editorProps, transformPastedHTML: clean } });
});
