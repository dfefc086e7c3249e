// A file on a message; the twin of templates/hung/parts/file.html.

const STEP = 1024;
const SVG = "http://www.w3.org/2000/svg";

export function weight(size) {
  if (size < STEP) return `${size} B`;
  return size < STEP * STEP ? `${(size / STEP).toFixed(0)} KB` : `${(size / STEP / STEP).toFixed(1)} MB`;
}

// What is said of a picture whose author said nothing.
export function altOf(part, { words, message }) {
  if (part.alt) return part.alt;
  return message?.by.name ? words.say("picture_from", { name: message.by.name }) : words.say("picture");
}

export function render(part, context) {
  const link = document.createElement("a");
  link.setAttribute("href", `${context.url}${part.path}`);
  return part.type === "picture" ? picture(link, part, context) : file(link, part);
}

function picture(link, part, context) {
  link.className = "hung-picture";
  Object.assign(link.dataset, { picture: "", alt: part.alt, width: part.w, height: part.h });
  const said = altOf(part, context);
  link.append(part.thumb ? small(part, said, context.url) : waiting(part, said));
  return link;
}

function small(part, said, url) {
  const image = document.createElement("img");
  image.loading = "lazy";
  image.decoding = "async";
  image.alt = said;
  image.width = part.tw;
  image.height = part.th;
  image.setAttribute("src", `${url}${part.thumb}`);
  return image;
}

// Until the small picture is made its place is kept: nothing moves when it comes.
function waiting(part, said) {
  const place = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ role: "img", "aria-label": said, width: part.tw, height: part.th, viewBox: `0 0 ${part.tw} ${part.th}` })) place.setAttribute(name, value);
  return place;
}

function file(link, part) {
  link.className = "hung-file";
  link.setAttribute("download", "");
  const name = document.createElement("b");
  name.textContent = part.name;
  const about = document.createElement("small");
  about.textContent = `${part.name.split(".").at(-1).toUpperCase()}, ${weight(part.size)}`;
  link.append(name, about);
  return link;
}
