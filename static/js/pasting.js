/* What is pasted from Word, Outlook and Google Docs becomes clean: lists that are paragraphs which
   only look like lists, and bold that is a style. The editor's own schema and the server's
   sanitising take care of the rest.

   Styles are read as text, under another name: the Content-Security-Policy would stop them, also
   in a document that nobody sees. */

const MARKS = [
  [/(?:^|[;\s])font-weight:\s*(?:bold|[6-9]00)/i, "strong"],
  [/(?:^|[;\s])font-style:\s*italic/i, "em"],
  [/(?:^|[;\s])text-decoration[\w-]*:[^;]*underline/i, "u"],
  [/(?:^|[;\s])text-decoration[\w-]*:[^;]*line-through/i, "s"],
];

const LIST = /mso-list:\s*l(\d+)\s+level(\d+)/i;
const NUMBER = /^\s*\(?(\d+|[a-z]{1,3}|[ivxlc]+)[.)]/i;

function parsed(html) {
  const bare = html
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/<!\[[^>]*>/g, "")
    .replace(/<(style|script|title|xml)\b[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, " data-style="));
  return new DOMParser().parseFromString(bare, "text/html").body;
}

const styleOf = (element) => element.dataset.style ?? "";

// The mark before the words, such as "·" or "1.", which Word writes as text.
function takeMark(paragraph) {
  const marks = [...paragraph.querySelectorAll("span")].filter((span) =>
    /mso-list:\s*ignore/i.test(styleOf(span)),
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
    const found = styleOf(paragraph).match(LIST);
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

function marks(root) {
  for (const one of root.querySelectorAll("b[data-style], strong[data-style]")) {
    if (/(?:^|[;\s])font-weight:\s*(?:normal|[1-4]00)/i.test(styleOf(one))) one.replaceWith(...one.childNodes);
  }
  for (const one of root.querySelectorAll("span[data-style]")) {
    for (const [style, tag] of MARKS) {
      if (!style.test(styleOf(one)) || one.closest(tag)) continue;
      const mark = document.createElement(tag);
      mark.append(...one.childNodes);
      one.append(mark);
    }
  }
}

function clean(html) {
  const root = parsed(html);
  lists(root);
  marks(root);
  for (const one of root.querySelectorAll("*")) {
    delete one.dataset?.style;
    if (one.localName.includes(":")) one.replaceWith(...one.childNodes); // o:p, w:sdt, st1:City
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
