// livewidget's client: a replica of the state that Python holds, drawn with
// plain DOM. MIT license, see livewidget.py.
// The lines that begin with //@part cut it into the scripts that Python serves (client_part in
// livewidget.py): page, shared by page and fields, large widgets, fields, carrier, which fields and
// notebook output share, frame, of a cell, docs, early, cell, for a page in one, notebook output.
// Sections: 1 Constants  2 DOM helpers  3 Text edits  4 Cursor and transports  5 Session
//           6 Widget and Container  7 Catalogue, in Python's order  8 Large widgets  9 Fields
//           10 Notebook output  11 Style sheet  12 Start
(() => {
"use strict";

//@part page
// 1. Constants ////////////////////////////////////////////////////////////////////////////////////

const HEARTBEAT_MS = 15000;             // interval of pings
const SILENCE_MS = 35000;               // nothing received for so long: the connection is dead
const GREETING_MS = 12000;              // the same for a new connection, until its first message
const PROBE_MS = 4000;                  // after "offline" or waking up, an answer is due sooner
const BANNER_AFTER_MS = 1000;           // a shorter absence is not worth a word
const TELL_MS = 6000;                   // a word to the person goes after this long
const LAYOUT_MS = 100;                  // sizes are reported at most this often
const RESTLESS_MS = 5;                  // a field does not rest after a change of less
const TYPING_MS = 100;                  // typed text is sent at most this often
const PART_BYTES = 512 * 1024;          // more goes in several messages: many proxies end at 1 MiB
const MAX_SPLICES = 1000;               // in one edit, as in livewidget.py
const LEAVE_BYTES = 60 * 1024;          // browsers let 64 KiB out of a page that goes away
const MODIFIED_MS = 300;                // "modified" fires this long after typing stopped
const TAP_MS = 60;                      // a finger's click comes within this time of its lifting
const HOLD_MS = 500, HOLD_PX = 10;      // a finger that stays so long, about where it was put down
const SCROLLED_MS = 150;                // "scrolled" fires this long after scrolling stopped
const NONCE = document.currentScript?.nonce || "";
const config = window.livewidgetFrame?.config ||
    JSON.parse(document.getElementById("livewidget-config")?.textContent || "null");
const ROOT = new URL(config?.root || "./", location.href);     // of the application
const WINDOW_MIN = [60, 40];            // a window's least size in px
const STEP_PX = 16;                     // a window moves this far per arrow key

//@part shared
const MAX_KEPT_SESSIONS = 50;           // links to sessions that a browser remembers
const LONG_CHARS = 24;                  // a text that may wrap where there is no room
const MAX_SHOWN = 50000;                // UTF-16 units of a line that is only looked at
const UNDO_MS = 1000;                   // what is typed within it is taken back as one
const MAX_UNDO = 200;                   // steps that a text field takes back
const BACK_OFF_MS = [500, 30000];       // first and longest wait between two attempts to connect
const SHOWN_LINES = 5, SHOWN_LINE = 200;        // of what is given back: more is copied only

// 2. DOM helpers //////////////////////////////////////////////////////////////////////////////////

// An image drawn at a size in px, as an address.
async function sizedImage(url, width, height) {
    const image = element("img", { src: url }), canvas = element("canvas", { width, height });
    await image.decode();
    canvas.getContext("2d").drawImage(image, 0, 0, width, height);
    return canvas.toDataURL();
}

// What shows a text is written in the direction of that text; what holds such, in the page's.
const TEXT_TAGS = new Set(["button", "input", "label", "legend", "option", "output", "select",
    "span", "summary", "textarea"]);
const TEXTLESS_INPUTS = new Set(["range", "checkbox", "radio"]);

function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    const holds = children.length && children.every(child => child instanceof Node);
    if (TEXT_TAGS.has(tag) && !TEXTLESS_INPUTS.has(attributes.type) && !holds) node.dir = "auto";
    setAttributes(node, attributes);
    if (children.length) node.append(...children.map(child => shownPart(child)));
    return node;
}

// A text as it is shown where it is only looked at: to lay out a line of 1 MB takes a browser 0.3
// s, again with each change of its width.
function shownPart(text, most = MAX_SHOWN) {
    if (typeof text !== "string" || text.length <= most) return text;
    return text.split("\n").map(line => {
        const part = line.slice(0, most).replace(/[\ud800-\udbff]$/, "");
        const rest = line.length - part.length;
        return rest > 100 ? `${part}\u2026 ${rest} more characters` : line;
    }).join("\n");
}

// null, undefined and false take an attribute away; true is one without a value.
function setAttributes(node, attributes) {
    for (const name in attributes) {
        const value = attributes[name];
        if (value === null || value === undefined || value === false) node.removeAttribute(name);
        else node.setAttribute(name, value === true ? "" : value);
    }
}

// Give what is cut with an ellipsis a tooltip with all of it.
const toldWhole = new WeakSet();
function tellWhole(node) {
    if (getComputedStyle(node).display === "inline") node = node.parentElement;
    const cut = node.scrollWidth > node.clientWidth &&
        getComputedStyle(node).textOverflow === "ellipsis";
    const around = toldWhole.has(node) ? node.parentElement : node;
    if (cut && !around?.closest("[title]")) {
        toldWhole.add(node);
        node.title = node.value ?? node.textContent;
    } else if (toldWhole.delete(node)) node.removeAttribute("title");
}

// The one place that parses markup. Scripts in it do not run, and the page's policy stops inline
// handlers, but not what a head holds: a meta element may lead the page elsewhere.
function parseMarkup(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    for (const node of template.content.querySelectorAll("meta, base, link")) node.remove();
    return template.content;
}

// What opens the server to this page: read from its address, which is cleared of it, or kept from
// an earlier visit in localStorage, which belongs to the origin, port included.
// Sources: the rules R57, R58 and R110.
class Credentials {
    constructor(root) {
        this._root = new URL(root, location.href);
        this._place = "livewidget " + this._root.pathname;
        this.key = this._kept().key || null;            // this browser's own
        this.token = this._code = this.session = null;  // session: {session, token}
        const query = new URLSearchParams(location.search), hash = location.hash.slice(1);
        const found = [query, ...hash.split("?").map(part => new URLSearchParams(part))]
            .map(given => this._read(given));
        // a browser loads nothing where one is opened in a tab that shows the same address
        addEventListener("hashchange", () => /token=|code=/.test(location.hash) &&
            location.reload());
        const id = query.get("s");
        if (id && !this.session)
            this.session = { session: id, token: this._kept().sessions?.[id] || null };
        if (!found.some(Boolean)) return;
        if (found[0]) for (const name of ["token", "session"]) query.delete(name);
        this.rewrite(query, found.slice(1).some(Boolean) ? "" : location.hash);
    }
    _read(given) {
        const token = given.get("token"), session = given.get("session");
        if (session && token) this.session = { session, token };
        else if (token) this.token = token;
        if (given.has("code")) this._code = given.get("code");
        return token !== null || given.has("code");
    }
    rewrite(query, hash = location.hash) {
        const text = String(query);
        try {
            const place = location.pathname + (text && "?" + text);
            history.replaceState(history.state, "", place + hash);
        } catch { /* a notebook's frame has no address of its own */ }
    }
    _kept() {
        try { return JSON.parse(localStorage.getItem(this._place)) || {}; } catch { return {}; }
    }
    _keep(changes) {
        try {
            localStorage.setItem(this._place, JSON.stringify({ ...this._kept(), ...changes }));
        } catch { /* storage is off: a reload needs the link again */ }
    }
    keepKey(key, user) {
        if (this.user !== user) this.forget();  // what another person had open
        this.key = key;
        this.token = null;
        this._keep({ key, user });
    }
    get user() { return this._kept().user; }            // who has logged in
    // The server ends the key, then this page and its brothers.
    logOut() { return this.post("livewidget/logout", { key: this.key }); }
    // The person has logged out, or another one came.
    forget() {
        this.key = null;
        try {
            localStorage.removeItem(this._place);
            sessionStorage.clear();
        } catch { /* storage is off */ }
    }
    // A session that others may join: its address names it, for any tab of this browser.
    keepSession({ session, token }) {
        const kept = Object.entries({ ...this._kept().sessions, [session]: token });
        this._keep({ sessions: Object.fromEntries(kept.slice(-MAX_KEPT_SESSIONS)) });
        const query = new URLSearchParams(location.search);
        query.set("s", session);
        this.rewrite(query);
    }
    // Exchange a code for a key: true if the address brought none, or one that is valid.
    async spendCode() {
        const code = this._code;
        this._code = null;
        return code === null || this._exchange({ code });
    }
    exchangeToken() { return this.token === null ? true : this._exchange({ token: this.token }); }
    async _exchange(given) {
        try {
            const answer = await this.post("livewidget/key", given);
            if (answer.ok) this.keepKey((await answer.json()).key);
            return answer.ok;
        } catch { return false; }
    }
    post(path, given) {
        return fetch(new URL(path, this._root), { method: "POST", body: JSON.stringify(given),
            headers: { "Content-Type": "application/json" } });
    }
    // What is sent: the link's token before the key, a session's own where there is neither.
    get current() {
        const { session, token } = this.session || {};
        return this.token || this.key || (token ? session + "." + token : null);
    }
    // The same with signs escaped that no header may hold.
    get encoded() {
        const escape = sign => "%" + sign.charCodeAt(0).toString(16);
        return this.current && encodeURIComponent(this.current).replace(/[()]/g, escape);
    }
    get headers() { return this.current ? { Authorization: "Bearer " + this.encoded } : {}; }
    // The server refused the current one: whether there is another. The next attempt has all again:
    // the program that knows them may be back, or another tab was given a new one.
    refuse() {
        this._own ||= this.session;
        if (this.token) this.token = null;
        else if (this.key) this.key = null;
        else this.session = null;
        if (this.current !== null) return true;
        this.key = this._kept().key || null;
        this.session = this._own;
        return false;
    }
}

// What a person without a link sees. title: what is wrong.
function showLocked(title, ...words) {
    document.querySelector(".lw-locked")?.remove();
    const style = element("style", {}, `
.lw-locked { position: fixed; inset: 0; z-index: 9; display: grid; place-items: center;
    background: var(--lw-page); color: var(--lw-text); font: 15px/1.6 var(--lw-font); }
.lw-locked > div { box-sizing: border-box; width: min(440px, calc(100% - 32px));
    padding: 24px 28px; background: var(--lw-surface); border-radius: 10px;
    box-shadow: var(--lw-card-shadow); }
.lw-locked h1 { margin: 0 0 8px; font-size: 20px; font-weight: 650; }
.lw-locked p { margin: 8px 0 0; }
body:has(> .lw-locked) > :not(.lw-locked) { visibility: hidden; }`);
    document.title = title;
    document.body.append(element("main", { class: "lw-locked" }, style, element("div",
        { role: "alert" }, element("h1", {}, title), ...words.map(one => element("p", {}, one)))));
}
// spent: whether by a link that works once. words: for whom a proxy does not name.
function showNeedsLink(spent, words = ["This page needs its link", ...spent ? [
    "The link that brought you here works once, for a minute: it was used, or it is too old."] : [],
    "Open the whole address that the program printed, with token= and all that follows. " +
    "This browser then remembers it.",
    "If the program was started anew since, its old address works no longer. If it printed none, " +
    "let it print app.url, or widget.show() for a widget."]) {
    showLocked(...words);
}

// Make a change that may take away or hide what has the focus in a node; `heir` has it then.
function keepFocus(node, heir, change) {
    const held = node.contains(document.activeElement);
    change();
    const now = document.activeElement;
    if (held && !(node.contains(now) && now.getClientRects().length))
        heir.focus({ preventScroll: true });
}

// Where something is selected: browsers may lay out all of a page before they tell it.
let selected = null;
document.addEventListener("selectionchange", () => {
    const { isCollapsed, anchorNode } = getSelection();
    selected = isCollapsed ? null : anchorNode;
});

// Bring nodes into order in front of `end`, moving few, and never the one that has the focus: in
// some browsers a moved node loses it; in all, what is selected in it.
function placeInOrder(parent, nodes, end = null) {
    const still = nodes.findIndex(node => node.parentNode === parent &&
        node.contains(document.activeElement));
    const held = selected && nodes.find(node => node.contains(selected)), chosen = getSelection(),
        { anchorNode, anchorOffset, focusNode, focusOffset } = held ? chosen : {};
    for (let at = nodes.length; at--;) {
        const node = nodes[at], next = nodes[at + 1] || end;
        if (at === still || node.parentNode === parent && node.nextSibling === next) continue;
        const inPage = node.isConnected && parent.isConnected && parent.moveBefore;
        parent[inPage ? "moveBefore" : "insertBefore"](node, next);
    }
    if (held?.contains(focusNode) && chosen.isCollapsed)
        chosen.setBaseAndExtent(anchorNode, anchorOffset, focusNode, focusOffset);
}

const px = value => value === null || value === undefined ? "" : value + "px";
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// WebKit has no name for Tab while Shift is held.
const isTab = event => event.key === "Tab" || event.code === "Tab";

// Whether a browser can stand a slider upright by itself.
function hasUprightSliders() {
    const input = element("input", { type: "range", style: "writing-mode: vertical-lr" });
    document.body.append(input);
    const { writingMode } = getComputedStyle(input);
    input.remove();
    return writingMode === "vertical-lr";
}

function textButton(label, action, look = null) {
    const button = element("button", { type: "button", class: look }, label);
    button.addEventListener("click", action);
    return button;
}

function iconButton(label, path, action, name = "") {
    const button = element("button", { type: "button", class: ("lw-icon-button " + name).trim(),
        "aria-label": label, title: label }, icon(path));
    button.addEventListener("click", action);
    return button;
}

// Shows what is hidden in a field for a password, and hides it again.
function eyeButton(input) {
    const button = iconButton("Show the password", ICONS.eye, () => {
        const shown = input.type === "password", [line] = button.querySelectorAll("path");
        input.type = shown ? "text" : "password";
        button.ariaLabel = button.title = `${shown ? "Hide" : "Show"} the password`;
        line.setAttribute("d", ICONS.eye + (shown ? "M3 13.5L13 2.5" : ""));
    });
    return button;
}

function icon(path) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
}

// The icons that `icon=` takes by name: paths in a box of 16 px, drawn as lines.
const ICONS = {
    close: "M4 4l8 8M12 4l-8 8",
    minimize: "M4 11h8",
    maximize: "M4 4h8v8H4z",
    lower: "M8 4v8M5 9l3 3 3-3",
    up: "M4 10l4-4 4 4",
    down: "M4 6l4 4 4-4",
    right: "M6 4l4 4-4 4",
    left: "M10 4L6 8l4 4",
    "arrow-left": "M13 8H3M7 4L3 8l4 4",
    "arrow-right": "M3 8h10M9 4l4 4-4 4",
    "arrow-up": "M8 13V3M4 7l4-4 4 4",
    "arrow-down": "M8 3v10M4 9l4 4 4-4",
    add: "M8 3v10M3 8h10",
    remove: "M3 8h10",
    check: "M3 8.5L6.5 12 13 4.5",
    search: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M10.3 10.3l3.2 3.2",
    download: "M8 2.5v7.5M4.5 7L8 10.5 11.5 7M3 13.5h10",
    upload: "M8 10.5V3M4.5 6L8 2.5 11.5 6M3 13.5h10",
    save: "M3 3h8l2 2v8H3zM5.5 3v3.5h4V3M5 13V9h6v4",
    folder: "M2 4h4l1.5 1.5H14V13H2z",
    file: "M4 2h5l3 3v9H4zM9 2v3h3",
    edit: "M3 13l.7-3 6.8-6.8 2.3 2.3L6 12.3zM9 4.7L11.3 7",
    delete: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5L5 13h6l.5-8.5M6.8 7v3.5M9.2 7v3.5",
    copy: "M6 6h7v7H6zM10 6V3H3v7h3",
    cut: "M4 3a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 0 0 0-3.4M4 9.6a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 0 0" +
        " 0-3.4M5.4 5.7L13 12M5.4 10.3L13 4",
    paste: "M5 3H3.5v11h9V3H11M6 2h4v2.5H6z",
    undo: "M6 3L3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H6",
    redo: "M10 3l3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H10",
    refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.7h-2.7",
    settings: "M2.5 5h6M11.5 5h2M10 3.2v3.6M2.5 11h2M7.5 11h6M6 9.2v3.6",
    menu: "M2.5 4h11M2.5 8h11M2.5 12h11",
    more: "M3.5 8v.01M8 8v.01M12.5 8v.01",
    home: "M2.5 7.5L8 3l5.5 4.5M4 6.5V13h8V6.5",
    user: "M8 2.8a2.6 2.6 0 1 0 0 5.2a2.6 2.6 0 0 0 0-5.2M3 13.5c.4-2.6 2.3-3.8 5-3.8s4.6 1.2 5" +
        " 3.8",
    users: "M6 3a2.3 2.3 0 1 0 0 4.6a2.3 2.3 0 0 0 0-4.6M2 13c.3-2.4 1.8-3.5 4-3.5s3.7 1.1 4" +
        " 3.5M10.5 3.2a2.3 2.3 0 0 1 0 4.2M12 9.9c1.2.5 1.8 1.5 2 3.1",
    lock: "M4 7h8v6.5H4zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
    unlock: "M4 7h8v6.5H4zM5.5 7V5a2.5 2.5 0 0 1 4.8-1",
    key: "M5 8.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 0 0 0-5.6M7 9l6-6M10.5 5.5l2 2",
    mail: "M2 4h12v8.5H2zM2 4.5L8 9l6-4.5",
    calendar: "M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5v3M10.5 2.5v3",
    clock: "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M8 4.5V8l2.5 1.5",
    play: "M5 3l8 5-8 5z",
    pause: "M5.5 3.5v9M10.5 3.5v9",
    stop: "M4 4h8v8H4z",
    record: "M8 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8",
    previous: "M12 3L6 8l6 5zM4 3v10",
    next: "M4 3l6 5-6 5zM12 3v10",
    expand: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9",
    link: "M6.5 9.5l3-3M7.5 4.5l1.7-1.7a2.8 2.8 0 0 1 4 4L11.5 8.5M8.5 11.5l-1.7 1.7a2.8 2.8 0" +
        " 0 1-4-4L4.5 7.5",
    external: "M9.5 2.5h4v4M13.5 2.5l-6 6M11.5 9v4.5h-9v-9H7",
    info: "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M8 7.5V11M8 5v.01",
    warning: "M8 2.5L14 13H2zM8 6.5v3M8 11.3v.01",
    error: "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M8 5v3.5M8 11v.01",
    help: "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M6.2 6.3a1.9 1.9 0 1 1 2.6 1.8c-.6.3-.8.6-.8 1.2M8" +
        " 11.4v.01",
    success: "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M5.3 8.2l2 2 3.5-4",
    star: "M8 2l1.8 3.8 4.2.5L10.9 9.2l.8 4.1L8 11.3l-3.7 2 .8-4.1L2 6.3l4.2-.5z",
    heart: "M8 13.5L2.9 8.3a3.1 3.1 0 0 1 4.4-4.4l.7.7.7-.7a3.1 3.1 0 0 1 4.4 4.4z",
    flag: "M4 14V2.5h8.5L10.5 6l2 3.5H4",
    bookmark: "M4.5 2.5h7v11L8 10.5l-3.5 3z",
    tag: "M2.5 2.5H8L13.5 8 8 13.5 2.5 8zM5.5 5.5v.01",
    filter: "M2.5 3.5h11l-4 5V13l-3-1.5v-3z",
    sort: "M5 3v10M2.5 10.5L5 13l2.5-2.5M11 13V3M8.5 5.5L11 3l2.5 2.5",
    list: "M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4v.01M2.5 8v.01M2.5 12v.01",
    table: "M2.5 3h11v10h-11zM2.5 6.5h11M2.5 10h11M6.5 6.5V13",
    grid: "M2.5 2.5H7V7H2.5zM9 2.5h4.5V7H9zM2.5 9H7v4.5H2.5zM9 9h4.5v4.5H9z",
    bars: "M2.5 2.5v11h11M5.5 11V8M8.5 11V5M11.5 11V6.5",
    trend: "M2.5 2.5v11h11M4.5 10.5l3-3.5L10 9l3.5-4.5",
    image: "M2.5 3h11v10h-11zM2.5 11L6 7.5l3 3L10.5 9l3 3M10.5 6v.01",
    camera: "M2.5 5H5l1-1.5h4L11 5h2.5v8h-11zM8 6.6a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 0 0 0-4.4",
    print: "M4.5 6V2.5h7V6M4.5 11h-2V6h11v5h-2M4.5 9.5h7v4h-7z",
    send: "M14 2L2 7l4.5 2L9 13.5zM14 2L6.5 9",
    terminal: "M2.5 3h11v10h-11zM5 6l2 2-2 2M8.5 10.5H11",
    code: "M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5M9 3L7 13",
    database: "M8 2.5c3 0 5 .8 5 2s-2 2-5 2-5-.8-5-2 2-2 5-2M3 4.5v7c0 1.2 2 2 5 2s5-.8 5-2v-7" +
        "M3 8c0 1.2 2 2 5 2s5-.8 5-2",
    server: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5v.01M5 11v.01",
    bolt: "M9 2L3.5 9H8l-1 5 5.5-7H8z",
    bell: "M4 11V7.5a4 4 0 0 1 8 0V11l1 1.2H3zM6.8 14h2.4",
    sun: "M8 5.3a2.7 2.7 0 1 0 0 5.4a2.7 2.7 0 0 0 0-5.4M8 1.8V3M8 13v1.2M1.8 8H3M13 8h1.2M3.6" +
        " 3.6l.8.8M11.6 11.6l.8.8M3.6 12.4l.8-.8M11.6 4.4l.8-.8",
    moon: "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5",
    eye: "M1.5 8C3 5.2 5.3 3.8 8 3.8S13 5.2 14.5 8c-1.5 2.8-3.8 4.2-6.5 4.2S3 10.8 1.5 8M8" +
        " 6.2a1.8 1.8 0 1 0 0 3.6a1.8 1.8 0 0 0 0-3.6",
    hide: "M1.5 8C3 5.2 5.3 3.8 8 3.8S13 5.2 14.5 8c-1.5 2.8-3.8 4.2-6.5 4.2S3 10.8 1.5 8M3" +
        " 13L13 3",
    globe: "M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M2 8h12M8 2c1.9 1.7 2.7 3.7 2.7 6S9.9 12.3 8" +
        " 14C6.1 12.3 5.3 10.3 5.3 8S6.1 3.7 8 2",
    "log-in": "M9.5 2.5h4v11h-4M2.5 8h7M6.5 5l3 3-3 3",
    "log-out": "M6.5 2.5h-4v11h4M6 8h7.5M10.5 5l3 3-3 3",
};

// Put a text into the clipboard, also on a page that is not secure, where only the old way is
// allowed. A promise, which is rejected where the browser does not let it be.
async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
    } catch (error) {
        copyByCommand(text);
    }
}

// For a press that copies, which is told where that is not allowed.
function copyOrTell(text) {
    copyText(text).catch(() => window.livewidget.session?.tell(
        "The browser did not let the text be copied."));
}

function copyByCommand(text) {
    const back = document.activeElement;
    const area = element("textarea", { style: "position: fixed; opacity: 0" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    back?.focus();
    if (!done) throw new Error("the browser did not let the text be copied");
}

// Do something on keys that are nobody else's: not those of an input method that composes (some
// browsers know them by their number only), nor those that something inside acted on, which has
// prevented their default; nor what a browser that fills in a field sends, which has no key; nor
// those that go back and forward in its history, but in an editor or for the whole page.
// options: those of addEventListener().
function onKeys(node, action, options) {
    const isOpen = node === document || node.matches("textarea");
    const listener = event => {
        const leaves = event.altKey && /^Arrow(Left|Right)$/.test(event.key) && !isOpen;
        if (event.key && !event.defaultPrevented && !event.isComposing &&
            event.keyCode !== 229 && !leaves) action(event);
    };
    node.addEventListener("keydown", listener, options);
}

// What a key that is pressed with Ctrl stands for: on a keyboard of other letters, or with Alt on a
// Mac, the Latin letter of its place. AltGr, of which browsers tell both, writes.
function signOf({ key, code, ctrlKey, metaKey, altKey }) {
    const named = (ctrlKey || metaKey) !== altKey && /^Key[A-Z]$/.test(code);
    return named && key > "\x7f" ? code[3].toLowerCase() : key;
}

// Enter, letters and signs that are pressed with these are the program's or the browser's.
const isChord = ({ key, ctrlKey, metaKey, altKey }) =>
    (ctrlKey || metaKey || altKey) && /^(.|Enter)$/u.test(key);

// What stands at the bottom of the page, such as toasts, stands above a node: its height is a
// property of the style.
function keepAbove(node, property) {
    new ResizeObserver(() => document.documentElement.style.setProperty(property,
        px(node.offsetHeight && node.offsetHeight + 12))).observe(node);
}

// A press counts where it began, also if the page moves between the press and its release, as when
// the field that it leaves tells what is wrong: browsers click on what lies there by then. And if
// what lay there was replaced, as the icon of a button, or put elsewhere: they click on nothing.
function keepPresses() {
    let pressed = null;
    const on = (type, action) => addEventListener(type, action, true);
    const boxOf = node => node.getBoundingClientRect();
    on("mousedown", ({ button, target }) => {
        const node = target.closest("button, a, label, summary") || target;
        pressed = button ? null : { node, box: boxOf(node), around: document.createRange() };
        pressed?.around.selectNode(target);             // empty once that was taken out
    });
    on("gotpointercapture", () => { pressed = null; });         // a drag
    on("mouseup", event => {
        const { node, box, around } = pressed || {}, { clientX: x, clientY: y } = event;
        pressed = null;
        if (!node?.getClientRects().length || node.closest("[inert]")) return;
        const now = boxOf(node), moved = now.x !== box.x || now.y !== box.y;
        const inside = x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
        if (node.contains(event.target) ? !around.collapsed : !moved || !inside) return;
        const other = new AbortController();
        addEventListener("click", wrong => {
            wrong.preventDefault();
            wrong.stopImmediatePropagation();
        }, { capture: true, signal: other.signal });
        setTimeout(() => {
            other.abort();
            node.dispatchEvent(new MouseEvent("click", event));
        });
    });
}

// Enter that is held down acts once, as the mouse does: browsers repeat it. It goes on where it
// writes lines or finds the next place.
function actOnce() {
    addEventListener("keydown", event => {
        if (event.repeat && event.key === "Enter" &&
            !event.target.matches?.("textarea, .lw-source-find > input")) event.preventDefault();
    }, true);
}

// Files that are dropped beside what takes them: browsers would show them in place of the page.
function refuseFilesElsewhere() {
    for (const type of ["dragover", "drop"]) addEventListener(type, event => {
        const { target, dataTransfer, defaultPrevented } = event;
        if (defaultPrevented || !dataTransfer?.types.includes("Files") ||
            target.closest?.("[type=file]")) return;
        event.preventDefault();
        dataTransfer.dropEffect = "none";
    });
}

// Show a text below a point of the viewport or, where that has no room or what points hides it,
// above it.
function showTip(parent, text, x, y, gap, prefersAbove = false) {
    const looks = { class: "lw-tip", role: "tooltip", style: "left: 0; top: 0" };
    const tip = parent.appendChild(element("div", looks, text));
    const { offsetWidth: width, offsetHeight: height } = tip;
    const above = y - gap - height, fits = [above >= 0, y + gap + height <= innerHeight];
    tip.style.left = px(Math.max(4, Math.min(x, innerWidth - width - 4)));
    tip.style.top = px(fits[0] && (prefersAbove || !fits[1]) ? above : y + gap);
    return tip;
}

// A finger that stays where it was put down is told as a contextmenu, once: some browsers tell one,
// and some do not. If nobody acts on it, it shows a tooltip. The click of what was acted on does
// not come.
function watchHolds() {
    let held = null;
    const on = (type, action) => addEventListener(type, action, true);
    const tell = () => {
        const { event, timer } = held, { clientX: x, clientY: y } = event;
        clearTimeout(timer);
        const node = event.target.isConnected ? event.target : document.elementFromPoint(x, y);
        held.told = true;
        held.taken = !node.dispatchEvent(new PointerEvent("contextmenu", event));
        const tip = !held.taken && node.closest("[title]")?.title;
        if (!tip) return;
        held.taken = !node.closest("a, img, input, textarea");  // those have menus of the browser's
        held.tip = showTip(document.querySelector("main") || document.body, tip, x, y, 24, true);
    };
    on("pointerdown", event => {
        clearTimeout(held?.timer);
        held?.tip?.remove();
        held = event.isPrimary && event.pointerType !== "mouse" ? { event } : null;
        if (held) held.timer = setTimeout(tell, HOLD_MS);
    });
    on("pointermove", ({ clientX, clientY }) => {
        const { event, timer } = held || {};
        if (event && Math.hypot(clientX - event.clientX, clientY - event.clientY) > HOLD_PX)
            clearTimeout(timer);
    });
    for (const type of ["pointerup", "pointercancel"]) on(type, () => clearTimeout(held?.timer));
    on("contextmenu", event => {
        if (!held || !event.isTrusted) return;
        event.stopImmediatePropagation();
        if (!held.told) tell();
        if (held.taken) event.preventDefault();
    });
    for (const type of ["mousedown", "click"]) on(type, event => {
        if (!held?.taken || event.type === "click" && !event.detail) return;    // a key's click
        event.preventDefault();
        event.stopImmediatePropagation();
    });
}

// A pointer drag: move(dx, dy, event) until the button is up, then end(moved). Captures mouse, pen
// and touch.
function onDrag(handle, begin) {
    handle.addEventListener("pointerdown", event => {
        const drag = event.button === 0 && begin(event);
        if (!drag) return;
        // the listeners end with the drag, even if the handle moves in the document
        const over = new AbortController();
        let moved = false;
        const listen = (type, action) => document.addEventListener(type, e => {
            if (e.pointerId === event.pointerId) action(e);
        }, { capture: true, signal: over.signal });
        const end = () => { over.abort(); drag.end(moved); };
        listen("pointermove", e => {
            if (!e.buttons) return end();               // its release went elsewhere
            const dx = e.clientX - event.clientX, dy = e.clientY - event.clientY;
            moved = moved || Math.abs(dx) + Math.abs(dy) > 3;
            if (moved) drag.move(dx, dy, e);
        });
        listen("pointerup", end);
        listen("pointercancel", end);
    });
}

// Arrow keys and movements lead on in the direction in which a page is read: ArrowRight is the key
// for it where that is from left to right, and ArrowLeft where it is from right to left.
const isRtl = () => document.documentElement.dir === "rtl";
const readingKey = event => isTab(event) ? "Tab" :
    isRtl() && { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[event.key] || event.key;
// Where texts begin that do so at a side of a page that is read from left to right.
const textSide = side => isRtl() && { left: "right", right: "left" }[side] || side;
// The colour of text on a ground that a program chose alone, as it would be read in either theme.
const textOn = ground => !ground || /^#(.{4}|.{8})$|a\(|\/|transp|current/i.test(ground) ? ""
    : `contrast-color(${ground})`;
// The theme whose colours can be read on a ground; "" where that is not known. To ask a browser for
// a colour takes 0.1 ms: the answers are kept.
const themes = new Map();
const themeOn = ground => {
    const ink = !/light-dark/i.test(ground) && textOn(ground);      // that follows the theme
    if (ink && !themes.has(ink)) {
        if (themes.size > 999) themes.clear();
        const probe = document.head.appendChild(element("i"));
        for (const color of ["red", ink]) probe.style.color = color;    // one may not know of ink
        const { color } = getComputedStyle(probe);
        probe.remove();
        themes.set(ink, { "rgb(255, 255, 255)": "dark", "rgb(0, 0, 0)": "light" }[color]);
    }
    return themes.get(ink) || "";
};

// Show a menu that begins at a point of the viewport: an element whose entries have a role of
// menuitem. It closes on Escape or Tab, which give the focus back, and on a press elsewhere. keys:
// what to do on keys that it has no use for itself.
function showMenu(menu, x, y, { returnTo = null, keys = {}, closed = () => {} } = {}) {
    const items = () => [...menu.querySelectorAll("[role^=menuitem], input, textarea, select")]
        .filter(one => !one.disabled && !one.inert && one.getClientRects().length);
    const over = new AbortController(), { signal } = over;
    const close = refocus => {
        if (menu.closeMenu !== close) return;
        over.abort();
        menu.closeMenu = null;
        menu.remove();
        closed();
        if (refocus && returnTo) returnTo.focus();
    };
    const outside = event => {
        if (!event.target.closest?.(".lw-menu") && !returnTo?.contains(event.target)) close(false);
    };
    const onKey = event => {
        const { target } = event;
        if (target.closest(".lw-menu") !== menu) return;
        // a field keeps the keys that it has a use for
        const hasArrows = target.matches("textarea, select, [type=range], [type=radio], " +
            "[type=time], [type^=date]");
        const rest = hasArrows ? /^(Escape|Tab)$/ : /^(Escape|Tab|ArrowUp|ArrowDown)$/;
        if (target.matches("input:not([role^=menuitem]), textarea, select") &&
            !rest.test(event.key)) return;
        // a key that is held down since before presses nothing here
        if (event.repeat && /^(Enter| )$/.test(event.key)) return event.preventDefault();
        const all = items(), at = all.indexOf(document.activeElement),
            letter = event.key.length === 1 && !isChord(event);
        const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0,
            End: all.length - 1 }[event.key];
        const named = letter && event.key !== " " && [...all.slice(at + 1), ...all]
            .find(one => one.textContent.toLowerCase().startsWith(event.key.toLowerCase()));
        if (next !== undefined && all.length) all[(next + all.length) % all.length].focus();
        else if (named) named.focus();
        else if (event.key === "Escape" || isTab(event)) close(true);
        else if (keys[readingKey(event)]) keys[readingKey(event)](event);
        else return;
        event.preventDefault();
        event.stopPropagation();
    };
    menu.closeMenu?.(false);
    (document.querySelector("main") || document.body).append(menu);
    const left = isRtl() ? x - menu.offsetWidth : x;
    menu.style.left = px(clamp(left, 0, Math.max(0, innerWidth - menu.offsetWidth)));
    menu.style.top = px(clamp(y, 0, Math.max(0, innerHeight - menu.offsetHeight)));
    document.addEventListener("pointerdown", outside, { capture: true, signal });
    onKeys(menu, onKey, { signal });
    Object.assign(menu, { closeMenu: close, opener: returnTo });
    items()[0]?.focus();
    return close;
}

function menuItem(attributes, ...children) {
    return element("button", { type: "button", role: "menuitem", tabindex: "-1", ...attributes },
        ...children);
}

// A menu of our own: items are [label, action].
function popupMenu(items, x, y, returnTo) {
    const menu = element("div", { class: "lw-menu", role: "menu" });
    for (const [label, action] of items) {
        const item = menuItem({}, label);
        item.addEventListener("click", () => { menu.closeMenu(true); action(); });
        menu.append(item);
    }
    showMenu(menu, x, y, { returnTo });
}

//@part page
// 3. Text edits ///////////////////////////////////////////////////////////////////////////////////
// Splices [start, delete, insert] count code points, as Python does; the same functions stand in
// livewidget.py.

// A text as something with length and slice() by code points: itself unless it holds surrogates.
const hasPairs = text => /[\ud800-\udfff]/.test(text);
const points = text => hasPairs(text) ? Array.from(text) : text;
const joined = part => typeof part === "string" ? part : part.join("");

const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]/g;

// Where a place that counts code points is in UTF-16 units, and how many code points a text has:
// without a list of them, as a log may be long.
function unitsAt(text, count) {
    if (count >= text.length || !hasPairs(text)) return Math.min(count, text.length);
    let at = 0;
    for (; count > 0 && at < text.length; count--) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    return at;
}
const countPoints = text => text.length - (text.match(SURROGATES) || []).length;

function textSplice(oldText, newText) {
    const a = points(oldText), b = points(newText), least = Math.min(a.length, b.length);
    let start = 0, end = 0;
    while (start < least && a[start] === b[start]) start++;
    while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    return [start, a.length - start - end, joined(b.slice(start, b.length - end))];
}

function moveSplice([start, remove, insert], [oStart, oRemove, oInsert], before = false) {
    const end = start + remove, oEnd = oStart + oRemove, oLength = points(oInsert).length,
        tie = oStart === start;
    if (oEnd < start || oEnd === start && !(tie && before))
        return [start + oLength - oRemove, remove, insert];
    if (oStart >= end && !(tie && !before)) return [start, remove, insert];
    if (oStart < start || tie && !before)
        return [oStart + oLength, Math.max(0, end - oEnd), insert];
    if (oEnd >= end) return [start, oStart - start, insert];
    return [start, oStart - start + oLength + end - oEnd, insert + oInsert];
}

function crossSplices(mine, theirs) {
    const crossed = mine.map(splice => {
        theirs = theirs.map(other => {
            const moved = moveSplice(other, splice, true);
            splice = moveSplice(splice, other);
            return moved;
        });
        return splice;
    });
    return [crossed, theirs];
}

function applySplice(value, [start, remove, insert]) {
    if (Array.isArray(value)) return value.slice(0, start)
        .concat(insert, value.slice(start + remove));
    const [from, to] = spliceUnits(value, start, remove);
    return value.slice(0, from) + insert + value.slice(to);
}

function spliceUnits(text, start, remove) {
    const from = unitsAt(text, start);
    return [from, remove ? from + unitsAt(text.slice(from, from + 2 * remove), remove) : from];
}

// Splices as fewer ones of the same effect: what is written on behind an insert is a part of it.
// Those of browsers stay, as their authors look for them.
function joinSplices(splices) {
    const fewer = [];
    let end = -1;
    for (const splice of splices) {
        const [start, remove, insert, author] = splice, last = fewer[fewer.length - 1];
        const ours = author === undefined && last?.[3] === undefined;
        if (start === end && !remove && ours) last[2] += insert;
        else {
            fewer.push([...splice]);
            end = start;
        }
        end += countPoints(insert);
    }
    return fewer;
}

// Show a text; a long one gives way where there is no room for it, and wraps.
function showText(node, text) {
    const shown = shownPart(text), { length } = String(text ?? "");
    if (shown && node.firstChild) editText(node.firstChild, String(shown));
    else node.textContent = shown;
    node.classList.toggle("lw-long", length > LONG_CHARS ||     // signs of Asia are twice as wide
        length > LONG_CHARS / 2 && /[\u2e80-\ud7ff]/.test(text));
    return node;
}

// Change a text node where its text differs: what a person has selected of the rest stays so, and
// of what is replaced in the middle of that, or up to its end, the new text is.
function editText(node, text) {
    const [start, remove, insert] = textSplice(node.data, text);
    const [from, to] = spliceUnits(node.data, start, remove);
    node.insertData(from, insert);
    node.deleteData(from + insert.length, to - from);
}

// The size of a value on the wire. JSON escapes what UTF-8 cannot hold.
const textBytes = text => new TextEncoder().encode(text).length;
const jsonBytes = value => textBytes(JSON.stringify(value));

function inPieces(text, room) {
    if (text.length < 3 || jsonBytes(text) <= room) return [text];
    const half = text.length >> 1, cutsPair = /[\ud800-\udbff]/.test(text[half - 1]);
    const middle = cutsPair ? half + 1 : half;
    return [...inPieces(text.slice(0, middle), room), ...inPieces(text.slice(middle), room)];
}

// Splices as runs that each fit into one message: a large insert goes in pieces.
function inRuns(splices, room) {
    const cut = ([start, remove, insert]) => inPieces(insert, room).map((piece, index) => {
        const splice = [start, index ? 0 : remove, piece];
        start += points(piece).length;
        return splice;
    });
    const runs = [];
    let size = Infinity;
    for (const splice of splices.flatMap(cut)) {
        const bytes = jsonBytes(splice) + 1;
        if (size + bytes > room || runs[runs.length - 1].length >= MAX_SPLICES) {
            runs.push([]);
            size = 0;
        }
        runs[runs.length - 1].push(splice);
        size += bytes;
    }
    return runs;
}

//@part shared
// 4. Cursor and transports ////////////////////////////////////////////////////////////////////////

// How long to wait before one more attempt, in ms; failed: how many failed before it in a row.
function backOff(failed) {
    const [least, most] = BACK_OFF_MS;
    return Math.min(most, least * 2 ** clamp(failed, 0, 10)) * (0.75 + Math.random() / 2);
}

// A page's place in a log of Python's. It follows the log by one transport after another, each from
// where the last one ended. A subclass has _open(receive, closed), which makes a transport,
// _receive(frame), and _lost(code, opened, why), which says when to connect anew.
class Cursor {
    constructor() {
        this.seq = 0;                                   // the last change applied
        this._epoch = null;                             // of the log that seq is a number of
        this._partial = false;                          // an answer came of which more follows
        this._transport = null;
        this._attempts = 0;                             // to connect, since one that worked
        this._retry = null;                             // timer of the next, once there was one
        this.stopped = false;                           // for good
        addEventListener("online", () => this.retryNow());
        document.addEventListener("visibilitychange", () => {
            if (!document.hidden) this.retryNow();
        });
    }
    get place() { return { since: this._partial ? 0 : this.seq, epoch: this._epoch }; }
    connect() {
        clearTimeout(this._retry);
        const transport = this._open(frame => {
            if (transport === this._transport) this._receive(frame);
        }, (...end) => {
            if (transport !== this._transport) return;
            this._transport = null;
            this._lost(...end);
        });
        this._transport = transport;
    }
    // Do not wait any longer: the network is back, or somebody looks.
    retryNow() {
        if (this._transport || !this._retry || this.stopped) return;
        this._attempts = Math.min(this._attempts, 1);
        this.connect();
    }
    _connectAfter(ms) { this._retry = setTimeout(() => this.connect(), ms); }
}

// Carries frames to receive(frame), and tells closed(code, opened, why) once that it has ended:
// with a WebSocket's close code or an HTTP status, and whether it had worked.
class Transport {
    constructor(receive, closed) {
        this._receive = receive;
        this._closed = closed;
        this._opened = false;
    }
    // Ask for frames again and again; what fails ends it.
    async _follow() {
        try { while (this._closed) await this._ask(); } catch { this._end(1006); }
    }
    _end(code, why = "") {
        const closed = this._closed;
        this._closed = null;
        if (closed) closed(code, this._opened, why);
    }
}

//@part page
// Every message with its fields and their types, as in livewidget.py, which explains them.
const MESSAGES = {
    hello: "session:text? token:text? browser:text? epoch:text? since:int? " +
        "width:number? height:number? path:str? query:str? focus:int? only:int?",
    event: "n:int wid:int since:int? epoch:text? action:text? args:list? state:map? edit:map? " +
        "again:list?",
    ack: "until:int",
    answer: "ask:int value:any? error:text?",
    layout: "sizes:list<=8192",
    upload: "wid:int key:int payload:map files:list refused:str?",
    rows: "wid:int start:int count:int",
    screen: "width:number height:number",
    navigate: "path:str query:str",
    agent: "allow:bool",
    ping: "",
    welcome: "session:str token:str browser:str title:str number:int key:text epoch:str " +
        "received:int known:bool restored:bool? debug:bool limits:map role:text?",
    wait: "position:int",
    changes: "applied:int? stored:int? since:int until:int reset:bool? more:bool? " +
        "operations:list calls:list",
    pong: "applied:int stored:int?",
    close: "code:int reason:str",
};
const FIELDS = {};
for (const [type, text] of Object.entries(MESSAGES))
    FIELDS[type] = text.split(" ").filter(Boolean).map(one => one.match(/^(\w+):(\w+).*?(\??)$/));
const FITS = {
    any: () => true, bool: value => typeof value === "boolean", int: Number.isInteger,
    list: Array.isArray, map: value => Boolean(value) && typeof value === "object",
    number: Number.isFinite, str: value => typeof value === "string",
    text: value => value === null || typeof value === "string",
};

// A message as text: the fields of its type, of those given.
function encodeMessage(type, values = {}) {
    const message = { type };
    for (const [, name] of FIELDS[type]) message[name] = values[name];
    return JSON.stringify(message);
}

// A message of Python; throws where it is not as MESSAGES has it.
function parseMessage(text) {
    const message = JSON.parse(text);
    for (const [, name, kind, optional] of FIELDS[message.type])
        if (!(optional && message[name] === undefined || FITS[kind](message[name])))
            throw new TypeError(`message field ${name} of ${message.type} has the wrong type`);
    return message;
}

class SocketTransport extends Transport {
    constructor(config, receive, closed) {
        super(receive, closed);
        const url = new URL(config.socket || "ws", ROOT);
        url.protocol = { "http:": "ws:", "https:": "wss:" }[url.protocol] || url.protocol;
        if (config.session) url.searchParams.set("s", config.session);
        const { current, encoded } = config.credentials;
        const protocols = ["livewidget.v1"];
        if (current) protocols.push("livewidget.token." + encoded);
        this.name = "socket";
        this._waiting = [];
        // opened by the page's shell while this script was loading
        const { socket: early, token } = window.livewidgetSocket || {};
        window.livewidgetSocket = null;
        const usable = early && early.url === url.href && (token || null) === current &&
            early.readyState <= WebSocket.OPEN;
        if (early && !usable) early.close();
        this._socket = usable ? early : new WebSocket(url, protocols);
        this._opened = this._socket.readyState === WebSocket.OPEN;
        this._socket.binaryType = "arraybuffer";
        this._socket.onopen = () => {
            this._opened = true;
            for (const text of this._waiting) this._socket.send(text);
        };
        this._socket.onmessage = event => receive(event.data);
        this._socket.onclose = event => this._end(event.code);
    }
    send(text) {
        if (this._opened) this._socket.send(text);
        else this._waiting.push(text);
    }
    close() {
        this._socket.close();
        this._end(1006);
    }
}

class PollTransport extends Transport {
    constructor(config, receive, closed) {
        super(receive, closed);
        this.name = "poll";
        this._base = new URL(config.poll || "livewidget/", ROOT);
        this._headers = config.credentials.headers;
        this._session = config.session;
        this._out = [];
        this._posting = false;
        this.limit = Infinity;                          // the largest message, in bytes
        this._id = null;
        this._got = 0;                                  // how many answers to what it asked
        this._abort = new AbortController();
    }
    send(text) {
        this._out.push(text);
        this._post();
    }
    close() {
        this._abort.abort();
        this._end(1006);
    }
    // Post messages, or ask for frames where there are none: the promise of {status, body}.
    async _request(messages) {
        const url = new URL(messages ? "messages" : "changes", this._base);
        if (this._session) url.searchParams.set("s", this._session);
        if (this._id) url.searchParams.set("poll", this._id);
        // a browser asks again by itself if the connection breaks: the answer may be lost
        if (!messages) url.searchParams.set("got", this._got);
        const answer = await fetch(url, { signal: this._abort.signal, ...messages ? {
            method: "POST", body: JSON.stringify(messages),
            headers: { "Content-Type": "application/json", ...this._headers },
        } : { cache: "no-store", headers: this._headers } });
        const body = answer.ok && await (messages ? answer.json() : answer.arrayBuffer());
        return { status: answer.status, body };
    }
    async _post() {
        if (this._posting || !this._closed) return;
        this._posting = true;
        try {
            while (this._out.length && this._closed) {
                const messages = this._takeSome();
                const { status, body } = await this._request(messages);
                if (status !== 200) return this._end({ 401: 401, 413: 1009 }[status] || 1006);
                const { poll, taken } = body;
                if (!this._opened) {
                    this._id = poll;
                    this._opened = true;
                    this._follow();
                }
                if (taken < messages.length) {          // the session asks to wait
                    this._out.unshift(...messages.slice(taken));
                    await new Promise(resolve => setTimeout(resolve, 1000));
                }
            }
        } catch {
            this._end(1006);
        } finally {
            this._posting = false;
        }
    }
    // Takes the messages of one POST: at least one.
    _takeSome() {
        const most = Math.min(PART_BYTES, this.limit);
        let size = 0, count = 0;
        const fits = text => (size += jsonBytes(text) + 1) < most;
        while (count < this._out.length && fits(this._out[count])) count++;
        return this._out.splice(0, Math.max(1, count));
    }
    async _ask() {
        const { status, body } = await this._request(null);
        if (status !== 200) return this._end(1006);
        this._got += 1;
        this._unpack(body);
    }
    _unpack(buffer) {
        const view = new DataView(buffer);
        for (let at = 0; at < buffer.byteLength;) {
            const kind = view.getUint8(at), start = at + 5, end = start + view.getUint32(at + 1);
            const payload = buffer.slice(start, end);
            const frame = kind === 1 ? payload : new TextDecoder().decode(payload);
            if (kind === 2) return this._end(parseMessage(frame).code);
            this._receive(frame);
            at = end;
        }
        this._receive("");
    }
}

// A number of bytes for people: 1536 is "1.5 KB".
function readableSize(count) {
    let unit = 0;
    for (; count >= 1000 && unit < 4; unit++) count /= 1024;
    return count.toFixed(unit && count < 100 ? 1 : 0) + " " + ["B", "KB", "MB", "GB", "TB"][unit];
}

// The message for a size over its limit; in bytes if both would round to the same text.
function overLimit(what, size, limit) {
    const same = readableSize(size) === readableSize(limit);
    const [has, most] = [size, limit].map(same ? count => count + " bytes" : readableSize);
    return `${what} ${has}, over the limit of ${most}`;
}

// Why a page has no connection, as far as it knows: from ENDED on it is certain.
const ABSENCES = [
    "Connection lost. What you enter is kept, and sent if the same program answers again.",
    "The program does not answer: it crashed, or cannot be reached. " +
        "What you enter is kept, and sent if it answers again.",
    "The program is being replaced. What you enter is kept, and sent when the new one answers.",
    "All places are taken. The page opens by itself when one is free.",
    "The program has ended. What you enter now does not reach it; this page starts anew with it, " +
        "or with the address that it prints then.",
    "The program was started anew, with a new address: open the one that it printed. " +
        "What you enter here does not reach it.",
    "The program has ended. What you enter is kept, and sent when it is started again."];
const SILENT = 1, REPLACED = 2, FULL = 3, ENDED = 4, RENEWED = 5, RESTS = 6;

// 5. Session //////////////////////////////////////////////////////////////////////////////////////
// The replica: widgets by number, the cursor, messages not yet processed by Python, and the
// connection.

// What lies over the page gives the focus back, when it goes, to what had it before.
const OVER_PAGE = ".lw-toasts, .lw-banners, .lw-errors";
let enteredFrom = null;
document.addEventListener("focusin", ({ target, relatedTarget: from }) => {
    if (target.closest(OVER_PAGE) && !from?.closest(OVER_PAGE)) enteredFrom = from;
});
function takeOff(node) {
    const held = node.contains(document.activeElement);
    node.remove();
    if (held) enteredFrom?.focus({ preventScroll: true });
}

class Session extends Cursor {
    _at = new URL(location.href);                       // of what is shown
    constructor(config, root) {
        super();
        this.widgets = new Map();
        this.arriving = 0;                              // the last change of what is being applied
        this.applied = 0;                               // our newest input that is in the state
        this._config = config;
        if (config.open?.words) ABSENCES[RENEWED] = config.open.renewed;
        this.root = root;
        this._desktop = new Desktop(this);
        this._banners = element("div", { class: "lw-banners" });
        keepAbove(this._banners, "--lw-lift");
        document.body.append(this._banners);
        this._blobs = new Map();
        this._number = 0;
        // inputs {n, text} that Python has not stored, sent again after a reconnect
        this._unstored = [];
        this._had = 0;                                  // the last of them that Python has got
        this._pending = new Map();                      // "wid name" -> our newest message on it
        this._inFlight = new Set();                     // text inputs with an unacknowledged edit
        this._untold = new Set();                       // widgets that hold back what they send
        this._renamed = new Set();                      // ... whose names may have changed
        this._relabelled = new Set();                   // labels with another text
        this.secrets = new Set();                       // numbers of fields for passwords
        this._hands = new Map();                        // pointer, "typing" or other use -> node
        this._ends = new Map();                         // use that ends now -> its end
        this._waiting = new Map();                      // widget in use -> operations that wait
        this._resent = this._resentTo = 0;              // first and last that is sent again, or 0
        this._shownTo = 0;                              // the last of ours that changes told of
        this._fruitless = 0;                            // connections that ended before it was
        this._sizes = new Map();
        this._changedSizes = new Map();
        this._files = new Map();                        // announced: key -> {files, text, told ...}
        this._words = [];                               // what the person was told last
        this._limits = { message: Infinity, answer: Infinity };     // and of files, by the welcome
        this.greeted = false;
        this._absence = this._silent = 0;               // of ABSENCES; see _askWhy()
        this._socketWorked = false;
        this._heard = 0;
        this._observer = new ResizeObserver(entries => this._measure(entries));
        this._unobserved = new Set();
        this._keys = config.credentials;
        this._joined = this._keys.session !== null;     // by a link: others may be here, too
        const kept = this._kept();
        this._credentials = this._keys.session?.token ? this._keys.session : kept;
        // where the address is not ours: in a notebook's frame, or on another web server
        this._url = config.poll ? null : new URL(location.search, ROOT);
        this._entry = history.state?.entry ?? 0;        // of the tab's history, counted by us
        this._focus = kept.focus;                       // before a reload: {epoch, wid, part, at}
        this._places = kept.places || {};               // what is scrolled, by entries of history
        this._returns = true;                           // ... counts for the page shown next
        this.hasNewPage = false;
        this._watchHands();
        this._watchPage();
    }
    _watchPage() {
        addEventListener("offline", () => this._probe());
        addEventListener("pageshow", () => this._probe());
        addEventListener("pagehide", () => this._leave());
        // The browser asks whether to leave. Only while there may be something to ask for: some
        // browsers keep no page with such a listener for the way back, or leave it later.
        this._asks = event => { if (!this._lastMessages()[1]) event.preventDefault(); };
        const begin = () => addEventListener("beforeunload", this._asks);
        document.addEventListener("input", begin, true);
        document.addEventListener("visibilitychange", () => {
            if (!document.hidden) return this._probe();
            this.flush();
            this._acknowledge();                        // it is drawn no more
        });
        if (!this._url) {
            history.replaceState({ entry: this._entry }, "");
            addEventListener("popstate", () => this._wentTo());
        }
        // behind the keys of the program
        onKeys(document, event => setTimeout(() => this._scrollByKey(event)));
        addEventListener("resize", () => this._later("screen", LAYOUT_MS,
            () => this._send("screen", { width: innerWidth, height: innerHeight })));
        setInterval(() => this._heartbeat(), HEARTBEAT_MS / 3);
    }

    // Connection

    _kept() {
        try { return JSON.parse(sessionStorage.getItem(this._storageKey())) || {}; }
        catch { return {}; }
    }
    _storageKey() { return "livewidget " + ROOT.pathname; }
    _storeCredentials() {
        try {
            sessionStorage.setItem(this._storageKey(), JSON.stringify(this._credentials));
        } catch {
            /* storage is off */
        }
    }
    // Connect for the first time, if this browser has something that opens the server.
    async begin() {
        const valid = await this._keys.spendCode(), { session } = this._keys;
        if (session && !session.token && this._credentials.session !== session.session)
            return showLocked("This session needs its link", "Ask whoever gave you this address " +
                "for the link of the session: in the program, session.get_url().");
        if (!this._keys.current && this._config.login) return this._logIn();
        if (!this._keys.current && !this._config.open) return showNeedsLink(!valid);
        this.connect();
    }
    // Nothing that this browser has opens the server: a person has to log in.
    _logIn() {
        if (document.querySelector(".lw-locked")) return;
        if (!livewidget.showLogin) return this._fetchLarge(() => this._logIn(),
            () => showLocked("This page did not load", "Reload it to log in."));
        livewidget.showLogin(this._keys, () => {
            if (!this._kept().session && !this._joined) {       // it was another person's
                this.stopped = Boolean(this._epoch);    // it neither sends nor asks any more
                if (this._epoch) return location.reload();
                this._credentials = {};
            }
            if (!this._transport) this.connect();
        });
    }
    connect() {
        this.greeted = false;
        this._held = null;
        this._resent = this._shownTo = 0;
        this._answered = 0;                             // size of the largest answer given
        this._heard = this._beat = Date.now();
        this._due = GREETING_MS;
        super.connect();
        this._transport.send(this._hello());
    }
    _open(receive, closed) {
        // by it a balancer, or one of several processes, finds where the session is, or will be
        this._config.session = this._credentials.session || this._config.fresh;
        if (this._config.carriers) return new CarriedTransport(this._config, receive, closed);
        const polls = !this._config.socket &&
            (this._socketWorked ? this._attempts % 4 === 3 : this._attempts % 2 === 1);
        const Carrier = polls || this._polls ? PollTransport : SocketTransport;
        return new Carrier(this._config, receive, closed);
    }
    _hello() {
        return encodeMessage("hello", {
            session: this._credentials.session || null, token: this._credentials.token || null,
            browser: this._browser || null, ...this.place,
            focus: this._widgetOf(document.activeElement)?.wid,
            only: this._config.only || undefined,
            width: innerWidth, height: innerHeight, ...this._where() });
    }
    // Where the page is, below the root of the application.
    _where() {
        return { path: "/" + this.url.pathname.slice(ROOT.pathname.length),
            query: this.url.search.slice(1) };
    }
    // As a person wants it, who is asked first if a form has what was not submitted. Whether the
    // page is left.
    navigate(url, sure = false) {
        const { pathname, search } = this._at, other = url.pathname + url.search !==
            pathname + search;
        this.finish();
        if (other && !sure && this._mayBeLost() && !this._agreesToLeave(url)) return false;
        this.visit(url);
        this._send("navigate", this._where());
        return true;
    }
    _mayBeLost() {
        return [...this.widgets.values()].some(one => one instanceof Form && one._dirty);
    }
    _agreesToLeave(url) {
        const question = "Leave this page? What was entered in its form was not submitted.";
        if (!this._config.carriers) return confirm(question);
        this._leaving?.remove();                        // a notebook's frame has no confirm()
        this._leaving = this.showBanner(question, [["Leave", () => this.navigate(url, true)],
            ["Stay", () => takeOff(this._leaving)]], "alert");
        return false;
    }
    // Back or Forward led to an entry of the history, or a link into the page made one. Who stays
    // goes back to where the page was, so that all entries remain.
    _wentTo() {
        const at = history.state?.entry ?? this._entry + 1, by = this._entry - at;
        const { pathname, search } = this._at;
        if (history.state?.entry === undefined) history.replaceState({ entry: at }, "");
        this._notePlace();
        this._entry = at;
        if (this._stays) this._stays = false;
        else if (this.navigate(new URL(location.href)))
            this._returns = location.pathname + location.search !== pathname + search;
        else if (by) {
            this._stays = true;
            history.go(by);
        }
    }
    // What scrolls in a page that fills the window, for those who come back to it: by the history,
    // by a reload, or as the program is started anew.
    _scrollers() {
        const page = document.querySelector(":is(.lw-page, .lw-filling) > .lw-window-body");
        return [page, page?.querySelector(".lw-scrolls")].filter(Boolean);
    }
    // Browsers scroll only their own page by keys while nothing has the focus.
    _scrollByKey({ key, shiftKey, target, ctrlKey, altKey, metaKey, defaultPrevented }) {
        const node = this._scrollers().find(one => one.scrollHeight > one.clientHeight + 1);
        if (target !== document.body || defaultPrevented || ctrlKey || altKey || metaKey || !node ||
            document.querySelector(".lw-shade:not([hidden])")) return;
        const page = node.clientHeight - 40;
        const by = { ArrowDown: 40, ArrowUp: -40, PageDown: page, PageUp: -page, Home: -1e9,
            End: 1e9, " ": shiftKey ? -page : page }[key];
        if (by) node.scrollBy({ top: by, behavior: "instant" });
    }
    _placeKey() { return this._entry + this._at.pathname; }
    _notePlace() {
        if (!this._returns) this._places[this._placeKey()] = this._scrollers()
            .map(node => [node.scrollLeft, node.scrollTop]);
    }
    _returnToPlace() {
        const places = this._places[this._placeKey()] || [], nodes = this._scrollers();
        this._returns = false;
        if (places.length === nodes.length) scrolling.hold(this._desktop, () => nodes.forEach(
            (node, at) => { [node.scrollLeft, node.scrollTop] = places[at]; }));
    }
    // Note where the page is now; where it has an address of its own, that shows it.
    visit(url) {
        if (url.href !== this.url.href) this._notePlace();
        this._at = url;
        this._leaving?.remove();
        if (url.href === this.url.href) return;
        if (this._url) this._url = url;
        else history.pushState({ entry: ++this._entry }, "", url);
        this._returns = false;
        delete this._places[this._placeKey()];          // of an entry that is there no more
    }
    get url() { return this._url || location; }
    // What Python may not have yet: the messages of a request that outlives the page, in order, and
    // whether all fit into it and somebody answers. What comes by the connection too counts once,
    // by its number.
    _lastMessages() {
        this.finish();
        const missed = this.stopped || !this._browser ? []
            : this._unstored.filter(entry => entry.n > this._had);
        if (!missed.length) return [missed, true];
        const all = [this._hello(), ...missed.map(entry => entry.text)];
        let size = 1;
        const some = all.filter(text => (size += jsonBytes(text) + 1) <= LEAVE_BYTES);
        return [some, this.greeted && some.length === all.length];
    }
    // The page goes away, perhaps for good.
    _leave() {
        const [messages] = this._lastMessages();
        this._notePlace();
        if (!this.stopped) this._noteFocus();
        if (messages.length < 2) return;
        const body = JSON.stringify(messages), headers = { "Content-Type": "application/json" };
        this._fetch("livewidget/leave", {}, { method: "POST", body, keepalive: true }, headers)
            .catch(() => { /* nobody is here any more */ });
    }
    // Focus and caret come back after a reload.
    _noteFocus() {
        const { activeElement: node } = document, epoch = this._epoch;
        const widget = this._widgetOf(node), part = widget && this._partsOf(widget).indexOf(node);
        this._credentials.focus = widget && { epoch, wid: widget.wid, part,
            at: widget._caretOf(node) };
        this._storeCredentials();
    }
    // What can have the focus in a widget, as each end of a range.
    _partsOf(widget) {
        return [...widget.element.querySelectorAll("input, textarea, select, button, [tabindex]")]
            .filter(node => this._widgetOf(node) === widget);
    }
    // Once more when Python has what was sent again: until then the caret counts letters that its
    // text lacks.
    _focusAgain() {
        const { epoch, wid, part, at, again } = this._focus, widget = this.widgets.get(wid);
        this._focus = this._shownTo >= this._resentTo ? null : { ...this._focus, again: true };
        if (epoch !== this._epoch || !widget) return;
        const target = this._partsOf(widget)[part] || widget._focusTarget();
        const { activeElement: node } = document, typing = this._hands.get("typing");
        const given = node === Dialog.entered && (node.closest(".lw-dialog").contains(target) ||
            !again && !document.querySelector(".lw-shade"));        // it was open before
        if (typing === target || node !== document.body && node !== target &&
            (!given || typing === node)) return;
        target.focus();
        if (at[0] !== null) widget._putCaret(target, at);
    }
    // The widget that has the focus again after a restart of the program.
    focusAgain(wid) {
        const { focus } = this._credentials;
        if (!focus) return;
        this._focus = { ...focus, epoch: this._epoch, wid };
        this._focusAgain();
    }
    _receive(frame) {
        this._heard = Date.now();
        this._due = SILENCE_MS;
        if (this._held) return this._held.push(frame);
        if (frame instanceof ArrayBuffer) {
            this._blobs.set(new DataView(frame).getUint32(0), frame.slice(4));
            return;
        }
        if (!frame) return;
        const message = parseMessage(frame);
        if (message.type === "changes") {
            if ([...message.operations, ...message.calls].some(([kind, , name]) => kind === "new"
                ? LARGE.has(name) && !catalogue[name] : /^(set_agent|upload)$/.test(name) &&
                !livewidget.showAgent)) this._loadLarge(frame);
            else this._apply(message);
        } else if (message.type === "pong") this._progress(message);
        else if (message.type === "welcome") this._welcome(message);
        else if (message.type === "wait")
            this._notice("All places are taken. You are number " + message.position +
                " in the queue; the page opens by itself.");
    }
    // The first large widget: get its class, and hold what comes until it is there.
    _loadLarge(frame) {
        this._held = [frame];
        this._fetchLarge(() => {
            const held = this._held || [];
            this._held = null;
            for (const one of held) this._receive(one);
        }, () => this._transport?.close());             // loaded again after the next reconnect
    }
    _fetchLarge(loaded, failed) {
        const script = element("script", { src: new URL(this._config.large, ROOT) });
        script.nonce = NONCE;
        script.addEventListener("load", loaded);
        script.addEventListener("error", failed);
        document.head.append(script);
    }
    _welcome(message) {
        // known: to this process too, of before another one had the session for a while
        const goesOn = ((message.known || message.restored) && this._browser === message.browser);
        if (this._epoch && message.epoch !== this._epoch)
            if (goesOn) {
                this.finish();
                this._giveBack("", this._untaken());
            } else this._giveBack("The program was started anew, and this page with it.");
        if (goesOn && message.epoch !== this._epoch) this._noteFocus();
        const { focus } = this._credentials;
        if (message.epoch !== this._epoch || this._partial) {
            this.flush();
            this._clear();
        }
        if (message.epoch !== this._epoch) {
            this._unstored = this._unstored.filter(entry => goesOn && entry.n > message.received);
            for (const entry of this._unstored) entry.text = this._madeBefore(entry.text);
        }
        this._epoch = message.epoch;
        this._browser = message.browser;
        this._had = message.received;
        this.number = message.number;
        this._takeRole(message.role);
        this._credentials = { session: message.session, token: message.token, focus,
            places: this._places };
        this._storeCredentials();
        if (message.key) this._keys.keepKey(message.key);
        if (this._joined) this._keys.keepSession(this._credentials);
        document.title = message.title;
        this.greeted = true;
        this._attempts = this._absence = this._silent = this._sentAway = 0;
        if (this._transport.name === "socket") this._socketWorked = true;
        else this._polls = !this._socketWorked;
        this._limits = message.limits;
        this._transport.limit = this._limits.answer;
        this._notice(null);
        this._desktop.show_store(false);                // else it is told again
        if (this._word) this.tell(this._word);
        this._word = null;
        const missed = this._unstored.filter(entry => entry.n > message.received);
        this._resent = missed.length ? missed[0].n : 0;
        this._resentTo = missed.length ? missed[missed.length - 1].n : 0;
        // in the order in which the person did it: what is submitted has the files chosen before
        const files = [...this._files].map(([n, { text }]) => ({ n, text }));
        for (const { text } of [...missed, ...files].sort((a, b) => a.n - b.n))
            this._transport.send(text);
        this._sizes.clear();
        this._observeAgain();
        this._desktop._sayWhyEmpty();
    }
    // What the person may do here: see Widget's _takeLock.
    _takeRole(role) {
        this.role = role;
        for (const widget of this.widgets.values()) widget._takeLock();
        this._looks?.remove();
        if (!document.body.classList.toggle("lw-looks", role === "viewer")) return;
        // no button of the page does it
        const logOut = ["Log out", () => this._keys.logOut().catch(() =>
            this.tell("The program cannot be reached. Try again."))];
        this._looks = this.showBanner("You see this page and cannot change it.",
            this._keys.user ? [logOut] : []);
    }
    // A line at the foot of the page. buttons: [label, action].
    showBanner(text, buttons = [], role = "status") {
        const banner = element("div", { class: "lw-banner", role }, element("span", {}, text),
            ...buttons.map(one => textButton(...one)));
        this._banners.append(banner);
        return banner;
    }
    _lost(code, opened) {
        this.greeted = false;
        if (code === 4001)
            return this._stop("This link does not open the session any more.",
                "Start a new session");
        if (code === 4002) return this._stop("This session has ended.", "Start a new session");
        if (code === 4003) {                            // the person logged out
            this.stopped = true;
            this._keys.forget();
            return location.reload();
        }
        if (code === 1008) return this._stop("The server refused what this page sent.", "Reload");
        const refused = code === 401 && !this._keys.refuse();
        if (refused && this._config.login) return this._logIn();
        if (refused && !this._epoch) {                  // that says all: the line is not lost
            this._notice(null);
            return this._joined ? showLocked("This link opens nothing any more", "Its session " +
                "has ended, or the program was started anew. Ask for a new link.")
                : showNeedsLink(false, this._config.open?.words);
        }
        if (code === 1009) this._withdrawLargest();
        this._fruitless = this._resent || code === 1009 ? this._fruitless + 1 : 0;
        const failed = this._attempts + this._fruitless;
        const first = !this._epoch && failed < 2;       // the key may be old: a poll tells it
        this._attempts++;
        this._connectAfter(first || opened && !failed ? 50 : backOff(failed - 1));
        this._sentAway ||= code === 1012;       // nobody else answers: the others ended, too
        this._explain(refused ? RENEWED : code === 1001 ? ENDED : code === 4004 ? RESTS :
            code === 1012 ? REPLACED : code === 1013 ? FULL : opened ? 0 : this._absence);
        if (!opened && this._epoch) this._askWhy();
    }
    // A socket does not tell why it was refused; the answer to a request does.
    async _askWhy() {
        if (this._asking) return;
        this._asking = true;
        let status, full;
        do {
            const signal = AbortSignal.timeout(GREETING_MS);
            try {
                const answer = await this._fetch("livewidget/upload", {}, { signal });
                ({ status } = answer);
                full = status === 503 && /connections are in use/.test(await answer.text());
            } catch (error) {
                status = navigator.onLine && error.name !== "TimeoutError" ? 502 : 0;
            }
        } while (status === 401 && this._keys.refuse());
        this._asking = false;
        if (status === 401 && this._config.login) return this._logIn();
        if (this.greeted || this.stopped) return;
        this._explain(status === 401 ? RENEWED : full ? FULL : status === 503 ? REPLACED :
            status < 500 ? 0 : this._sentAway ? RESTS : SILENT);
        // Ask each half second for half a minute, so that a restart is seen at once: by requests,
        // as browsers delay sockets after several failures.
        const silent = full ? Math.max(60, this._silent) : this._silent;    // unanswered requests
        this._silent = status && status < 500 ? 0 : silent + 1;
        if (this._silent) this._later("why", backOff(silent - 60), () => this._askWhy());
        else if (silent) this.retryNow();
    }
    _explain(absence) {
        if (absence >= ENDED || this._absence < ENDED) this._absence = absence;
        const text = ABSENCES[this._absence], retry = event => {
            event.target.textContent = "Tried at " + new Date().toLocaleTimeString();
            this.retryNow();
        };
        const notice = () => this._notice(ABSENCES[this._absence], "Try now", retry);
        if (!this._noticed) this._noticeTimer ||= setTimeout(notice, BANNER_AFTER_MS);
        else if (this._banner.firstChild.textContent !== text) notice();
    }
    // What Python did not get is shown, to be copied, and files that it did not ask for yet.
    // word: what is told in any case.
    _giveBack(word = "", lines = this._unheard()) {
        for (const { widget, files } of this._files.values())
            lines.push(`${widget._shownName()}: ${files.map(file => file.name).join(", ")}`);
        this._files.clear();
        this._tellUnheard(word, lines);
    }
    _tellUnheard(word, lines) {
        if (!lines.length) return word && this.tell(word);
        const shown = lines.slice(0, SHOWN_LINES).map(line => line.slice(0, SHOWN_LINE));
        if (lines.length > SHOWN_LINES) shown.push(`and ${lines.length - SHOWN_LINES} more`);
        this.tell([word, "The program did not get:", shown.join("; ")].filter(Boolean).join(" "),
            true, lines.join("\n"));
    }
    // What was entered that Python has not confirmed: "name of the control: value".
    _unheard() {
        this.finish();
        const lines = new Map();
        const note = (key, widget, value) => {
            if (widget && !widget.isSecret) lines.set(key, `${widget._shownName()}: ${value}`);
        };
        for (const { n, text } of this._unstored) {
            const { wid, action, args, state, again } = JSON.parse(text);
            const widget = this.widgets.get(wid), isText = widget instanceof SharedText;
            const value = isText ? widget._heldText() : Object.values(state || {}).flat().pop();
            const [name] = Object.keys(state || {}), isValue = name && !name.startsWith("user_");
            const key = isText ? widget : isValue ? wid + name : n;     // its last value is it
            if (!again) note(key, widget, value ?? args[0] ?? action);
        }
        return [...lines.values(), ...this._untaken()];
    }
    // What Python cannot have: it was refused, or is not finished.
    _untaken() {
        const typing = this._hands.get("typing");
        return [...document.querySelectorAll("input, textarea")].flatMap(node => {
            const widget = this._widgetOf(node), { badInput } = node.validity;
            const begun = badInput || node === typing && widget?._isUnread(node);
            if (!widget || widget.isSecret || !begun && !("refused" in node)) return [];
            return [`${widget._shownName()}: ${badInput ? "not finished" : node.value}`];
        });
    }
    _stop(text, label) {
        this.stopped = true;
        this._giveBack();
        if (this._config.carriers) return this._notice(text + " Run the cell again.");
        this._notice(text, label, async () => {
            await this._keys.exchangeToken();           // the address holds it no more
            try { sessionStorage.removeItem(this._storageKey()); } catch { /* storage is off */ }
            const query = new URLSearchParams(location.search);
            query.delete("s");
            this._keys.rewrite(query);
            location.reload();
        });
    }
    _probe() {
        if (!this._transport || !this.greeted) return;
        this._due = Math.min(this._due, Date.now() - this._heard + PROBE_MS);
        this._send("ping");
        setTimeout(() => this._heartbeat(), PROBE_MS + 50);
    }
    // Out of sight timers run once a minute, or not at all: nothing was asked meanwhile.
    _heartbeat() {
        const now = Date.now(), slept = now - this._beat > HEARTBEAT_MS, silent = now - this._heard;
        this._beat = now;
        if (!this._transport) return;
        if (slept && this.greeted) return this._probe();
        if (silent >= this._due) this._transport.close();
        // also while the page waits for a place
        else if (silent >= HEARTBEAT_MS) this._transport.send(encodeMessage("ping"));
    }
    _notice(text, label, action) {
        clearTimeout(this._noticeTimer);
        this._noticeTimer = null;
        this._noticed = text !== null;
        if (this._banner) takeOff(this._banner);
        this._banner = text === null ? null : this.showBanner(text, label ? [[label, action]] : []);
    }
    _send(type, values) {
        const open = Boolean(this._transport && this.greeted);
        if (open) this._transport.send(encodeMessage(type, values));
        return open;
    }
    _isTooLarge(text, most = this._limits.message) {
        return text.length * 3 > most && textBytes(text) > most;
    }
    _tooLarge(text) {
        const mega = bytes => (bytes / 1e6).toPrecision(2) + " MB";
        const sizes = `${mega(textBytes(text))}, at most ${mega(this._limits.message)}`;
        return `What was entered is too large (${sizes}) and was not taken.`;
    }
    // Replaces a message that cannot be sent: asks Python for the current values.
    _withdrawn({ n, wid, epoch, state, edit }) {
        return encodeMessage("event", { n, wid, epoch, again: Object.keys({ ...state, ...edit }) });
    }
    // An event that names its widget as the process before did, which it tells.
    _madeBefore(text) {
        const { type, ...event } = JSON.parse(text);
        return event.epoch ? text : encodeMessage(type, { ...event, epoch: this._epoch });
    }
    // A proxy takes smaller messages than Python: drop the largest one. An answer that was larger
    // goes with its connection.
    _withdrawLargest() {
        let largest = { text: "" };
        for (const entry of this._unstored) {
            if (entry.text.length > largest.text.length) largest = entry;
        }
        if (largest.text.length <= this._answered) return;
        this._word = "What was entered is too large for the connection and was not taken.";
        largest.text = this._withdrawn(JSON.parse(largest.text));
    }
    _later(key, ms, action) {
        this._timers = this._timers || new Map();
        if (this._timers.has(key)) return;
        this._timers.set(key, setTimeout(() => { this._timers.delete(key); action(); }, ms));
    }

    // From Python

    // A page that was just loaded runs this for thousands of operations before anything is
    // compiled: places instead of patterns, as each pattern is an iterator there.
    _apply(message) {
        const operations = message.operations;
        if (message.reset) {
            this.finish();
            if (this._widgetOf(document.activeElement)) {       // else the welcome knows it
                this._noteFocus();
                this._focus = this._credentials.focus;
            }
            const lines = this._untaken();
            this._clear();
            this._tellUnheard("", lines);
        }
        this.arriving = message.until;
        this._shownTo = message.applied ?? this._shownTo;
        this._progress(message);
        const focused = document.activeElement;
        // what an input method composes in ends with each move, of which browsers tell nothing
        this.dropped = this._hands.has("composing") ? null : [];
        for (let at = 0; at < operations.length; at++) {
            try { this._operate(operations[at]); } catch (error) { this._failed(error); }
        }
        this.dropped?.forEach(child => child.parent || child._takeOut());
        this.dropped = null;
        for (const { opener, closeMenu } of document.querySelectorAll(".lw-menu"))
            if (opener?.closest(".lw-disabled") || opener?.getClientRects().length === 0)
                closeMenu?.(false);             // what it belongs to is of no use any more
        // browsers do not tell of the end in a field that is taken out
        const composing = this._hands.get("composing");
        if (composing && composing !== document.activeElement) {
            this._composer.dispatchEvent(new Event("compositionend"));
            this.letGo("composing");
        }
        // a field that was moved is typed in further
        if (focused !== document.body && focused?.isConnected &&
            document.activeElement === document.body) focused.focus({ preventScroll: true });
        this.seq = message.until;
        this._partial = Boolean(message.more);
        if (!this._partial) for (const input of [...this._inFlight]) input._settle();
        if (!this._partial) this._desktop._sayWhyEmpty();
        if (this._config.only && !this._partial) showAlone(this);
        if (!this._partial && this._focus) this._focusAgain();
        if (!this._partial && this.hasNewPage) {
            this.hasNewPage = false;
            if (this._returns) this._returnToPlace();
        }
        this._nameAnew();
        for (const [kind, wid, name, args, number] of message.calls) {
            const widget = wid ? this.widgets.get(wid) : this._desktop;
            try {
                if (kind === "call") { if (widget) widget[name](...args); }
                else this._answer(number, widget, name, args);
            } catch (error) { this._failed(error); }
        }
        this._blobs.clear();
        this._drawnTo = message.until;
        // a frame that is scrolled out of sight is not drawn
        if (document.hidden || this._config.carriers) this._acknowledge();
        else requestAnimationFrame(() => this._acknowledge());
    }
    _acknowledge() {
        if (this._drawnTo) this._send("ack", { until: this._drawnTo });
        this._drawnTo = 0;
    }
    _operate(operation) {
        const kind = operation[0], wid = operation[1], name = operation[2], args = operation[3];
        if (kind === "new") {
            const Class = catalogue[name];
            if (!Class) throw new Error("unknown widget class " + name);
            if (!this.widgets.has(wid)) new Class(...args)._join(this, wid);
            this._renamed.add(this.widgets.get(wid));
            return;
        }
        const widget = wid ? this.widgets.get(wid) : this._desktop;
        if (!widget) return;
        if (kind === "end") {
            if (this._untold.delete(widget)) widget._flush();   // Python says that it is not taken
            widget._leave();
            this.widgets.delete(wid);
            this._waiting.delete(widget);
        } else if (this._pending.size && this.isPending(wid, name)) {
            // Python has something newer from us to answer; its edits count from what it has
            if (kind === "edit") widget._take(name, args);
        } else if (this._hands.size
            && (this._waits(widget, name) || this.isOvertaken(widget, name))) {
            this._waiting.set(widget, [...this._waiting.get(widget) || [], operation]);
        } else {
            if (kind === "edit") widget._edit(name, args);
            else widget._set(name, args);
            if (name === "set_children" || wid && name === "set_title") this._rename(widget);
            else if (name === "set_tooltip") this._renamed.add(widget);
            else if (name === "set_text" && widget instanceof Label) this._relabelled.add(widget);
        }
    }
    // Whether a change of a cell that was made here is not answered.
    isPending(wid, name) { return this._pending.get(wid + " " + name) > this.applied; }
    _nameAnew() {
        this._renameBehind(this._relabelled);
        for (const widget of this._renamed) widget._takeName();
        this._renamed.clear();
    }
    // Fields are called by the label in front of them.
    _renameBehind(labels) {
        for (const parent of new Set([...labels].map(label => label.parent))) {
            let follows = false;
            for (const [child] of parent?._entries || []) {
                if (child instanceof Label) follows = labels.has(child);
                else if (follows) this._rename(child);
            }
        }
        labels.clear();
    }
    // What stands around a widget and what is in it has changed: so may the names of fields.
    _rename(widget) {
        this._renamed.add(widget);
        for (const [child] of widget._entries || []) this._rename(child);
    }
    _answer(number, widget, name, args) {
        try {
            if (!widget) throw new Error("the widget is gone");
            const answer = { ask: number, value: widget[name](...args) };
            const text = encodeMessage("answer", answer);
            if (this._isTooLarge(text, this._limits.answer))
                throw new Error("the answer is larger than max_message_bytes");
            this._send("answer", answer);
            this._answered = Math.max(this._answered, text.length);
        } catch (error) {
            const text = String(error.message || error).slice(0, 200);
            this._send("answer", { ask: number, error: text });
        }
    }
    _failed(error) { console.error("livewidget:", error); }
    _progress({ applied, stored = applied }) {
        if (applied === undefined) return;              // as told before
        this.applied = Math.max(this.applied, applied);
        this._had = Math.max(this._had, applied);
        if (this._resent && this._resent <= applied) this._resent = this._fruitless = 0;
        this._unstored = this._unstored.filter(entry => entry.n > stored);
        if (!this._unstored.length && !this._untold.size)
            removeEventListener("beforeunload", this._asks);
        for (const [key, n] of this._pending) if (n <= applied) this._pending.delete(key);
    }
    _clear() {
        this._notePlace();
        this._returns = true;
        for (const widget of this.widgets.values()) widget._leave();
        this.widgets.clear();
        this._inFlight.clear();
        this._untold.clear();
        this._pending.clear();
        this._waiting.clear();
        this._sizes.clear();
        this.seq = this._drawnTo = 0;
        this._partial = false;
        this.applied = this._number;
        this._desktop._reset();
    }

    // A control in use belongs to the hand that holds it: one that is pressed, typed in, composed
    // in, or that has a list open. What Python says of the cells that its class names in `held`
    // waits until the hand lets go; it is forgotten if the person has entered something by then.

    _watchHands() {
        keepPresses();
        actOnce();
        refuseFilesElsewhere();
        watchHolds();
        const on = (types, action) => {
            for (const type of types) document.addEventListener(type, action, true);
        };
        on(["pointerdown"], ({ pointerId, target }) => {
            this.hold(pointerId, target);
            if (target.type === "range") target.began = target.value;
        });
        on(["pointerup", "pointercancel"], event =>     // the click of a tap comes later
            this.letGo(event.pointerId, event.pointerType === "mouse" ? 0 : TAP_MS));
        on(["pointercancel"], ({ target }) => {         // it scrolls the page, and chooses nothing
            // what Python said since is shown as it is let go
            if (target.type !== "range" || this._waiting.has(this._widgetOf(target))) return;
            target.value = target.began;
            target.dispatchEvent(new Event("input"));
        });
        on(["pointerover"], event => tellWhole(event.target));
        on(["pointermove"], event => {                  // scroll bars tell of no release
            if (!event.buttons && this._hands.has(event.pointerId)) this.letGo(event.pointerId);
        });
        on(["input"], event => {
            const { target } = event;                   // a thumb put back tells no "change"
            if (target === document.activeElement && target.type !== "range")
                this.hold("typing", target);
        });
        on(["change", "focusout"], ({ type, target }) => {
            if (type === "focusout" || !this._widgetOf(target)?._isBegun(target))
                this.letGo("typing");
        });
        on(["compositionstart"], event => {
            this._composer = event.composedPath()[0];
            this.hold("composing", event.target);
        });
        on(["compositionend"], () => this.letGo("composing"));
        addEventListener("blur", () => {
            for (const key of this._hands.keys()) if (typeof key === "number") this.letGo(key);
        });
    }
    hold(key, node) {
        this._hands.set(key, node);
        this._ends.delete(key);
    }
    // What is done because of the event is done first.
    letGo(key, ms = 0) {
        const node = this._hands.get(key), end = {};
        if (!node) return;
        this._ends.set(key, end);
        setTimeout(() => {
            if (this._ends.get(key) === end) {          // else it is held again, or still
                this._hands.delete(key);
                this._ends.delete(key);
            }
            this._widgetOf(node)?._letGo();
            for (const [widget, operations] of [...this._waiting]) {
                const still = operations.filter(one => this._waits(widget, one[2]));
                if (still.length) this._waiting.set(widget, still);
                else this._waiting.delete(widget);
                for (const one of operations) {
                    if (still.includes(one)) continue;
                    try { this._operate(one); } catch (error) { this._failed(error); }
                }
            }
            this._nameAnew();
        }, ms);
    }
    _widgetOf(node) { return this.widgets.get(Number(node?.closest?.("[data-wid]")?.dataset.wid)); }
    _isHeld(widget, counts = () => true) {
        return [...this._hands].some(([key, node]) =>
            counts(key) && node.closest?.("[data-wid]") === widget.element);
    }
    _waits(widget, name) {
        // a field keeps what it does not take, but new limits count for what is entered next
        return widget.constructor.held.includes(name) && this._isHeld(widget,
            key => name !== "set_limits" || !(key instanceof Element))
            || widget._makesUnit?.(name) && this._isHeld(widget, key => key !== "typing");
    }
    // Python said otherwise of a cell since the widget is held.
    isOvertaken(widget, name) {
        return Boolean(this._waiting.get(widget)?.some(operation => operation[2] === name));
    }
    _forget(wid, names) {
        const widget = this.widgets.get(wid), operations = this._waiting.get(widget);
        if (operations)
            this._waiting.set(widget, operations.filter(one => !names.includes(one[2])));
    }
    blobBytes(id) { return this._blobs.get(id); }
    blobUrl(source) {
        const data = this._blobs.get(source.blob);
        return data === undefined ? null
            : URL.createObjectURL(new Blob([data], { type: source.type }));
    }

    // To Python

    // What was entered before goes first. What is too large is not taken, here and in Python.
    event(wid, action, args, state, edit) {
        if (this.role === "viewer") return 0;           // Python would refuse it
        this.flush();
        const n = ++this._number;
        const message = { n, wid, since: this.seq, action, args, state, edit };
        let text = encodeMessage("event", message);
        if (this._isTooLarge(text)) {
            this.tell(this._tooLarge(text));
            text = this._withdrawn(message);
        }
        const names = Object.keys(state || {});
        const { answers } = this.widgets.get(wid)?.constructor || Widget;
        for (const name of names.flatMap(one => [one, ...answers[one] || []]))
            this._pending.set(wid + " " + name, n);
        this._forget(wid, names);
        this._unstored.push({ n, text });
        if (text.length > LEAVE_BYTES / 8 || this._unstored.length > 50)
            addEventListener("beforeunload", this._asks);
        if (this._transport && this.greeted) this._transport.send(text);
        return n;
    }
    // The person leaves the page, or does something by a key: what has the focus is done.
    finish() {
        this._widgetOf(document.activeElement)?._finish();
        this.flush();
    }
    // Send what widgets hold back.
    flush() {
        const untold = this._untold;
        this._untold = new Set();
        for (const widget of untold) widget._flush();
    }
    // For tests: [session, browser, an event that is on its way, what the person was told, why it
    // has ended], null before it is greeted; what waits for a rest is sent now.
    settle() {
        this.flush();
        const why = this.stopped && this._banner ? this._banner.firstChild.textContent : null;
        if (!why && (!this.greeted || this._files.size)) return null;
        return [this._credentials.session, this._browser, this._unstored.at(-1)?.n || 0,
            this._words.splice(0), why || ""];
    }
    // Send the splices of a text in messages that are small enough; gives the splices as they were
    // sent, each with the number of its message.
    edit(wid, name, base, splices) {
        const room = Math.max(64, Math.min(this._limits.message, PART_BYTES) - 256);
        return inRuns(splices, room).flatMap(run => {
            const n = this.event(wid, null, [], undefined, { [name]: [base, run] });
            return run.map(splice => ({ n, splice }));
        });
    }
    // Announce files; Python answers with a transfer, and the chunks follow one after another. What
    // is refused here, for its size or a given reason, is announced with it, so that Python knows.
    announceFiles(widget, payload, files, reason = null) {
        this.flush();
        const key = ++this._number, refused = reason || this._refuse(files);
        const described = files.slice(0, this._limits.files + 1)
            .map(({ name, size, type }) => ({ name, size, type }));
        const text = encodeMessage("upload", { wid: widget.wid, key, payload, files: described,
            refused: refused || undefined });
        if (this._isTooLarge(text)) return this.tell(this._tooLarge(text));
        const open = this._transport && this.greeted, told = Boolean(refused);
        if (refused) this.notSent(widget, files, refused);
        this._files.set(key, { widget, files, text, told });    // said again after a reconnect
        if (open) this._transport.send(text);
    }
    // Why files are not even announced, or null.
    _refuse(files) {
        const limits = this._limits;
        if (files.length > limits.files) return `more than ${limits.files} files at once`;
        const large = files.find(file => file.size > limits.file);
        const all = files.reduce((sum, file) => sum + file.size, 0);
        if (large) return overLimit(large.name + " has", large.size, limits.file);
        if (all > limits.all) return overLimit(files.length + " files have", all, limits.all);
        return null;
    }
    refuseFiles(key, reason) {
        this._words.push(`files were not taken: ${reason}`);
        const { widget, files, told } = this.takeFiles(key);
        if (files && !told) this.notSent(widget, files, reason);        // else it was refused here
    }
    // Those that were announced, whose answer has come.
    takeFiles(key) {
        const entry = this._files.get(key);
        this._files.delete(key);
        return entry || {};
    }
    notSent(widget, files, reason) {
        const { name } = files[0];
        const one = reason.startsWith(name) ? "Not" : `\u201c${name}\u201d was not`;
        const who = files.length === 1 ? one : files.length + " files were not";
        widget._tellNotSent(`${who} sent: ${reason}.`);
    }
    postFile(query, body) {
        const headers = { "Content-Type": "application/octet-stream" };
        return this._fetch("livewidget/upload", query, { method: "POST", body }, headers);
    }
    // Whether parts of files do not come through where other requests do.
    async refusesFiles() {
        return this._config.carriers ||
            await this._fetch("livewidget/upload", {}).catch(() => false);
    }
    placeOf(place, query) {
        const url = new URL(place, new URL(this._config.socket || "", ROOT));
        url.protocol = url.protocol.replace("ws", "http");
        const s = this._credentials.session;
        url.search = new URLSearchParams(s ? { ...query, s } : query);
        return url;
    }
    _fetch(place, query, options = {}, headers = {}) {
        return fetch(this.placeOf(place, query),
            { ...options, headers: { ...headers, ...this._keys.headers } });
    }
    allowAgents(allow) { this._send("agent", { allow }); }
    // Show a message. It disappears by itself or with the next one; or it stays until it is
    // dismissed, below those that stayed before it. copied: a text that a button copies. gone: it
    // is not so any more.
    tell(text, stays = false, copied = "", gone = false) {
        if (!gone) this._words = [...this._words, text].slice(-9);
        const place = stays ? "_toldToStay" : "_told", former = this[place];
        const before = stays && former?.isConnected ? former.entries : [];
        const entries = before.filter(one => one.text !== text);
        if (!gone) entries.push({ text, copied });
        else if (entries.length === before.length) return;
        entries.splice(0, entries.length - 99);
        if (former) takeOff(former);
        if (!entries.length) return;
        const copies = entries.map(one => one.copied).filter(Boolean).join("\n");
        const told = this.showBanner(entries.map(one => one.text).join("\n"), [
            ...copies ? [["Copy", () => copyOrTell(copies)]] : [],
            ["Dismiss", () => takeOff(told)]], "alert");
        this[place] = Object.assign(told, { entries });
        if (!stays) setTimeout(() => takeOff(told), TELL_MS);
    }
    // Report sizes after the next paint.
    observe(widget) {
        if (!this._unobserved.size) requestAnimationFrame(() => setTimeout(() => {
            for (const one of this._unobserved) this._observer.observe(one.element);
            this._unobserved.clear();
        }));
        this._unobserved.add(widget);
    }
    unobserve(widget) {
        this._unobserved.delete(widget);
        this._observer.unobserve(widget.element);
        this._sizes.delete(widget.wid);
    }
    _observeAgain() {
        for (const widget of this.widgets.values()) {
            this.unobserve(widget);
            this.observe(widget);
            widget._connected();
        }
    }
    _measure(entries) {
        for (const { target, borderBoxSize: [box] } of entries) {
            const widget = this.widgets.get(Number(target.dataset.wid));
            if (widget) this._changedSizes.set(widget,
                [Math.round(box.inlineSize), Math.round(box.blockSize)]);
        }
        this._later("layout", LAYOUT_MS, () => this._reportSizes());
    }
    _reportSizes() {
        const sizes = [];
        for (const [widget, [width, height]] of this._changedSizes) {
            const key = width + " " + height, old = this._sizes.get(widget.wid);
            if (key === old || this.widgets.get(widget.wid) !== widget) continue;
            this._sizes.set(widget.wid, key);
            if (!widget.element.isConnected) continue;          // of a window that is hidden
            if (width || height || old) sizes.push([widget.wid, width, height]);
            widget._laidOut(width, height, old);
        }
        this._changedSizes.clear();
        const most = Math.max(1, Math.floor(Math.min(this._limits.message, PART_BYTES) / 64));
        for (let at = 0; at < sizes.length; at += most)
            this._send("layout", { sizes: sizes.slice(at, at + most) });
    }
}

// Widget number 0: the page itself.
class Desktop {
    static held = [];
    constructor(session) {
        this._session = session;
        this.element = element("main", { class: "lw-desktop" });
        session.root.append(this.element);
        this._faces = [];
    }
    _set(name, args) { this[name](...args); }
    // What a page says on which nothing is shown: of a window that was forgotten, if there is one.
    _sayWhyEmpty() {
        if (this.element.childElementCount) return;
        const roots = [...this._session.widgets.values()].filter(one => !one.parent);
        const all = roots.filter(one => one instanceof Window);
        const windows = all.filter(one => !one.wasShown);
        const forgotten = windows.find(one => !(one instanceof Dialog)) || windows[0];
        const name = one => one.constructor.name;
        this.element.dataset.word = forgotten
            ? `${name(forgotten)} was made and never shown: call show()`
            : roots.length > all.length && !all.length
            ? `${name(roots[0])} is in no window: put it into a Page, and call show() of that`
            : "The program shows nothing here. If that stays so, what it prints may say why.";
    }
    _reset() {
        this._dropErrors();
        livewidget.showAgent?.();
    }
    _dropErrors() {
        this._errors?.remove();
        this._errors = null;
    }
    set_fonts(fonts) {
        for (const face of this._faces) document.fonts.delete(face);
        this._faces = fonts.map(([family, url, weight, style]) => {
            const face = new FontFace(family, `url("${new URL(url, this._session.placeOf("."))}")`,
                { weight: String(weight ?? 400), style: style || "normal" });
            document.fonts.add(face);
            return face;
        });
    }
    set_address(address) {
        // not an address of its own where it has a colon
        const url = new URL("./" + address, ROOT), { pathname, search } = this._session.url;
        if (url.pathname + url.search !== pathname + search) this._session.visit(url);
    }
    set_title(text) { document.title = text; }
    set_badge(text) {
        const link = document.querySelector("link[rel=icon]"), image = element("img");
        this._icon ||= link.href;
        this._badge = text;
        if (!text) link.href = this._icon;
        else image.onload = image.onerror = () => {
            if (this._badge === text) link.href = this._badged(image, text);
        };
        image.src = this._icon;
    }
    _badged(image, text) {
        const canvas = element("canvas", { width: 64, height: 64 }), to = canvas.getContext("2d");
        if (image.naturalWidth) to.drawImage(image, 0, 0, 64, 64);
        to.font = "bold 34px sans-serif";
        const wide = Math.max(40, to.measureText(text).width + 14);
        to.fillStyle = "#b42318";
        to.beginPath();
        to.roundRect(64 - wide, 0, wide, 40, 20);
        to.fill();
        to.fillStyle = "#ffffff";
        to.textAlign = "center";
        to.fillText(text, 64 - wide / 2, 32);
        return canvas.toDataURL();
    }
    set_theme(theme) {
        if (theme === "auto") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = theme;
        document.documentElement.style.colorScheme = theme === "auto" ? "" : theme;
    }
    // Tokens of all schemes, the light one, the dark one; Python has checked them.
    set_look(all, light, dark) {
        const text = tokens => Object.entries(tokens).map(([name, value]) =>
            `--lw-${name}: ${value};`).join(" ");
        this._look ||= document.head.appendChild(element("style"));
        this._look.textContent = `:root { ${text(all)} } :root, [data-ground=light] {${text(light)}}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${text(dark)} } }
:root[data-theme=dark], [data-ground=dark] { ${text(dark)} }`;
    }
    set_default_font(font) {
        const [family, size, weight, style] = font || [];
        const css = document.documentElement.style;
        css.setProperty("--lw-font", family ? `"${family}", system-ui, sans-serif` : "");
        css.setProperty("--lw-font-size", px(size));
        css.setProperty("--lw-font-weight", weight ?? "");
        css.setProperty("--lw-font-style", style ?? "");
    }
    set_agent(...what) { livewidget.showAgent(this._session, ...what); }
    focus_again(wid) { this._session.focusAgain(wid); }
    // What was typed and is not taken; more than a line of it is copied only.
    tell_refused(what, reason, wid = null, gone = false) {
        if (this._session.secrets.has(wid)) what = "\u2022".repeat(what.length);
        const shown = what.length > SHOWN_LINE ? what.slice(0, SHOWN_LINE) + "\u2026" : what;
        const done = shown ? `\u201c${shown}\u201d` : "What was pressed";
        this._session.tell(`${done} was not taken: ${reason}.`, true, shown === what ? "" : what,
            gone);
    }
    untell_refused(...told) { this.tell_refused(...told, null, true); }
    upload(...what) { livewidget.sendFiles(this._session, ...what); }
    refuse_upload(key, reason) { this._session.refuseFiles(key, reason); }
    // The place where Python stores what is entered cannot be reached, or is back.
    show_store(away) {
        this._away?.remove();
        if (away) this._away = this._session.showBanner("What you enter is not stored for now. " +
            "It is kept here, and stored when that works again.");
    }
    // Save a file that Python offers to this browser: its address proves that we may.
    download(id, name) {
        const href = this._session.placeOf("livewidget/download", { id });
        element("a", { href, download: name }).click();
    }
    open_url(url) {
        if (/^(https?|mailto):/i.test(url)) open(url, "_blank", "noopener");
    }
    show_error(title, text) {
        if (!this._errors) {
            this._errors = element("section",
                { class: "lw-errors", role: "alert", "aria-label": "Errors of the program" });
            document.body.append(this._errors);
            keepAbove(this._errors, "--lw-errors");
        }
        const told = title + "\n" + text, same = this._errors.firstChild;
        if (same?.dataset.told === told) return;
        const dismiss = () => {
            takeOff(entry);
            if (!this._errors.childElementCount) this._dropErrors();
        };
        const entry = element("div", { "data-told": told },
            iconButton("Dismiss", ICONS.close, dismiss),
            iconButton("Copy", ICONS.copy, () => copyOrTell(told)),
            element("details", { open: true }, element("summary", {}, title),
                element("pre", {}, text)));
        this._errors.prepend(entry);
        while (this._errors.childElementCount > 5) this._errors.lastChild.remove();
    }
}

// 6. Widget and Container /////////////////////////////////////////////////////////////////////////
// snake_case is called by Python (and by authors who use the classes without it), _camelCase stays
// in the browser.

// of the many widgets that have none of their own
const NO_HANDLERS = new Map(), NOTHING = new Set();

class Widget {
    static sequences = [];                              // names of cells that travel as splices
    static held = [];                                   // of cells that wait while it is in use
    static answers = {};                                // state -> cells that answer it
    // its focus target needs a name from around it
    static isField = false;
    static acts = false;                                // inert for those who may only look
    static grows = false;                               // makes further controls as it goes on
    constructor(root) {
        this.element = root;
        this.session = null;
        this.wid = null;
        this.parent = null;
        root.className += " lw";
        root.setAttribute("data-widget", this.constructor.name);
        this._handlers = NO_HANDLERS;
        this._listened = NOTHING;
        this._sequences = this.constructor.sequences.length ? {} : null;
    }
    _join(session, wid) {
        this.session = session;
        this.wid = wid;
        this.element.setAttribute("data-wid", wid);
        session.widgets.set(wid, this);
        if (this.isSecret) session.secrets.add(wid);
        if (session.role) this._takeLock();
        session.observe(this);
    }
    _connected() {
        /* the link to Python is new: what was asked over the last one is not answered */ }
    _leave() {
        if (this.parent) this.parent._release(this);
        if (this.session) {
            this.session.unobserve(this);
            this.session._untold.delete(this);
            for (const [key, node] of this.session._hands)
                if (this.element.contains(node)) this.session._hands.delete(key);
        }
        if (this._blobUrl) URL.revokeObjectURL(this._blobUrl);
        this._takeOut();
    }
    // What the same message puts elsewhere stays in the page until then, where browsers can move it
    // with the focus and with what is scrolled and open in it.
    _takeOut(dropped) {
        this._isLeaving = true;         // it is left by that: then nothing may be put around it
        if (dropped?.push(this)) placeInOrder(document.body, [this.outer]);
        else this.outer.remove();
        this._isLeaving = false;
    }
    // What a container places: the widget, or the unit that label, help and error make with it.
    get outer() { return this._unit?.root || this.element; }
    _set(name, args) {
        if (this._sequences && this.constructor.sequences.includes(name))
            this._sequences[name] = args[0];
        this[name](...args);
    }
    _take(name, splices) {
        return this._sequences[name] = splices.reduce(applySplice, this._sequences[name]);
    }
    _edit(name, splices) { this[name](this._take(name, splices)); }
    // Something happened here: tell local handlers, and Python with the state that changed.
    // sent: the arguments for Python, where it knows the rest.
    emit(action, args = [], state = undefined, sent = args) {
        for (const handler of this._handlers.get(action) || []) handler(...args);
        if (this.session?.widgets.get(this.wid) !== this) return 0;     // it is gone
        const plain = sent.map(arg => arg instanceof Widget ? arg.wid : arg);
        return this.session.event(this.wid, action, plain, state);
    }
    // The person has let go of what was pressed or typed in.
    _letGo() { /* most show at once what they are told */ }
    _isBegun(_input) { return false; }                  // browsers tell when most are entered
    // What is being typed here cannot be flushed.
    _isUnread(_input) { return this._flush === Widget.prototype._flush; }
    // Send what is held back, as something else is about to be sent.
    _flush() { /* most hold nothing back */ }
    // Draw what has changed, in the next frame.
    _redraw() {
        this._drawing ||= requestAnimationFrame(() => { this._drawing = null; this._draw(); });
    }
    // Take what is written as if it was left, as the person goes on to something else.
    _finish() { /* most take it as it is written */ }
    userState(name, args, action = null, actionArgs = args) {
        this.emit(action, action ? actionArgs : [], { [name]: args });
    }
    on(action, handler) {
        if (this._handlers === NO_HANDLERS) this._handlers = new Map();
        this._handlers.set(action, [...(this._handlers.get(action) || []), handler]);
    }
    _wants(action) { return this._listened.has(action) || this._handlers.has(action); }
    listen(actions) {
        const before = this._listened.has("map");
        this._listened = new Set(actions);
        const takes = actions.some(action => action.startsWith("dr"));
        if (!takes) this._endDrops();
        else if (!this._drops) this._takeDrops();
        if (!before && this._wants("map")) requestAnimationFrame(() => this._map());
        // a finger that moves on there does not scroll
        const drags = this._wants("pointer-down") && this._wants("pointer-move");
        this.element.style.touchAction = drags ? "none" : "";
    }
    _endDrops() {
        this._drops?.abort();
        this._drops = null;
    }
    _takeDrops() {
        this._drops?.abort();                           // of an element that it has no more
        const root = this.element, { signal } = this._drops = new AbortController();
        const report =
            event => ({ ...this._describe(event), types: [...event.dataTransfer.types] });
        root.addEventListener("dragover", event => {
            event.preventDefault();
            const payload = report(event);
            if (!this._hover && this._wants("drag-over")) requestAnimationFrame(() => {
                if (this._hover) this.emit("drag-over", [this._hover]);
                this._hover = null;
            });
            this._hover = payload;                      // one a frame, the newest
        }, { signal });
        root.addEventListener("drop", event => {
            event.preventDefault();
            this._hover = null;
            const get = type => event.dataTransfer.getData(type) || null, text = get("text/plain"),
                files = [...event.dataTransfer.files];
            const url = get("text/uri-list") ||
                (text && /^(https?|file):\S+$/.test(text) ? text : null);
            const payload = { ...report(event), text, url, html: get("text/html"), files: [] };
            const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry?.());
            const folder = entries.find(entry => entry?.isDirectory);
            const reason = folder ? `${folder.name} is a folder; drop the files in it` : null;
            if (files.length && this.session)
                return this.session.announceFiles(this, payload, files, reason);
            for (const action of ["drop-start", "drop-end"]) if (this._wants(action))
                this.emit(action, [payload]);
        }, { signal });
    }
    _laidOut(width, height, before) {
        if ((!before || before === "0 0") && (width || height)) this._map();
    }
    _map() {
        if (!this._wants("map") || !this.element.isConnected ||
            !this.element.getClientRects().length) return;
        const box = this.element.getBoundingClientRect();
        const outer = (this.element.parentElement || document.body).getBoundingClientRect();
        this.emit("map",
            [{ x: box.x - outer.x, y: box.y - outer.y, viewport_x: box.x, viewport_y: box.y,
                width: box.width, height: box.height }]);
    }
    // What was entered and cannot be taken stays; it is marked, and told once.
    _tellRefused(word) { this.session?.tell(word); }
    _refuse(field, word) {
        if (field.refused !== field.value) this._tellRefused(word);
        field.refused = field.value;
        field.setAttribute("aria-invalid", "true");
        this.session?.hold(field, field);
    }
    _accept(field) {
        delete field.refused;
        field.removeAttribute("aria-invalid");
        this.session?.letGo(field);
    }
    // Is something in it not taken? What is built on it waits, and the first such field has the
    // focus.
    _showRefused() {
        const refused = this._refusedField();
        for (let one = this.session?._widgetOf(refused); one; one = one.parent)
            one.parent?._uncover(one);
        refused?.focus();
        return refused;
    }
    _refusedField() {
        return [this.element, ...this.element.querySelectorAll("input")].find(
            one => "refused" in one);
    }
    // Files that were dropped here, or chosen for it, are not with Python.
    _tellNotSent(text) { this.session.tell(text, true); }
    _focusTarget() { return this.element; }
    // What is selected in one of its fields, [null, null] where nothing can be; to be so again.
    _caretOf(node) { return [node.selectionStart ?? null, node.selectionEnd ?? null]; }
    _putCaret(node, at) { if (node.selectionStart !== null) node.setSelectionRange?.(...at); }
    resize(width, height) {
        Object.assign(this.outer.style, { width: px(width), height: px(height) });
        this.outer.classList.toggle("lw-sized-x", width !== null);
        this.outer.classList.toggle("lw-sized-y", height !== null);
    }
    get_position() {
        const box = this.element.getBoundingClientRect();
        return [box.x, box.y];
    }
    set_min_size(...size) {
        const [minWidth, minHeight] = size.map(this._lengthOf);
        Object.assign(this.outer.style, { minWidth, minHeight });
    }
    set_max_size(...size) {
        const [maxWidth, maxHeight] = size.map(this._lengthOf);
        Object.assign(this.outer.style, { maxWidth, maxHeight });
    }
    _lengthOf(size) { return px(size); }
    set_expanding(horizontal, vertical) {
        this.outer.classList.toggle("lw-expand-x", horizontal);
        this.outer.classList.toggle("lw-expand-y", vertical);
    }
    set_visible(tf) { this._shutOrOpen(() => this.outer.classList.toggle("lw-hidden", !tf)); }
    set_enabled(tf) {
        const target = this._focusTarget(), root = this.element;
        root.classList.toggle("lw-disabled", !tf);
        this._shutOrOpen(() => {
            if (this._isNative())
                for (const one of [root, ...root.querySelectorAll("button, input, textarea")])
                    one.disabled = !tf;
            else if ("disabled" in target) target.disabled = !tf;
            if (!this._isNative() && !("disabled" in target) || root.hasAttribute("role"))
                setAttributes(root, { "aria-disabled": !tf && "true" });
        });
    }
    // Do what may end that it takes input, or let it begin: then the focus is where it was before.
    _shutOrOpen(change) {
        const root = this.element, focused = document.activeElement;
        if (root.contains(focused)) {
            this._focusedIn = focused;
            // what was typed by now is taken still
            this.session?._widgetOf(focused)?._sendTyped?.();
        }
        change();
        this._takeLock();
        if (!this._focusedIn || this._isShut()) return;
        if (!focused || focused === document.body)
            this._focusedIn.focus({ preventScroll: true });
        else this._focusedIn.dispatchEvent(new Event("blur"));
        this.session?._widgetOf(this._focusedIn)?._letGo();
        this._focusedIn = null;
    }
    _isShut() { return this.element.closest("[inert], .lw-disabled, .lw-hidden"); }
    // All that takes input in it can be disabled, so that screen readers still tell what it is;
    // what is inert they do not know of.
    _isNative() { return !this.constructor.grows && "disabled" in this._focusTarget(); }
    // blocked: it takes no input meanwhile.
    mark_busy(busy, blocked) {
        this.element.classList.toggle("lw-busy", busy);
        setAttributes(this.element, { "aria-busy": (busy || this._busy) && "true" });
        this._shutOrOpen(() => { this._blocked = blocked; });
    }
    set_roles(roles) {
        this._roles = roles;
        this._takeLock();
    }
    // Inert for the person at this page: by its roles, which it says, or as they only look.
    _takeLock() {
        const role = this.session?.role,
            own = Boolean(this._roles?.length) && !this._roles.includes(role);
        const mayNot = own || role === "viewer" && this.constructor.acts;
        this.element.classList.toggle("lw-may-not", mayNot);
        this.element.inert = mayNot || this._blocked ||
            this.element.classList.contains("lw-disabled") && !this._isNative();
        setAttributes(this.outer, { "data-why": own && "For: " + this._roles.join(", ") });
    }
    set_accessible_name(name) {
        this._ownName = name;
        this._takeName();
    }
    // Screen readers hear its own name; of a field else its tooltip, the label in front of it or
    // of what it is in; then what it is called by itself.
    _takeName() {
        const around = this._isCalledFromAround() &&
            (this._labelText() || this.element.title || this._nameAround());
        const node = this._named(), usual = this.constructor.usualName;
        if (node) setAttributes(node, { "aria-label": this._ownName || around ||
            this._usualName || usual && (this.element.title || usual) || null });
    }
    _call(name) {
        this._usualName = name;
        this._takeName();
    }
    _isCalledFromAround() { return this.constructor.isField; }
    // What carries that name: a field, as a rule; null where a text does.
    _named() { return this.constructor.isField ? this._focusTarget() : this.element; }
    _labelText() { return this._unit?.label.textContent; }
    _nameAround() {
        if (!this.parent || !this.parent._entries) return "";
        return this.parent._labelBefore(this)?.element.textContent ||
            this.parent._titleOf(this) || this.parent._nameAround();
    }
    // What a person calls it.
    _shownName() {
        return this._named()?.getAttribute("aria-label") ||
            this.element.innerText.trim().split("\n")[0] || this.constructor.name;
    }
    set_tooltip(msg) {
        toldWhole.delete(this.element);
        setAttributes(this.element, { title: msg || null });
    }
    _bindMenu(wid) {
        this._unbindMenu?.();
        this._unbindMenu = wid ? openMenuFrom(this.element, () => this.session.widgets.get(wid))
            : null;
    }
    set_padding([left, top, right, bottom]) { this.element.style.padding =
        [top, right, bottom, left].map(px).join(" "); }
    set_border_width(width) { this.element.style.border = width
        ? `${width}px solid var(--lw-own-border, var(--lw-border))` : width === 0 ? "none" : ""; }
    set_border_color(color) { this.element.style.setProperty("--lw-own-border", color || ""); }
    set_bg(color) { this._setColors(color, this._fg); }
    set_font(family, size, weight, style) {
        Object.assign(this.element.style, { fontFamily: family || "", fontSize: size ? size + "pt"
            : "", fontWeight: weight ?? "", fontStyle: style || "" });
    }
    set_focus() { this._focusTarget().focus(); }
    set_allow_text_selection(tf) { this.element.classList.toggle("lw-selectable", tf); }
    set_cursors(cursors) {
        this._cursors = cursors;
        this.set_cursor(this._cursorName);
    }
    set_cursor(name) {
        this._cursorName = name;
        const [url, x, y, size] = (this._cursors || {})[name] || [];
        const show = address => {
            this.element.style.cursor = address
                ? `url("${address.replace(/["\\\n]/g, encodeURIComponent)}") ${x} ${y}, auto`
                : !name || name === "default" ? "" : name;
        };
        show(url);
        if (size) sizedImage(url, ...size).then(address => {
            if (this._cursorName === name) show(address);
        }, () => { /* it cannot be read: it stays as large as it is */ });
    }
    // An image that Python gave as URL or as bytes; shows nothing for null.
    _showImage(image, source, size) {
        const drawn = Object.hasOwn(ICONS, source) && icon(ICONS[source]);
        for (const node of drawn ? [image, drawn] : [image])
            if (size) Object.assign(node.style, { width: px(size[0]), height: px(size[1]) });
        if (image.previousSibling?.nodeName === "svg") image.previousSibling.remove();
        if (drawn) {
            image.before(drawn);
            source = null;
        }
        if (this._blobUrl) URL.revokeObjectURL(this._blobUrl);
        const isBlob = source && typeof source === "object";
        this._blobUrl = isBlob ? this.session.blobUrl(source) : null;
        const url = isBlob ? this._blobUrl : source;
        if (url) image.src = url;
        else image.removeAttribute("src");
        image.hidden = !url;
    }
    _setColors(bg, fg, { style, dataset } = this.element) {
        Object.assign(style, { background: bg || "", color: "" });
        style.color = fg || textOn(bg);
        dataset.ground = themeOn(bg);
        this._fg = fg;
    }
    _describe(event) { return describeEvent(event, this.element); }
    // The events of interactive widgets; each travels only while somebody listens.
    _makeInteractive() {
        const root = this.element, names = {
            pointerdown: "pointer-down", pointerup: "pointer-up", pointermove: "pointer-move",
                pointercancel: "pointer-up", pointerover: "enter", pointerout: "leave",
            click: "click", dblclick: "dblclick", wheel: "scroll", keydown: "key-down",
            keyup: "key-up", keypress: "key-press",
            focusin: "focus-in", focusout: "focus-out", contextmenu: "contextmenu" };
        root.tabIndex = 0;
        let move = null;                                // the newest, told once a frame
        const tellMove = () => {
            const event = move;
            move = null;
            if (event) this.emit(names.pointermove, [this._describe(event)]);
        };
        for (const [type, action] of Object.entries(names)) {
            root.addEventListener(type, event => {
                if (type === "contextmenu") event.preventDefault();
                // its release is told, too, wherever that is
                if (type === "pointerdown" && event.isTrusted && this._wants("pointer-up"))
                    root.setPointerCapture(event.pointerId);
                if (!this._wants(action)) return;
                if (type === "wheel") event.preventDefault();
                if (type === "pointermove") {
                    if (!move) requestAnimationFrame(tellMove);
                    move = event;
                    return;
                }
                tellMove();
                this.emit(action, [this._describe(event)]);
            }, { passive: false });
        }
    }
}

function describeEvent(event, root) {
    const record = { type: event.type, time_stamp: event.timeStamp };
    if (event instanceof MouseEvent) {
        const box = root.getBoundingClientRect(), held = event.buttons;
        Object.assign(record, {
            x: event.clientX - box.x, y: event.clientY - box.y, viewport_x: event.clientX,
                viewport_y: event.clientY,
            button_trigger: event.button + 1,
            button_mask: (held & 1) | (held & 4 ? 2 : 0) | (held & 2 ? 4 : 0) });
    }
    if (event instanceof MouseEvent || event instanceof KeyboardEvent)
        record.modifiers = ["alt", "ctrl", "shift", "meta"].filter(key => event[key + "Key"]);
    if (window.PointerEvent && event instanceof PointerEvent)
        Object.assign(record, { pointer_id: event.pointerId, pointer_type: event.pointerType,
            pressure: event.pressure, is_primary: event.isPrimary });
    if (event instanceof WheelEvent)
        Object.assign(record, { delta_x: event.deltaX, delta_y: event.deltaY, delta_z: event.deltaZ,
            delta_mode: event.deltaMode });
    if (event instanceof KeyboardEvent)
        Object.assign(record, { key: event.key, keycode: event.code, repeat: event.repeat });
    return record;
}

// What all inputs share: label, help and error, which make a unit with the input itself.
class Field extends Widget {
    static acts = true;
    // What the first of these puts around the field would end a drag or a composition.
    _makesUnit(name) {
        return !this._unit && ["set_label", "set_help", "set_error", "set_required"].includes(name);
    }
    _makeUnit() {
        if (this._unit) return this._unit;
        const { parent, element: inner } = this, id = "lw-" + this.wid;
        const focus = this._described(), focused = document.activeElement;
        focus.id ||= id;
        const hidden = { hidden: true }, unit = this._unit = {
            label: element("label", { class: "lw-unit-label", ...hidden }),
            help: element("div", { class: "lw-unit-help", dir: "auto", id: id + "-help",
                ...hidden }),
            error: element("div", { class: "lw-unit-error", dir: "auto", id: id + "-error",
                "aria-live": "polite", ...hidden }) };
        parent?._clearSlot(inner);                      // its place in the layout is the unit's now
        unit.root = element("div", { class: "lw-unit", "data-why": inner.dataset.why });
        delete inner.dataset.why;
        for (const name of ["width", "height", "minWidth", "maxWidth", "minHeight", "maxHeight"]) {
            unit.root.style[name] = inner.style[name];
            inner.style[name] = "";
        }
        for (const name of ["lw-expand-x", "lw-expand-y", "lw-sized-x", "lw-sized-y", "lw-hidden"])
            if (inner.classList.contains(name)) {
                inner.classList.remove(name);
                unit.root.classList.add(name);
            }
        inner.before(unit.root);
        placeInOrder(unit.root, [unit.label, inner, unit.help, unit.error]);
        parent?._arrange();
        if (inner.contains(focused) && document.activeElement !== focused) focused.focus();
        return unit;
    }
    _tellUnit(part, text) {
        if (!text && !this._unit) return;
        const unit = this._makeUnit(), focus = this._described();
        showText(unit[part], text || "");
        unit[part].hidden = !text;
        // an empty one would take the placeholder's place as its name
        // nor has one without an id, which only shows a long text
        if (focus.id) unit.label.htmlFor = unit.label.hidden ? "" : focus.id;
        const told = [unit.error, unit.help].filter(one => !one.hidden).map(one => one.id);
        setAttributes(focus, { "aria-describedby": told.join(" ") || null });
    }
    _focusTarget() { return this._input || this.element; }
    // What carries name, label, help and error for screen readers: the group that several make.
    _described() {
        return this.element.matches("[role$=group]") ? this.element : this._focusTarget();
    }
    _named() { return this._described(); }
    set_label(text) {
        this._tellUnit("label", text);
        this._takeName();
    }
    set_help(text) { this._tellUnit("help", text); }
    set_error(text) {
        this._wrong = text;
        // a note of what a number was made of gives way
        if (text && !this._refusedField()) this._refused = "";
        this._showError();
        this._markWrong();
    }
    // What it does not take is told below it, in place of what Python finds wrong.
    _tellRefused(word) {
        if (this._isLeaving) return super._tellRefused(word);
        this._refused = word;
        this._showError();
    }
    _refuse(field, word) {
        if (word !== this._refused) delete field.refused;       // which is told, then
        super._refuse(field, word);
    }
    _accept(field) {
        super._accept(field);
        this._markWrong();
        if (this._refused) this._tellRefused("");
    }
    // What it keeps and did not take it may take since, by new limits or items: asked once all that
    // came with them is there.
    _tryAgain(field, take) {
        queueMicrotask(() => { if ("refused" in field && field.refused === field.value) take(); });
    }
    // Many are operated without an event that a form would hear. Browsers end the use of what is
    // shut, maybe for a moment only: then it is told when that is open again, or in vain.
    userState(...args) {
        this._late = args;
        if (this._isShut()) setTimeout(() => this._tellLate(), 5000);
        else this._tellLate();
    }
    _tellLate() {
        const late = this._late;
        this._late = null;
        if (!late) return;
        super.userState(...late);
        this._tellForms();
    }
    _letGo() { if (!this._isShut()) this._tellLate(); }
    _set(name, args) {
        if (this._late?.[0] === name) this._late = null;        // Python said otherwise since
        super._set(name, args);
    }
    _tellForms() {
        for (let one = this.parent; one; one = one.parent)
            if (one instanceof Form) one._dirty = true;
    }
    _showError() { this._tellUnit("error", this._refused || this._wrong); }
    _markWrong() {
        const field = this._described(), tf = this._wrong || "refused" in field;
        setAttributes(field, { "aria-invalid": tf ? "true" : null });
    }
    set_required(tf) {
        this._makeUnit().root.classList.toggle("lw-required", tf);
        setAttributes(this._described(), { "aria-required": tf ? "true" : null });
    }
}

class TypedField extends Field {
    set_placeholder(text) { this._input.placeholder = text; }
}

class Container extends Widget {
    static sequences = ["set_children"];
    constructor(root) {
        super(root);
        this._entries = [];                             // [widget, ...placement]
    }
    // Children that left are removed from the list on its next use: many may leave at once.
    get _entries() {
        if (this._gone.size) this._entries = this._all.filter(entry => !this._gone.has(entry[0]));
        return this._all;
    }
    set _entries(entries) {
        this._all = entries;
        this._gone = new Set();
    }
    _content() { return this._body || this.element; }
    _titleOf() { return this._title?.textContent || ""; }
    _uncover() { /* most show all children */ }
    set_children(entries) {
        this._setEntries(entries.map(entry => [this.session.widgets.get(entry[0]),
            ...entry.slice(1)]).filter(entry => entry[0]));
    }
    // All are found in one go: each field of a long column asks.
    _labelBefore(child) {
        const entries = this._entries;
        if (this._labelled !== entries) {
            let label = null;
            this._labelled = entries;
            this._labels = new Map(entries.map(([one]) =>
                [one, one instanceof Label ? (label = one) : label]));
        }
        return this._labels.get(child);
    }
    _setEntries(entries) {
        const children = entries.map(entry => entry[0]), kept = new Set(children);
        for (const [child] of this._entries) if (!kept.has(child)) this._dropChild(child);
        for (const child of children) {
            if (child.parent && child.parent !== this) child.parent._release(child);
            child.parent = this;
        }
        this._entries = entries;
        this._arrange();
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        child.parent = null;
        this._clearSlot(child.outer);
        child._takeOut(this.session?.dropped);
    }
    // Take back what _slot() gave to a child's element itself.
    _clearSlot() {}
    // A child goes elsewhere, or ends: forget it here without touching what Python will say.
    _release(child) {
        this._gone.add(child);
        this._dropChild(child);
    }
    _arrange() { placeInOrder(this._content(), this._entries.map(entry => this._slot(...entry))); }
    _slot(child) { return child.outer; }
    add_widget(child,
        ...placement) { this._setEntries([...this._entries.filter(([one]) => one !== child),
            [child, ...placement]]); }
    remove(child) { this._setEntries(this._entries.filter(([one]) => one !== child)); }
}

class SingleChild extends Container {
    set_widget(child) { this._setEntries([[child]]); }
}

// 7. Catalogue ////////////////////////////////////////////////////////////////////////////////////

class Box extends Container {
    constructor(orientation = "horizontal") {
        super(element("div",
            { class: orientation === "vertical" ? "lw-box lw-column" : "lw-box lw-row" }));
    }
    _slot(child, stretch = 0) {
        this._setStretch(child.outer, stretch);
        return child.outer;
    }
    _setStretch(node, stretch) {
        const stretched = stretch > 0;
        if (stretched) node.style.flexGrow = stretch;
        else if (node.classList.contains("lw-stretch")) node.style.flexGrow = "";
        node.classList.toggle("lw-stretch", stretched);
    }
    _clearSlot(node) { this._setStretch(node, 0); }
    set_spacing(gap) {
        const { style } = this._content();
        style.gap = px(gap);
        style.setProperty("--lw-wrapped", px(Math.min(gap, 16)));
    }
    set_wrap(tf) {
        this._content().classList.toggle("lw-wrap", tf);
        this._content().classList.toggle("lw-no-wrap", !tf);
    }
    set_justify(place) {
        this._content().style.justifyContent = { start: "flex-start", center: "center",
            end: "flex-end", between: "space-between" }[place];
    }
    set_align(align) {
        this._content().classList.add("lw-aligned");
        this._content().style.alignItems = { left: "flex-start", top: "flex-start",
            center: "center", right: "flex-end", bottom: "flex-end" }[align];
    }
}

class VBox extends Box {
    constructor() { super("vertical"); }
}

class Card extends VBox {
    constructor(title = "") {
        super();
        this.element.classList.add("lw-card");
        this.element.setAttribute("role", "group");
        this._title = element("div", { class: "lw-card-title", dir: "auto" });
        this._body = element("div", { class: "lw-box lw-column lw-stretch lw-card-body" });
        this.element.append(this._title, this._body);
        this.set_title(title);
    }
    set_title(text) {
        showText(this._title, text);
        this._title.hidden = !text;
        this._call(text);
    }
}

class JobView extends VBox {
    // Python builds it of others.
}

// Enter in a field, and a button of kind "submit", ask Python to check what was entered.
class Form extends VBox {
    constructor() {
        super();
        this.element.setAttribute("role", "form");
        this.set_spacing(12);
        onKeys(this.element, event => {
            if (event.key !== "Enter" || event.repeat || !event.target.matches("input")) return;
            if (event.target.matches("[type=range]") || !this._isNearest(event.target)) return;
            setTimeout(() => this._submit());           // behind what the field itself says of it
        });
        this.element.addEventListener("click", event => {
            const button = event.target.closest(".lw-button[data-kind=submit]");
            if (button && this._isNearest(button)) this._submit();
        });
        for (const kind of ["input", "change"])
            this.element.addEventListener(kind, ({ target }) => {
                if (this.session._widgetOf(target) instanceof Field
                    && !target.closest("[role=search]")) this._dirty = true;
            });
        this._warn = event => { if (this._dirty) event.preventDefault(); };
        addEventListener("beforeunload", this._warn);
    }
    _leave() {
        removeEventListener("beforeunload", this._warn);
        super._leave();
    }
    // Whether a node is of this form, not of one in it.
    _isNearest(node) { return node.closest("[role=form]") === this.element; }
    _submit() {
        const busy = this.element.querySelector("[data-kind=submit][aria-busy=true]");
        if (!this._showRefused() && !busy) this.emit("submit");
    }
    set_dirty(tf) { this._dirty = tf; }
}

class HBox extends Box {
    constructor() { super("horizontal"); }
}

class AppBar extends HBox {
    constructor(title = "") {
        super();
        this.element.classList.add("lw-app-bar", "lw-aligned");
        this._mark = element("span", { class: "lw-mark", hidden: true });
        this._title = element("span", { class: "lw-app-title", role: "heading", "aria-level": 1 });
        this._body = element("div", { class: "lw-box lw-row lw-aligned" });
        this.element.append(this._mark, this._title, this._body);
        this.set_title(title);
    }
    _named() { return null; }
    set_title(text) { showText(this._title, text); }
    set_icon(name) {
        this._mark.hidden = !name;
        this._mark.replaceChildren(...name ? [icon(ICONS[name])] : []);
    }
}

class Sidebar extends VBox {
    constructor(title = "Menu") {
        super();
        this.element.classList.add("lw-sidebar");
        this._button = iconButton("", ICONS.menu, () => this._open(true), "lw-sidebar-button");
        this._body = element("nav", { class: "lw-box lw-column lw-stretch" });
        this._shade = element("div", { class: "lw-sidebar-shade" });
        this.element.append(this._button, this._shade, this._body);
        const dismiss = () => {
            this._open(false);
            this._button.focus();
        };
        this._shade.addEventListener("click", dismiss);
        onKeys(this.element, event => {
            if (event.key !== "Escape" || !this.element.dataset.open) return;
            event.preventDefault();
            dismiss();
        });
        // it lies over what has the focus then
        this._body.addEventListener("focusout", ({ relatedTarget: to }) => {
            if (to && !this._body.contains(to)) this._open(false);
        });
        this._body.addEventListener("click", event => {
            const widget = this.session?._widgetOf(event.target);
            if (this.element.dataset.open && (widget instanceof Button || widget instanceof Link))
                dismiss();
        });
        this.set_title(title);
        this._open(false);
    }
    _titleOf() { return this._button.title; }
    _open(tf) {
        this.element.dataset.open = tf ? "1" : "";
        this._button.setAttribute("aria-expanded", tf);
        if (tf) this._body.querySelector("button, a, input")?.focus();
    }
    set_title(text) {
        this._button.title = text;
        this._button.setAttribute("aria-label", text);
        this._call(text);
    }
    _named() { return this._body; }
}

class ButtonBox extends Box {
    constructor(orientation = "horizontal", { min_button_width = null } = {}) {
        super(orientation);
        this.element.classList.add("lw-button-box");
        this._body =
            element("div",
                { class: orientation === "vertical" ? "lw-button-column" : "lw-button-row" });
        this._body.style.setProperty("--lw-least", min_button_width ? px(min_button_width) : "0px");
        this.element.append(this._body);
        this.set_halign("center");
    }
    _slot(child) { return child.outer; }
    set_halign(align) { this.element.style.justifyContent = this.element.style.alignItems =
        { left: "flex-start", center: "center", right: "flex-end" }[align]; }
}

class FixedLayout extends Container {
    constructor() { super(element("div", { class: "lw-fixed" })); }
    _slot(child, x, y) {
        Object.assign(child.outer.style, { position: "absolute", left: px(x), top: px(y) });
        return child.outer;
    }
    _clearSlot({ style }) { Object.assign(style, { position: "", left: "", top: "" }); }
}

class Frame extends SingleChild {
    constructor(title = "") {
        super(element("fieldset", { class: "lw-frame lw-shrinks" }));
        this._title = element("legend");
        this._body = element("div", { class: "lw-fill" });
        this.element.append(this._title, this._body);
        this.set_title(title);
    }
    _isNative() { return false; }       // what is in it may be disabled by itself
    set_title(text) {
        showText(this._title, text);
        this._title.hidden = !text;
    }
}

class Separator extends Widget {
    constructor() {
        super(element("div", { class: "lw-separator", role: "separator" }));
        this.set_orientation("horizontal");
    }
    set_orientation(orientation) { this.element.setAttribute("aria-orientation", orientation); }
}

class Expander extends SingleChild {
    static held = ["set_collapsed"];
    constructor({ collapsible = true, shadow = false, bg_color = null } = {}) {
        super(element("section", { class: shadow ? "lw-expander lw-shadow" : "lw-expander" }));
        const id = "lw-expander-" + Expander.count++;
        this._bar = element("button", { type: "button", class: "lw-expander-bar",
            "aria-controls": id, disabled: !collapsible }, icon(ICONS.down), element("span"));
        this._setColors(bg_color, "", this._bar);
        this._body = element("div", { class: "lw-fill", id });
        this.element.append(this._bar, this._body);
        this._bar.addEventListener("click", () => {
            this.set_collapsed(!this._body.hidden);
            this.userState("set_collapsed", [this._body.hidden], "toggled");
        });
        this.set_collapsed(collapsible);
    }
    _titleOf() { return this._bar.textContent; }
    _named() { return this._bar; }
    set_title(title) { showText(this._bar.lastChild, title); }
    _uncover() { if (this._body.hidden) this._bar.click(); }
    set_collapsed(collapsed) {
        keepFocus(this._body, this._bar, () => { this._body.hidden = collapsed; });
        this._bar.setAttribute("aria-expanded", !collapsed);
    }
}
Expander.count = 0;

class Window extends SingleChild {
    constructor(root) {
        super(root);
        this._body = element("div", { class: "lw-fill lw-window-body" });
        this.element.append(this._body);
    }
    set_visible(tf) {
        const desktop = this.session ? this.session._desktop.element : document.body;
        this.wasShown ||= tf;
        if (tf && !this.element.isConnected) {
            desktop.append(this.element);
            if (this.session && this.element.matches(".lw-page, .lw-filling"))
                this.session.hasNewPage = true;
            for (const one of this.session?.widgets.values() || [])     // it is at its top there
                if (one._scrolls && this.element.contains(one._scrolls))
                    scrolling.go(one._scrolls, ...one._scrolledTo);
        } else if (!tf) this.element.remove();
    }
}

class TopLevel extends Window {
    static held = ["set_position", "resize", "set_window_state", "set_stacking"];
    // [option, state, what leads to it, what leads back]
    static states = [["shadeable", "shaded", "Shade", "Unshade"],
        ["minimizable", "minimized", "Minimize", "Restore"],
        ["maximizable", "maximized", "Maximize", "Restore"]];
    constructor(options = {}) {
        super(element("section", { class: "lw-window lw-filling", role: "region" }));
        this._options = { resizable: true, closeable: true, shadeable: true, minimizable: false,
            maximizable: false, lowerable: false, ...options };
        this._moveable = true;
        this._state = "normal";
        this._size = [null, null];
        this._place = [0, 0];
        this._iconImage = element("img", { alt: "", hidden: true });
        const raises = this instanceof Dialog ? ["pointerdown"] : ["pointerdown", "focusin"];
        for (const type of raises)
            this.element.addEventListener(type, () => this._raise(), true);
        if (this._options.resizable) for (const corner of ["nw", "ne", "sw", "se"])
            this._addGrip(corner);
    }
    set_title(title) {
        if (!this._bar) this._makeBar();
        this._title.textContent = shownPart(title);
        this._call(title);
    }
    set_icon(source) { this._showImage(this._iconImage, source); }
    _makeBar() {
        const options = this._options;
        this._title = element("span", { class: "lw-caption" });
        this._bar = element("header",
            { class: "lw-title-bar", tabindex: "0", role: "group",
                "aria-roledescription": "title bar",
            "aria-label": "Window: arrow keys move it, with Shift they resize it" },
            this._iconImage, this._title);
        if (options.lowerable)
            this._bar.append(iconButton("Lower", ICONS.lower, () => this._lower()));
        for (const [option, state, label] of TopLevel.states)
            if (options[option] && state !== "shaded") this._bar.append(
                iconButton(label, ICONS[label.toLowerCase()], () => this._toggle(state)));
        const close = () => this._close();
        if (options.closeable) this._bar.append(iconButton("Close", ICONS.close, close));
        if (this._persistent) this._bar.lastChild.hidden = true;
        this.element.prepend(this._bar);
        this._bar.addEventListener("dblclick",
            event =>
            { if (options.shadeable && !event.target.closest("button")) this._toggle("shaded"); });
        this._bar.addEventListener("contextmenu",
            event => { event.preventDefault(); this._openMenu(event.clientX, event.clientY); });
        onKeys(this._bar, event => this._onKey(event));
        onDrag(this._bar, event => !event.target.closest("button") && this._movable() &&
            this._dragFrom());
    }
    _close() { this.emit("close"); }
    _movable() { return this._moveable && this._state !== "maximized" &&
        !this.element.classList.contains("lw-filling"); }
    _sizable() {
        return this._state === "normal" && !this.element.classList.contains("lw-filling");
    }
    _dragFrom() {
        const [x, y] = this._shownAt();
        return {
            move: (dx, dy) => this._moveTo(x + dx, y + dy),
            end: moved => { if (moved) this._moved(); } };
    }
    _moveTo(x, y) {
        const desktop = this.element.parentElement || document.body;
        this.set_position(clamp(x, 40 - this.element.offsetWidth, desktop.clientWidth - 40),
            clamp(y, 0, Math.max(0, desktop.clientHeight - 24)));
    }
    _moved() { this.userState("set_position", this._place, "move"); }
    _addGrip(corner) {
        const grip = element("div", { class: "lw-grip lw-grip-" + corner });
        onDrag(grip, () => {
            if (!this._sizable()) return null;
            const { offsetWidth: width, offsetHeight: height } = this.element;
            const [x, y] = this._shownAt();
            return {
                move: (dx, dy) => {
                    const w = Math.max(WINDOW_MIN[0], width + (corner.includes("w") ? -dx : dx));
                    const h = Math.max(WINDOW_MIN[1], height + (corner.includes("n") ? -dy : dy));
                    this.resize(w, h);
                    this.set_position(corner.includes("w") ? x + width - w : x,
                        corner.includes("n") ? y + height - h : y);
                },
                end: moved => {
                    if (!moved) return;
                    this.userState("resize", this._size);
                    if (corner !== "se") this._moved();
                } };
        });
        this.element.append(grip);
    }
    _onKey(event) {
        if (event.target !== this._bar) return;
        const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1],
            ArrowDown: [0, 1] }[event.key] || [0, 0];
        if (dx || dy) {
            const sizes = event.shiftKey && this._options.resizable;
            if (sizes ? !this._sizable() : !this._movable()) return;
            if (sizes) {
                this.resize(Math.max(WINDOW_MIN[0], this.element.offsetWidth + dx * STEP_PX),
                    Math.max(WINDOW_MIN[1], this.element.offsetHeight + dy * STEP_PX));
                this.userState("resize", this._size);
            } else {
                const [x, y] = this._shownAt();
                this._moveTo(x + dx * STEP_PX, y + dy * STEP_PX);
                this._moved();
            }
        } else if (event.key === "ContextMenu" || event.key === "F10" && event.shiftKey) {
            const box = this._bar.getBoundingClientRect();
            this._openMenu(isRtl() ? box.right - 8 : box.x + 8, box.bottom);
        } else return;
        event.preventDefault();
    }
    _openMenu(x, y) {
        const options = this._options, items = [["Raise", () => this._raise()]];
        if (options.lowerable) items.push(["Lower", () => this._lower()]);
        for (const [option, state, label, back] of TopLevel.states) if (options[option])
            items.push([this._state === state ? back : label, () => this._toggle(state)]);
        if (options.closeable && !this._persistent && this.session?.role !== "viewer")
            items.push(["Close", () => this._close()]);
        popupMenu(items, x, y, this._bar);
    }
    _toggle(state) {
        const next = this._state === state ? "normal" : state;
        this.set_window_state(next);
        this.userState("set_window_state", [next], "window-state");
    }
    _stack() { return [...this.element.parentElement?.querySelectorAll(":scope > .lw-window") || []]
        .map(node => Number(node.style.zIndex)); }
    _raise() {
        // it is what the others stand on
        if (this.element.classList.contains("lw-filling")) return;
        const top =
            Math.max(0, ...this._stack().filter((order, index, all) => all.length > 1 || order));
        if (Number(this.element.style.zIndex) < top ||
            this._stack().filter(order => order === top).length > 1) this._restack(top + 1);
    }
    _lower() { this._restack(Math.min(...this._stack()) - 1); }
    _restack(order) {
        this.set_stacking(order);
        this.userState("set_stacking", [order]);
    }
    set_stacking(order) { this.element.style.zIndex = order; }
    resize(width, height) {
        this._size = [width, height];
        this.element.classList.toggle("lw-filling", width === null && height === null);
        super.resize(width, height);
    }
    // Where it was moved in a larger page may be beyond the edges of this one.
    set_position(x, y) {
        this._place = [x, y];
        this._putAt(`min(${px(x)}, 100% - 40px)`, `min(${px(y)}, max(0px, 100% - 24px))`);
    }
    _putAt(left, top) { Object.assign(this.element.style, { left, top }); }
    _shownAt() {
        const { clientWidth, clientHeight } = this.element.parentElement || document.body;
        const [x, y] = this._place;
        return [Math.min(x, clientWidth - 40), Math.min(y, Math.max(0, clientHeight - 24))];
    }
    set_moveable(tf) { this._moveable = tf; }
    set_window_state(state) {
        this._state = state;
        keepFocus(this._body, this._bar || this.element,
            () => { this.element.dataset.state = state; });
        this._lineUp();
    }
    set_visible(tf) {
        const room = this.element.parentElement, shown = this.element.isConnected;
        if (tf && !shown) this._returnTo = document.activeElement;
        this._returnFocus(() => super.set_visible(tf));
        this._lineUp(room);
    }
    _leave() {
        const room = this.element.parentElement;
        this._returnFocus(() => super._leave());
        this._lineUp(room);
    }
    // Do what may take the window off the page; the focus, if it was inside or on nothing, goes to
    // where it was before.
    _returnFocus(change) {
        const focused = document.activeElement, shown = this.element.isConnected;
        const held = !focused || focused === document.body || this.element.contains(focused);
        change();
        if (held && shown && !this.element.isConnected) this._returnTo?.focus();
    }
    // Minimized windows stand in a row along the bottom.
    _lineUp(room = this.element.parentElement) {
        const minimized =
            [...(this.element.parentElement ||
                room)?.querySelectorAll(":scope > .lw-window[data-state=minimized]") || []];
        minimized.forEach((node, index) => node.style.setProperty("--lw-slot", index));
    }
}

class Page extends Window {
    constructor() { super(element("section", { class: "lw-page" })); }
}

class Dialog extends TopLevel {
    static shown = new Set();
    static entered = null;                              // what the one shown last gave the focus
    // A key that nothing else had a use for goes to the dialog it is meant for: the focus may be on
    // nothing, as after a press on a text. One press of a key acts on one layer: what did something
    // has prevented the default.
    static onKey(event) {
        if (!["Enter", "Escape"].includes(event.key) && !isTab(event)) return;
        const order = dialog => Number(dialog.element.style.zIndex);
        const shown = [...Dialog.shown].sort((one, other) => order(one) - order(other));
        const modal = shown.filter(dialog => dialog._modal).pop();
        const own = shown.find(dialog => dialog.element.contains(event.target));
        (shown.indexOf(own) > shown.indexOf(modal) ? own : modal)?._onDialogKey(event);
    }
    constructor(options = {}) {
        super(options);
        this.element.classList.remove("lw-filling");
        this.element.classList.add("lw-dialog");
        this.element.setAttribute("role", "dialog");
        this._shade = element("div", { class: "lw-shade", hidden: true });
        this._modal = false;
        this.element.tabIndex = -1;             // a press on a text in it keeps the focus inside
        new MutationObserver(() => this._tellPurpose())
            .observe(this._body, { childList: true, subtree: true });
        this._shade.addEventListener("mousedown", event => event.preventDefault());
        this.element.addEventListener("click", event => {
            if (this._primary()?.contains(event.target) && this._showRefused())
                event.stopPropagation();
        }, true);
    }
    // However large a program wants it, it leaves the edges of the page free.
    _lengthOf(size) { return size === null ? "" : `min(${size}px, 100% - 24px)`; }
    _slot(child) {
        child.outer.classList.toggle("lw-dialog-buttons", child !== this._entries[0][0]);
        return child.outer;
    }
    _clearSlot(node) { node.classList.remove("lw-dialog-buttons"); }
    set_visible(tf) {
        const shown = this.element.isConnected;
        super.set_visible(tf);
        if (tf) Dialog.shown.add(this);
        else Dialog.shown.delete(this);
        this._blockOthers(tf && this._modal);
        if (!tf || shown) return;
        this._isStale = true;
        this._center();
        const [first] = this._stops(this._body).filter(one => !one.closest(".lw-dialog-buttons"));
        Dialog.entered = first || this._primary() || this._stops(this._body)[0] || this._bar ||
            this.element;
        Dialog.entered.focus();
    }
    // Its first text says what it is for.
    _tellPurpose() {
        const text = this._body.querySelector(":scope > .lw-box > .lw-label:first-child");
        if (text) text.id ||= "lw-" + text.dataset.wid;
        setAttributes(this.element, { "aria-describedby": text && text.id });
    }
    _primary() {
        return this._body.querySelector(":scope > .lw-dialog-buttons > " +
            ":is([data-kind=primary], [data-kind=danger]):last-child");
    }
    set_position(x, y) {
        this._placed = true;
        super.set_position(x, y);
    }
    // Where it was told to be, else in the middle, as far as all of it can be seen there.
    _center() {
        const { parentElement: room, offsetWidth: wide, offsetHeight: tall } = this.element;
        const across = room.clientWidth - wide, down = room.clientHeight - tall;
        const [x, y] = this._placed ? this._place : [across / 2, down / 3];
        super.set_position(Math.max(0, Math.min(x, across)), Math.max(0, Math.min(y, down)));
    }
    _laidOut(...sizes) {
        super._laidOut(...sizes);
        if (!this._placed && this.element.isConnected) this._center();
    }
    set_modal(tf) {
        this._modal = tf;
        this.element.setAttribute("aria-modal", tf);
        this._blockOthers(tf && this.element.isConnected);
    }
    _blockOthers(tf) {
        this._shade.hidden = !tf;
        if (tf) {
            this.element.before(this._shade);
            this._shade.style.zIndex = this.element.style.zIndex;
        } else this._shade.remove();
    }
    set_stacking(order) {
        super.set_stacking(order);
        this._shade.style.zIndex = this.element.style.zIndex;
    }
    _leave() {
        Dialog.shown.delete(this);
        this._shade.remove();
        super._leave();
    }
    _stops(root, more = "") {
        const stops = "button, input, textarea, select, [tabindex='0']" + more;
        return [...root.querySelectorAll(stops)].filter(one => !one.disabled &&
            one.tabIndex >= 0 && !one.closest("[inert]") && one.getClientRects().length);
    }
    // The X and Escape hide it here and at once, also while Python is busy or out of reach; only a
    // handler of "close" that Python told of decides by itself.
    _close() {
        if (this._persistent) return;
        if (this._listened.has("close")) return super._close();
        this.set_visible(false);
        this.userState("set_visible", [false], "close", []);
    }
    // Escape closes; Enter presses the primary button, if what has the focus has no use for it; Tab
    // stays inside while the dialog is modal.
    _onDialogKey(event) {
        this._isStale &&= event.repeat;         // held down since before it was shown
        if (this._isStale) return event.preventDefault();
        if (event.key === "Escape") {
            event.preventDefault();
            if (!event.repeat) this._close();   // a key held down closes one dialog
        } else if (isTab(event)) {
            if (this._modal) this._keepTabInside(event);
        } else if (!event.repeat &&
            !event.target.closest("button, a, summary, textarea, select, .lw-data")) {
            const primary = this._primary();
            if (primary && !primary.disabled) event.preventDefault();
            primary?.click();
        }
    }
    set_persistent(tf) {
        this._persistent = tf;
        if (this._bar) this._bar.lastChild.hidden = tf;
    }
    _keepTabInside(event) {
        const all = this._stops(this.element, ", a[href], summary"), last = all.length - 1;
        const focused = document.activeElement;
        const inside = focused !== this.element && this.element.contains(focused);
        if (inside && focused !== all[event.shiftKey ? 0 : last]) return;
        event.preventDefault();
        all[event.shiftKey ? last : 0]?.focus();
    }
}
onKeys(document, event => Dialog.onKey(event));
// A phone that is turned, or a smaller window, leaves no question beyond the edge.
addEventListener("resize", () => Dialog.shown.forEach(one => one._center()));

class Button extends Widget {
    static acts = true;
    static shape = element("button", { type: "button", class: "lw-button" }, element("span"));
    constructor(text = "") {
        // quicker than to build it, and pages have many
        super(Button.shape.cloneNode(true));
        this._text = this.element.firstChild;
        this.element.addEventListener("click", () => {
            if (!this.element.ariaBusy) this.emit("activated");
        });
        if (text) this.set_text(text);
    }
    set_text(text) { showText(this._text, text); }
    set_icon(source, size) {
        this._image ||= this.element.insertBefore(element("img", { alt: "", hidden: true }),
            this._text);
        this._showImage(this._image, source, size || []);
    }
    set_kind(kind) { this.element.dataset.kind = kind || ""; }
    // It keeps the focus, which it would lose if it were disabled.
    set_busy(tf) {
        this._busy = tf;
        const works = tf || this.element.classList.contains("lw-busy");     // see mark_busy()
        setAttributes(this.element, { "aria-busy": works && "true",
            "aria-disabled": tf && "true" });
    }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_hover(bg, fg) {
        this.element.classList.toggle("lw-own-hover", Boolean(bg || fg));
        this.element.style.setProperty("--lw-hover-bg", bg || "");
        this.element.style.setProperty("--lw-hover-fg", fg || "");
    }
}

// What CheckBox and RadioButton share: a label around a native input.
class Checkable extends Field {
    static held = ["set_state"];
    static role = null;                                 // of its input, if another than the type's
    constructor(type, text) {
        const input = element("input", { type, role: new.target.role }), shown = element("span");
        super(element("label", { class: "lw-check" }, input, shown));
        this._input = input;
        this._text = shown;
        this._input.addEventListener("change",
            () => this.userState("set_state", [this._input.checked], "activated"));
        this.set_text(text ?? "");
    }
    _isCalledFromAround() { return !this._text.textContent; }
    set_text(text) {
        showText(this._text, text);
        this._takeName();
    }
    set_state(tf) { this._input.checked = tf; }
}

class CheckBox extends Checkable {
    constructor(text = "") { super("checkbox", text); }
}

class Switch extends Checkable {
    static role = "switch";
    constructor(text = "") {
        super("checkbox", text);
        this.element.classList.add("lw-switch");
    }
}

class RadioButton extends Checkable {
    constructor(text = "") { super("radio", text); }
    set_group(number) { this._input.name = "lw-group-" + number; }
    // A choice made here that Python has not answered stays: a browser clears it for another.
    set_state(tf) {
        const chosen = tf && this.element.getRootNode()
            .querySelector(`[name="${this._input.name}"]:checked`);
        super.set_state(tf);
        const wid = chosen && this.session?._widgetOf(chosen)?.wid;
        if (wid && this.session.isPending(wid, "set_state")) chosen.checked = true;
    }
}

class Label extends Widget {
    static shape = element("div", { class: "lw-label" }, element("span"));
    constructor(text = "", { interactive = false } = {}) {
        super(Label.shape.cloneNode(true));
        this._text = this.element.firstChild;
        if (interactive) this._makeInteractive();
        if (text) this.set_text(text);
    }
    set_menu(wid) { this._bindMenu(wid); }
    set_text(text) { showText(this._text, text); }
    _named() { return null; }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_halign(align) { this.element.style.textAlign = textSide(align); }
    set_valign(align) { this.element.style.alignContent =
        { top: "start", center: "center", bottom: "end" }[align]; }
}

class Link extends Widget {
    constructor(text = "") {
        super(element("a", { class: "lw-link", dir: "auto" }));
        this.set_text(text);
        this.element.addEventListener("click", event => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
            event.preventDefault();
            this.session.navigate(new URL(this.element.href));
        });
    }
    set_text(text) { showText(this.element, text); }
    set_path(path) {
        const url = new URL("." + path, ROOT), isShown = url.pathname === this.session.url.pathname;
        setAttributes(this.element, { href: url.href, "aria-current": isShown ? "page" : null });
    }
}

class Spinner extends Widget {
    static usualName = "Working";
    constructor(text = "") {
        super(element("div", { class: "lw-spinner", role: "status" }));
        this._text = element("span");
        this.element.append(element("i"), this._text);
        this.set_text(text);
    }
    set_text(text) {
        showText(this._text, text);
        this._call(text);
    }
}

// A text that Python and other browsers edit at the same time. The field shows _base, the text as
// Python last told it, with two runs of splices on top: _sent, which is on its way to Python, and
// _unsent. What others change is moved through both, so that nobody's typing is lost and everybody
// ends with Python's text.
class SharedText extends TypedField {
    static isField = true;
    static acts = false;
    constructor(root, input) {
        super(root);
        this._input = input;
        this._base = "";
        this._sent = [];                                // {n, splice}: the message that each is in
        this._unsent = [];
        // [{change, until}] that wait: splices or a function, and the change that they lead to
        this._held = [];
        this._resting = null;                           // a timer, after a change that took long
        this._seq = this._heldFrom = 0;                 // the last change in _base, or before _held
        const typed = event => {
            const was = this._composing;
            // browsers do not tell of the end where the value is set
            this._composing = event.type === "compositionstart" ||
                was && /Comp|del/.test(event.inputType);
            if (this._composing) return;
            this._typed();
            if (was) this._catchUp();
        };
        for (const type of ["input", "change", "compositionstart", "compositionend"])
            input.addEventListener(type, typed);
    }
    get isSecret() { return Boolean(this._secret); }
    _heldText() {
        const ours = [...this._sent.map(one => one.splice), ...this._unsent];
        return ours.reduce(applySplice, this._base);
    }
    set_text(text) {
        const applied = this.session ? this.session.applied : 0;
        this._orLater(() => {
            while (this._sent.length && this._sent[0].n <= applied) {   // the whole text has it
                this._base = applySplice(this._base, this._sent.shift().splice);
            }
            this._change([textSplice(this._base, text)]);
        });
    }
    _edit(name, splices) { this._orLater(splices); }
    // What others change waits while an input method composes, and while a field rests (_rest).
    _orLater(change) {
        if (!this._held.length) this._heldFrom = this._baseSeq();
        this._held.push({ change, until: this.session ? this.session.arriving : 0 });
        if (!this._composing && !this._resting) this._catchUp();
    }
    // The change that _base is of, which the next edit builds on.
    _baseSeq() {
        return this._held.length ? this._heldFrom : Math.max(this._seq, this.session?.seq || 0);
    }
    _catchUp() {
        clearTimeout(this._resting);
        this._resting = null;
        const held = this._held.splice(0);
        let run = [];
        const make = () => {
            if (run.length) this._change(joinSplices(run));
            run = [];
        };
        for (const { change, until } of held) {
            if (Array.isArray(change)) run = run.concat(change);
            else {
                make();
                change();
            }
            this._seq = until;
        }
        make();
        this._show();
    }
    // A change took so many ms: four times as long belongs to the rest of the page.
    _rest(ms) {
        if (ms < RESTLESS_MS) return;
        this._resting = setTimeout(() => {
            this._catchUp();
            if (this.session) this._settle();
        }, 4 * ms);
    }
    _show() { /* the changes are made: draw them */ }
    _change(splices) {
        for (let splice of splices) {
            const before = this._base;
            this._base = applySplice(before, splice);
            const author = splice[3];
            if (author !== undefined && author === this.session?.number && this._sent.length) {
                const ours = this._sent.shift().splice; // back, as a rule just as we hold it
                if (ours[0] === splice[0] && ours[1] === splice[1] && ours[2] === splice[2])
                    continue;
                splice = textSplice(applySplice(before, ours), this._base);
            }
            const [ours, moved] = crossSplices(this._sent.map(one => one.splice), [splice]);
            const [rest, shown] = crossSplices(this._unsent, moved);
            ours.forEach((one, index) => { this._sent[index].splice = one; });
            this._unsent = rest;
            this._splice(shown[0]);
        }
    }
    // After each batch: an edit that Python has processed has arrived, even if it was refused.
    _settle() {
        if (this._composing || this._held.length) return;
        this._sent = this._sent.filter(one => one.n > this.session.applied);
        if (this._sent.length) return;
        this.session._inFlight.delete(this);
        this._sendLater();
    }
    _leave() {
        if (this.session) this.session._inFlight.delete(this);
        super._leave();
    }
    _keep(splice) {
        const last = this._unsent[this._unsent.length - 1];
        if (splice[1] || splice[2]) {
            if (last && !splice[1] && splice[0] === last[0] + points(last[2]).length)
                last[2] += splice[2];
            else this._unsent.push(splice);
        }
        this.session?._untold.add(this);
        this._sendLater();
    }
    // While an edit is on its way, what is typed waits for it, unless something else is to be sent.
    _sendLater() {
        if (this._sending || !this.session || !this._unsent.length) return;
        this._sending = setTimeout(() => {
            this._sending = null;
            if (!this._sent.length && !this._composing) this._sendTyped();
        }, TYPING_MS);
    }
    // The text alone: "modified" is told once typing has stopped.
    _sendTyped() {
        this._goesOn = true;
        this.session.flush();
        this._goesOn = false;
    }
    _flush() {
        const splices = this._unsent;
        this._unsent = [];
        if (!splices.length) return;
        this._sent.push(...this.session.edit(this.wid, "set_text", this._baseSeq(), splices));
        this.session._inFlight.add(this);
    }
    // Tell Python of an action; the text as such it has by then.
    _tell(action, state) {
        clearTimeout(this._stopped);
        // Python takes it when it is open again, which may be soon
        this._stopped = action === "modified" && this._isShut() &&
            setTimeout(() => this._tell(action, state), 1000);
        if (this._stopped) return;
        this.emit(action, action ? [this._input.value] : [], state, []);
    }
    set_editable(tf) {
        this._fixed = !tf;
        this._takeLock();
    }
    // It can be scrolled and copied still.
    _takeLock() {
        super._takeLock();
        this._input.readOnly = this._fixed || this.session?.role === "viewer";
    }
}

// A text that is edited in a field of the browser's own.
class TextInput extends SharedText {
    constructor(root, input) {
        super(root, input);
        this._shown = "";                               // what the field held when we last looked
        this._next = null;                              // of the field: {text, selection, splices}
        // splices that take back, or make again, what was typed; a browser forgets its own whenever
        // the program changes the text
        this._undo = [];
        this._redo = [];
        this._typedAt = 0;
        onKeys(input, event => {
            const key = signOf(event).toLowerCase(), redo = key === "y" || event.shiftKey;
            if (!(event.ctrlKey || event.metaKey) || event.altKey ||
                key !== "z" && key !== "y") return;
            event.preventDefault();
            this._step(redo);
        });
        input.addEventListener("beforeinput", event => {
            if (!/^history/.test(event.inputType)) return;
            event.preventDefault();
            this._step(event.inputType === "historyRedo");
        });
    }
    _step(redo) {
        if (this._input.readOnly) return;
        const input = this._input, [from, to] = redo ? [this._redo, this._undo]
            : [this._undo, this._redo];
        let splice = from.pop();
        while (splice && !splice[1] && !splice[2]) splice = from.pop();
        if (!splice) return;
        const text = this._shown, [start, end] = spliceUnits(text, splice[0], splice[1]);
        to.push([splice[0], countPoints(splice[2]), text.slice(start, end)]);
        input.value = applySplice(text, splice);
        input.setSelectionRange(start + splice[2].length, start + splice[2].length);
        this._typedAt = 0;
        this._took(splice);
    }
    // Remember how to take back what was typed: what is written or deleted in one go, at once.
    _remember([start, remove, insert]) {
        const now = performance.now(), last = now - this._typedAt < UNDO_MS && this._undo.at(-1);
        const [from, to] = spliceUnits(this._shown, start, remove);
        const gone = this._shown.slice(from, to), size = countPoints(insert);
        this._redo = [];
        this._typedAt = now;
        if (last && !remove && !last[2] && last[0] + last[1] === start) last[1] += size;
        else if (last && !insert && !last[1] && last[0] === start + remove) {
            last[0] = start;
            last[2] = gone + last[2];
        } else this._undo.push([start, size, gone]);
        if (this._undo.length > MAX_UNDO) this._undo.shift();
    }
    _splice(splice) {
        const [start, remove, insert] = splice;
        for (const list of [this._undo, this._redo])
            if (list.length) list.splice(0, list.length,
                ...crossSplices(list.slice().reverse(), [splice])[0].reverse());
        const next = this._next ||= this._look();
        const [from, to] = spliceUnits(next.text, start, remove);
        const more = insert.length - (to - from);
        if (from === to && !insert) return;
        next.text = next.text.slice(0, from) + insert + next.text.slice(to);
        next.selection = next.selection.map(at => {
            if (at < from || at === from && remove) return at;
            return at < to ? from + insert.length : at + more;
        });
        next.splices.push([from, to, insert]);
    }
    _look() {
        const { value, selectionStart, selectionEnd, selectionDirection: way } = this._input;
        return { text: value, selection: [selectionStart, selectionEnd], way, splices: [] };
    }
    // Change the field, once for all splices of a batch: setting and scrolling it lays all of its
    // text out. Caret, selection and scroll stay where they are in the text.
    _show() {
        const next = this._next, input = this._input;
        this._next = null;
        if (!next || !next.splices.length) return;
        const scrolled = this._scrolled(next), began = performance.now();
        input.value = this._shown = next.text;
        if (document.activeElement === input)
            input.setSelectionRange(...next.selection, next.way);
        [input.scrollLeft, input.scrollTop] = scrolled;
        this._rest(performance.now() - began);
    }
    _scrolled() { return [this._input.scrollLeft, this._input.scrollTop]; }
    _typed() {
        const value = this._input.value, splice = textSplice(this._shown, value);
        if (value === this._shown) return;
        this._remember(splice);
        this._took(splice);
    }
    // Typing has stopped where something else is done next, or its page goes.
    _flush() {
        super._flush();
        if (!this._stopped) return;
        if (this._goesOn) this.session._untold.add(this);
        else this._tell("modified");
    }
    _took(splice) {
        this._shown = this._input.value;
        this._keep(splice);
        clearTimeout(this._stopped);
        this._stopped = setTimeout(() => this._tell("modified"), MODIFIED_MS);
    }
}

class TextEntry extends TextInput {
    constructor(text = "", { linehistory = 1, password = false } = {}) {
        const input = element("input",
            { type: password ? "password" : "text", class: "lw-input", spellcheck: "false",
                autocomplete: password ? "current-password" : "off" });
        super(password ? element("div", { class: "lw-password" }, input, eyeButton(input)) : input,
            input);
        this._secret = password;
        this._lines = [];
        this._limit = linehistory;
        this._at = null;
        onKeys(input, event => {
            // a form or a dialog may act on it, too
            if (event.key === "Enter") return this._enter();
            const step = { ArrowUp: -1, ArrowDown: 1 }[event.key], { _lines: lines } = this;
            const plain = !(event.shiftKey || event.ctrlKey || event.altKey || event.metaKey);
            if (!step || !plain || !lines.length || input.readOnly) return;
            event.preventDefault();
            this._walk(step);
        });
        this.set_text(text ?? "");
    }
    _enter() {
        const line = this._input.value;
        this._at = null;
        let state;
        if (line && this._limit && !this._secret) {
            this._lines = [...this._lines.filter(one => one !== line), line].slice(-this._limit);
            state = { set_history: [this._fitting()] };
        }
        this._tell("activated", state);
    }
    // The newest lines that fit into a message; what was entered Python has by its edits.
    _fitting() {
        let room = (this.session?._limits.message ?? Infinity) - 1000;
        return [...this._lines].reverse().filter(line => {
            const left = room - jsonBytes(line) - 1;
            if (left >= 0) room = left;
            return left >= 0;
        }).reverse();
    }
    _walk(step) {
        if (this._at === null) this._draft = this._input.value;
        this._at = clamp((this._at ?? this._lines.length) + step, 0, this._lines.length);
        this._input.value = this._at === this._lines.length ? this._draft : this._lines[this._at];
        this._typed();
    }
    set_history(entries) { this._lines = entries; }
    set_autocomplete(word) { this._input.autocomplete = word; }
    set_length(characters) { this.outer.style.width = `calc(${characters}ch + 1.75em)`; }
}

class PasswordEntry extends TextEntry {
}

class SearchEntry extends TextEntry {
    constructor(text = "", options = {}) {
        super(text, options);
        this._input.classList.add("lw-search");
        this._input.type = this._input.enterKeyHint = "search";
        onKeys(this._input, event => {                  // not what it is in, at the same time
            if (event.key !== "Escape" || !this._input.value || this._input.readOnly) return;
            event.preventDefault();
            this._input.value = "";
            this._typed();
        });
    }
}

// Tell Python where a user scrolled to, a moment after it stopped, as fractions; and scroll to such
// fractions.
const scrolling = {
    watch(widget, node) {
        let timer;
        node.addEventListener("scroll", () => {
            clearTimeout(timer);
            timer = setTimeout(() => {
                if (!node.getClientRects().length) return;      // hidden meanwhile
                widget._scrolls = node;
                const place = scrolling.place(node);
                if (String(place) !== String(widget._scrolledTo)) {
                    widget._scrolledTo = place;
                    widget.userState("set_scroll_position", place, "scrolled");
                }
            }, SCROLLED_MS);
        }, { passive: true });
    },
    place(node) {
        const part = (at, whole, seen) => whole > seen ? clamp(at / (whole - seen), 0, 1) : 0;
        const across = node.scrollLeft - scrolling.leftEnd(node);
        return [part(across, node.scrollWidth, node.clientWidth),
            part(node.scrollTop, node.scrollHeight, node.clientHeight)];
    },
    // Where a page is read from the right, that is where it begins.
    leftEnd(node) {
        return getComputedStyle(node).direction === "rtl" ? node.clientWidth - node.scrollWidth : 0;
    },
    go(node, h, v) {
        node.scrollLeft = scrolling.leftEnd(node) + h * (node.scrollWidth - node.clientWidth);
        node.scrollTop = v * (node.scrollHeight - node.clientHeight);
    },
    set(widget, node, h, v) {
        scrolling.hold(widget, () => {
            scrolling.go(node, h, v);
            widget._scrolls = node;
            widget._scrolledTo = scrolling.place(node);
        });
    },
    // Scroll in a widget now, and when what came in the same batch is laid out, unless a person
    // goes on first.
    hold(widget, go) {
        go();
        widget._going?.abort();                 // a hidden page draws no frame that ends it
        const over = widget._going = new AbortController(), { signal } = over;
        requestAnimationFrame(() => {
            if (!signal.aborted) go();
            over.abort();
        });
        for (const type of ["wheel", "pointerdown", "touchmove", "keydown"])
            addEventListener(type, ({ target }) => {
                if (widget.element.contains(target)) over.abort();
            }, { capture: true, passive: true, signal });
    },
};

// What number inputs share: limits, a step, decimals.
class Range extends Field {
    static held = ["set_value", "set_limits", "set_decimals"];
    static isField = true;
    constructor(root, options) {
        super(root);
        this._float = options.dtype === "float";
        Object.assign(this, { _min: 0, _max: 100, _step: 1, _value: 0, _decimals: null });
    }
    _startRange(options, min, max, value) {
        this.set_limits(options.min ?? min, options.max ?? max, options.step ?? 1);
        this.set_decimals(options.decimals ?? null);
        this.set_value(options.value ?? value);
    }
    _fit(value) {
        const from = Number.isFinite(this._min) ? this._min : 0;
        const stepped = from + Math.round((value - from) / this._step) * this._step;
        const fitted = clamp(stepped, this._min, this._max);
        return this._float ? Number(fitted.toPrecision(12)) : Math.round(fitted);
    }
    _format(value) {
        if (!this._float) return String(value);
        const [digits, power = 0] = String(this._step).split("e-");
        return value.toFixed(this._decimals ?? Number(power) + (digits.split(".")[1] || "").length);
    }
    _change(value) {
        const same = value === this._value && value === this._told &&
            !this.session?.isOvertaken(this, "set_value");
        this.set_value(value);                  // in the place of what is typed, too
        if (!same) this.userState("set_value", [value], "activated");
    }
    _drag(value) {
        if (this._track) return this._change(value);
        this._draw(value);
        this.session?._untold.add(this);
    }
    // Something else happens while a thumb is held or a number typed: Python knows it by then,
    // though it may not be finished.
    _flush(value = this._drawn) {
        if (value !== this._told) this.userState("set_value", [this._told = value]);
    }
    _onWheel(event) {
        if (document.activeElement !== this._input || !event.deltaY || event.ctrlKey) return;
        event.preventDefault();
        this._go(-Math.sign(event.deltaY));
    }
    _go(steps) { this._change(this._fit(this._value + steps * this._step)); }
    set_limits(min, max, step) { Object.assign(this, { _min: min, _max: max, _step: step }); }
    set_decimals(number) {
        this._decimals = number;
        this.set_value(this._value);
    }
}

class Slider extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-slider", "data-orientation": options.orientation ||
            "horizontal", "data-value": options.show_value_position || "r" }), options);
        this._input =
            element("input",
                { type: "range", "aria-orientation": options.orientation || "horizontal" });
        this._output = element("output", { "aria-live": "off", hidden: !options.show_value });
        if (options.orientation === "vertical" && !(Slider.upright ??= hasUprightSliders()))
            this.element.dataset.orientation = "turned";
        this.element.append(this._input, this._output);
        this._track = Boolean(options.track);
        this._input.addEventListener("input", () => this._drag(this._read()));
        this._input.addEventListener("change", () => this._change(this._read()));
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._startRange(options, 0, 100, 50);
    }
    _read() { return this._float ? this._input.valueAsNumber
        : Math.round(this._input.valueAsNumber); }
    _draw(value) {
        this._drawn = value;
        this._output.textContent = this._format(value);
        this._input.style.setProperty("--lw-done",
            (value - this._min) / (this._max - this._min) * 100 + "%");
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        Object.assign(this._input, { min, max, step });
        this._output.style.minWidth = Math.max(this._format(min).length, this._format(max).length) +
            "ch";
        this.set_value(this._value);            // a browser keeps it in the limits before
    }
    set_value(value) {
        this._value = this._told = value;
        this._input.value = value;
        this._draw(value);
    }
    set_tracking(track) { this._track = track; }
}

class ProgressBar extends Widget {
    static usualName = "Progress";
    constructor() {
        super(element("div", { class: "lw-progress", role: "progressbar", "aria-valuemin": 0,
            "aria-valuemax": 100 }));
        this._bar = element("div", { class: "lw-progress-bar" });
        this._text = element("span");
        this.element.append(element("div", {}, this._bar), this._text);
        this.set_value(0);
    }
    set_value(value) {
        const percent = Math.round(value * 100);
        this._bar.style.width = value * 100 + "%";
        this._text.textContent = percent + "%";
        this.element.setAttribute("aria-valuenow", percent);
    }
}

class Image extends Widget {
    constructor(url = null, { interactive = false, use_animation_frame = false } = {}) {
        super(element("div", { class: "lw-image" }));
        this._image = element("img", { alt: "", draggable: "false", hidden: true });
        if (use_animation_frame) this._canvas = element("canvas");
        this.element.append(this._canvas || this._image);
        this._image.addEventListener("load", () => {
            this._tell("");
            if (this._canvas) this._flip();
        });
        this._image.addEventListener("error", () => {
            this._tell("the picture cannot be shown");
            this.emit("error", [this._fault]);
        });
        if (interactive) this._makeInteractive();
        if (url) this.set_image(url);
    }
    set_image(source) {
        this._showImage(this._image, source);
        if (this._canvas && !source) this._flip();      // which empties it
    }
    _named() { return this._canvas || this._image; }
    // A browser draws the text in place of a picture that it cannot show, but in no canvas.
    _tell(fault) {
        this._fault = fault;
        this._image.alt = this._alt || fault;
        const shown = fault || !this._canvas ? this._image : this._canvas;
        if (shown.parentNode !== this.element) this.element.replaceChildren(shown);
    }
    _flip() {
        if (this._flipping) return;
        this._flipping = requestAnimationFrame(() => {
            this._flipping = null;
            this._canvas.width = this._image.naturalWidth;
            this._canvas.height = this._image.naturalHeight;
            if (this._canvas.width) this._canvas.getContext("2d").drawImage(this._image, 0, 0);
        });
    }
    set_alternative(text) {
        this._alt = text;
        this._image.alt = text || this._fault || "";
        if (!this._canvas) return;
        this._canvas.setAttribute("role", "img");
        this._call(text);
    }
}

// Let a press, a tap, Enter, Space or ArrowDown on an element open a menu below it; a press of the
// mouse that ends on an entry chooses it. A finger that moves on scrolls, and opens nothing.
// Returns a function that undoes it.
function openMenuFrom(opener, menuOf, keys = {}) {
    const open = () => {
        const menu = menuOf(), box = opener.getBoundingClientRect();
        if (!menu) return;
        opener.setAttribute("aria-expanded", "true");
        menu._open(isRtl() ? box.right : box.left, box.bottom,
            { returnTo: opener, keys,
                closed: () => opener.setAttribute("aria-expanded", "false") });
    };
    const toggle = () => {
        opener.focus();
        const menu = menuOf();
        if (menu?.element.isConnected) return menu._close();
        open();
    };
    let pressed = null;                                 // whose click is done with
    const press = event => {
        pressed = event.pointerType === "mouse" ? event : null;
        if (!pressed) return;
        event.preventDefault();
        toggle();
        document.addEventListener("pointerup", release => {
            setTimeout(() => { if (pressed === event) pressed = null; });
            const item = release.target.closest?.(".lw-menu [role^=menuitem]");
            if (item) item.click();
        }, { once: true });
    };
    const click = () => { if (!pressed) toggle(); };
    const key = event => {
        if (!["Enter", " ", "ArrowDown"].includes(event.key) || event.target !== opener) return;
        event.preventDefault();
        if (!event.repeat) open();
    };
    const menuKey = event => event.preventDefault();
    setAttributes(opener, { "aria-haspopup": "menu", "aria-expanded": "false",
        role: opener.getAttribute("role") || "button" });
    const { tabIndex } = opener;
    if (tabIndex < 0) opener.tabIndex = 0;
    const over = new AbortController(), { signal } = over;
    for (const [type, listener] of [["pointerdown", press], ["click", click],
        ["contextmenu", menuKey]]) opener.addEventListener(type, listener, { signal });
    onKeys(opener, key, { signal });
    opener.openMenu = open;
    return () => {
        over.abort();
        for (const name of ["aria-haspopup", "aria-expanded", "role"]) opener.removeAttribute(name);
        if (tabIndex < 0) opener.removeAttribute("tabindex");
    };
}

// The second press of a double click, whose first closed what lay over others, is not for what lay
// below.
let lastPress = {};
for (const type of ["pointerdown", "pointerup", "mousedown", "click", "dblclick"])
    addEventListener(type, event => {
        const { target, clientX: x, clientY: y, timeStamp: at } = event, last = lastPress;
        if (type === "pointerdown") {
            const note = target.closest(".lw-toast, .lw-banner");   // people close one by one
            const second = !note && last.over?.getClientRects().length === 0 && at - last.at < 500
                && Math.hypot(x - last.x, y - last.y) < 5;
            const over = second ? last.over
                : note || target.closest(".lw-menu, .lw-options, .lw-window");
            lastPress = { over, second, x, y, at };
        }
        if (!lastPress.second || !event.detail && type === "click") return;
        event.preventDefault();
        event.stopImmediatePropagation();
    }, true);

// `python test_livewidget.py --embed` writes the names in `catalogue`, in LARGE and in what
// makeLargeWidgets returns: the classes of these two parts that Python has too.
const catalogue = {
    Box, VBox, Card, JobView, Form, HBox, AppBar, Sidebar, ButtonBox, FixedLayout, Frame, Separator,
    Expander, TopLevel, Page, Dialog, Button, CheckBox, Switch, RadioButton, Label, Link, Spinner,
    TextEntry, PasswordEntry, SearchEntry, Slider, ProgressBar, Image,
};
const LARGE = new Set([
    "TabWidget", "StackWidget", "ScrollBar", "AbstractScrollArea", "ScrollArea", "Toast", "GridBox",
    "ComboBox", "Splitter", "MDISubWindow", "MDIWidget", "TextEntrySet", "ColorDialog", "HtmlView",
    "TextSource", "CodeView", "Dial", "VideoWidget", "Canvas", "ColorWidget", "Shortcut", "Metric",
    "StatusBar", "DownloadButton", "ToggleButton", "Badge", "RadioGroup", "SegmentedButton",
    "RangeSlider", "TextArea", "MenuAction", "Menu", "ExternalWidget", "FileDialog",
    "ToolBarAction", "ToolBar", "MenuBar", "SpinBox", "NumberEntry", "DateEntry", "DateRange",
    "TimeEntry", "DateTimeEntry", "MultiSelect", "FileUpload", "Markdown", "ChatMessage",
    "ChatView", "JsonView", "DiffView", "TreeView", "TableView", "LogView", "Chart",
]);                                    // section 8

//@part large
// 8. Large widgets: an application's page loads them when it first has one ////////////////////////
// Python serves this part as a script of its own, which is given the names that it uses (`tools` in
// section 12). Classes stand at the margin, as everywhere.

const makeLargeWidgets =
    ({ element, showText, shownPart, px, clamp, icon, iconButton, ICONS, copyText,
    onDrag, onKeys, isTab, setAttributes, points, hasPairs, joined, joinSplices,
    unitsAt, countPoints, textSplice, scrolling, SharedText, Widget, Container, Field, SingleChild,
    TypedField, TYPING_MS, STEP_PX, SCROLLED_MS, Range, Button, Checkable, RadioButton, Separator,
    Dialog, TextEntry, TopLevel, VBox, parseMarkup, placeInOrder, showLocked, menuItem, showMenu,
    openMenuFrom, TextInput, eyeButton, textButton, isRtl, readingKey, showTip, copyOrTell,
    isChord, signOf, keepFocus, takeOff, popupMenu, textSide, textOn, themeOn, editText,
    backOff }) => {

const MAX_SPACE_PX = 8e6;               // tallest element; browsers end at 17 to 33 million px
const PRINTED_ROWS = 500;               // rows and lines of a table or source that paper shows
const REST_MS = 1000;                   // a table that did not change so long is at rest
const SHUT_MS = 5000;                   // a cell's edit waits so long for a table that was disabled
const MAX_WAIT_MS = 2 ** 31 - 1;        // setTimeout fires at once for more
const readingStep = dx => isRtl() ? -dx : dx;

document.head.append(element("style", {}, `
.lw-tabs { display: flex; flex-direction: column; min-height: 0; min-width: 0; }
.lw-tabs[data-position=bottom] { flex-direction: column-reverse; }
.lw-tabs[data-position=left] { flex-direction: row; } .lw-tabs[data-position=right] {
    flex-direction: row-reverse; }
.lw-tabs[data-position=none] > .lw-tab-list { display: none; }
.lw-tab-list { display: flex; gap: 2px; flex: none; overflow: auto hidden; scrollbar-width: none;
    padding: 3px 0 0; border-bottom: 1px solid var(--lw-line); }
[data-position=bottom] > .lw-tab-list { border-bottom: 0; border-top: 1px solid var(--lw-line);
    padding: 0 0 3px; }
:is([data-position=left], [data-position=right]) > .lw-tab-list { flex-direction: column;
    overflow: hidden auto; border: 0 solid var(--lw-line); padding: 0; }
[data-position=left] > .lw-tab-list { border-inline-end-width: 1px; }
[data-position=right] > .lw-tab-list { border-inline-start-width: 1px; }
.lw-tab { display: flex; align-items: center; gap: 4px; padding: 7px 14px;
    border-radius: var(--lw-radius) var(--lw-radius) 0 0; color: var(--lw-muted);
    font-weight: 500; white-space: nowrap; cursor: default; touch-action: pan-x pan-y; }
.lw-reorderable[aria-selected=true] { touch-action: none; }
[data-position=bottom] > .lw-tab-list > .lw-tab {
    border-radius: 0 0 var(--lw-radius) var(--lw-radius); }
[data-position=left] > .lw-tab-list > .lw-tab {
    border-end-end-radius: 0; border-start-end-radius: 0;
    border-end-start-radius: var(--lw-radius); border-inline-end: 2px solid transparent; }
[data-position=right] > .lw-tab-list > .lw-tab {
    border-start-start-radius: 0; border-end-end-radius: var(--lw-radius);
    border-inline-start: 2px solid transparent; }
.lw-tab:hover { background: var(--lw-hover); color: var(--lw-text); }
.lw-tab[aria-selected=true] { color: var(--lw-text); box-shadow: inset 0 -2px var(--lw-accent); }
[data-position=bottom] > .lw-tab-list > .lw-tab[aria-selected=true] {
    box-shadow: inset 0 2px var(--lw-accent); }
:is([data-position=left], [data-position=right]) > .lw-tab-list > .lw-tab[aria-selected=true] {
    border-color: var(--lw-accent); box-shadow: none; }
.lw-tab:focus-visible { outline-offset: -2px; }
.lw-tab .lw-icon-button { width: 20px; height: 20px; margin-inline-end: -6px; }
/* Tabs below the page's bar are part of it. */
.lw-app-bar:has(+ .lw-tabs) { border-bottom: 0; }
.lw-app-bar + .lw-tabs > .lw-tab-list { padding: 0 6px; background: var(--lw-surface); }
.lw-tab-body { flex: 1 1 auto; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-height: 0; min-width: 0; padding-top: 8px; }
[data-position=bottom] > .lw-tab-body { padding: 0 0 8px; }
[data-position=left] > .lw-tab-body { padding: 0; padding-inline-start: 12px; }
[data-position=right] > .lw-tab-body { padding: 0; padding-inline-end: 12px; }
.lw-html kbd { box-shadow: 0 1px 0 1px var(--lw-line); }
.lw-html blockquote { margin-inline: 0; padding-inline-start: 12px; color: var(--lw-muted);
    border-inline-start: 3px solid var(--lw-line); }
.lw-html table { border-collapse: collapse; }
.lw-html :is(th, td) { padding: 5px 12px; text-align: start;
    border-bottom: 1px solid var(--lw-line); }
.lw-html th { color: var(--lw-muted); font-weight: 600; }
.lw-markdown-table { overflow-x: auto; margin: 0 0 .7em; } .lw-markdown-table > table { margin: 0; }
.lw-markdown img { max-width: 100%; }
.lw-html hr { border: 0; border-top: 1px solid var(--lw-line); }
/* What an author writes as HTML: without weight, so that any rule of theirs goes before these. */
:where(.lw-html) { accent-color: var(--lw-accent); }
:where(.lw-html :is(select, textarea, input:not([type=checkbox], [type=radio], [type=range],
    [type=color], [type=image], [type=file]))), .lw-html button, .lw-html ::file-selector-button {
    padding: 5px 10px; border: 1px solid var(--lw-border); border-radius: var(--lw-radius);
    background: var(--lw-surface); font: inherit; color: inherit; }
.lw-html button, .lw-html ::file-selector-button, :where(.lw-html input:is([type=submit],
    [type=reset], [type=button])) { padding-inline: 14px; }
:where(.lw-html :is(input, select, textarea, button:not(.lw-copy))) { margin-block: 3px; }
:where(.lw-html:not(.lw-markdown) :disabled:not(fieldset)) { opacity: .5; }
/* The box of a task stands where its list has a dot. */
.lw-markdown li:has(> input, > p > input) { list-style: none; }
.lw-markdown li input { margin: 0; margin-inline: -18px 5px; }
.lw-locked form { display: grid; gap: 12px; margin-top: 16px; }
.lw-locked label { display: grid; gap: 5px; font-size: 13px; font-weight: 550; }
.lw-locked :is(input, form > button) { box-sizing: border-box; min-height: 40px; padding: 0 12px;
    font: inherit; font-size: 15px; font-weight: 400; color: inherit; background: none;
    border: 1px solid var(--lw-border); border-radius: var(--lw-radius); }
.lw-locked form > button { color: var(--lw-on-accent); background: var(--lw-accent); border: 0;
    margin-top: 4px; font-weight: 600; cursor: pointer; }
.lw-locked form > button:hover { filter: brightness(1.1); }
.lw-locked :is(input, button):focus-visible { outline: 2px solid var(--lw-accent);
    outline-offset: 2px; }
.lw-locked button[aria-disabled] { opacity: 0.6; }
.lw-locked form p { margin: 0; color: var(--lw-danger); }
.lw-pinned { position: sticky; inset-inline-start: var(--lw-pin, 0); z-index: 1;
    background: var(--lw-surface); }
.lw-data-head > .lw-pinned.lw-pinned { position: sticky; background: var(--lw-raised); }
.lw-data-newest { display: none; position: sticky; top: calc(100% - 40px); bottom: 8px;
    inset-inline-start: calc(100% - 44px); height: 32px; margin-top: -32px; z-index: 1;
    background: var(--lw-surface); box-shadow: var(--lw-shadow); border-radius: 50%; }
.lw-data-choosing { position: sticky; top: calc(100% - 48px); bottom: 0; inset-inline-start: 0;
    z-index: 1; width: 100%; height: 48px; margin-top: -48px; padding: 4px 4px 4px 12px;
    display: flex; align-items: center; gap: 8px; overflow: hidden; background: var(--lw-raised);
    border-top: 1px solid var(--lw-line); }
.lw-data-choosing > span { flex: 1; min-width: 0; }
.lw-data-row > .lw-data-cell { color: var(--lw-on-ground); }
.lw-data-cell > .lw-progress > span { color: var(--lw-on-ground, var(--lw-muted)); }
/* The ground of what is selected is another. */
:is(.lw-data-row[aria-selected=true] > .lw-data-cell, .lw-data-cell[aria-selected=true]) {
    --lw-on-ground: initial !important; }
.lw-striped .lw-odd > .lw-pinned { background: var(--lw-raised); }
.lw-data-row:hover > .lw-pinned { background: linear-gradient(var(--lw-hover) 0 0),
    var(--lw-surface); }
.lw-data-row[aria-selected=true] > .lw-pinned.lw-pinned { background:
    color-mix(in srgb, var(--lw-accent) 20%, var(--lw-surface)) !important; }
/* At the right end of what is seen, above the heads. */
.lw-data-export { position: sticky; inset-inline-end: 5px; width: max-content;
    margin-inline-start: auto; }
.lw-data-export > div { padding-top: 3px; }
.lw-data-export button { width: 26px; height: 24px; min-height: 0; padding: 0;
    background: var(--lw-raised); }
.lw-data-filters { display: grid; grid-template-columns: var(--lw-columns); }
.lw-data-filter { display: flex; flex-wrap: wrap; align-content: start; gap: 2px; min-width: 0;
    padding: 0 3px 4px; background: var(--lw-raised); }
.lw-data-filter > .lw-input { flex: 1 1 30px; min-width: 0; min-height: 26px; width: 30px;
    padding: 0 4px; border-radius: 4px; font: inherit; font-size: 12px; }
.lw-data-filter > [type=date] { flex-basis: 100px; }
.lw-data-filter > [type=search]::-webkit-search-cancel-button { width: 12px; height: 12px; }
.lw-data-filter.lw-pinned.lw-pinned { background: var(--lw-raised); }
.lw-data-empty { position: sticky; inset-inline: 0; margin: 0; padding: 24px 12px;
    color: var(--lw-muted); text-align: center; }
:is(.lw-data-empty, .lw-locked p, .lw-message > header > span, .lw-upload > ul):empty {
    display: none; }
.lw-metric { display: flex; flex-direction: column; gap: 2px; min-width: 80px; }
.lw-metric-label { color: var(--lw-muted); font-size: 13px; }
.lw-metric-value { font-size: 26px; font-weight: 650; line-height: 1.2; letter-spacing: -.01em;
    font-variant-numeric: tabular-nums; margin-inline-start: -.03em; }
.lw-metric-delta { display: inline-flex; align-items: center; gap: 4px; color: var(--lw-kind);
    font-size: 13px; font-variant-numeric: tabular-nums; }
.lw-metric-delta > svg { width: 12px; height: 12px; }
@media (max-width: 480px) { .lw-metric { min-width: 60px; }
    .lw-row:has(> .lw-metric) { column-gap: var(--lw-wrapped) !important; } }
.lw-video { display: grid; grid-template-rows: minmax(0, 1fr); min-width: 0; min-height: 0; }
.lw-video > video { width: 100%; height: 100%; background: #000; border-radius: 4px; }
.lw-code.lw-source { height: auto; min-height: 44px; padding-block: 8px;
    border-color: var(--lw-line); }
.lw-code:not([data-wrap=none]) .lw-source-text { padding-inline-end: 52px; }
.lw-code .lw-source-space { margin-bottom: min(0px, 400px - var(--lw-space)); }
.lw-source.lw-with-numbers { background: linear-gradient(to right, var(--lw-raised)
    calc(var(--lw-number) + 12px + var(--lw-icons, 0px)), var(--lw-surface) 0); }
.lw-with-icons { --lw-icons: 22px; }
.lw-source > .lw-copy.lw-copy { right: 14px; min-width: 32px; min-height: 32px;
    color: var(--lw-muted); background: color-mix(in srgb, var(--lw-surface) 70%, transparent); }
.lw-source > .lw-copy.lw-copy:is(:hover, :focus-visible) { color: inherit;
    background: var(--lw-hover); }
.lw-chart { display: flex; flex-direction: column; gap: 8px; width: 100%; min-width: 0; margin: 0;
    min-height: 220px; }
.lw-row > .lw-chart { flex: 1 1 0; width: auto; }
/* As wide as the chart, which they make no wider. */
.lw-chart > :is(figcaption, .lw-chart-legend) {
    contain: inline-size; contain-intrinsic-inline-size: 280px; }
.lw-chart > figcaption { font-size: 15px; font-weight: 650; }
.lw-chart-legend { display: flex; flex: none; flex-wrap: wrap; gap: 2px 14px; max-height: 34%;
    overflow-y: auto; font-size: 13px; }
.lw-chart-legend > button { display: inline-flex; align-items: center; gap: 7px; min-height: 24px;
    padding: 0; border: 0; background: none; color: var(--lw-text); cursor: pointer; }
.lw-chart-legend > [aria-pressed=false] { color: var(--lw-muted); text-decoration: line-through; }
.lw-chart-legend > [aria-pressed=false] > i { opacity: .3; }
.lw-chart i { flex: none; width: 10px; height: 10px; border-radius: 3px;
    print-color-adjust: exact; }
.lw-chart-plot { position: relative; flex: 1 1 0; min-height: 120px; }
.lw-chart-plot > canvas { position: absolute; inset: 0; width: 100%; height: 100%;
    touch-action: pan-y; cursor: crosshair; border-radius: 4px; }
.lw-chart-marker { position: absolute; left: 0; width: 100%; pointer-events: none; }
.lw-chart-marker:not(.lw-bare)::before { content: ""; position: absolute; left: var(--lw-at);
    height: 100%; border-left: 1px solid var(--lw-border); opacity: .6; }
.lw-chart-marker > i { position: absolute; margin: -5px; border: 2px solid var(--lw-surface);
    border-radius: 50%; }
.lw-chart-tip { position: absolute; z-index: 1; min-width: 90px; max-width: 280px;
    padding: 7px 10px; border-radius: var(--lw-radius); background: var(--lw-surface);
    pointer-events: none;
    box-shadow: var(--lw-shadow), var(--lw-card-shadow); font-size: 12px; }
.lw-chart-tip > b { color: var(--lw-muted); font-weight: 500; }
:is(.lw-chart-tip, .lw-chart-legend) :is(b, span) { unicode-bidi: plaintext; }
.lw-chart-tip > div { display: flex; align-items: center; gap: 7px; }
.lw-chart-tip span { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lw-chart-tip em { font-style: normal; font-weight: 600; font-variant-numeric: tabular-nums;
    white-space: nowrap; unicode-bidi: plaintext; }
.lw-chart-chosen { position: absolute; pointer-events: none; background: var(--lw-accent);
    opacity: .14; }
.lw-chart-table { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
.lw-upload[aria-invalid=true] { border-color: var(--lw-danger); }
.lw-dial { position: relative; display: inline-grid; justify-items: center; gap: 2px; padding: 4px;
    --lw-knob: 64px; }
.lw-knob { position: relative; display: grid; place-items: center; width: var(--lw-knob);
    height: var(--lw-knob); border-radius: 50%; border: 1px solid var(--lw-border);
    background: var(--lw-raised); touch-action: none; cursor: pointer; }
.lw-knob > i { position: absolute; inset: 0; } .lw-knob > i::before { content: "";
    position: absolute; left: calc(50% - 0.5px); top: 3px; width: 1px; height: 8%;
    background: var(--lw-muted); }
.lw-hand { position: absolute; inset: 0; } .lw-hand::before { content: ""; position: absolute;
    left: calc(50% - 1.5px); top: 14%; width: 3px; height: 30%; border-radius: 2px;
    background: var(--lw-accent); } .lw-hand[hidden] { display: none; }
.lw-knob > img { max-width: 70%; max-height: 70%; }
.lw-dial > output { font-variant-numeric: tabular-nums; color: var(--lw-muted); }
.lw-dial:not([data-value=b]) > output { position: absolute; }
.lw-dial[data-value^=u] > output { top: 0; } .lw-dial[data-value^=l] > output { bottom: 0; }
.lw-dial[data-value$=r] > output { right: 0; } .lw-dial[data-value$=l] > output { left: 0; }
.lw-color { display: grid; gap: 10px; width: 260px; max-width: 100%; }
.lw-unit:is(.lw-sized-x, .lw-expand-x) > .lw-color { width: auto; }
.lw-color-square { position: relative;
    height: 150px; border-radius: 6px; touch-action: none; cursor: crosshair;
    background: linear-gradient(to top, #000, transparent), linear-gradient(to right, #fff,
    var(--lw-hue, #f00)); }
.lw-color-knob { position: absolute; width: 14px; height: 14px; margin: -7px;
    border: 2px solid #fff; border-radius: 50%; box-shadow: 0 0 0 1px #000; }
.lw-color-hue { -webkit-appearance: none; appearance: none; width: 100%; height: 12px; margin: 0;
    direction: ltr;
    border-radius: 6px; background: linear-gradient(to right, #f00, #ff0, #0f0, #0ff, #00f, #f0f,
    #f00); }
.lw-color-hue::-webkit-slider-thumb { -webkit-appearance: none; width: 16px; height: 16px;
    border: 2px solid #fff; border-radius: 50%; background: transparent;
    box-shadow: 0 0 0 1px #000; }
.lw-color-swatches { display: grid; grid-template-columns: 1fr 1fr; height: 24px;
    border-radius: 6px; overflow: hidden; border: 1px solid var(--lw-line); }
.lw-color-fields { display: grid; grid-template-columns: repeat(3, 1fr); gap: 6px; }
.lw-color-fields > label { display: flex; align-items: center; gap: 4px; }
.lw-color-fields .lw-input { width: 100%; min-width: 0; padding: 3px 6px; }
.lw-color-fields > label:last-child { grid-column: span 3; }
:is(.lw-color.lw-sized-y, .lw-unit.lw-sized-y > .lw-color):not(.lw-stretch) { padding: 7px;
    grid-template-rows: minmax(60px, 1fr); overflow: hidden auto; }
:is(.lw-sized-y, .lw-unit.lw-sized-y > .lw-color):not(.lw-stretch) > .lw-color-square {
    height: auto; }
/* A height that the program tells is kept: what is below would be covered, or pushed away. */
.lw-sized-y:is(.lw-chart, .lw-chat, .lw-mdi, .lw-data, .lw-source, .lw-text-area):not(.lw-stretch),
.lw-sized-y:not(.lw-stretch) > :is(.lw-chart-plot, .lw-headless.lw-stretch) { min-height: 0; }
.lw-dial.lw-sized-y { overflow: clip; }
.lw-chat { display: flex; flex-direction: column; position: relative; gap: 8px; height: 360px;
    min-height: 160px; }
.lw-chat-list { flex: 1 1 0; min-height: 0; overflow: auto; overflow-anchor: none; }
.lw-chat-messages { display: flex; flex-direction: column; gap: 10px; padding: 4px 2px; }
.lw-message, .lw-chat-messages > .lw-markdown { align-self: flex-start;
    max-width: min(85%, 640px); }
.lw-message > header { display: flex; gap: 8px; align-items: baseline; font-size: 12px;
    color: var(--lw-muted); margin-bottom: 2px; }
.lw-message > header > span { font-weight: 550; min-width: 0; overflow-wrap: anywhere; }
.lw-message > header > time { flex: none; }
.lw-message-text { padding: 7px 11px; border-radius: 10px; background: var(--lw-surface);
    box-shadow: var(--lw-card-shadow); white-space: pre-wrap; overflow-wrap: anywhere;
    user-select: text; -webkit-user-select: text; min-height: 1.45em; box-sizing: content-box; }
:is(.lw-chat-messages, .lw-message-parts) > .lw-markdown { padding: 7px 11px; border-radius: 10px;
    background: var(--lw-surface); box-shadow: var(--lw-card-shadow);
    min-height: calc(1.45em + 14px); }
.lw-message.lw-wide { width: min(85%, 640px); } .lw-message-parts { gap: 8px; }
.lw-message-parts > .lw-image { align-self: flex-start; }
.lw-wide > .lw-message-text { width: fit-content; }
.lw-wide[data-role=user] > .lw-message-text { margin-inline-start: auto; }
.lw-message-text:not([hidden]) + .lw-message-parts > :first-child { margin-top: 8px; }
.lw-chat-messages > :is([data-role=user] + :not([data-role=user]),
    :not([data-role=user]) + [data-role=user]) { margin-top: 12px; }
.lw-chat .lw-markdown pre code { background: none; }
.lw-message[data-role=user] { align-self: flex-end; }
.lw-message[data-role=user] > header { justify-content: flex-end; }
.lw-message[data-role=user] > .lw-message-text { background: var(--lw-accent); box-shadow: none;
    color: var(--lw-on-accent); }
.lw-message[data-role=system] { align-self: center; text-align: center; }
.lw-message[data-role=system] > header { justify-content: center; }
.lw-message[data-role=system] :is(.lw-message-text, .lw-markdown) {
    background: none; padding-block: 0; box-shadow: none; color: var(--lw-muted); }
.lw-chat-entry { display: flex; align-items: flex-end; gap: 6px; flex: none; }
textarea { unicode-bidi: plaintext; }
.lw-chat-entry > .lw-input { flex: 1 1 auto; resize: none; max-height: 160px; overflow: auto; }
.lw-chat-entry > .lw-icon-button { width: var(--lw-control); height: var(--lw-control);
    flex: none; background: var(--lw-accent); color: var(--lw-on-accent); }
.lw-chat-newest { display: none; position: absolute; bottom: 52px; inset-inline-end: 12px;
    background: var(--lw-surface); box-shadow: var(--lw-shadow); border-radius: 50%; }
.lw-json { overflow: auto; padding: 4px; min-width: 160px; font: 13px/1.6 ui-monospace, monospace; }
.lw-json [role=group] { padding-inline-start: 20px; }
.lw-json [role=treeitem] { outline: none; }
.lw-json-line { border-radius: 4px; padding: 0 4px 0 18px; text-indent: -14px;
    white-space: pre-wrap; overflow-wrap: anywhere; }
.lw-json-line:dir(rtl) { padding: 0 18px 0 4px; }
.lw-json-line > svg { width: 10px; height: 10px; margin-inline-end: 4px; }
.lw-json [role=treeitem]:not([aria-expanded]) > .lw-json-line { text-indent: 0; }
.lw-json [aria-expanded] > .lw-json-line { cursor: pointer; }
.lw-json [aria-expanded=false] > .lw-json-line > svg { transform: rotate(-90deg); }
.lw-json:dir(rtl) [aria-expanded=false] > .lw-json-line > svg { transform: rotate(90deg); }
.lw-json-line:hover { background: var(--lw-hover); }
.lw-json [role=treeitem]:focus-visible > .lw-json-line { outline: 2px solid var(--lw-accent);
    outline-offset: -2px; }
.lw-json-key { color: var(--lw-accent); }
.lw-json-value[data-kind=string] { color: var(--lw-positive); }
.lw-json-value:is([data-kind=number], [data-kind=boolean]) { color: var(--lw-warning); }
.lw-json-value:is([data-kind=null], [data-kind=object]) { color: var(--lw-muted); }
.lw-diff { overflow: auto; min-width: 160px; font: 13px/1.5 ui-monospace, monospace; }
.lw-diff table { border-collapse: collapse; width: 100%; }
.lw-diff td { padding: 0 6px; vertical-align: top; }
.lw-diff .lw-diff-text { width: 100%; padding-inline-start: 0; white-space: pre-wrap;
    overflow-wrap: anywhere; unicode-bidi: plaintext; }
.lw-diff .lw-diff-number { color: var(--lw-muted); text-align: end; user-select: none; }
.lw-diff [data-sign="-"] { background: light-dark(#ffe3e0, #4a2022); }
.lw-diff [data-sign="+"] { background: light-dark(#dcf5e0, #17381f); }
.lw-diff [data-sign="@"] { color: var(--lw-muted); background: var(--lw-hover); }
.lw-diff :is([data-sign="-"], [data-sign="+"]) > .lw-diff-number { color: inherit; }
@media print { .lw-json, .lw-diff { height: auto !important; overflow: visible; } }
/* Chromium pads the parts of a date by 1 px. */
.lw-moment.lw-input { padding-block: calc(var(--lw-pad) - 1px);
    font-variant-numeric: tabular-nums; }
.lw-moment[data-hint] { position: relative; }
.lw-moment[data-hint].lw-blank:not(:focus)::before { content: attr(data-hint); position: absolute;
    max-width: calc(100% - 44px); overflow: hidden; white-space: nowrap; text-overflow: ellipsis;
    color: var(--lw-muted); pointer-events: none; }
.lw-moment[data-hint].lw-blank:not(:focus)::-webkit-datetime-edit { opacity: 0; }
.lw-moments { display: flex; flex-wrap: wrap; gap: 6px; }
.lw-moments > .lw-moment { flex: 1 1 130px; }
.lw-upload { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 0; padding: 12px;
    border: 1px dashed var(--lw-border); border-radius: var(--lw-radius); }
.lw-row > :is(.lw-json, .lw-diff, .lw-source, .lw-segments, .lw-upload, .lw-multi, .lw-unit:has(>
    :is(.lw-segments, .lw-upload, .lw-multi))) { flex-shrink: 1; min-width: 8em; }
.lw-upload-word:empty, .lw-upload:has(li) .lw-upload-word { display: none; }
.lw-upload > .lw-button { margin-right: 12px; }
.lw-upload:dir(rtl) > .lw-button { margin: 0 0 0 12px; }
.lw-upload.lw-over { border-color: var(--lw-accent); background: var(--lw-hover); }
.lw-upload-hint { display: flex; flex-wrap: wrap; gap: 0 10px; flex: 1 1 120px; min-width: 0;
    color: var(--lw-muted); font-size: 12px; overflow-wrap: anywhere; }
.lw-upload > ul { list-style: none; margin: 0; padding: 0; flex: 1 1 100%; min-width: 0;
    contain: inline-size; }                                     /* names do not widen it */
.lw-upload li { display: flex; align-items: center; gap: 8px; min-height: 28px; }
.lw-upload-name { flex: 0 1 auto; min-width: 0; overflow: hidden; text-overflow: ellipsis;
    white-space: nowrap; }
.lw-upload li > .lw-progress { flex: 1 1 80px; }
.lw-upload small { color: var(--lw-muted); font-variant-numeric: tabular-nums; flex: none; }
.lw-upload li > .lw-icon-button { flex: none; margin-inline-start: auto; }
.lw-shortcuts { min-width: min(340px, 80vw); padding: 20px 24px; border: 0; border-radius: 10px;
    color: inherit; background: var(--lw-surface); box-shadow: var(--lw-shadow); }
.lw-shortcuts h2 { margin: 0 0 10px; font-size: 17px; font-weight: 650; }
.lw-shortcuts > .lw-button { display: flex; margin-inline-start: auto; }
.lw-shortcut-hint { flex: none; color: var(--lw-muted); }
:is(.lw-page, .lw-filling) > .lw-shortcut-hint { position: fixed; z-index: 1; bottom: 12px;
    inset-inline-end: 18px; border-radius: 50%; background: var(--lw-surface);
    box-shadow: var(--lw-card-shadow); }
:root[data-alone] .lw-shortcut-hint { display: none; }
@media print, (hover: none) and (pointer: coarse) { .lw-shortcut-hint { display: none; } }
@media (hover: none) and (pointer: coarse) {
    .lw .lw-data-filter > .lw-input { min-height: 36px; }
    .lw-data-toggle { position: relative; }
    .lw-data-toggle::before { content: ""; position: absolute; inset: -13px -12px -13px -10px; }
    .lw-data-grip { width: 20px; }
}
.lw-agent { outline: 3px solid var(--lw-accent); outline-offset: 3px; border-radius: 2px; }
.lw-shortcuts table { width: 100%; margin-bottom: 16px; border-collapse: collapse; }
.lw-shortcuts td { padding: 6px 0; } .lw-shortcuts td:last-child { color: var(--lw-muted);
    padding-inline-start: 24px; text-align: end; }
.lw-shortcuts kbd { padding: 2px 6px; margin-right: 4px; border-radius: 4px; font: inherit;
    background: var(--lw-surface); border: 1px solid var(--lw-line); }
.lw-source-line { display: flex; min-height: 1.5em; } .lw-source-text { flex: 1; min-width: 0;
    padding: 0 24px 0 8px; white-space: pre; tab-size: 4; } [data-wrap=word] .lw-source-text {
    white-space: pre-wrap; overflow-wrap: break-word; } [data-wrap=hard] .lw-source-text {
    white-space: pre-wrap; word-break: break-all; }
.lw-source-text[data-placeholder]::before { content: attr(data-placeholder); position: absolute;
    color: var(--lw-muted); pointer-events: none; }
.lw-source-text > i { display: inline-block; }
.lw-source-rows.lw-source-text > i { display: block; }
.lw-source-text.lw-source-rows { white-space: break-spaces; word-break: break-all;
    box-sizing: border-box; }
.lw-source-number, .lw-source-icon { display: none; flex: none; position: sticky; left: 0;
    z-index: 1; background: var(--lw-raised); color: var(--lw-muted); cursor: default; }
    .lw-source-number { width: calc(var(--lw-number) + 12px); padding-inline-end: 8px;
    text-align: end; }
.lw-source-icon { width: 22px; padding-inline-start: 4px; }
.lw-with-numbers .lw-source-number, .lw-with-icons .lw-source-icon { display: block; }
.lw-with-icons .lw-source-number { left: 22px; } .lw-source-icon > img { width: 14px; height: 14px;
    vertical-align: middle; }
.lw-source-input { position: absolute; width: 1px; min-width: 0; padding: 0; border: 0; margin: 0;
    opacity: 0; resize: none; overflow: hidden; white-space: pre; outline: none !important;
    pointer-events: none; background: none; }
.lw-source-input.lw-composing { width: calc(100% - 40px); opacity: 1;
    background: var(--lw-surface); font: inherit; line-height: inherit; }
.lw-source-knob { position: absolute; z-index: 1; width: 40px; height: 40px; margin-left: -20px;
    touch-action: none; }
.lw-source-knob::before { content: ""; position: absolute; inset: 1px 12px 23px;
    border-radius: 50%; background: var(--lw-accent); }
.lw-source-bar { position: absolute; z-index: 2; display: flex; flex-wrap: wrap;
    width: max-content; max-width: calc(100% - 10px); padding: 2px;
    background: var(--lw-surface); box-shadow: var(--lw-shadow); border-radius: var(--lw-radius);
    border: 1px solid var(--lw-line); font-family: var(--lw-font); }
.lw-source-bar > .lw-button { border: 0; background: none; box-shadow: none; padding-inline: 9px; }
.lw-source-probe { position: absolute; visibility: hidden; } .lw-source-find { position: absolute;
    top: 6px; right: 18px; z-index: 2; display: flex; flex-wrap: wrap; gap: 4px;
    align-items: center; width: 25em; max-width: calc(100% - 24px); padding: 6px;
    background: var(--lw-surface); border: 1px solid var(--lw-line);
    border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); font: 13px/1.4 var(--lw-font); }
.lw-source-find.lw-below { top: auto; bottom: 6px; }
.lw-source-find .lw-input, .lw-source-find .lw-button { min-height: 28px; padding: 2px 8px; }
.lw-source-find .lw-input { flex: 1 1 5em; width: 5em; }
.lw-source-find > output { min-width: 4em; color: var(--lw-muted); }
.lw-source-replace { display: flex; gap: 4px; width: 100%; }
/* What does nothing for who only looks, beside what does. */
.lw-looks :is(.lw-entry-set > button, .lw-chat-entry > button, .lw-tab > .lw-icon-button,
    .lw-toast > button:not(.lw-icon-button), .lw-source-replace) { display: none; }`));

// Exchange a name and a password for a key: why there is none, "" if there is.
const logIn = async (keys, name, password) => {
    let answer;
    try { answer = await keys.post("livewidget/login", { name, password }); }
    catch { return "The program cannot be reached. Try again."; }
    if (answer.status === 429) return "Too many tries: now one in 10 seconds is taken. Wait " +
        `${(await answer.json()).wait} seconds.`;
    if (answer.status === 401) return "The name or the password is wrong.";
    if (!answer.ok) return "The program is busy. Try again.";
    const { key, user } = await answer.json();
    keys.keepKey(key, user);
    return "";
};
// What people see who have to log in; then done(). keys: the page's Credentials.
window.livewidget.showLogin = (keys, done) => {
    showLocked("Log in");
    const name = element("input", { name: "username", autocomplete: "username",
        autocapitalize: "none", spellcheck: "false", required: "" });
    const password = element("input", { name: "password", type: "password",
        autocomplete: "current-password", required: "" });
    const told = element("p", { role: "alert" });
    const button = element("button", { type: "submit" }, "Log in");
    const form = element("form", { method: "post" }, element("label", {}, "Name", name),
        element("label", {}, "Password", element("span", { class: "lw lw-password" }, password,
            eyeButton(password))), told, button);
    const card = document.querySelector(".lw-locked > div");
    card.removeAttribute("role");
    card.append(form);
    let busy = false;
    form.addEventListener("submit", async event => {
        event.preventDefault();
        if (busy) return;
        busy = true;
        button.setAttribute("aria-disabled", "true");
        told.textContent = "";
        told.textContent = await logIn(keys, name.value, password.value)
            .catch(() => "The program is busy. Try again.");    // a proxy's answer
        busy = false;
        button.removeAttribute("aria-disabled");
        if (told.textContent) return password.select();
        document.querySelector(".lw-locked").remove();
        done();
    });
    name.focus();
};

const CANCELLED = 205;                  // the answer to a part of files that nobody waits for
const UPLOAD_TRIES = 10;                // times that a part of a file is sent while connected

// Send announced files, a part after another, as Python has answered with a transfer.
window.livewidget.sendFiles = async (session, key, transfer, chunkBytes) => {
    const { widget, files = [] } = session.takeFiles(key);
    for (const [file, blob] of files.entries()) {
        for (let chunk = 0; chunk * chunkBytes < blob.size; chunk++) {
            const part = blob.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes);
            const reason = await sendPart(session, { transfer, file, chunk }, part);
            if (!reason) continue;
            if (reason === CANCELLED) return;
            session.notSent(widget, files, `${blob.name} ${reason}`);
            session.postFile({ transfer, failed: 1 }).catch(() => { /* it times out there */ });
            return;
        }
    }
};

// Send a part of a file, again where the connection is lost; returns what went wrong, or null.
async function sendPart(session, place, part) {
    let body, refused = 0;                              // by a proxy that passes other requests
    try { body = await part.arrayBuffer(); } catch { return "could not be read"; }
    for (let tries = 0; tries < UPLOAD_TRIES && !session.stopped; tries++) {
        try {
            const answer = await session.postFile(place, body);
            if (answer.status === CANCELLED) return CANCELLED;
            if (answer.ok) return null;
            break;
        } catch { if (await session.refusesFiles()) refused++; }
        if (refused > 2) break;
        do await new Promise(resolve => setTimeout(resolve, backOff(Math.min(tries, 4))));
        while (!session.greeted && !session.stopped);
    }
    return "was broken off by the server or on the way";
}

// A mark on the widget that an agent used last, and a banner whose button stops it, or lets it go
// on. name: of the agent, null once it rests. stopped: by a person.
const agentBanner = { words: element("span"), button: element("button", { type: "button" }) };
window.livewidget.showAgent = (session, name, wid, stopped) => {
    const { words, button } = agentBanner;
    for (const one of document.querySelectorAll(".lw-agent")) one.classList.remove("lw-agent");
    agentBanner.node ||= element("div", { class: "lw-banner lw-agent-banner", role: "status" },
        words, button);
    if (!name) return takeOff(agentBanner.node);
    session.widgets.get(wid)?.element.classList.add("lw-agent");
    words.textContent = stopped ? `The agent is stopped: ${name}` : `An agent is acting: ${name}`;
    button.textContent = stopped ? "Let it go on" : "Stop";
    button.hidden = session.role === "viewer";          // Python would refuse it
    button.onclick = () => session.allowAgents(stopped);
    document.querySelector(".lw-banners").prepend(agentBanner.node);
};

// Whether it is an event of a finger or a pen: keys make contextmenu events, too, and some browsers
// do not say what made one.
const isFinger = event => /^(touch|pen)$/.test(event.pointerType);

// A field of several lines. Chromium looks for its direction anew with each line that comes or
// goes, for minutes where 100,000 are pasted: so it stays as it is until all have.
function fieldOfLines(attributes) {
    const field = element("textarea", attributes);
    field.addEventListener("beforeinput", ({ inputType, data }) => {
        if (/^history/.test(inputType) ||
            (data || "").length + field.selectionEnd - field.selectionStart > LONG_TEXT)
            field.dir = getComputedStyle(field).direction;
    });
    field.addEventListener("input", () => { if (field.dir !== "auto") field.dir = "auto"; });
    return field;
}

class TabWidget extends Container {
    static held = ["set_children", "set_index", "set_order"];
    static answers = { set_order: ["set_children", "set_index"] };
    constructor({ closable = false, reorderable = false } = {}) {
        super(element("div", { class: "lw-tabs", "data-position": "top" }));
        Object.assign(this,
            { _closable: closable, _reorderable: reorderable, _index: 0, _tabs: new Map(),
                _colors: {} });
        this._list = element("div", { class: "lw-tab-list", role: "tablist" });
        this._body = element("div", { class: "lw-tab-body" });
        this.element.append(this._list, this._body);
        new ResizeObserver(() => this._reveal()).observe(this._list);
        onKeys(this._list, event => this._onKey(event));
    }
    _titleOf(child) { return this._tabs.get(child)?.firstChild.textContent || ""; }
    _uncover(child) { this._show(child); }
    _named() { return this._list; }
    _takeName() {
        this._usualName = this.element.title;
        super._takeName();
    }
    _slot(child, title = "") {
        let tab = this._tabs.get(child);
        if (!tab) this._tabs.set(child, tab = this._makeTab(child));
        showText(tab.firstChild, title);
        return tab.panel;
    }
    _makeTab(child) {
        const id = "lw-tab-" + TabWidget.count++;
        const tab = element("div",
            { class: "lw-tab", role: "tab", id, "aria-controls": id + "-panel" }, element("span"));
        tab.panel = element("div",
            { class: "lw-fill", role: "tabpanel", id: id + "-panel", "aria-labelledby": id });
        if (this._closable) {
            // by keyboard: Delete
            const close = element("span",
                { class: "lw-icon-button", "aria-hidden": "true", title: "Close tab" },
                icon(ICONS.close));
            close.addEventListener("click",
                event => { event.stopPropagation(); this.emit("page-close", [child]); });
            close.addEventListener("pointerdown", event => event.stopPropagation());
            tab.setAttribute("aria-keyshortcuts", "Delete");
            tab.append(close);
        }
        tab.addEventListener("click", () => this._show(child));
        // a finger moves the shown tab; on the others it scrolls the list
        if (this._reorderable) tab.classList.add("lw-reorderable");
        if (this._reorderable)
            onDrag(tab, ({ pointerType }) => (pointerType === "mouse" || !tab.tabIndex) && {
                move: (dx, dy, event) => this._dragTab(child, event),
                end: moved => { if (moved) this._dropTab(child); } });
        return tab;
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        const tab = this._tabs.get(child);
        const held = [tab, tab?.panel].some(one => one?.contains(document.activeElement));
        super._dropChild(child);
        this._tabs.delete(child);
        if (tab) { tab.remove(); tab.panel.remove(); }
        // the page that is shown instead comes in the same batch
        if (held) requestAnimationFrame(() => {
            if (document.activeElement === document.body) this._focusShown();
        });
    }
    // The focus was in a page that went: the tab of the one in its place has it, or that page.
    _focusShown() {
        const tab = this._list.querySelector("[role=tab][tabindex='0']");
        if (!tab) return;
        tab.panel.tabIndex = -1;
        (tab.getClientRects().length ? tab : tab.panel).focus({ preventScroll: true });
    }
    _arrange() {
        const focused = this._list.contains(document.activeElement) && document.activeElement;
        super._arrange();
        this._entries.forEach(([child], index) => {
            const tab = this._tabs.get(child);
            placeInOrder(tab.panel, [child.outer]);
            if (this._list.children[index] !== tab)
                this._list.insertBefore(tab, this._list.children[index] || null);
        });
        this._mark();
        if (focused && focused !== document.activeElement) focused.focus();
    }
    _mark() {
        this._entries.forEach(([child], index) => {
            const tab = this._tabs.get(child), shown = index === this._index;
            tab.setAttribute("aria-selected", shown);
            tab.tabIndex = shown ? 0 : -1;
            tab.panel.hidden = !shown;
            this._setColors(this._colors[child.wid], "", tab);
        });
    }
    _show(child) {
        const index = this._entries.findIndex(([one]) => one === child);
        if (index === this._index || index < 0) return;
        this.set_index(index);
        this.userState("set_index", [index, [child.wid, this._titleOf(child)]], "page-switch",
            [child, index]);
    }
    set_index(index) {
        const focused = document.activeElement, held = this._body.contains(focused);
        this._index = index;
        this._mark();
        if (held && !focused.getClientRects().length) this._focusShown();
        requestAnimationFrame(() => this._reveal());
    }
    // Of a list that is not seen whole, the shown page's tab is.
    _reveal() {
        const tab = this._tabs.get(this._entries[this._index]?.[0]), list = this._list;
        if (!tab || list.scrollWidth <= list.clientWidth) return;
        const [one, all] = [tab, list].map(node => node.getBoundingClientRect());
        // further than where the list fades
        list.scrollLeft += Math.min(0, one.x - 32 - all.x) +
            Math.max(0, one.right + 32 - all.right);
    }
    _onKey(event) {
        const back = /^(left|right)$/.test(this.element.dataset.position) ? "ArrowUp" : "ArrowLeft";
        const forth = back === "ArrowUp" ? "ArrowDown" : "ArrowRight", count = this._entries.length;
        const next = { [back]: this._index - 1, [forth]: this._index + 1, Home: 0,
            End: count - 1 }[readingKey(event)];
        if (next !== undefined) {
            const from = this._index, target = (next + count) % count;
            const moves = this._reorderable && (event.ctrlKey || event.metaKey);
            const [child] = this._entries[moves ? from : target];
            if (moves) {
                this._move(from, target);
                this._dropTab(child);
            } else this._show(child);
            this._tabs.get(child).focus();
        } else if (event.key === "Delete" && this._closable && count) {
            if (!event.repeat) this.emit("page-close", [this._entries[this._index][0]]);
        } else return;
        event.preventDefault();
    }
    _dragTab(child, event) {
        const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".lw-tab");
        const target = this._entries.findIndex(([one]) => this._tabs.get(one) === over);
        const from = this._entries.findIndex(([one]) => one === child);
        if (from >= 0 && target >= 0 && target !== from) this._move(from, target);
    }
    _move(from, target) {
        const entries = [...this._entries];
        entries.splice(target, 0, ...entries.splice(from, 1));
        const shown = this._entries[this._index][0];
        this._index = entries.findIndex(([one]) => one === shown);
        this._setEntries(entries);
    }
    _dropTab(child) {
        this._show(child);
        const pages = this._entries.map(([one]) => one);
        this.userState("set_order",
            [pages.map(one => one.wid), pages.map(one => this._titleOf(one))]);
    }
    set_order() { /* the children come in their order */ }
    set_tab_colors(colors) {
        this._colors = colors;
        this._mark();
    }
    set_tab_position(side) {
        this.element.dataset.position = side;
        this._list.setAttribute("aria-orientation", side === "left" || side === "right" ? "vertical"
            : "horizontal");
    }
}
TabWidget.count = 0;

class StackWidget extends TabWidget {
}

class ScrollBar extends Widget {
    static held = ["set_scroll_percent", "set_thumb_percent"];
    static isField = true;
    constructor(orientation = "horizontal", thickness = 15) {
        super(element("div", { class: "lw-scroll-bar", role: "scrollbar", tabindex: "0",
            "aria-orientation": orientation, "aria-valuemin": 0, "aria-valuemax": 100 }));
        this._across = orientation === "horizontal";
        this._thumb = element("div");
        this.element.append(this._thumb);
        this.element.style.setProperty("--lw-thickness", px(thickness));
        Object.assign(this, { _at: 0, _length: 0.2 });
        onDrag(this.element, event => {
            const box = this.element.getBoundingClientRect();
            const [at, length] = this._across ? [event.clientX - box.x, box.width]
                : [event.clientY - box.y, box.height];
            const room = length * (1 - this._length) || 1;
            if (event.target !== this._thumb) this._moveTo((at - length * this._length / 2) / room);
            const start = this._at;
            return { move: (dx, dy) => this._moveTo(start + (this._across ? dx : dy) / room),
                end: () => this._released() };
        });
        this.element.addEventListener("wheel", event => {
            if (event.ctrlKey) return;                  // it zooms the page
            event.preventDefault();
            this._moveTo(this._at + Math.sign(event.deltaY || event.deltaX) * 0.05);
        }, { passive: false });
        onKeys(this.element, event => {
            const step = { ArrowLeft: -0.05, ArrowUp: -0.05, ArrowRight: 0.05, ArrowDown: 0.05,
                PageUp: -0.2, PageDown: 0.2, Home: -1, End: 1 }[event.key];
            if (!step) return;
            event.preventDefault();
            this._moveTo(this._at + step);
        });
        this._show();
    }
    _moveTo(at) {
        const before = this._at;
        this.set_scroll_percent(clamp(at, 0, 1));
        if (this._at !== before) this._tellPlace();
    }
    _released() {
        if (this.session?.isOvertaken(this, "set_scroll_percent")) this._tellPlace();
    }
    _tellPlace() { this.userState("set_scroll_percent", [this._at], "activated"); }
    _show() {
        this.element.setAttribute("aria-valuenow", Math.round(100 * this._at));
        Object.assign(this._thumb.style,
            { [this._across ? "width" : "height"]: 100 * this._length + "%",
            [this._across ? "left" : "top"]: 100 * this._at * (1 - this._length) + "%" });
    }
    set_scroll_percent(pct) {
        this._at = pct;
        this._show();
    }
    set_thumb_percent(pct) {
        this._length = pct;
        this._show();
    }
}

class AbstractScrollArea extends SingleChild {
    static held = ["set_scroll_percent", "set_thumb_percent"];
    constructor({ thickness = 15 } = {}) {
        super(element("div", { class: "lw-scroll-area lw-shrinks" }));
        this._bars = ["horizontal", "vertical"]
            .map(orientation => new ScrollBar(orientation, thickness));
        this._view = element("div", { class: "lw-fill lw-scroll-view" });
        this.element.append(this._view, ...this._bars.map(bar => bar.element));
        this._shown = ["auto", "auto"];
        for (const bar of this._bars) {
            bar.element.setAttribute("aria-label", bar === this._bars[0] ? "Scroll across"
                : "Scroll down");
            bar.on("activated", () => this._barMoved());
            bar._released = () => {
                if (this.session?.isOvertaken(this, "set_scroll_percent")) this._barMoved();
            };
        }
        new ResizeObserver(() => this._resized()).observe(this._view);
        this._showBars();
    }
    _content() { return this._view; }
    _barMoved() {
        const place = this._bars.map(bar => bar._at);
        this.userState("set_scroll_percent", place, "scrolled");
    }
    _resized() {
        if (!this._wants("area-resize")) return;
        const [across, down] = this._bars.map(bar => bar.element);
        this.emit("area-resize",
            [this._view.clientWidth, this._view.clientHeight, down.offsetWidth,
                across.offsetHeight]);
    }
    _showBars() {
        this._bars.forEach((bar, index) => { bar.element.hidden = this._shown[index] === "off" ||
            this._shown[index] === "auto" && bar._length >= 1; });
    }
    set_thumb_percent(...lengths) {
        this._bars.forEach((bar, index) => bar.set_thumb_percent(lengths[index]));
        this._showBars();
    }
    set_scroll_percent(...places) {
        this._bars.forEach((bar, index) => bar.set_scroll_percent(places[index])); }
    set_scroll_bar_visibility(...words) {
        this._shown = words;
        this._view.classList.toggle("lw-one-way", words[0] === "off");
        this._showBars();
    }
}

// The content scrolls as the browser does it; the bars follow, and move it.
class ScrollArea extends AbstractScrollArea {
    static held = ["set_scroll_percent", "set_scroll_position"];
    constructor(options = {}) {
        super(options);
        this._view.classList.add("lw-scrolls");
        this._view.tabIndex = 0;
        this._view.addEventListener("scroll", () => this._follow(), { passive: true });
        scrolling.watch(this, this._view);
        this._contentSize = new ResizeObserver(() => this._follow());
        this._follow();
    }
    _setEntries(entries) {
        super._setEntries(entries);
        this._contentSize.disconnect();
        for (const [child] of entries) this._contentSize.observe(child.outer);
        this._follow();
    }
    _resized() {
        this._follow();
        super._resized();
    }
    _follow() {
        const { clientWidth, clientHeight, scrollWidth, scrollHeight } = this._view;
        this.set_thumb_percent(scrollWidth ? clamp(clientWidth / scrollWidth, 0.01, 1) : 1,
            scrollHeight ? clamp(clientHeight / scrollHeight, 0.01, 1) : 1);
        this.set_scroll_percent(...scrolling.place(this._view));
    }
    _barMoved() {
        scrolling.go(this._view, ...this._bars.map(bar => bar._at));
        super._barMoved();
    }
    set_scroll_position(h, v) { scrolling.set(this, this._view, h, v); }
}

// The list of a field that is typed in (ARIA, combobox pattern with a listbox). It lies over the
// page, at the field wherever that is scrolled to; the focus stays in the field.
class OptionList {
    static count = 0;
    // most: px; limit: rows, 0 for none
    constructor(input, field, { choose, closed = () => {}, most = 200, limit = 0, ...attributes }) {
        const id = "lw-options-" + OptionList.count++;
        this.element = element("div",
            { class: "lw-options", role: "listbox", id, hidden: true, ...attributes });
        Object.assign(this, { options: [], marked: -1, _input: input, _field: field,
            _choose: choose, _closed: closed, _most: most, _limit: limit });
        setAttributes(input, { role: "combobox", "aria-expanded": "false", "aria-controls": id,
            autocomplete: "off" });
        input.addEventListener("blur", () => this.close());
        // the field keeps the focus; a finger that scrolls the list clicks nothing
        this.element.addEventListener("mousedown", event => event.preventDefault());
        this.element.addEventListener("click", event => {
            const option = event.target.closest("[role=option]");
            if (option) choose(option.value);
        });
    }
    get isOpen() { return !this.element.hidden; }
    // Options are [text, value]. Those of the same texts stay the same nodes: a press on one goes
    // on.
    fill(options, chosen = null) {
        const old = new Map();
        for (const node of this.element.children) {
            if (!old.has(node.text)) old.set(node.text, []);
            old.get(node.text).push(node);
        }
        this.options = options;
        keepOnly(this.element, options.map(([text, value], at) => {
            const node = old.get(text)?.shift() || element("div", { role: "option" },
                text || "\u00a0");
            Object.assign(node, { text, value, id: `${this.element.id}-${at}` });
            setAttributes(node, { "data-value": value, "aria-selected": String(value === chosen) });
            return node;
        }));
        this.mark(-1);
        if (this.isOpen && options.length) this._place();
    }
    open() {
        this.element.hidden = false;
        this._input.setAttribute("aria-expanded", "true");
        this._at = "";
        this._stay();
    }
    // At its field, whatever moves that: the person, or Python by what it puts in front of it.
    _stay() {
        if (!this.isOpen) return;
        const { x, y, width, height } = this._field.getBoundingClientRect();
        const place = [x, y, width, height, innerWidth, innerHeight].join();
        if (place !== this._at) this._place();
        this._at = place;
        cancelAnimationFrame(this._frame);
        this._frame = requestAnimationFrame(() => this._stay());
    }
    close() {
        this.element.hidden = true;
        this._input.setAttribute("aria-expanded", "false");
        this.mark(-1);
        this._closed();
    }
    _place() {
        if (!this._field.isConnected) return this.close();
        const box = this._field.getBoundingClientRect(), { element: list } = this, { style } = list;
        style.minWidth = px(box.width);
        // half a row shows that there are more, where nothing else does: fingers have no bar
        const row = list.firstChild?.offsetHeight || 30;
        const height = this._limit ? row * this._limit + 10
            : (Math.ceil((this._most - 4) / row) - 0.5) * row + 4;
        const below = innerHeight - box.bottom - 8, above = box.top - 8,
            up = below < Math.min(height, list.scrollHeight) && above > below;
        style.maxHeight = px(Math.min(height, up ? above : below));
        const left = isRtl() ? box.right - list.offsetWidth : box.left;
        style.left = px(clamp(left, 0, Math.max(0, innerWidth - list.offsetWidth)));
        style.top = px(up ? box.top - list.offsetHeight - 2 : box.bottom + 2);
    }
    // shows: else the list stays where it is scrolled to.
    mark(at, shows = true) {
        const option = this.options[at] && this.element.children[at];
        this.marked = option ? at : -1;
        this.element.querySelector(".lw-active")?.classList.remove("lw-active");
        option?.classList.add("lw-active");
        if (shows) option?.scrollIntoView({ block: "nearest" });
        setAttributes(this._input, { "aria-activedescendant": option?.id });
    }
    // Whether the open list has a use for a key: arrows go round, Page keys by ten, Enter chooses
    // what is marked.
    takes(event, key = event.key) {
        const { options: { length: count }, marked } = this;
        if (!this.isOpen) return false;
        if (key === "ArrowDown") this.mark((marked + 1) % count);
        else if (key === "ArrowUp") this.mark((Math.max(0, marked) + count - 1) % count);
        else if (key === "PageDown") this.mark(Math.min(marked + 10, count - 1));
        else if (key === "PageUp") this.mark(Math.max(marked - 10, 0));
        else if (key === "Escape") this.close();
        else if (key === "Enter" && marked >= 0) this._choose(this.options[marked][1]);
        else return false;
        event.preventDefault();
        return true;
    }
}

class Toast extends Widget {
    static place = element("div", { class: "lw-toasts lw" });
    constructor(text = "", { kind = "info", action = null, timeout_s = 5 } = {}) {
        super(element("div", { class: "lw-toast", "data-kind": kind,
            role: kind === "error" ? "alert" : "status" }));
        this._text = element("span", {}, text ?? "");
        this.element.append(icon(ICONS[kind]), this._text);
        if (action) this.element.append(textButton(action, () => this._end("activated")));
        this.element.append(iconButton("Dismiss", ICONS.close, () => this._end()));
        this._over = new AbortController();
        if (!timeout_s) return;
        const holds = new Set();                        // it stays while it is in use, or not seen
        const { signal } = this._over;
        const wait = () => {
            clearTimeout(this._timer);
            if (!holds.size && !document.hidden && !signal.aborted)
                this._timer = setTimeout(() => this._end(),
                    Math.min(timeout_s * 1000, MAX_WAIT_MS));
        };
        for (const [begin, end] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
            this.element.addEventListener(begin, () => { holds.add(begin); wait(); });
            this.element.addEventListener(end, () => { holds.delete(begin); wait(); });
        }
        document.addEventListener("visibilitychange", wait, { signal });
        wait();
    }
    _join(session, wid) {
        super._join(session, wid);
        // put there again, what is in it would lose the focus
        if (!Toast.place.isConnected) document.body.append(Toast.place);
        Toast.place.append(this.element);
    }
    _leave() {
        this._goes();
        super._leave();
    }
    _goes() {
        this._over.abort();
        clearTimeout(this._timer);
        takeOff(this.element);
    }
    _end(action) {
        this._goes();
        if (action) this.emit(action);
        this.emit("closed");
    }
    set_text(text) { showText(this._text, text); }
}

class GridBox extends Container {
    constructor() {
        super(element("div", { class: "lw-grid" }));
        Object.assign(this, { _count: [1, 1], _width: 0, _columnShares: [], _rowShares: [] });
    }
    _slot(child, row, column, rowSpan, columnSpan) {
        child.outer.style.gridArea =
            `${row + 1} / ${column + 1} / span ${rowSpan} / span ${columnSpan}`;
        return child.outer;
    }
    _clearSlot(node) { node.style.gridArea = ""; }
    // The cells that nothing is in take their room, too. A width for columns stands in place of
    // their number and shares.
    _divide(change) {
        Object.assign(this, change);
        const [rows, columns] = this._count, width = this._width;
        const tracks = (count, shares) => {
            const given = shares.map(one => one ? `minmax(0, ${one}fr)` : "auto").join(" ");
            const rest = count - shares.length;
            return given + (rest > 0 ? ` repeat(${rest}, minmax(auto, 1fr))` : "");
        };
        this.element.style.gridTemplateColumns = width
            ? `repeat(auto-fit, minmax(min(100%, ${width}px), 1fr))`
            : tracks(columns, this._columnShares);
        this.element.style.gridTemplateRows = tracks(width ? 0 : rows, this._rowShares);
    }
    set_count(...count) { this._divide({ _count: count }); }
    set_auto_columns(width) {
        this.element.classList.toggle("lw-auto-grid", width > 0);
        this._divide({ _width: width });
    }
    set_column_stretch(shares) { this._divide({ _columnShares: shares }); }
    set_row_stretch(shares) { this._divide({ _rowShares: shares }); }
    set_row_spacing(gap) { this.element.style.rowGap = px(gap); }
    set_column_spacing(gap) { this.element.style.columnGap = px(gap); }
}

// A number as people write it, as {text} that Python and Number() read, or {word}: why not. Digits
// are of any script, the minus is any; spaces, apostrophes and the language's sign group digits.
// What a language writes as a group, and fields with `places` decimals show as a decimal point,
// might be either: it is not read as a number a thousand times as large or small.
function readNumber(written, { whole = false, places = -1 } = {}) {
    const said = `\u201c${written.trim()}\u201d`, none = { word: said + " is not a number." };
    const plain = written.normalize("NFKC").trim().replace(/\p{Nd}/gu, digitOf)
        .replace(/[\u2010-\u2013\u2212]/g, "-").replace(/(\d)['\u2019 \u066c](?=\d)/g, "$1'");
    const [, sign, body, power = ""] =
        /^([+-]?) ?((?=.*\d)[\d.,'\u066b]+)(e[+-]?\d+)?$/i.exec(plain) || [];
    if (body === undefined) return none;
    const signs = body.replace(/[\d']/g, ""), last = signs.slice(-1);
    let point = signs.lastIndexOf(last) === signs.indexOf(last) ? last : "";
    if (signs.length === 1 && /^[1-9]\d{0,2}[.,]\d{3}$/.test(body)) {
        const parts = new Intl.NumberFormat().formatToParts(-12345678.9);
        const groups = parts.some(one => one.type === "group" && one.value === last);
        const known = groups || parts.some(one => one.type === "decimal" && one.value === last);
        const own = last === "." && !whole && (places === 3 || !groups);
        if (whole ? !groups : !own && (groups ? last === "." : !known)) {
            const [one, other] = ["", "."].map(mark => sign + body.replace(last, mark));
            return { word: `${said} may be ${one} or ${other}: write ${one}` +
                (whole ? "." : ` or ${other}0.`) };
        }
        if (groups && !own) point = "";
    }
    const [integer, fraction = ""] = point ? body.split(point) : [body];
    const group = integer.replace(/\d/g, "").slice(0, 1), runs = group ? integer.split(group)
        : [integer];
    const grouped = runs.length > 1 && /^\d{1,3}$/.test(runs[0]) && /^\d{3}$/.test(runs.at(-1)) &&
        runs.slice(1, -1).every(run => /^\d{2,3}$/.test(run));
    if (runs.length > 1 && !grouped || /\D/.test(runs.join("") + fraction)) return none;
    return { text: (sign + (runs.join("") || "0")) + (fraction && "." + fraction) + power };
}

// A date as every Python reads it, as {text}, or {word}: why not.
function readDate(written) {
    const text = written.trim(), moment = new Date(text + "T00:00Z");
    const isOne = /^\d{4}-\d\d-\d\d$/.test(text) && moment.getUTCFullYear() &&
        moment.toISOString().startsWith(text);
    return isOne ? { text }
        : { word: `\u201c${text}\u201d is not a date: write it as 2024-12-31.` };
}

// A number's text in the signs of the browser's language, so that readNumber() reads that number.
function inOwnSigns(text) {
    const signs = new Intl.NumberFormat(undefined, { useGrouping: false });
    const point = signs.formatToParts(0.5).find(one => one.type === "decimal").value;
    return text.replace(/[\d.]/g, one => one === "." ? point : signs.format(one));
}

function digitOf(sign) {
    let zero = sign.codePointAt(0);
    const code = zero;
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String(code - zero);
}

const SOUGHT_MS = 1000;         // letters that are typed within it are looked for together

class ComboBox extends TypedField {
    static held = ["set_shown"];
    static sequences = ["set_items"];
    static isField = true;
    constructor({ editable = false, dropdown_limit = 0 } = {}) {
        super(element("div", { class: "lw-combo" }));
        Object.assign(this, { _editable: editable, _items: [], _index: -1 });
        this._text = "";                                // what Python and we agree on
        this._input = element("input", { type: "text", class: "lw-input", spellcheck: "false",
            "aria-autocomplete": editable ? "list" : "none", readonly: !editable });
        this._list = new OptionList(this._input, this._input, { limit: dropdown_limit,
            choose: index => this._choose(index), closed: () => this.session?.letGo(this) });
        this.element.append(this._input, icon(ICONS.down), this._list.element);
        this._input.addEventListener("click",
            () => this._list.isOpen && !editable ? this._list.close() : this._open(""));
        onKeys(this._input, event => this._onKey(event));
        const typed = event => {
            if (event.isComposing) return;              // half a word
            this._typed();
            this._open(this._input.value);
        };
        for (const type of ["input", "compositionend"]) this._input.addEventListener(type, typed);
        this._input.addEventListener("change", () => this._typed());
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
    }
    _typed() {
        const text = this._input.value;
        if (text === this._text) return;
        this._text = text;
        this._index = this._items.indexOf(text);
        this.userState("set_shown", [this._index, text], "modified", [text]);
    }
    _isUnread() { return false; }                       // each letter is told
    _open(filter) {
        this._filter = filter;
        this._fill();
        const { options } = this._list;
        if (!options.length) return this._list.close();
        this.session?.hold(this, this.element);
        this._list.open();
        this._list.mark(options.findIndex(([, index]) => index === this._index));
    }
    _fill() {
        const wanted = this._filter.toLowerCase();
        this._list.fill(this._items.map((text, index) => [text, index])
            .filter(([text]) => text.toLowerCase().includes(wanted)), this._index);
    }
    _choose(index) {
        this._list.close();
        this.session?.letGo("typing");
        const text = this._items[index];
        this.set_shown(index, text);
        this.userState("set_shown", [index, text], "activated");
    }
    _onKey(event) {
        const list = this._list, fixed = !this._editable, { key } = event;
        if (isChord(event)) return;
        const seeks = fixed && key.length === 1 && (key !== " " || this._seeks());
        if (!seeks && list.takes(event, key === " " && fixed ? "Enter" : key)) return;
        if (key === "ArrowDown" || key === "ArrowUp") this._open("");
        else if (key === "Home" && list.isOpen && fixed) list.mark(0);
        else if (key === "End" && list.isOpen && fixed) list.mark(list.options.length - 1);
        else if (seeks) this._jump(key);
        else if (key === "Enter" || key === " " && fixed) this._enter();
        else return;
        event.preventDefault();
    }
    // Take the written text, whether it is an item or not.
    _enter() {
        if (!this._editable) return this._open("");
        const text = this._input.value, known = this._items.indexOf(text);
        const index = known < 0 && text ? this._items.length : known;
        this._list.close();
        this.session?.letGo("typing");
        this.set_shown(index, text);
        this.userState("set_shown", [index, text], "activated");
    }
    _seeks() { return performance.now() < this._soughtAt + SOUGHT_MS; }
    // The letters that are typed so far, or with one and the same the next item that it begins.
    _jump(letter) {
        const count = this._items.length, text = letter.toLowerCase();
        const sought = this._seeks() ? this._sought + text : text;
        const isOne = sought === text.repeat(sought.length), word = isOne ? text : sought;
        Object.assign(this, { _sought: sought, _soughtAt: performance.now() });
        for (let step = Number(isOne || this._index < 0); step <= count; step++) {
            const index = (this._index + step) % count;
            if (this._items[index]?.toLowerCase().startsWith(word)) return this._choose(index);
        }
    }
    _onWheel(event) {
        if (this._list.isOpen || document.activeElement !== this._input || !event.deltaY ||
            event.ctrlKey) return;
        event.preventDefault();
        const next = this._index + Math.sign(event.deltaY);
        if (next >= 0 && next < this._items.length) this._choose(next);
    }
    set_items(items) {
        this._items = items;
        if (!this._ownLength)
            this._input.size = items.reduce((size, item) => clamp(item.length + 1, size, 60), 4);
        if (this._list.isOpen && !this._changing) queueMicrotask(() => this._refill());
        this._changing = this._list.isOpen;
    }
    // The items changed under an open list, once for all changes of a batch: the item that was
    // marked and the one that was chosen are so still, wherever they are now.
    _refill() {
        const list = this._list, before = list.marked, [marked] = list.options[before] || [];
        this._changing = false;
        if (!list.isOpen) return;
        if (this._items[this._index] !== this._text) this._index = this._items.indexOf(this._text);
        this._fill();
        if (!list.options.length) return list.close();
        const far = at => list.options[at][0] === marked ? Math.abs(at - before) : Infinity;
        list.mark(list.options.reduce((best, _, at) =>
            far(at) < (best < 0 ? Infinity : far(best)) ? at : best, -1), false);
    }
    set_shown(index, text) {
        this._index = index;
        this._text = text;
        if (this._input.value !== text) this._input.value = text;
    }
    set_length(characters) {
        this._ownLength = true;
        this._input.size = characters;
    }
}

// Tell what a person did when the widget is open, which may be soon; in vain 5 s later. isStill:
// whether Python has not said otherwise since.
function whenOpen(widget, isStill, tell) {
    const end = performance.now() + 5000;
    const look = () => {
        if (!isStill() || !widget.element.isConnected) return;
        if (widget._isShut() && performance.now() < end) setTimeout(look, 250);
        else tell();
    };
    look();
}

class Splitter extends Container {
    static held = ["set_children", "set_sizes", "set_minimums"];
    constructor(orientation = "horizontal") {
        super(element("div", { class: "lw-splitter lw-shrinks", "data-orientation": orientation }));
        this._across = orientation === "horizontal";
        this._panes = new Map();                        // child -> {pane, handle}
        this._sizes = [];
        this._minimums = {};
    }
    _slot(child) {
        if (!this._panes.has(child)) {
            const handle = element("div",
                { class: "lw-handle", role: "separator", tabindex: "0", "aria-label": "Resize",
                "aria-orientation": this._across ? "vertical" : "horizontal" });
            this._panes.set(child, { pane: element("div", { class: "lw-fill lw-pane" }), handle });
            onDrag(handle, () => this._startMove(handle));
            onKeys(handle, event => this._onKey(event, handle));
        }
        return this._panes.get(child).pane;
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        const { pane, handle } = this._panes.get(child) || {};
        super._dropChild(child);
        this._panes.delete(child);
        pane?.remove();
        handle?.remove();
    }
    _arrange() {
        const nodes = this._entries.map(([child], index) =>
            [index ? (this._slot(child), this._panes.get(child).handle) : null, this._slot(child)]);
        if (this._entries.length) this._panes.get(this._entries[0][0]).handle.remove();
        placeInOrder(this.element, nodes.flat().filter(Boolean));
        for (const [child, { pane }] of this._panes) placeInOrder(pane, [child.outer]);
        this._show();
    }
    _show() {
        const sum = sizes => sizes.reduce((sum, size) => sum + size, 0);
        const usual = sum(this._sizes) / this._sizes.length || 1;
        const sizes = this._entries.map((_, index) => this._sizes[index] ?? usual),
            total = sum(sizes) || 1;
        this._entries.forEach(([child], index) => {
            const { pane, handle } = this._panes.get(child);
            pane.style.flex = `${sizes[index]} 1 0%`;   // of no height yet: as tall as the content
            handle.setAttribute("aria-valuenow",
                Math.round(100 * sum(sizes.slice(0, index)) / total));
        });
    }
    _measure() { return this._entries.map(([child]) => this._panes.get(child)
        .pane[this._across ? "offsetWidth" : "offsetHeight"]); }
    // Moves the handle in front of pane `index` by some px, within the minimums of its two
    // neighbours.
    _move(start, index, by) {
        const least = at => this._minimums[this._entries[at][0].wid] ?? 20, sizes = [...start];
        by = clamp(by, Math.min(0, least(index - 1) - start[index - 1]),
            Math.max(0, start[index] - least(index)));
        sizes[index - 1] += by;
        sizes[index] -= by;
        this._sizes = sizes;
        this._show();
    }
    _indexOf(handle) { return this._entries.findIndex(([child]) => this._panes.get(child)
        .handle === handle); }
    _startMove(handle) {
        const start = this._measure(), index = this._indexOf(handle);
        const panes = this._entries.map(([child]) => child);
        const isWhole = () => this._entries.length === panes.length &&  // none is another meanwhile
            this._entries.every(([child], at) => child === panes[at]);
        return { move: (dx, dy) => {
            if (isWhole()) this._move(start, index, this._across ? readingStep(dx) : dy);
        }, end: moved => { if (moved && isWhole()) this._report(); } };
    }
    _onKey(event, handle) {
        const by = { [this._across ? "ArrowLeft" : "ArrowUp"]: -STEP_PX,
            [this._across ? "ArrowRight" : "ArrowDown"]: STEP_PX, Home: -1e6, End: 1e6 }[
            readingKey(event)];
        if (by === undefined) return;
        event.preventDefault();
        this._move(this._measure(), this._indexOf(handle), by);
        this._report();
    }
    _report() {
        const sizes = this._sizes = this._isShut() ? [...this._sizes] : this._measure();
        const panes = this._entries.map(([child]) => child.wid);
        whenOpen(this, () => this._sizes === sizes,
            () => this.userState("set_sizes", [sizes, panes], "sizing", []));
    }
    set_sizes(sizes) {
        this._sizes = sizes;
        this._show();
    }
    set_minimums(minimums) { this._minimums = minimums; }
}

class MDISubWindow extends TopLevel {
    constructor(options = {}) {
        super({ lowerable: true, minimizable: true, maximizable: true, ...options });
        this.element.classList.add("lw-sub-window");
    }
    set_visible(tf) {
        const held = !tf && this.element.contains(document.activeElement);
        this.element.classList.toggle("lw-hidden", !tf);
        if (held) this.parent?.element.focus();
        this._lineUp();
    }
    // The workspace grows to the right and down; over its other edges a window goes only against
    // the resistance.
    _moveTo(x, y) {
        const held = 1 - (this.parent?._resistance || 0);
        this.set_position(x < 0 ? Math.max(x * held, 40 - this.element.offsetWidth) : x,
            Math.max(0, y));
    }
    // Its workspace scrolls to it.
    set_position(x, y) {
        super.set_position(x, y);
        this._putAt(px(x), px(y));
    }
    _shownAt() { return this._place; }
    set_stacking(order) {
        super.set_stacking(order);
        this.parent?._markTop();
    }
}

class MDIWidget extends Container {
    static held = ["set_scroll_position"];
    static usualName = "Workspace";
    constructor() {
        super(element("div", { class: "lw-mdi lw-shrinks", tabindex: "0", role: "group" }));
        this._body = element("div", { class: "lw-mdi-area" });
        this.element.append(this._body);
        scrolling.watch(this, this.element);
    }
    _dropChild(child) {
        const held = child.element.contains(document.activeElement);
        super._dropChild(child);
        if (held) queueMicrotask(() => {                // it may be put elsewhere
            if (document.activeElement === document.body) this.element.focus();
        });
    }
    _arrange() {
        super._arrange();
        this._markTop();
        this._entries[0]?.[0]._lineUp();
    }
    _markTop() {
        const windows = this._entries.map(([child]) => child.element),
            top = Math.max(...windows.map(node => Number(node.style.zIndex)));
        for (const node of windows)
            node.classList.toggle("lw-top", Number(node.style.zIndex) === top);
    }
    set_resistance(value) { this._resistance = value; }
    set_scroll_position(h, v) { scrolling.set(this, this.element, h, v); }
}

class TextEntrySet extends TextEntry {
    constructor(text = "", options = {}) {
        super(text, options);
        this._button = element("button", { type: "button", class: "lw-button" }, "Set");
        this._button.addEventListener("click", () => this._enter());
        const root = element("div", { class: "lw-entry-set lw" });
        root.dataset.widget = this.element.dataset.widget;
        this._input.classList.remove("lw");
        delete this._input.dataset.widget;
        root.append(this._input, this._button);
        this.element = root;
    }
    set_button_text(text) { showText(this._button, text); }
    set_length(characters) { this._input.style.width = `calc(${characters}ch + 1.75em)`; }
}

class ColorDialog extends Dialog {
}

// The text node at a point of a text, and the place in it. WebKit finds only what can be selected.
function caretAt(text, x, y) {
    const at = document.caretPositionFromPoint?.(x, y);
    if (at) return [at.offsetNode, at.offset];
    text.style.webkitUserSelect = "text";
    const range = document.caretRangeFromPoint?.(x, y);
    text.style.webkitUserSelect = "";
    return range ? [range.startContainer, range.startOffset] : [];
}

class HtmlView extends Widget {
    static held = ["set_scroll_position", "set_html"];
    static sequences = ["set_html"];
    constructor(html = "") {
        super(element("div", { class: "lw-html lw-shrinks", tabindex: "0", dir: "auto" }));
        scrolling.watch(this, this.element);
        if (html) this.set_html(html);
    }
    // What is as it was stays, with what a person has marked or written in it.
    set_html(html) {
        keepFocus(this.element, this.element, () => editNodes(this.element,
            [...this.element.childNodes], [...this._parse(html).childNodes]));
    }
    _parse(html) {
        const parsed = parseMarkup(html);
        HtmlView.finishCode(parsed);
        return parsed;
    }
    static finishCode(within) {
        for (const code of within.querySelectorAll("pre > code[data-language]"))
            new CodeColors(code.dataset.language).paint(code);
        for (const pre of within.querySelectorAll("pre[data-copy]")) {
            pre.append(iconButton("Copy", ICONS.copy,
                () => copyOrTell(pre.firstChild.textContent), "lw-copy"));
        }
    }
    _edit(name, splices) {
        const old = this._sequences[name], [[start, remove, more], ...others] =
            joinSplices(splices);
        if (others.length || remove || start < countPoints(old)) return super._edit(name, splices);
        this._sequences[name] = old + more;
        this.element.append(this._parse(more));
    }
    set_scroll_position(h, v) { scrolling.set(this, this.element, h, v); }
    scroll_to_top() { this.element.scrollTop = 0; }
    scroll_to_bottom() { this.element.scrollTop = this.element.scrollHeight; }
}

const LONG_LINE = 2000;         // characters; longer lines have no colours, and are drawn in part
const VAST_LINE = 1.5e6;        // characters; longer lines are wrapped: see MAX_SPACE_PX
// The colours of code, line by line. What a language does not say is as in COMMON_CODE.
const COMMON_CODE = {
    comment: "#(?=[\\s!]|$)|//|--(?=\\s)", block: { "/*": "*/", "`": "`" },
    words: "abstract and as async await begin bool boolean break byte case catch char " +
        "class const continue create def default delete do double elif else elsif end " +
        "enum except export extends extern false final finally fn for foreach from func " +
        "function if impl implements import in insert int interface into is join lambda " +
        "let local long loop match mod mut new nil none not null or order package pass " +
        "private protected pub public raise return select self set static string struct " +
        "super switch table then this throw trait true try type undefined union unless " +
        "until update use using values var void when where while with yield" };
const CODE = {
    python: { comment: "#", block: Object.fromEntries(["'", '"'].map(sign => Array(2).fill(
            sign.repeat(3)))),
        words: "False None True and as assert async await break class continue def del elif else " +
            "except finally for from global if import in is lambda nonlocal not or pass raise " +
            "return try while with yield" },
    json: { comment: "(?!)", block: {}, words: "true false null" },
};
Object.assign(CODE, { py: CODE.python });
const CODE_COLORS = { comment: "muted", text: "positive", number: "warning", word: "accent",
    "+": "positive", "-": "danger", "@": "accent" };
class CodeColors {
    constructor(language) {
        const { comment, block, words } = this._rule = CODE[language] || COMMON_CODE;
        const blocks = Object.keys(block).map(mark => mark.replace("*", "\\*"));
        this._isDiff = language === "diff";
        this._words = new Set(words.split(" "));
        const texts = [...blocks, '"', "'"].join("|");
        this._token = new RegExp(`(?<comment>${comment})|(?<text>${texts})|` +
            "(?<number>(?<![\\w.])\\.?\\d[\\w.]*)|(?<word>[\\p{L}_$][\\p{L}\\p{N}_$]*)", "gu");
    }
    // What has a color in a line that begins with a text whose end is `open`, or "": a list of
    // [from, to, style], and what is open at its end.
    line(text, open) {
        if (text.length > LONG_LINE) return [[], open];
        if (this._isDiff) return [this._span(0, text.length, text[0]), ""];
        const spans = [], token = this._token;
        for (let at = 0; at < text.length;) {
            let kind = "text", from = at;
            if (!open) {
                token.lastIndex = at;
                const found = token.exec(text);
                if (!found) break;
                const { comment, text: begun, word } = found.groups;
                kind = comment ? "comment" : begun ? "text" : word ? "word" : "number";
                [from, at] = [found.index, comment ? text.length : token.lastIndex];
                if (begun) open = this._rule.block[begun] || begun;
                if (word && !this._isWord(word)) continue;
            }
            if (open === "*/") kind = "comment";
            if (open) [at, open] = this._end(text, at, open);
            spans.push(...this._span(from, at, kind));
        }
        return [spans, open.length === 1 && open !== "`" ? "" : open];
    }
    _span(from, to, kind) {
        const color = CODE_COLORS[kind];
        return color ? [[from, to, { color: `var(--lw-${color})` }]] : [];
    }
    _isWord(word) {
        return this._words.has(word) || this._rule === COMMON_CODE &&
            word === word.toUpperCase() && this._words.has(word.toLowerCase());
    }
    _end(text, at, open) {
        for (; at < text.length; at++) {
            if (text.startsWith(open, at)) return [at + open.length, ""];
            if (text[at] === "\\" && open !== "*/") at++;
        }
        return [text.length, open];
    }
    // Color what an element has as text.
    paint(node) {
        let open = "", spans;
        const lines = node.textContent.split("\n").flatMap((text, index) => {
            [spans, open] = this.line(text, open);
            return [...index ? ["\n"] : [], ...styledRuns(text, spans)];
        });
        node.replaceChildren();
        for (const one of lines) node.append(one);      // a call takes only so many arguments
    }
}

// A text as nodes, with the styles of [from, to, style] on its parts; a later one goes over others.
function styledRuns(text, spans) {
    const ends = new Set([0, text.length, ...spans.flatMap(([from, to]) => [from, to])]);
    const edges = [...ends].sort((a, b) => a - b);
    return edges.slice(1).map((to, index) => {
        const from = edges[index], part = text.slice(from, to);
        const styles = spans.filter(([first, last]) => first <= from && last >= to);
        if (!styles.length) return part;
        const { ground, ...look } = Object.assign({}, ...styles.map(([, , style]) => style));
        const run = element("span", ground ? { "data-ground": ground } : {}, part);
        Object.assign(run.style, look);
        return run;
    });
}

// A finger that moves on does not scroll a node now.
function keepFrom(node, now) {
    node.addEventListener("touchmove", event => { if (now()) event.preventDefault(); },
        { passive: false });
}

// An editor that draws only the lines on view. A text area too small to see holds the caret's line:
// what the keyboard, an input method or a phone does to it is what was typed. Selection, caret and
// marks are drawn by us.
class TextSource extends SharedText {
    static held = ["set_scroll_position"];
    constructor() {
        const input = element("textarea",
            { class: "lw-source-input", autocapitalize: "off", autocomplete: "off",
                spellcheck: "false", wrap: "off",
            "aria-description": "Tab writes a tab; Escape and then Tab leaves the editor" });
        super(element("div", { class: "lw-source lw-shrinks", "data-wrap": "none" }), input);
        Object.assign(this, { _lines: [""], _starts: null, _heights: [], _tops: [0], _caret: 0,
            _anchor: 0, _known: [0, 0], _spans: [], _icons: new Map(), _styles: {}, _colors: null,
            _opened: [""], _marks: 0, _marked: [0, -1], _asked: false, _first: 0,
            _inHand: ["", 0], _moves: 0, _lead: -1, _shift: 0 });
        this._selection = element("div", { class: "lw-source-selection" });
        this._cursor = element("div", { class: "lw-source-caret" });
        this._window = element("div", { class: "lw-source-window", "aria-hidden": "true" });
        this._space = element("div", { class: "lw-source-space" }, this._selection, this._window,
            this._cursor, input);
        this._view = element("div", { class: "lw-source-view" }, this._space);
        this.element.append(this._view);
        this._view.addEventListener("scroll", () => this._redraw(), { passive: true });
        scrolling.watch(this, this._view);
        printing.watch(this);
        this._sizes = new ResizeObserver(() => this._measureAnew());
        this._sizes.observe(this._view);
        onKeys(input, event => this._onKey(event));
        input.addEventListener("blur", () => { this._leaving = false; });
        input.addEventListener("beforeinput", event => this._beforeInput(event));
        for (const type of ["copy", "cut", "paste"])
            input.addEventListener(type, event => this._onClipboard(event));
        for (const type of ["focus", "blur", "compositionstart", "compositionend"])
            input.addEventListener(type, () => this._paint());
        onDrag(this._view, event => this._beginSelection(event));
        keepFrom(this._view, () => this._sweep);
        this._view.addEventListener("contextmenu", event => this._onHold(event));
        this._view.addEventListener("click", event => this._onClick(event));
        this._view.addEventListener("pointermove", event => this._hover(event));
        this._view.addEventListener("pointerleave", ({ pointerType }) => {
            clearTimeout(this._hovering);
            if (pointerType === "mouse") this.show_tooltip("");
        });
        for (const type of ["pointerdown", "keydown", "wheel"])     // the person goes on
            this.element.addEventListener(type, () => this.show_tooltip(""), { passive: true });
    }

    // Text as lines. Offsets here count UTF-16 units; Python's count characters, and differ only
    // where a text has both.

    _text() { return this._lines.join("\n"); }
    _start(line) {
        if (!this._starts) {
            let at = 0;
            this._starts = this._lines.map(text => (at += text.length + 1) - text.length - 1);
        }
        return this._starts[line];
    }
    _length() { return this._start(this._lines.length - 1) +
        this._lines[this._lines.length - 1].length; }
    _place(offset) {
        this._start(0);
        const { _lines: lines, _starts: starts } = this;
        const line = firstWhere(1, lines.length, at => starts[at] > offset) - 1;
        return [line, Math.min(offset - starts[line], lines[line].length)];
    }
    _offset(line, column) { return this._start(line) + column; }
    // One place is known in both units: others are counted from it.
    _toPoints(offset) {
        if (!this._astral) return offset;
        const [units, count] = this._known, [from, to] = [units, offset].sort((a, b) => a - b);
        const between = countPoints(this._slice(from, to));
        this._known = [offset, offset < units ? count - between : count + between];
        return this._known[1];
    }
    _toUnits(count) {
        if (!this._astral) return count;
        const [units, known] = this._known, step = 2 * Math.abs(count - known);
        const from = count < known ? Math.max(0, units - step) : units;
        const to = count < known ? units : Math.min(this._length(), units + step);
        const text = this._slice(from, to), front = count < known ? countPoints(text) : 0;
        this._known = [from + unitsAt(text, front + count - known), count];
        return this._known[0];
    }
    _slice(from, to) {
        const [a, c] = this._place(from), [b, d] = this._place(to);
        return a === b ? this._lines[a].slice(c, d)
            : [this._lines[a].slice(c), ...this._lines.slice(a + 1, b), this._lines[b].slice(0, d)]
            .join("\n");
    }
    _splice([start, remove, insert]) {
        const from = this._toUnits(start), to = remove ? this._toUnits(start + remove) : from;
        const [a, c] = this._place(from), [b, d] = this._place(to);
        const lines = (this._lines[a].slice(0, c) + insert + this._lines[b].slice(d)).split("\n");
        this._narrows ||= remove > 0;
        this._astral = this._astral || hasPairs(insert);
        this._vast = this._vast || lines.some(text => text.length > VAST_LINE);
        this._known = [from, start];
        // what changes above the first line on view moves that
        const lead = to <= this._start(this._lead) ? this._lead : -1, top = this._topOf(lead);
        this._opened.length = Math.min(this._opened.length, a + 1);
        if (b === this._lines.length - 1) this._endWith(a, lines);
        else {
            this._lines = this._lines.slice(0, a).concat(lines, this._lines.slice(b + 1));
            if (this._heights.length) {
                const between = new Array(lines.length);
                const behind = this._heights.slice(b + 1);
                this._heights = this._heights.slice(0, a).concat(between, behind);
            }
            this._starts = null;
            this._forgetTops(a);
        }
        const shift = lines.length - 1 - (b - a);
        // of the last line that changes all may be left
        for (const node of this._window.children) if (node.line > b - !d) node.line += shift;
        if (lead >= 0) {
            this._lead = lead + shift;
            this._shift += this._topOf(this._lead) - top;
        }
        const move = (at, after) => at < from || at === from &&
            !after ? at : Math.max(from, at - (to - from)) +
            (at >= to || after ? insert.length : 0);
        this._caret = move(this._caret, from === to);
        this._anchor = move(this._anchor, from === to);
        this._spans =
            this._spans.map(([first, last, name]) => [move(first, true), move(last, false), name]);
        this._hold();
        this._redraw();
        if (this._find?.isConnected)
            this._counting ||= setTimeout(() => this._tellFound(), REST_MS);
    }
    // The lines from one on become these: the cost does not depend on what is in front of it.
    _endWith(line, lines) {
        let at = this._start(line);
        for (const list of [this._lines, this._starts, this._heights])
            list.length = Math.min(list.length, line);
        for (const text of lines) {
            this._lines.push(text);
            this._starts.push(at);
            at += text.length + 1;
        }
        this._forgetTops(line);
    }
    // What the person here does: shown at once, and kept for Python.
    _replace(from, to, text, caret = from + text.length) {
        if (this._input.readOnly || from === to && !text) return;
        this._put(from, to, text);
        this._moveTo(caret);
    }
    _put(from, to, text) {
        const splice = [this._toPoints(from), 0, text];
        splice[1] = this._toPoints(to) - splice[0];
        this._splice(splice);
        this._keep(splice);
    }
    // What is selected: [from, to].
    _range() { return [this._anchor, this._caret].sort((a, b) => a - b); }
    _replaceSelection(text) { this._replace(...this._range(), text); }
    _hold() {
        if (this._composing) return;
        const [line, column] = this._place(this._caret), from = Math.max(0, column - 1000),
            text = this._lines[line].slice(from, column + 1000);
        const anchor = clamp(this._anchor - this._start(line) - from, 0, text.length);
        this._inHand = [text, this._offset(line, from)];
        if (this._input.value !== text) this._input.value = text;
        if (document.activeElement === this._input)
            this._input.setSelectionRange(Math.min(anchor, column - from),
                Math.max(anchor, column - from));
    }
    _typed() {
        const [text, at] = this._inHand, value = this._input.value,
            caret = at + this._input.selectionStart;
        if (value === text) return;
        const [start, remove, insert] = textSplice(text, value),
            units = count => joined(points(text).slice(0, count)).length;
        this._replace(at + units(start), at + units(start + remove), insert, caret);
    }
    _beforeInput(event) {
        if (/^history/.test(event.inputType)) {
            event.preventDefault();
            this._step(event.inputType === "historyUndo" ? "user_undo" : "user_redo");
            return;
        }
        // what is selected beyond what is in hand goes first; a composition goes on without it
        const [from, to] = this._range(), [text, at] = this._inHand;
        if (from === to || from >= at && to <= at + text.length) return;
        const { selectionStart, selectionEnd } = this._input;
        this._replaceSelection("");
        if (this._composing) this._inHand =
            [text.slice(0, selectionStart) + text.slice(selectionEnd), from - selectionStart];
        else if (/^delete/.test(event.inputType)) event.preventDefault();
    }
    _act(name, ...args) { this._tell(null, { [name]: args }); }
    _step(name) { this._act(name, this.session.number, this._moves); }
    _moveTo(caret, anchor = caret, keepGoal = false) {
        this._caret = clamp(caret, 0, this._length());
        this._anchor = clamp(anchor, 0, this._length());
        this._byFinger = false;
        if (!keepGoal) this._goal = null;
        this._hold();
        this._reveal(this._place(this._caret)[0], "nearest");
        this._moves++;
        this._tellSoon();
    }
    _tellSoon() {
        clearTimeout(this._telling);
        if (!this.session) return;
        this._moved = true;
        this.session._untold.add(this);
        const tell = () => this._composing ? this._tellSoon() : this.session.flush();
        this._telling = setTimeout(tell, TYPING_MS);
    }
    // A place is sent with the number of the text it refers to: later changes move it.
    _flush() {
        super._flush();
        if (!this._moved) return;
        if (this._composing) return this.session._untold.add(this);
        this._moved = false;
        clearTimeout(this._telling);
        const place = [this._anchor, this._caret].map(at => this._toPoints(at));
        this._act("user_caret", ...place, this._baseSeq(), this.session.number);
    }

    // Lines on view

    _wraps(line) {
        return this.element.dataset.wrap !== "none" || this._lines[line].length > VAST_LINE;
    }
    _even() { return this.element.dataset.wrap === "none" && !this._tall && !this._vast; }
    _topOf(line) {
        if (this._even()) return line * this._line;
        const tops = this._tops;
        if (tops.length <= line) {
            const room = this._room();
            for (let at = tops.length - 1; at < line; at++) {
                const rows = this._wraps(at) ? Math.ceil(this._lines[at].length / room) || 1 : 1;
                tops.push(tops[at] + (this._heights[at] ?? this._line * rows));
            }
        }
        return tops[line];
    }
    _gutter() { return this._window.firstChild?.lastChild.offsetLeft || 0; }
    // How many characters a wrapped row has, where they are as wide as an "x".
    _room() {
        const wide = this._view.clientWidth - this._gutter() - 32;
        return Math.max(8, Math.floor(wide / this._char));
    }
    // The part [from, to] of a line to draw. Of a long one, this is what is on view and about as
    // much around it: as if all characters were as wide as an "x". It begins with a row.
    _partOf(line) {
        const text = this._lines[line], view = this._view, wraps = this._wraps(line);
        if (text.length <= LONG_LINE || printing.now) return [0, text.length];
        const row = wraps ? this._room() : 1, rows = wraps
            ? Math.ceil(view.clientHeight / this._line) : Math.ceil(view.clientWidth / this._char);
        const first = wraps ? (view.scrollTop - this._topOf(line)) / this._line
            : view.scrollLeft / this._char;
        const last = Math.floor((text.length - 1) / (rows * row));
        const from = Math.max(0, clamp(Math.floor(first / rows), 0, last) - 1) * rows * row;
        // no pair of surrogates is cut
        return [from, from + 4 * rows * row].map(at => Math.min(text.length,
            at + /^[\udc00-\udfff]/.test(text.slice(at, at + 1))));
    }
    _measureAnew() {
        this._space.style.minWidth = "";        // as wide as the view is, or the lines that come
        this._heights = [];
        this._forgetTops();
        this._redraw();
    }
    // The tops of the lines behind one are not known any more.
    _forgetTops(line = 0) { this._tops.length = Math.min(this._tops.length, line + 1); }
    _lineAt(y) {
        const { length } = this._lines;
        if (this._even()) return clamp(Math.floor(y / this._line), 0, length - 1);
        return firstWhere(1, length, line => this._topOf(line) > y) - 1;
    }
    _draw() {
        const probe =
            this._probe ||= this.element.appendChild(element("div",
                { class: "lw-source-probe", "aria-hidden": "true" }, "x"));
        this._sizes.observe(probe, { box: "border-box" });      // the font, and what a finger needs
        if (!probe.offsetHeight) return;
        ({ height: this._line, width: this._char } = probe.getBoundingClientRect());
        this.element.style.setProperty("--lw-number", String(this._lines.length).length + 1 + "ch");
        this._keepPlace();
        const anchor = this._lineAt(this._view.scrollTop),
            within = this._view.scrollTop - this._topOf(anchor);
        this._drawLines();
        if (!this._even() && this._measure()) {
            // what is seen stays where it is
            this._view.scrollTop = this._topOf(anchor) + within;
            this._drawLines();
        }
        this._paint();
        this._ask();
    }
    _keepPlace() {
        if (Math.abs(this._shift) < 1) return;
        this._fit();
        const wanted = this._view.scrollTop + this._shift;
        this._view.scrollTop = wanted;
        this._shift = (wanted - this._view.scrollTop) % 1;      // a browser takes whole px
    }
    _drawLines() {
        const top = this._view.scrollTop, extra = 8, count = this._lines.length;
        this._lead = top > 0 ? this._lineAt(top) : -1;
        this._first = printing.now ? 0 : Math.max(0, this._lineAt(top) - extra);
        const last = this._lineAt(top + this._view.clientHeight) + extra + 1,
            end = Math.min(count, printing.now ? PRINTED_ROWS : last), nodes = [];
        const old = new Map([...this._window.children].map(node => [node.line, node])),
            from = this._offset(this._first, 0),
            to = this._offset(end - 1, 0) + this._lines[end - 1].length;
        const spans = this._spans.filter(([first, last]) => first < to && last > from);
        for (let line = this._first; line < end; line++) {
            const part = this._partOf(line), text = this._lines[line].slice(...part);
            const [start, stop] = part.map(at => this._start(line) + at);
            const own = spans.filter(([first, last]) => first < stop && last > start)
                .map(([first, last, name]) => [Math.max(0, first - start),
                    Math.min(stop, last) - start, this._styles[name] || {}]);
            own.unshift(...this._colorsOf(line));
            const gaps = this._gaps(line, part);
            const sign = JSON.stringify([text, gaps, own, this._icons.get(line), this._styled]);
            const kept = old.get(line), made = kept?.sign !== sign &&
                this._makeLine(line, text, own, gaps), node = kept || made;
            // a press on its number goes on
            if (kept && made) for (const part of [2, 0])
                kept.children[part].replaceWith(made.children[part]);
            if (node.dataset.line !== String(line)) {
                node.dataset.line = line;
                node.children[1].textContent = line + 1;
            }
            nodes.push(Object.assign(node, { sign, line, from: part[0] }));
        }
        keepOnly(this._window, nodes);
        const hint = count === 1 && !this._lines[0] && this._input.placeholder;
        setAttributes(nodes[0].querySelector(".lw-source-text"),
            { "data-placeholder": hint || null });
        this._window.style.transform = `translateY(${this._topOf(this._first)}px)`;
        this._fit();
        if (this._narrows) this._space.style.minWidth = "";     // the widest line may be gone
        this._narrows = false;
        this._space.style.minWidth = px(Math.max(parseFloat(this._space.style.minWidth) || 0,
            this.element.dataset.wrap === "none" ? this._window.scrollWidth : 0));
    }
    // Its field, which is all but unseen, tells it to screen readers.
    set_placeholder(text) {
        super.set_placeholder(text);
        this._redraw();
    }
    // The colors of a line's code; what is open at the beginnings of lines is kept.
    _colorsOf(line) {
        if (!this._colors) return [];
        const opened = this._opened;
        for (let at = opened.length - 1; at < line; at++)
            opened.push(this._colors.line(this._lines[at], opened[at])[1]);
        return this._colors.line(this._lines[line], opened[line])[0];
    }
    _measure() {
        let changed = false;
        [...this._window.children].forEach((node, index) => {
            const height = node.getBoundingClientRect().height, line = this._first + index;
            if (this._heights[line] === height) return;
            this._heights[line] = height;
            this._forgetTops(line);
            changed = true;
        });
        return changed;
    }
    // What stands for the undrawn parts of a line, before and behind the drawn one: px, or null.
    _gaps(line, [from, to]) {
        const { length } = this._lines[line], wraps = this._wraps(line);
        const row = wraps ? this._room() : 1, size = wraps ? this._line : this._char;
        const behind = Math.ceil(length / row) - Math.ceil(to / row);
        return to - from < length ? [Math.floor(from / row) * size, behind * size] : null;
    }
    _makeLine(line, text, spans, gaps) {
        const source = this._icons.get(line), node = element("div", { class: "lw-source-line" });
        const body = element("span", { class: "lw-source-text" });
        body.append(...text ? styledRuns(text, spans) : ["\u200b"]);
        if (gaps) {
            const wraps = this._wraps(line);
            const [before, behind] = gaps.map(size => element("i",
                { style: `${wraps ? "height" : "width"}: ${size}px` }));
            body.prepend(before);
            body.append(behind);
            body.classList.toggle("lw-source-rows", wraps);
            if (wraps) body.style.maxWidth = px(this._view.clientWidth - this._gutter());
        }
        node.append(element("span", { class: "lw-source-icon" }, ...source
            ? [element("img", { src: source, alt: "" })] : []), element("span",
                { class: "lw-source-number" }), body);
        return node;
    }
    // The box of the place in front of a character, as far as its line is drawn.
    _box(offset) {
        const [line, column] = this._place(offset),
            node = this._window.children[line - this._first];
        if (!node || column < node.from) return null;
        const walker = document.createTreeWalker(node.lastChild, NodeFilter.SHOW_TEXT),
            range = document.createRange();
        let rest = this._lines[line] ? column - node.from : 0, text = walker.nextNode();
        while (text && rest > text.length) { rest -= text.length; text = walker.nextNode(); }
        if (!text) return null;
        range.setStart(text, rest);
        const box = range.getClientRects()[0] || node.lastChild.getBoundingClientRect();
        return { x: box.x, y: box.y, height: box.height };
    }
    _paint() {
        if (!this._line || !this._window.children.length) return;
        const outer = this._space.getBoundingClientRect(), caret = this._box(this._caret),
            [from, to] = this._range();
        this._cursor.hidden = !caret || document.activeElement !== this._input;
        // while an input method composes, the text area is seen
        const held = this._composing ? this._box(this._inHand[1]) : caret;
        this._input.classList.toggle("lw-composing", Boolean(this._composing));
        for (const [node, box] of [[this._cursor, caret], [this._input, held]]) {
            if (box)
                Object.assign(node.style, { left: px(box.x - outer.x), height: px(box.height),
                    // behind the end of what is read, it would make room to scroll to
                    top: px(Math.min(box.y - outer.y, outer.height - box.height)) });
        }
        const boxes = [];
        for (let index = 0; from < to && index < this._window.children.length; index++) {
            const line = this._first + index, start = this._start(line),
                stop = start + this._lines[line].length,
                body = this._window.children[index].lastChild;
            if (stop < from || start > to) continue;
            const range = document.createRange(),
                walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
            for (let at = start + this._window.children[index].from;
                    at < Math.min(to, stop) && walker.nextNode();
                    at += walker.currentNode.length) {
                const text = walker.currentNode, first = Math.max(0, from - at),
                    last = Math.min(text.length, to - at);
                if (first >= last) continue;
                range.setStart(text, first);
                range.setEnd(text, last);
                for (const box of range.getClientRects())
                    boxes.push([box.x - outer.x, box.y - outer.y, box.width, box.height]);
            }
            if (to > stop) {
                const end = this._box(stop);
                // the line's end is selected too
                if (end) boxes.push([end.x - outer.x, end.y - outer.y, 6, end.height]);
            }
        }
        this._selection.replaceChildren(...boxes.map(([x, y, width, height]) => element("div",
            { style: `left: ${x}px; top: ${y}px; width: ${width}px; height: ${height}px` })));
        this._paintKnobs(from, to, outer);
        this._cursor.style.animation = "none";
        void this._cursor.offsetWidth;                  // a moved caret begins its blinking anew
        this._cursor.style.animation = "";
    }
    // The room that all lines take, which is what can be scrolled through.
    _fit() {
        const height = this._topOf(this._lines.length);
        this._space.style.setProperty("--lw-space", px(height));
    }
    _reveal(line, align) {
        if (!this._line) return;
        this._keepPlace();
        this._fit();                                    // for lines that are not drawn yet
        line = clamp(line, 0, this._lines.length - 1);
        const view = this._view, top = this._topOf(line), height = this._even() ? this._line
            : this._topOf(line + 1) - top, seen = view.clientHeight;
        const [at, column] = this._place(this._caret);
        const seeksCaret = align === "nearest" && at === line;
        if (align === "top") view.scrollTop = top;
        else if (align === "center") view.scrollTop = top - (seen - height) / 2;
        else if (seeksCaret && height > seen) { /* its row is sought below */ }
        else if (top < view.scrollTop) view.scrollTop = top;
        else if (top + height > view.scrollTop + seen) view.scrollTop = top + height - seen;
        this._draw();
        if (!seeksCaret) return;
        if (!this._box(this._caret)) {                  // not in the drawn part of a long line
            if (this._wraps(line))
                view.scrollTop = top + Math.floor(column / this._room()) * this._line - seen / 2;
            else view.scrollLeft = column * this._char - view.clientWidth / 2;
            this._draw();
        }
        this._revealCaret(height > seen);
        this._paint();
    }
    _revealCaret(vertically) {
        const view = this._view, caret = this._box(this._caret),
            box = view.getBoundingClientRect(),
            left = this._gutter();
        if (!caret) return;
        if (caret.x < box.x + left) view.scrollLeft += caret.x - box.x - left;
        else if (caret.x > box.x + view.clientWidth - 16)
            view.scrollLeft += caret.x - box.x - view.clientWidth + 48;
        const above = box.y - caret.y, below = caret.y + caret.height - box.y - view.clientHeight;
        if (vertically) view.scrollTop += Math.max(0, below) - Math.max(0, above);
    }
    _offsetAt(x, y) {
        this._draw();                                   // it may have been scrolled just now
        const box = this._view.getBoundingClientRect(),
            line = this._lineAt(y - box.y + this._view.scrollTop),
            node = this._window.children[line - this._first];
        if (!node) return this._offset(line, 0);
        const inside = node.getBoundingClientRect(), body = node.lastChild.getBoundingClientRect();
        const py = clamp(y, inside.y + 1, inside.bottom - 1), px = Math.max(x, body.x + 1);
        const [hit, column] = caretAt(node.lastChild, px, py);
        if (!hit || hit.nodeType !== Node.TEXT_NODE || !node.lastChild.contains(hit))
            return this._offset(line, x < body.x ? 0 : this._lines[line].length);
        const walker = document.createTreeWalker(node.lastChild, NodeFilter.SHOW_TEXT);
        let sum = node.from;
        while (walker.nextNode() && walker.currentNode !== hit) sum += walker.currentNode.length;
        return this._offset(line, Math.min(sum + column, this._lines[line].length));
    }

    // Mouse and keys

    _beginSelection(event) {
        if (event.pointerType !== "mouse") return { move: (dx, dy, moved) => this._sweepTo(moved),
            end: () => { this._sweep = null; } };
        if (event.target.closest(".lw-source-number, .lw-source-icon") ||
            event.target === this._view && event.offsetX > this._view.clientWidth) return null;
        event.preventDefault();
        this._input.focus({ preventScroll: true });
        const at = this._offsetAt(event.clientX, event.clientY);
        this._moveTo(at, event.shiftKey ? this._anchor : at);
        return { move: (dx, dy, moved) => this._moveTo(this._offsetAt(moved.clientX, moved.clientY),
            this._anchor), end() {} };
    }
    _onClick(event) {
        const line = event.target.closest(".lw-source-line")?.line;
        if (event.target.closest(".lw-source-number")) return this._clickLine(line, event);
        if (event.target.closest(".lw-source-icon"))
            return this._act("user_icon", ...this._lineSeen(line));
        if (event.target.closest(".lw-source-knob")) return;
        if (event.pointerType !== "mouse") {
            this._input.focus({ preventScroll: true });
            this._moveTo(this._offsetAt(event.clientX, event.clientY));
        } else if (event.detail === 2)
            this._moveTo(this._word(this._caret, 1, true), this._word(this._caret, -1, true));
        else if (event.detail === 3)
            this._moveTo(Math.min(this._length(), this._offset(this._place(this._caret)[0], 0) +
                this._lines[this._place(this._caret)[0]].length +
                1), this._start(this._place(this._caret)[0]));
    }
    _clickLine(line) { this._act("user_line", ...this._lineSeen(line)); }
    // Its number, and how its text begins: it may be another one in Python by now.
    _lineSeen(line) {
        return [line, this._lines[line].slice(0, 201).replace(/[\ud800-\udbff]$/, "")];
    }

    // A finger marks as on phones: one that stays marks a word, and what it passes then; knobs move
    // the ends of what is marked, and a bar has what is done with it.

    _onHold(event) {
        const { target, clientX, clientY } = event;
        if (target.closest(".lw-source-icon")) return;
        event.preventDefault();
        if (!isFinger(event)) return this._openMenu(clientX, clientY);
        if (target.closest(".lw-source-knob")) return;
        if (target.closest(".lw-source-number"))
            return this._clickLine(target.parentNode.line, { shiftKey: true });
        this._input.focus({ preventScroll: true });
        const at = this._offsetAt(clientX, clientY), [line, column] = this._place(at);
        const first = Math.max(0, column - LONG_LINE), place = column - first;
        const part = this._lines[line].slice(first, column + LONG_LINE);
        const word = [...part.matchAll(/[\p{L}\p{N}_]+/gu)].find(({ index, 0: { length } }) =>
            index <= place && place <= index + length);
        const start = word ? this._offset(line, first + word.index) : at;
        this._sweep = [start, start + (word ? word[0].length : 0)];
        this._mark(...this._sweep);
        if (this._tooltips) this._askTip(clientX, clientY);
    }
    // A browser's own menu knows nothing of what is selected here.
    _openMenu(x, y) {
        const at = this._offsetAt(x, y), [from, to] = this._range();
        if (at < from || at > to) this._moveTo(at);
        const isEmpty = at < from || at > to || from === to, fixed = this._input.readOnly;
        const names = [...isEmpty ? [] : fixed ? ["Copy"] : ["Cut", "Copy"],
            ...fixed ? [] : ["Paste"], "Select all", "Find"];
        popupMenu(names.map(name => [name, () => name === "Select all"
            ? this._moveTo(this._length(), 0) : this._onBar(name)]), x, y, this._input);
    }
    _sweepTo({ clientX, clientY }) {
        if (!this._sweep) return;
        const [from, to] = this._sweep, at = this._offsetAt(clientX, clientY);
        this._mark(at < from ? to : from, at < from ? at : Math.max(at, to));
    }
    _mark(anchor, caret) {
        this._moveTo(caret, anchor);
        this._byFinger = true;
        this._paint();
    }
    _makeKnobs() {
        this._knobs = [0, 1].map(end => {
            const knob = element("i", { class: "lw-source-knob" });
            onDrag(knob, () => {
                const ends = this._range(), box = this._box(ends[end]);
                if (!box) return null;                  // what came is not drawn yet
                const { x, y, height } = box;
                return { move: (dx, dy) => this._mark(ends[1 - end],
                    this._offsetAt(x + dx, y + height / 2 + dy)), end() {} };
            });
            return knob;
        });
        this._bar = element("div", { class: "lw-source-bar", role: "toolbar",
            "aria-label": "Marked text" },
        ...["Cut", "Copy", "Paste", "Select all", "Find"].map(name =>
            textButton(name, () => this._onBar(name), "lw-button")));
        this._bar.addEventListener("mousedown", event => event.preventDefault());
        this._space.append(...this._knobs);
        this.element.append(this._bar);
    }
    _paintKnobs(from, to, outer) {
        const shown = this._byFinger && document.activeElement === this._input;
        if (shown && !this._bar) this._makeKnobs();
        if (!this._bar) return;
        const boxes = [from, to].map(at => shown ? this._box(at) : null), bar = this._bar;
        this._knobs.forEach((knob, end) => {
            const box = from < to && boxes[end];
            knob.hidden = !box;
            if (box) Object.assign(knob.style, { left: px(box.x - outer.x),
                top: px(box.y + box.height - outer.y) });
        });
        bar.hidden = !shown;
        if (!shown) return;
        const [cut, copy, paste] = bar.children, all = this.element.getBoundingClientRect();
        cut.hidden = from === to || this._input.readOnly;
        copy.hidden = from === to;
        paste.hidden = this._input.readOnly;
        const { x = all.x, y = all.y + 60 } = boxes[0] || {}, above = y - bar.offsetHeight - 8;
        const top = above < all.y + 2 ? (boxes[1]?.y ?? y) + 60 : above;
        Object.assign(bar.style, {
            top: px(clamp(top - all.y, 2, Math.max(2, all.height - bar.offsetHeight - 4))),
            left: px(clamp(x - all.x, 4, Math.max(4, all.width - bar.offsetWidth - 6))) });
    }
    async _onBar(name) {
        if (name === "Select all") return this._mark(0, this._length());
        if (name === "Find") return this._openFind();
        try {
            if (name === "Paste") {
                const text = await navigator.clipboard.readText();
                return this._replaceSelection(text.replace(/\r\n?/g, "\n"));
            }
            await copyText(this._slice(...this._range()));
        } catch (error) {
            return this.session.tell("The browser did not let the clipboard be used.");
        }
        if (name === "Cut") this._replaceSelection("");     // wherever others' edits moved it
        else this._moveTo(this._caret, this._anchor);
    }
    _word(offset, step, within = false) {
        const [line, column] = this._place(offset), text = this._lines[line];
        if (!within && step < 0 && column === 0) return Math.max(0, offset - 1);
        if (!within && step > 0 && column === text.length)
            return Math.min(this._length(), offset + 1);
        const part = step > 0 ? text.slice(column, column + LONG_LINE)
            : [...text.slice(Math.max(0, column - LONG_LINE), column)].reverse().join("");
        const run = (within ? /^([\p{L}\p{N}_]+|[^\p{L}\p{N}_]?)/u
            : /^\s*([\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]*)/u).exec(part)[0];
        return offset + step * run.length;
    }
    _character(offset, step) {
        const pair = step > 0 ? this._slice(offset, offset + 2)
            : this._slice(Math.max(0, offset - 2), offset);
        return clamp(offset + step * (pair.codePointAt(0) > 0xffff ? 2 : 1), 0, this._length());
    }
    _vertical(lines) {
        const [line, column] = this._place(this._caret);
        if (this._wraps(line) && Math.abs(lines) === 1) {
            const box = this._box(this._caret), x = this._goal ??= box?.x, y = box &&
                box.y + box.height / 2 + lines * this._line;
            const edge = lines > 0 ? this._topOf(this._lines.length) : 0, inner = box &&
                y - this._view.getBoundingClientRect().y + this._view.scrollTop;
            if (box && (lines > 0 ? inner < edge : inner > edge)) return this._offsetAt(x, y);
        }
        if (line + lines < 0) return 0;
        if (line + lines >= this._lines.length) return this._length();
        this._goal ??= column;
        return this._offset(line + lines, Math.min(this._goal, this._lines[line + lines].length));
    }
    _onKey(event) {
        const jump = event.ctrlKey || event.metaKey, key = event.key,
            sign = signOf(event).toLowerCase(),
            [line] = this._place(this._caret), some = this._anchor !== this._caret;
        const page = Math.max(1, Math.floor(this._view.clientHeight / this._line) - 1),
            start = this._start(line), stop = start + this._lines[line].length;
        const indent = start + /^\s*/.exec(this._lines[line])[0].length,
            vertical = { ArrowUp: -1, ArrowDown: 1, PageUp: -page, PageDown: page }[key];
        const targets = {
            ArrowLeft: () => some && !event.shiftKey && !jump ? this._range()[0]
                : jump ? this._word(this._caret, -1) : this._character(this._caret, -1),
            ArrowRight: () => some && !event.shiftKey && !jump ? this._range()[1]
            : jump ? this._word(this._caret, 1) : this._character(this._caret, 1),
            Home: () => jump ? 0 : this._caret === indent ? start : indent,
            End: () => jump ? this._length() : stop };
        const leaves = this._leaving;
        this._leaving = key === "Escape" || key === "Shift" && leaves;
        const drawn = this._window.children[line - this._first]?.lastChild;
        const way = drawn && getComputedStyle(drawn).direction === "rtl" &&
            { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] || key;
        const used = key === "Escape" && !leaves && !this._input.readOnly;
        if (used) event.preventDefault();       // a second one is the dialog's that it is in
        if (vertical) {
            const to = this._vertical(vertical);
            this._moveTo(to, event.shiftKey ? this._anchor : to, true);
        } else if (targets[way]) {
            const to = targets[way]();
            this._moveTo(to, event.shiftKey ? this._anchor : to);
        } else if (key === "Backspace" || key === "Delete") {
            const step = key === "Delete" ? 1 : -1, to = jump ? this._word(this._caret, step)
                : this._character(this._caret, step);
            if (some) this._replaceSelection("");
            else this._replace(Math.min(this._caret, to), Math.max(this._caret, to), "");
        } else if (key === "Enter" && !isChord(event)) this._replaceSelection("\n");
        else if (key === "Tab" && !event.shiftKey && !leaves && !this._input.readOnly)
            this._replaceSelection("\t");
        else if (jump && sign === "a") this._moveTo(this._length(), 0);
        else if (jump && sign === "z") this._step(event.shiftKey ? "user_redo" : "user_undo");
        else if (jump && sign === "y") this._step("user_redo");
        else if (jump && sign === "f") this._openFind();
        else if (key === "F9" && this.element.matches(".lw-with-icons"))
            this._act("user_icon", ...this._lineSeen(line));
        else if (key === "F9" && this.element.matches(".lw-with-numbers"))
            this._clickLine(line, event);
        else return;
        event.preventDefault();
    }
    _onClipboard(event) {
        event.preventDefault();
        if (event.type === "paste")
            return this._replaceSelection(event.clipboardData.getData("text/plain")
                .replace(/\r\n?/g, "\n"));
        if (this._anchor === this._caret) return;
        event.clipboardData.setData("text/plain", this._slice(...this._range()));
        if (event.type === "cut") this._replaceSelection("");
    }
    _hover(event) {
        clearTimeout(this._hovering);
        const { clientX: x, clientY: y, target } = event;
        if (!this._tooltips || !target.closest(".lw-source-text")) return;
        this._hovering = setTimeout(() => this._askTip(x, y), 400);
    }
    _askTip(x, y) {
        const at = this._offsetAt(x, y);
        const word = [-1, 1].map(step => this._word(at, step, true));
        this.emit("tooltip", [...this._place(at), this._slice(...word), x, y]);
    }

    // The search bar: the browser's own search sees only the lines on view.

    _openFind() {
        if (!this._find) {
            const field = label => element("input",
                { type: "text", class: "lw-input", "aria-label": label, placeholder: label,
                    spellcheck: "false" });
            const [query, other, count] =
                [field("Find"), field("Replace by"), element("output", { role: "status" })];
            this._find = element("div", { class: "lw-source-find", role: "search" }, query, count,
                iconButton("Previous", ICONS.up, () => this._findNext(-1)),
                iconButton("Next", ICONS.down, () => this._findNext(1)),
                iconButton("Close", ICONS.close, () => this._closeFind()),
                element("span", { class: "lw-source-replace" }, other,
                    textButton("Replace", () => this._replaceFound(other.value), "lw-button"),
                    textButton("All", () => this._replaceAll(other.value), "lw-button")));
            Object.assign(this, { _query: query, _count: count });
            query.addEventListener("input", () => this._findNext(0));
            onKeys(this._find, event => {
                const { key, target } = event;
                if (key === "Escape") this._closeFind();
                else if (key === "Enter" && target === query)
                    this._findNext(event.shiftKey ? -1 : 1);
                else if (key === "Enter" && target === other) this._replaceFound(other.value);
                else return;
                event.preventDefault();
                event.stopPropagation();
            });
        }
        this._find.lastChild.hidden = this._input.readOnly;
        this.element.append(this._find);
        const chosen = this._slice(...this._range());
        if (chosen && !chosen.includes("\n")) this._query.value = chosen;
        this._query.select();
        this._findNext(0);
        this._query.focus();
    }
    _closeFind() {
        this._find.remove();
        this._input.focus();
    }
    _places() {
        const query = this._query.value.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        return query ? [...this._text().matchAll(new RegExp(query, "giu"))]
            .map(match => [match.index, match.index + match[0].length]) : [];
    }
    _findNext(step) {
        const places = this._places(), [from] = this._range();
        let at = places.findIndex(([start]) => step > 0 ? start > from : start >= from);
        if (step < 0) at = (at > 0 ? at : places.length) - 1;
        at = Math.max(at, 0);                           // behind the last comes the first
        if (places.length) this._moveTo(places[at][1], places[at][0]);
        this._tellFound(places);
        if (!places.length) return;
        const box = this._box(places[at][0]), bar = this._find.getBoundingClientRect();
        if (box && box.y < bar.bottom && box.y + box.height > bar.y && box.x < bar.right)
            this._find.classList.toggle("lw-below");    // else it hides what was found
    }
    // Which of the places that are found is selected, and how many there are.
    _tellFound(places = this._places()) {
        const chosen = String(this._range()), { length } = places;
        const at = places.findIndex(place => String(place) === chosen);
        this._counting = clearTimeout(this._counting);
        this._count.value = at >= 0 ? `${at + 1} of ${length}` : length ? `${length} found`
            : this._query.value ? "none" : "";
    }
    _replaceFound(text) {
        const chosen = String(this._range());
        if (this._places().some(place => String(place) === chosen)) this._replaceSelection(text);
        this._findNext(0);
    }
    _replaceAll(text) {
        if (this._input.readOnly) return;               // since the bar was opened
        const places = this._places();
        for (const [start, end] of places.slice(1).reverse()) this._put(start, end, text);
        if (places.length) this._replace(...places[0], text);       // draws once for all
        this._counting = clearTimeout(this._counting);
        this._count.value = places.length + " replaced";
    }

    // What Python says

    set_text(text) {
        super.set_text(text);
        this._redraw();
    }
    place_caret(anchor, caret, asker = null, moves = null) {
        // it was moved again since
        if (asker !== null && (asker !== this.session.number || moves !== this._moves)) return;
        this._byFinger = false;
        this._anchor = this._toUnits(anchor);
        this._caret = this._toUnits(caret);
        this._hold();
        this._redraw();
    }
    // The text area holds a part of the text.
    _caretOf(node) {
        return node === this._input ? [this._anchor, this._caret].map(at => this._toPoints(at))
            : super._caretOf(node);
    }
    _putCaret(node, at) {
        const end = this._toPoints(this._length());
        if (node !== this._input) return super._putCaret(node, at);
        const { _credentials: { focus }, _epoch } = this.session;
        this.place_caret(...at.map(one => Math.min(one, end)));
        if (focus.epoch !== _epoch) this._tellSoon();   // a new process does not know it
    }
    set_cursor_style(style, color) {
        this.element.dataset.caret = style;
        this.element.style.setProperty("--lw-caret", color || "");
    }
    set_tag_styles(tags) {
        this._styles = Object.fromEntries(Object.entries(tags).map(([name, tag]) => [name, {
            ...tag.background && { background: tag.background,
                ground: themeOn(tag.background) }, ...tag.foreground &&
                { color: tag.foreground }, ...tag.bold !== undefined &&
                { fontWeight: tag.bold ? "bold" : "normal" },
            ...tag.italic !== undefined && { fontStyle: tag.italic ? "italic" : "normal" },
            ...tag.font_family && { fontFamily: tag.font_family }, ...tag.font_size &&
            { fontSize: px(tag.font_size) },
            ...(tag.underline || tag.strikethrough) &&
            { textDecoration: [tag.underline && "underline", tag.strikethrough && "line-through"]
                .filter(Boolean).join(" ") } }]));
        this._tall = Object.values(tags).some(tag => tag.font_size);
        this._styled = (this._styled || 0) + 1;
        this._redraw();
    }
    set_marks(version) {
        this._marks = version;
        this._redraw();
    }
    _ask() {
        const end = this._first + this._window.children.length - 1;
        if (!this._marks || this._asked || !this.session || end < this._first) return;
        const from = this._toPoints(this._start(this._first) + this._partOf(this._first)[0]),
            to = this._toPoints(this._start(end) + this._partOf(end)[1]),
            [version, first, last] = this._marked;
        if (version === this._marks && from >= first && to <= last) return;
        const margin = to - from;
        this._asked = this.session._send("rows", { wid: this.wid,
            start: Math.max(0, from - margin), count: to - from + 2 * margin + 1 });
    }
    show_marks(version, first, last, spans, icons, ends) {
        this._asked = false;
        const pending = [...this._sent.map(one => one.splice), ...this._unsent];
        const move = (at, after) => pending.reduce((place, [start, remove, insert]) => {
            if (place < start || place === start && !after) return place;
            return Math.max(start, place - remove) +
                (place >= start + remove || after ? points(insert).length : 0);
        }, at);
        if (!this._marked[0] && document.activeElement !== this._input) this.place_caret(...ends);
        this._marked = [version, first, last];
        this._spans =
            spans.map(([from, to, name]) => [this._toUnits(move(from, true)),
                this._toUnits(move(to, false)), name]);
        this._icons = new Map(icons);
        this._redraw();
    }
    _connected() {
        this._asked = false;
        this._redraw();
    }
    set_language(name) {
        this._colors = name ? new CodeColors(name.toLowerCase()) : null;
        this._opened = [""];
        this._redraw();
    }
    set_icon_gutter(tf) { this._toggle("lw-with-icons", tf); }
    set_line_numbers(tf) { this._toggle("lw-with-numbers", tf); }
    _toggle(name, tf) {
        this.element.classList.toggle(name, tf);
        this._redraw();
    }
    set_wrap(mode) {
        this.element.dataset.wrap = mode;
        this._measureAnew();
    }
    set_font(family, size, weight, style) {
        Object.assign(this.element.style, { fontFamily: family === "monospace" ? "var(--lw-mono)"
            : family || "", fontSize: px(size), fontWeight: weight ?? "", fontStyle: style || "" });
        this._measureAnew();
    }
    set_tooltips_enabled(tf) { this._tooltips = tf; }
    show_tooltip(text, x, y) {
        this._tip?.remove();
        if (text) this._tip = showTip(this.element, text, x, y, 16);
    }
    scroll_to_line(line, align) { this._reveal(line, align); }
    scroll_to_end() { this._reveal(Infinity, "nearest"); }
    set_scroll_position(h, v) {
        this._draw();
        scrolling.set(this, this._view, h, v);
    }
}

// A TextSource to read. A press on a line's number marks it, with Shift all up to it.
class CodeView extends TextSource {
    static held = [...TextSource.held, "set_marked_lines"];
    static usualName = "Code";
    constructor() {
        super();
        this._chosen = null;                            // [first, last] of the marked lines
        this.element.append(
            iconButton("Copy", ICONS.copy, () => copyOrTell(this._text()), "lw-copy"));
        this.element.classList.add("lw-code");
    }
    set_marked_lines(first, last) {
        this._chosen = first === null ? null : [first, last];
        this._redraw();
    }
    _clickLine(line, event) {
        const [first, last] = this._chosen || [line, line];
        const only = first === line && last === line && this._chosen;
        const lines = only ? [null, null] : event.shiftKey
            ? [Math.min(first, line), Math.max(last, line)] : [line, line];
        this.set_marked_lines(...lines);
        this.emit(null, [], { set_marked_lines: lines, user_line: this._lineSeen(line) });
    }
    // Behind the end of the last line there is an empty one to write in, and none to read.
    _isEnd(line) { return line && line === this._lines.length - 1 && !this._lines[line] &&
        this._input.readOnly; }
    _topOf(line) { return super._topOf(line - Number(this._isEnd(line - 1))); }
    _drawLines() {
        super._drawLines();
        const [first, last] = this._chosen || [-1, -1];
        [...this._window.children].forEach((node, index) => {
            const line = this._first + index;
            node.classList.toggle("lw-marked", line >= first && line <= last);
            node.classList.toggle("lw-source-end", this._isEnd(line));
        });
    }
}

// A knob that turns through 300 degrees, with the gap below.
class Dial extends Range {
    constructor(options = {}) {
        super(element("div",
            { class: "lw-dial", "data-value": options.show_value_position || "b" }), options);
        this._knob = element("div", { class: "lw-knob", role: "slider", tabindex: "0" });
        this._image = element("img", { alt: "", hidden: true, draggable: "false" });
        this._hand = element("div", { class: "lw-hand" });
        for (let tick = 0; tick <= 10; tick++) {
            const mark = element("i");
            mark.style.transform = `rotate(${tick * 30 - 150}deg)`;
            this._knob.append(mark);
        }
        this._knob.append(this._image, this._hand);
        this._output = element("output", { "aria-live": "off", hidden: !options.show_value });
        this.element.append(this._knob, this._output);
        this._input = this._knob;
        onDrag(this._knob, event => {
            this._knob.focus();
            const box = this._knob.getBoundingClientRect();
            const turn = ({ clientX, clientY }) => {
                const angle = Math.atan2(clientX - box.x - box.width / 2,
                    box.y + box.height / 2 - clientY) * 180 / Math.PI;
                const value =
                    this._fit(this._min +
                        (clamp(angle, -150, 150) + 150) / 300 * (this._max - this._min));
                this._drag(value);
                return value;
            };
            let value = turn(event);
            return { move: (dx, dy, e) => { value = turn(e); }, end: () => this._change(value) };
        });
        this._knob.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        onKeys(this._knob, event => {
            const steps = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10,
                PageDown: -10 }[event.key];
            const next = event.key === "Home" ? this._min : event.key === "End" ? this._max
                : steps && this._fit(this._value + steps * this._step);
            if (next === undefined) return;
            event.preventDefault();
            this._change(next);
        });
        this._startRange(options, 0, 100, 50);
    }
    _draw(value) {
        this._drawn = value;
        const turn = `rotate(${(value - this._min) / (this._max - this._min) * 300 - 150}deg)`;
        for (const one of this._knob.querySelectorAll(":scope > :is(img, svg, .lw-hand)"))
            one.style.transform = turn;
        const text = this._output.textContent = this._format(value);
        setAttributes(this._knob, { "aria-valuenow": value, "aria-valuetext": text });
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        setAttributes(this._knob, { "aria-valuemin": min, "aria-valuemax": max });
        this._draw(this._value);
    }
    set_value(value) {
        this._value = this._told = value;
        this._draw(value);
    }
    set_tracking(track) { this._track = track; }
    set_knob_diameter(length) { this.element.style.setProperty("--lw-knob", px(length)); }
    set_icon(source, size) {
        this._showImage(this._image, source, size || []);
        this._hand.hidden = Boolean(source);
        this._draw(this._value);
    }
}

class VideoWidget extends Widget {
    static held = ["set_muted", "set_volume"];
    constructor({ autoplay = false } = {}) {
        super(element("div", { class: "lw-video" }));
        this._video = element("video", { autoplay, playsinline: true });
        this.element.append(this._video);
        const tell = (type, args = () => []) => this._video.addEventListener(type,
            () => this.emit(type, args()));
        tell("play");
        tell("pause");
        tell("ended");
        this._video.addEventListener("error",
            () => this.emit("error", [this._video.error?.message || "the video cannot be shown"]));
        this._video.addEventListener("timeupdate", () => {
            if (this._wants("timeupdate"))
                this.emit("timeupdate", [this._video.currentTime, this._video.duration || 0]);
        });
        this._video.addEventListener("volumechange", () => {
            const { volume, muted } = this._video;
            // without controls it is this browser's menu, which is for the one who opens it
            if (!this._controlled || volume === this._volume && muted === this._muted) return;
            Object.assign(this, { _volume: volume, _muted: muted });
            this.emit("volumechange", [volume, muted],
                { set_volume: [volume], set_muted: [muted] });
        });
        Object.assign(this, { _volume: 1, _muted: false });
    }
    _focusTarget() { return this._video; }
    set_url(source) {
        this._showImage(this._video, source);
        if (!this._video.hasAttribute("src")) this._video.load();       // else the last plays on
    }
    play() { this._video.play().catch(error => this.emit("error", [error.message])); }
    pause() { this._video.pause(); }
    stop() {
        this._video.pause();
        this._video.currentTime = 0;
    }
    fullscreen() {
        const video = this._video;
        if (video.requestFullscreen) video.requestFullscreen()
            .catch(error => this.emit("error", [error.message]));
        else video.webkitEnterFullscreen?.();           // an iPhone's
    }
    set_muted(tf) { this._video.muted = this._muted = tf; }
    set_volume(volume) { this._video.volume = this._volume = volume; }
    set_loop(tf) { this._video.loop = tf; }
    set_controls(tf) { this._video.controls = this._controlled = tf; }
    set_current_time(seconds) { this._video.currentTime = seconds; }
    get_current_time() { return this._video.currentTime; }
    get_duration() { return Number.isFinite(this._video.duration) ? this._video.duration : null; }
    get_paused() { return this._video.paused; }
}

// Draws the commands of a list in order; those behind an image wait until it has come.
class Canvas extends Widget {
    static sequences = ["draw"];
    constructor({ interactive = false, use_animation_frame = false } = {}) {
        super(element("div", { class: "lw-canvas" }));
        this._canvas = element("canvas", { role: "img" });
        this._buffer = use_animation_frame ? element("canvas") : this._canvas;
        this.element.append(this._canvas);
        Object.assign(this, { _commands: [], _done: 0, _images: new Map(), _run: 0 });
        if (interactive) {
            this._makeInteractive();
            this.element.style.cursor = "crosshair";
        }
        onPixels(this.element, () => this._fit());
    }
    _takeName() {
        this._usualName = this.element.title || "Drawing";
        super._takeName();
    }
    _named() { return this._canvas; }
    // The program draws for one size; a browser with another one shows all of it, in scale.
    set_drawn_size(width, height) {
        this._drawn = [width, height];
        this._again();
    }
    get _scale() {
        const [width, height] = this._drawn || [], { clientWidth, clientHeight } = this.element;
        return Math.min(clientWidth / width, clientHeight / height) || 1;
    }
    _describe(event) {
        const record = super._describe(event), scale = this._scale;
        for (const name of ["x", "y"]) if (name in record) record[name] /= scale;
        return record;
    }
    _fit() {
        const ratio = devicePixelRatio || 1, width = Math.round(this.element.clientWidth * ratio),
            height = Math.round(this.element.clientHeight * ratio);
        if (this._canvas.width === width && this._canvas.height === height) return;
        for (const canvas of [this._canvas, this._buffer]) Object.assign(canvas, { width, height });
        this._again();
    }
    draw(commands) {
        // of the images those of the last drawing stay, as most use them again
        const used = new Set(this._commands.filter(([name]) => name === "image")
            .map(([, source]) => source));
        for (const source of this._images.keys())
            if (!used.has(source)) this._images.delete(source);
        this._commands = commands;
        this._again();
    }
    _edit(name, splices) {
        let end = this._commands.length;
        const grows = splices.every(([start, remove, added]) => {
            const fits = !remove && start === end;
            end += added.length;
            return fits;
        });
        if (!grows) return super._edit(name, splices);
        for (const [, , added] of splices) this._commands.push(...added);
        this._sequences[name] = this._commands;
        this._go();
    }
    _again() {
        this._done = 0;
        this._run++;
        this._waits = false;
        const context = this._buffer.getContext("2d");
        const ratio = (devicePixelRatio || 1) * this._scale;
        context.reset();
        context.scale(ratio, ratio);
        if (this._buffer !== this._canvas) this._flip();
        this._go();
    }
    _go() {
        const context = this._buffer.getContext("2d");
        while (!this._waits && this._done < this._commands.length) {
            const [name, ...args] = this._commands[this._done];
            if (name === "image" && !this._drawImage(context, args)) return;
            else if (name === "=")
                context[args[0]] = args[1]?.gradient ? this._gradient(context, args[1]) : args[1];
            else if (name === "many") this._many(context, ...args);
            else if (name === "update") this._flip();
            else if (name === "setTransform" || name === "resetTransform") {
                const ratio = (devicePixelRatio || 1) * this._scale;
                context.setTransform(ratio, 0, 0, ratio, 0, 0);
                if (args.length) context.transform(...args);
            } else if (name !== "image") context[name](...args);
            this._done++;
        }
    }
    // Calls a method once for each `count` numbers, which come as the bytes of float64.
    _many(context, method, count, packed) {
        const text = atob(packed), bytes = new Uint8Array(text.length);
        for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
        const numbers = new Float64Array(bytes.buffer);
        for (let at = 0; at < numbers.length; at += count)
            context[method](...numbers.subarray(at, at + count));
    }
    // Draws an image that is there; else false, and goes on when it has come or failed.
    _drawImage(context, [source, x, y, width, height]) {
        let image = this._images.get(source);
        if (!image) {
            image = element("img", { src: source });
            this._images.set(source, image);
        }
        if (image.complete) {
            if (image.naturalWidth)
                context.drawImage(image, x, y, width ?? image.naturalWidth,
                    height ?? image.naturalHeight);
            return true;
        }
        const run = this._run, go = ({ type }) => {
            if (type === "error") this.emit("error", ["an image cannot be shown"]);
            if (run !== this._run) return;
            this._waits = false;
            this._go();
        };
        this._waits = true;
        image.addEventListener("load", go, { once: true });
        image.addEventListener("error", go, { once: true });
        return false;
    }
    _gradient(context, { gradient, at, stops }) {
        const made = { linear: () => context.createLinearGradient(...at),
            radial: () => context.createRadialGradient(...at),
            conic: () => context.createConicGradient(...at) }[gradient]();
        for (const [offset, color] of stops) {
            try { made.addColorStop(offset, color); } catch { /* as a fillStyle */ }
        }
        return made;
    }
    _flip() {
        if (this._buffer === this._canvas || this._flipping) return;
        this._flipping = requestAnimationFrame(() => {
            this._flipping = null;
            const context = this._canvas.getContext("2d");
            context.clearRect(0, 0, this._canvas.width, this._canvas.height);
            if (this._buffer.width && this._buffer.height) context.drawImage(this._buffer, 0, 0);
        });
    }
}

const rgbOf = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
const hexOf = rgb => "#" +
    rgb.map(part => clamp(Math.round(part), 0, 255).toString(16).padStart(2, "0")).join("");

function hsvOf([r, g, b]) {
    const high = Math.max(r, g, b), span = high - Math.min(r, g, b);
    const turn = !span ? 0 : high === r ? (g - b) / span : high === g ? 2 + (b - r) / span
        : 4 + (r - g) / span;
    return [(turn * 60 + 360) % 360, high ? span / high * 100 : 0, high / 255 * 100];
}

function rgbOfHsv([h, s, v]) {
    const part = n => { const k = (n + h / 60) % 6;
        return v / 100 * 255 * (1 - s / 100 * Math.max(0, Math.min(k, 4 - k, 1))); };
    return [part(5), part(3), part(1)];
}

class ColorWidget extends Field {
    static isField = true;
    static held = ["set_color"];
    constructor() {
        super(element("div", { class: "lw-color", role: "group" }));
        this._knob = element("div", { class: "lw-color-knob", role: "slider", tabindex: "0",
            "aria-label": "Saturation and brightness", "aria-valuemin": 0, "aria-valuemax": 100 });
        this._square = element("div", { class: "lw-color-square" }, this._knob);
        this._hue = element("input",
            { type: "range", class: "lw-color-hue", min: 0, max: 360, "aria-label": "Hue" });
        [this._new, this._old] = ["New", "Old"].map(name => element("span", { title: name }));
        this._fields = ["H", "S", "V", "R", "G", "B"]
            .map((name, index) => element("input", { class: "lw-input", type: "number", min: 0,
            max: [360, 100, 100, 255, 255, 255][index],
            "aria-label": ["Hue", "Saturation", "Brightness", "Red", "Green", "Blue"][index] }));
        this._hex = element("input",
            { class: "lw-input", "aria-label": "Hexadecimal", spellcheck: "false" });
        const labelled = (name, field) => element("label", {}, name, field);
        this.element.append(this._square, this._hue,
            element("div", { class: "lw-color-swatches" }, this._new, this._old),
            element("div", { class: "lw-color-fields" },
                ...this._fields.map((field, index) => labelled("HSVRGB"[index], field)),
                labelled("#", this._hex)));
        this._hsv = [0, 100, 100];
        // the focus stays at the knob
        this._square.addEventListener("mousedown", event => event.preventDefault());
        onDrag(this._square, event => {
            const box = this._square.getBoundingClientRect();
            const go = ({ clientX, clientY }) =>
                this._pick([this._hsv[0], clamp((clientX - box.x) / box.width, 0, 1) * 100,
                    100 - clamp((clientY - box.y) / box.height, 0, 1) * 100]);
            this._knob.focus();
            go(event);
            return { move: (dx, dy, e) => go(e), end: () => this._pick(this._hsv) };
        });
        onKeys(this._knob, event => {
            const [ds, dv] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1],
                ArrowDown: [0, -1] }[event.key] || [];
            if (ds === undefined) return;
            event.preventDefault();
            this._pick([this._hsv[0], clamp(this._hsv[1] + ds, 0, 100),
                clamp(this._hsv[2] + dv, 0, 100)]);
        });
        this._hue.addEventListener("input",
            () => this._pick([this._hue.valueAsNumber, this._hsv[1], this._hsv[2]]));
        for (const field of [...this._fields, this._hex]) {
            field.addEventListener("input", () => {
                this._typedIn = field;
                this.session?._untold.add(this);
            });
            field.addEventListener("change", () => {
                const { hsv, word } = this._read(field);
                if (word) this._refuse(field, word);
                else this._pick(hsv);
            });
        }
    }
    // The colour that is written in a field as {hsv}, or {word}: why it is none.
    _read(field) {
        const at = this._fields.indexOf(field), { value, ariaLabel, max, valueAsNumber } = field;
        if (at >= 0 && !(valueAsNumber >= 0 && valueAsNumber <= max))
            return { word: `${ariaLabel} is a number, 0 to ${max}.` };
        if (at >= 0) {                          // in the others may stand what was refused
            const numbers = [...this._hsv, ...rgbOfHsv(this._hsv)].map(Math.round);
            numbers[at] = valueAsNumber;
            return { hsv: at < 3 ? numbers.slice(0, 3) : hsvOf(numbers.slice(3)) };
        }
        const digits = value.trim().replace("#", "").replace(/^...$/, short =>
            short.replace(/./g, "$&$&"));
        return /^[0-9a-f]{6}$/i.test(digits) ? { hsv: hsvOf(rgbOf("#" + digits)) }
            : { word: `\u201c${value}\u201d is no colour: six digits 0 to 9 or a to f.` };
    }
    // Something else happens while a colour is being typed: Python knows it by then, though it may
    // not be finished. The fields stay as they are.
    _flush() {
        const { hsv } = this._typedIn ? this._read(this._typedIn) : {}, hex = hsv &&
            hexOf(rgbOfHsv(hsv));
        if (hex && hex !== this._told) this.userState("set_color", [this._told = hex]);
    }
    _isUnread(field) { return this._typedIn === field && Boolean(this._read(field).word); }
    _focusTarget() { return this._knob; }
    _pick(hsv) {
        const before = hexOf(rgbOfHsv(this._hsv));
        this._hsv = hsv;
        this._draw();
        const hex = hexOf(rgbOfHsv(hsv)), overtaken = this.session?.isOvertaken(this, "set_color");
        const same = hex === before && hex === this._told && !overtaken;
        this._told = hex;
        if (!same) this.userState("set_color", [hex], "pick");
    }
    _draw() {
        const [h, s, v] = this._hsv, rgb = rgbOfHsv(this._hsv), hex = hexOf(rgb);
        this._square.style.setProperty("--lw-hue", hexOf(rgbOfHsv([h, 100, 100])));
        // all of the knob is inside, as what lies around may scroll
        const inside = part => `clamp(8px, ${part}%, 100% - 8px)`;
        Object.assign(this._knob.style, { left: inside(s), top: inside(100 - v), background: hex });
        this._knob.setAttribute("aria-valuenow", Math.round(s));
        this._knob.setAttribute("aria-valuetext",
            `saturation ${Math.round(s)} %, brightness ${Math.round(v)} %`);
        this._hue.value = h;
        this._new.style.background = hex;
        [h, s, v, ...rgb]
            .forEach((number, index) => { this._fields[index].value = Math.round(number); });
        this._hex.value = hex.slice(1);
        this._typedIn = null;
        for (const field of [...this._fields, this._hex]) this._accept(field);
    }
    set_color(hex) {
        this._told = hex;
        this._hsv = hsvOf(rgbOf(hex));
        this._old.style.background = hex;
        this._draw();
    }
}

// Keys that call a function of the program, whatever has the focus; "?" lists them.
class Shortcut extends Widget {
    static acts = true;
    static all = new Set();
    // Those that the person may use; another one leaves its keys to the browser.
    static usable() { return [...Shortcut.all].filter(one => !one.element.inert); }
    static onKey(event) {
        const mark = event.ctrlKey || event.metaKey ? "Ctrl+" : "", key = signOf(event);
        const typed = key.length > 1 ? key : key.toLowerCase();
        const shifts = event.shiftKey && (typed.length > 1 || typed !== typed.toUpperCase());
        const keys = mark + (event.altKey ? "Alt+" : "") + (shifts ? "Shift+" : "") + typed;
        const inField = !mark && !event.altKey && !/^F\d/.test(key) && (event.target.matches?.(
            "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], " +
            "[type=range], [type=button])") || RowsView.views.get(event.target)?._editable);
        if (inField || document.querySelector("dialog[open], .lw-shade:not([hidden])")) return;
        const usable = Shortcut.usable(), found = usable.filter(one => one._keys === keys);
        const lists = !found.length && key === "?" && usable.length;
        if (found.length || lists) event.preventDefault();
        if (event.repeat) return;               // held down: the browser has no use for it, either
        if (lists) Shortcut.list();
        for (const one of found) {
            one.session.finish();
            one.emit("activated");
        }
    }
    static list() {
        const close = element("button", { type: "button", class: "lw-button" }, "Close");
        const rows = Shortcut.usable().filter(one => one._keys).map(one => element("tr", {},
            element("td", {}, ...one._keys.split(/(?<=.)\+(?=.)/).map((key, at, all) =>
                element("kbd", {}, all.length > 1 && key.length < 2 ? key.toUpperCase() : key))),
            element("td", {}, one._help)));
        const box = element("dialog", { class: "lw lw-shortcuts", "aria-label": "Shortcuts" },
            element("h2", {}, "Shortcuts"), element("table", {}, ...rows), close);
        close.addEventListener("click", () => box.close());
        box.addEventListener("close", () => box.remove());
        box.addEventListener("click", event => { if (event.target === box) box.close(); });
        document.body.append(box);
        box.showModal();
    }
    constructor() {
        super(element("span", { hidden: true }));
        this._keys = this._help = "";
    }
    // A page with shortcuts says so: at the end of its bar, else in its corner.
    static showHint() {
        const hint = Shortcut.hint ||= iconButton("Shortcuts (?)", ICONS.help, Shortcut.list,
            "lw-shortcut-hint");
        const place = Shortcut.all.size && (document.querySelector(".lw-app-bar") ||
            document.querySelector(".lw-page, .lw-filling"));
        if (!place) hint.remove();
        else if (hint.parentNode !== place) place.append(hint);
    }
    _join(session, wid) {
        super._join(session, wid);
        Shortcut.all.add(this);
        requestAnimationFrame(Shortcut.showHint);       // the page's bar may come after it
        Shortcut.pages ||= new MutationObserver(Shortcut.showHint);     // they come and go
        Shortcut.pages.observe(session._desktop.element, { childList: true });
    }
    _leave() {
        Shortcut.all.delete(this);
        Shortcut.showHint();
        super._leave();
    }
    set_keys(keys) { this._keys = keys; }
    set_help(text) { this._help = text; }
}
// Keys are the program's before they are those of what has the focus, but for a menu's and Escape:
// what is open closes by it.
const isForOpen = ({ key, target }) => key === "Escape" || target.closest?.(".lw-menu");
onKeys(document, event => { if (!isForOpen(event)) Shortcut.onKey(event); }, true);
onKeys(document, event => { if (isForOpen(event)) Shortcut.onKey(event); });

class Metric extends Widget {
    constructor() {
        super(element("div", { class: "lw-metric", role: "group" }));
        this._label = element("span", { class: "lw-metric-label" });
        this._value = element("span", { class: "lw-metric-value" });
        this._delta = element("span", { class: "lw-metric-delta", hidden: true });
        this.element.append(this._label, this._value, this._delta);
    }
    set_label(text) {
        showText(this._label, text);
        this._call(text);
    }
    set_value(text) { showText(this._value, text); }
    set_delta(text) {
        this._delta.hidden = (text ?? "") === "";
        const falls = this._falls = /^[-\u2212]/.test(text);
        this._stays = /^[^1-9]*0[^1-9]*$/.test(text);           // "+0" is neither good nor bad
        this._delta.replaceChildren(this._stays ? "" : icon(ICONS[falls ? "arrow-down"
            : "arrow-up"]), String(text ?? ""));
        this._judge();
    }
    set_good(way) {
        this._good = way;
        this._judge();
    }
    _judge() {
        this._delta.dataset.kind = this._stays ? ""
            : this._falls === (this._good === "down") ? "success" : "error";
    }
}

class StatusBar extends Widget {
    constructor() { super(element("div", { class: "lw-status-bar", role: "status" })); }
    set_text(text) { showText(this.element, text); }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_halign(align) { this.element.style.textAlign = textSide(align); }
}

class DownloadButton extends Button {
}

class ToggleButton extends Widget {
    static acts = true;
    static held = ["set_state"];
    constructor(text = "") {
        super(element("button", { type: "button", class: "lw-button lw-toggle" }));
        this.element.addEventListener("click", () => {
            this.set_state(!this._on);
            this.userState("set_state", [this._on], "activated");
        });
        this.set_text(text ?? "");
        this.set_state(false);
    }
    set_text(text) { showText(this.element, text); }
    set_state(value) {
        this._on = value;
        this.element.setAttribute("aria-pressed", value);
    }
}

class Badge extends Widget {
    constructor(text = "") {
        super(element("span", { class: "lw-badge" }));
        this.set_text(text);
    }
    set_text(text) { showText(this.element, text); }
    _named() { return null; }
    set_kind(kind) { this.element.dataset.kind = kind || ""; }
}

// Native radio buttons, which browsers operate by keys, in a column or as segments of one button.
class RadioGroup extends Field {
    static isField = true;
    static held = ["set_index", "set_items"];
    constructor() {
        super(element("div", { class: "lw-radios", role: "radiogroup" }));
        this._index = -1;
        this._items = [];
        this.element.addEventListener("change", event => {
            const index = this._inputs().indexOf(event.target);
            this.set_index(index);
            this.userState("set_index", [index, this._items[index]], "activated", []);
        });
    }
    _inputs() { return [...this.element.querySelectorAll("input")]; }
    _focusTarget() {
        const inputs = this._inputs();
        return inputs[Math.max(0, this._index)] || this.element;
    }
    set_items(items) {
        const held = this.element.contains(document.activeElement);
        // a new page may hear of the choice first
        const chosen = this._items.length ? items.indexOf(this._items[this._index]) : this._index;
        this._items = items;
        this.element.replaceChildren(...items.map(item => element("label", { class: "lw-check" },
            element("input", { type: "radio", name: "lw-radios-" + this.wid,
                disabled: this.element.classList.contains("lw-disabled") }),
            showText(element("span"), item))));
        this.set_index(chosen);
        if (held) this._focusTarget().focus({ preventScroll: true });
    }
    set_index(index) {
        this._index = index;
        this._inputs().forEach((input, at) => { input.checked = at === index; });
    }
    _isNative() { return true; }            // also while it has no items
}

class SegmentedButton extends RadioGroup {
    constructor() {
        super();
        this.element.classList.add("lw-segments");
    }
}

// Two native sliders, one above the other, of which only the thumbs take presses.
class RangeSlider extends Field {
    static isField = true;
    static held = ["set_value", "set_limits"];
    constructor() {
        super(element("div", { class: "lw-slider lw-range", role: "group" }));
        this._value = [0, 100];
        this._inputs = ["From", "To"].map((name, at) => {
            const input = element("input", { type: "range", "aria-label": name });
            input.addEventListener("input", () => this._moved(at, !this._track));
            input.addEventListener("change", () => this._moved(at, false));
            return input;
        });
        this._output = element("output", { "aria-live": "off" });
        this.element.append(element("div", { class: "lw-range-track" }, ...this._inputs),
            this._output);
    }
    _focusTarget() { return this._inputs[0]; }
    _moved(at, quiet) {
        const value = [...this._value], [low, high] = value;
        const now = this._inputs[at].valueAsNumber;
        value[at] = at ? Math.max(low, now) : Math.min(high, now);
        const same = value[at] === this._told?.[at] && !this._unfinished &&
            !this.session?.isOvertaken(this, "set_value");
        this.set_value(...value, quiet ? this._told : value, quiet && this._unfinished);
        if (quiet) this.session?._untold.add(this);
        else if (!same) this.userState("set_value", value, "activated");
    }
    // As that of a Slider.
    _flush() {
        if (String(this._value) === String(this._unfinished || this._told)) return;
        this.userState("set_value", this._unfinished = this._value);
    }
    set_limits(min, max, step) {
        for (const input of this._inputs) Object.assign(input, { min, max, step });
        this._limits = [min, max];
        this.set_value(...this._value);
    }
    set_value(low, high, told = [low, high], unfinished = null) {
        const [min, max] = this._limits || [0, 100];
        this._value = [low, high];
        this._told = told;
        this._unfinished = unfinished;                  // told while a thumb was held
        this._inputs.forEach((input, at) => { input.value = this._value[at]; });
        this._output.textContent = `${low} \u2013 ${high}`;
        const share = value => (value - min) / (max - min) * 100 + "%";
        this.element.style.setProperty("--lw-low", share(low));
        this.element.style.setProperty("--lw-high", share(high));
        // the thumb that can still move lies above
        this._inputs[0].style.zIndex = low > (min + max) / 2 ? 1 : "";
    }
    set_tracking(track) { this._track = track; }
}

const LONG_LINES = 500, LONG_TEXT = 50000;      // more lines or UTF-16 units are a LongText
const BLOCK_LINES = 200;                // lines of a block of LongText

// A long text to read, as blocks of lines: the browser lays out those in view and the last, so that
// 100,000 lines cost what a screen of them does. It stays the browser's own text: selected, copied
// and found like any other.
class LongText {
    constructor() {
        this.element = element("div", { class: "lw-long-text" });
        onKeys(this.element, event => {
            if ((event.ctrlKey || event.metaKey) && signOf(event).toLowerCase() === "a") {
                getSelection().selectAllChildren(this.element);
                event.preventDefault();
            }
        });
        this.element.addEventListener("copy", event => {
            const chosen = this.selection();
            if (!chosen || chosen[0] === chosen[1]) return;
            event.clipboardData.setData("text/plain", this.slice(...chosen));
            event.preventDefault();
        });
        this.set("");
    }
    get lines() { return this._blocks().reduce((sum, block) => sum + block.ends, 1); }
    _blocks() { return [...this.element.children]; }
    _block(text) {
        const block = element("div", {}, document.createTextNode(text));
        this._count(block);
        return block;
    }
    _count(block) {
        block.ends = block.firstChild.data.split("\n").length - 1;
        block.style.setProperty("--lw-lines", block.ends);
    }
    set(text) {
        this.element.replaceChildren(element("div", {}, document.createTextNode("")));
        this.splice(0, 0, text);
    }
    slice(from, to) {
        let at = 0, text = "";
        for (const { firstChild: { data } } of this._blocks()) {
            text += data.slice(Math.max(0, from - at), Math.max(0, to - at));
            at += data.length;
        }
        return text;
    }
    // Splices, around which the first line on view stays where it is: the browser keeps blocks in
    // their places, and not the lines of one that changes.
    change(splices) {
        const view = this.element, end = this._length();
        const appends = splices.every(([from]) => from >= end);
        let at = !appends && view.scrollTop > 0 ? this._firstSeen() : null;
        const top = at === null ? 0 : this._topOf(...this._at(at));
        const left = view.scrollTop === this._placed ? this._left : 0;
        for (const [from, to, insert] of splices) {
            this.splice(from, to, insert);
            if (at === null || from > at) continue;
            if (to <= at) at += insert.length - (to - from);
            else at = insert ? null : from;             // the line is gone
        }
        if (at === null) return;
        const wanted = view.scrollTop + this._topOf(...this._at(at)) - top + left;
        view.scrollTop = wanted;
        this._placed = view.scrollTop;                  // a browser takes whole px:
        this._left = (wanted - this._placed) % 1;       // what is left does not add up
    }
    // The offset of the first line on view.
    _firstSeen() {
        const edge = this.element.getBoundingClientRect().y + this.element.clientTop;
        const blocks = this._blocks();
        const found = blocks.findIndex(block => block.getBoundingClientRect().bottom > edge);
        const seen = found < 0 ? blocks.length - 1 : found;
        const block = blocks[seen], { data } = block.firstChild, starts = [0];
        for (let at = 0; (at = data.indexOf("\n", at) + 1) && at < data.length;) starts.push(at);
        const below = firstWhere(1, starts.length, at => this._topOf(block, starts[at]) > edge);
        return blocks.slice(0, seen).reduce((sum, { firstChild }) => sum + firstChild.length,
            starts[below - 1]);
    }
    // Where on the screen the line is that begins at a place of a block.
    _topOf(block, at) {
        const range = document.createRange(), text = block.firstChild;
        range.setStart(text, at);
        range.setEnd(text, Math.min(at + 1, text.length));
        return (range.getClientRects()[0] || block.getBoundingClientRect()).y;
    }
    // Offsets count UTF-16 units. Text nodes are edited, not made anew: a selection in them stays.
    // A long insert goes in by blocks: a text node in view takes long for all of it at once.
    splice(from, to, insert) {
        do {
            const end = this._behindLines(insert, BLOCK_LINES);
            this._splice(from, to, insert.slice(0, end));
            from = to = from + end;
            insert = insert.slice(end);
        } while (insert);
    }
    _behindLines(text, count) {
        let at = 0;
        while (count-- && (at = text.indexOf("\n", at) + 1));
        return at || text.length;
    }
    _splice(from, to, insert) {
        let [block, at] = this._at(from);
        const first = block, rest = block.firstChild.length - at;
        block.firstChild.replaceData(at, Math.min(rest, to - from), insert);
        for (let left = to - from - rest; left > 0;) {
            block = first.nextSibling;
            const gone = Math.min(left, block.firstChild.length);
            left -= gone;
            if (gone === block.firstChild.length) block.remove();
            else block.firstChild.deleteData(0, gone);
        }
        const next = first.nextSibling;
        if (next && !first.firstChild.data.endsWith("\n")) {    // the line that the two share
            first.firstChild.appendData(next.firstChild.data);
            next.remove();
        } else if (next) this._count(next);
        this._divide(first);
    }
    _at(offset) {
        const back = offset >= this._length();
        if (back) return [this.element.lastChild, this.element.lastChild.firstChild.length];
        for (const block of this.element.children) {
            if (offset < block.firstChild.length) return [block, offset];
            offset -= block.firstChild.length;
        }
        return null;
    }
    _length() { return this._blocks().reduce((sum, block) => sum + block.firstChild.length, 0); }
    // Blocks end with a line, all but the last; what is too much for one goes to new ones.
    _divide(block) {
        const node = block.firstChild, text = node.data, cuts = [0];
        for (let at = 0, lines = 0; (at = text.indexOf("\n", at) + 1);) {
            if (++lines % BLOCK_LINES === 0 && at < text.length) cuts.push(at);
        }
        if (cuts.length > 1) {
            node.deleteData(cuts[1], text.length);
            const made = cuts.slice(1).map((cut, at) => this._block(text.slice(cut, cuts[at + 2])));
            block.after(...made);
        }
        this._count(block);
    }
    // The selection as offsets, if it is in here.
    selection() {
        const chosen = getSelection(), range = chosen.rangeCount ? chosen.getRangeAt(0) : null;
        if (!range || !this.element.contains(range.commonAncestorContainer)) return null;
        const { startContainer, startOffset, endContainer, endOffset } = range;
        return [this._offset(startContainer, startOffset), this._offset(endContainer, endOffset)];
    }
    _offset(node, offset) {
        const range = document.createRange();
        range.selectNodeContents(this.element);
        range.setEnd(node, offset);
        let sum = 0;
        for (const { firstChild: text } of this.element.children) {
            if (text === node) return sum + offset;
            if (range.comparePoint(text, text.length) > 0) return sum;
            sum += text.length;
        }
        return sum;
    }
}

// A text area of the browser's own lays all of its text out for each change, 15 ms for 1,000 lines
// and 190 ms for 10,000, whatever it is asked. So a long text is shown as LongText, over the field,
// until somebody comes to write in it. Then the field gets the text, and changes as often as it can
// afford (_rest).
class TextArea extends TextInput {
    static held = ["set_scroll_position"];
    constructor(text = "") {
        const input = fieldOfLines({
            class: "lw-input lw-text-area lw-shrinks", spellcheck: "false", wrap: "off" });
        super(input, input);
        this._long = null;                              // from the first long text on
        this._reading = false;                          // it is shown; the field may be old
        this._placing = null;                           // where to scroll when all is shown
        this._paper = null;                             // stands for the field while it is printed
        printing.watch(this);
        scrolling.watch(this, input);
        input.addEventListener("focus", () => this._write());
        input.addEventListener("blur", () => setTimeout(() => this._catchUp()));
        this.set_text(text ?? "");
    }
    // A field is on paper as high as on the screen, but where CSS has field-sizing.
    _draw() {
        const input = this._input;
        this._paper?.remove();
        this._paper = printing.now && !this._reading
            ? element("div", { class: `${input.className} lw-on-paper`,
                style: input.style.cssText }, input.value + "\n") : null;
        if (this._paper) input.after(this._paper);
    }
    // Each line has a direction of its own, for which Chromium takes time by the square of the
    // length of a wrapped one, 3 s for 1 MB; so with such a line all have that of the first.
    _orient(text) {
        const long = text.length > LONG_TEXT &&
            text.split("\n").some(line => line.length > LONG_TEXT);
        this._input.style.unicodeBidi = long ? "isolate" : "";
    }
    _typed() {
        this._orient(this._input.value);
        super._typed();
    }
    _look() {
        if (!this._reading) return super._look();
        return { text: this._shown, selection: this._selection, splices: [] };
    }
    _show() {
        const next = this._next ||= this._look();
        const reading = document.activeElement !== this._input && this._isLong(next.text);
        if (!reading && !this._reading) {
            this._orient(next.text);
            return super._show();
        }
        this._next = null;
        if (this._reading) this._long.change(next.splices);
        else this._read(next);
        Object.assign(this, { _shown: next.text, _selection: next.selection });
        if (!reading) this._write();
    }
    // Whether a text is long; one that just was stays so down to half of it.
    _isLong(text) {
        let at = 0, lines = this._reading ? LONG_LINES / 2 : LONG_LINES;
        if (text.length > LONG_TEXT) return true;
        while (lines && (at = text.indexOf("\n", at) + 1)) lines--;
        return !lines && at > 0 && at < text.length;
    }
    _read(next) {
        const place = scrolling.place(this._input), [left, top] = this._scrolled(next);
        if (!this._long) this._outgrow();
        this._long.set(next.text);
        this._reading = true;
        this._dress();
        const view = this._long.element;
        if (this._input.wrap === "off") Object.assign(view, { scrollLeft: left, scrollTop: top });
        else scrolling.set(this, view, ...place);
    }
    // Show the field in place of the blocks, with their text and scroll position.
    _write(selection = this._selection) {
        if (!this._reading) return;
        const input = this._input, view = this._long.element, place = scrolling.place(view);
        const { scrollLeft, scrollTop } = view;
        const began = performance.now();
        this._reading = false;
        this._dress();
        this._orient(this._shown);
        input.value = this._shown;
        input.setSelectionRange(...selection);
        if (input.wrap === "off") Object.assign(input, { scrollLeft, scrollTop });
        else scrolling.set(this, input, ...place);
        this._rest(performance.now() - began);
    }
    // Wrap the field in an element for field and blocks, which gets the field's place and looks.
    _outgrow() {
        const input = this._input, root = element("div");
        const long = this._long = new LongText(), view = long.element;
        this.session?.unobserve(this);
        const looks = ["class", "style", "title", "data-wid", "data-widget", "data-why", "inert",
            "aria-busy"];
        for (const name of looks) {
            if (input.hasAttribute(name)) root.setAttribute(name, input.getAttribute(name));
            input.removeAttribute(name);
        }
        root.classList.add("lw-outgrown");
        input.replaceWith(root);
        const size = { class: "lw-long-size", tabindex: "-1", disabled: "", "aria-hidden": "true" };
        root.append(element("textarea", size), input, view);
        this.element = root;
        this.session?.observe(this);
        if (this._drops) this._takeDrops();
        scrolling.watch(this, view);
        view.addEventListener("click", () => {
            const chosen = long.selection();
            if (!input.readOnly && chosen && chosen[0] === chosen[1]) this._writeAt(chosen);
        });
        // a key that begins a composition, too: the focus moves to where it composes
        view.addEventListener("keydown", event => {
            const keys = event.ctrlKey || event.metaKey ? /^[vx]$/i
                : /^(.|Enter|Backspace|Delete|Dead|Process|Unidentified)$/u;
            if (input.readOnly || event.defaultPrevented || !keys.test(signOf(event))) return;
            event.stopPropagation();                    // it is written in the text area
            this._writeAt(long.selection() || this._selection);
        });
        this._takeName();
    }
    _writeAt(selection) {
        this._write(selection);
        this._input.focus({ preventScroll: true });
    }
    // Which of field and blocks is visible, in the Tab order and read by screen readers.
    _dress() {
        if (!this._long) return;
        const only = this._reading && this._input.readOnly, view = this._long.element;
        this.element.classList.toggle("lw-reading", this._reading);
        this.element.classList.toggle("lw-read-only", this._input.readOnly);
        this._input.classList.toggle("lw-hidden", only);
        setAttributes(view, { role: only && "textbox", "aria-multiline": only && "true",
            "aria-readonly": only && "true", "aria-hidden": !only && "true",
            tabindex: only ? "0" : "-1" });
        view.dataset.wrap = this._input.wrap;
    }
    _focusTarget() {
        return this._reading && this._input.readOnly ? this._long.element : this._input;
    }
    _takeName() {
        super._takeName();
        if (!this._long) return;
        const name = this._focusTarget().getAttribute("aria-label");
        for (const node of [this._input, this._long.element]) node.setAttribute("aria-label", name);
    }
    set_enabled(tf) {
        super.set_enabled(tf);
        this._input.disabled = !tf;
    }
    set_editable(tf) {
        super.set_editable(tf);
        this._dress();
    }
    set_wrap(tf) {
        this._input.wrap = tf ? "soft" : "off";
        this._dress();
    }
    // Lines that came or went above what a reader sees move the scroll with them.
    _scrolled({ text, splices }) {
        const [left, top] = super._scrolled(), old = this._shown;
        const appends = splices.every(([from, to]) => from === to && from >= old.length);
        if (!top || appends) return [left, top];
        const padding = 2 * parseFloat(getComputedStyle(this._input).paddingTop);
        const each = (this._input.scrollHeight - padding) / this._lines(old);
        const first = Math.floor(top / each);
        let at = 0, more = 0;
        for (let line = 0; line < first; line++) at = old.indexOf("\n", at) + 1;
        for (const [from, to, insert] of splices) {
            if (to <= at + more) more += insert.length - (to - from);
        }
        const lines = this._lines(text.slice(0, at + more)) - this._lines(old.slice(0, at));
        return [left, top + lines * each];
    }
    _lines(text) { return text.split("\n").length; }
    _catchUp() {
        super._catchUp();
        const place = this._placing;
        this._placing = null;
        if (place) place(this._reading ? this._long.element : this._input);
    }
    _place(action) {
        this._placing = action;
        if (!this._composing && !this._resting) this._catchUp();
    }
    set_scroll_position(h, v) { this._place(node => scrolling.set(this, node, h, v)); }
    scroll_to_lineno(line, align) {
        this._place(node => {
            const lines = this._reading ? this._long.lines : this._lines(node.value);
            const each = node.scrollHeight / lines, top = each * line, seen = node.clientHeight;
            if (align === "top") node.scrollTop = top;
            else if (align === "center") node.scrollTop = top - (seen - each) / 2;
            else if (top < node.scrollTop) node.scrollTop = top;
            else if (top + each > node.scrollTop + seen) node.scrollTop = top + each - seen;
        });
    }
    scroll_to_end() {
        this._place(node => {
            const go = () => { node.scrollTop = node.scrollHeight; };
            go();
            if (this._reading) requestAnimationFrame(go);       // those in view are laid out
        });
    }
}

class MenuAction extends Widget {
    static acts = true;
    static held = ["set_checked"];
    constructor({ checkable = false, icon_only = false } = {}) {
        super(menuItem(checkable ? { role: "menuitemcheckbox", "aria-checked": "false" } : {}));
        this._checkable = checkable;
        this._image = element("img", { alt: "", hidden: true });
        this._text = element("span");
        this._iconOnly = icon_only;
        this.element.append(this._image, this._text);
        this.element.addEventListener("click", () => {
            if (this.parent instanceof Menu) this.parent._closeAll();
            if (!this._checkable) return this.emit("activated");
            this.set_checked(!this._checked);
            this.userState("set_checked", [this._checked], "activated");
        });
    }
    set_text(text) {
        showText(this._text, text);
        if (this._iconOnly) this.element.title = text;
    }
    set_icon(source, size) {
        this._showImage(this._image, source, size || [16, 16]);
        this._text.classList.toggle("lw-name-only", this._iconOnly && Boolean(source));
    }
    set_checked(checked) {
        this._checked = checked;
        this.element.setAttribute("aria-checked", checked);
    }
}

class Menu extends Container {
    constructor() {
        super(element("div", { class: "lw-menu", role: "menu" }));
        this._names = new Map();                        // submenu -> its entry
        this._groups = new Map();                       // another widget -> what it stands in
        this._last = [0, 0];
    }
    _slot(child, name) {
        if (child instanceof MenuAction || child instanceof Separator) return child.element;
        if (child instanceof Checkable)
            child._input.setAttribute("role", child instanceof RadioButton ? "menuitemradio"
                : "menuitemcheckbox");
        if (!(child instanceof Menu)) return this._groups.get(child)
            || this._groups.set(child, element("div", { role: "group" }, child.outer)).get(child);
        if (!this._names.has(child)) {
            const item = menuItem({ "aria-haspopup": "menu", "aria-expanded": "false" },
                element("span"), icon(ICONS.right));
            this._names.set(child, item);
            item.addEventListener("click", () => this._openSub(child));
            item.addEventListener("pointerenter", event => {
                if (event.pointerType === "mouse") this._openSub(child);
            });
        }
        showText(this._names.get(child).firstChild, name);
        return this._names.get(child);
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        const items = () => [...this.element.querySelectorAll("[role^=menuitem]")];
        const marked = items().indexOf(document.activeElement);
        for (const places of [this._names, this._groups]) {
            places.get(child)?.remove();
            places.delete(child);
        }
        if (child instanceof Checkable)
            setAttributes(child._input, { role: child.constructor.role });
        super._dropChild(child);
        if (marked >= 0 && !items().includes(document.activeElement))
            (items()[marked] || items().pop() || this._returnTo)?.focus();
    }
    _openSub(child) {
        const item = this._names.get(child), box = item.getBoundingClientRect();
        if (child.element.isConnected) return;
        this._closeSubs();
        item.setAttribute("aria-expanded", "true");
        child._open(isRtl() ? box.left + 4 : box.right - 4, box.top - 4,
            { returnTo: item, keys: { ArrowLeft: () => child.element.closeMenu(true) },
            closed: () => item.setAttribute("aria-expanded", "false") });
    }
    _closeSubs() {
        for (const child of this._names.keys()) child._close();
    }
    _close(refocus = false) {
        this._closeSubs();
        this.element.closeMenu?.(refocus);
    }
    _leave() {
        this._close(this.element.contains(document.activeElement));
        super._leave();
    }
    // A choice was made: this menu closes with all those that it hangs from.
    _closeAll() {
        let top = this;
        while (top.parent instanceof Menu) top = top.parent;
        const returnTo = top._returnTo;
        top._close();
        returnTo?.focus();
    }
    _open(x, y, { keys = {}, closed = () => {}, returnTo = null } = {}) {
        this._last = [x, y];
        this._returnTo = returnTo;
        showMenu(this.element, x, y,
                { returnTo, closed: () => { this._closeSubs(); closed(); },
                    keys: { ...keys, ArrowRight: event => {
            const sub = [...this._names].find(([, item]) => item === document.activeElement);
            if (sub) this._openSub(sub[0]);
            else keys.ArrowRight?.(event);
        } } });
    }
    popup(x,
        y) { this._open(x ?? this._last[0], y ?? this._last[1],
            { returnTo: document.activeElement }); }
}

class ExternalWidget extends Widget {
    static held = ["set_content"];
    constructor() { super(element("div", { class: "lw-html lw-shrinks" })); }
    set_content(html) {
        editNodes(this.element, [...this.element.childNodes], [...parseMarkup(html).childNodes]);
    }
}

class FileDialog extends Widget {
    constructor() {
        super(element("input", { type: "file", hidden: true }));
        this.element.addEventListener("change", () => {
            const files = [...this.element.files];
            this.element.value = "";
            if (files.length && this.session) this.session.announceFiles(this, {}, files);
        });
    }
    set_mode(mode) {
        this._saves = mode === "save";
        this.element.multiple = mode === "files";
    }
    set_accept(accept) { this.element.accept = accept; }
    // Browsers show their dialog soon after a press only; later there is a line with a button.
    open() {
        const { isActive = true, hasBeenActive } = navigator.userActivation || {};
        const choose = () => {
            this._line?.remove();
            this.element.click();
        };
        if (this._saves || !isActive && !hasBeenActive) return;     // nobody acts here
        if (isActive) return choose();
        this._line?.remove();
        this._line = this.session.showBanner(this.element.multiple ? "Files are asked for."
            : "A file is asked for.", [["Choose", choose], ["Dismiss", () => this._line.remove()]]);
    }
    _leave() {
        this._line?.remove();
        super._leave();
    }
}

class ToolBarAction extends Widget {
    static acts = true;
    static held = ["set_state"];
    constructor({ toggle = false } = {}) {
        const image = element("img", { alt: "", hidden: true }), text = element("span");
        super(element("button", { type: "button", class: "lw-button lw-tool",
            "aria-pressed": toggle ? "false" : null }, image, text));
        this._image = image;
        this._text = text;
        this.element.addEventListener("click", () => {
            if (this._unbindMenu) return;
            if (!toggle) return this.emit("activated");
            this.set_state(!this._on);
            this.userState("set_state", [this._on], "activated");
        });
    }
    set_text(text) { showText(this._text, text); }
    set_icon(source, size) { this._showImage(this._image, source, size || [20, 20]); }
    set_state(value) {
        this._on = value;
        this.element.setAttribute("aria-pressed", value);
    }
    set_menu(wid) {
        this._bindMenu(wid);
        this._tellBar();
    }
    // The Tab key's stop in its bar may be this one, which then is none any more.
    set_visible(tf) {
        super.set_visible(tf);
        this._tellBar();
    }
    _takeLock() {
        super._takeLock();
        this._tellBar();
    }
    _tellBar() { if (this.parent instanceof ToolBar) this.parent._mark(document.activeElement); }
}

// One stop of the Tab key; arrow keys go between its buttons (ARIA, toolbar pattern).
class ToolBar extends Container {
    constructor(orientation = "horizontal") {
        super(element("div",
            { class: "lw-tool-bar", role: "toolbar", "aria-orientation": orientation }));
        const [back, forth] = orientation === "horizontal" ? ["ArrowLeft", "ArrowRight"]
            : ["ArrowUp", "ArrowDown"];
        onKeys(this.element, event => {
            const all = this._stops(), at = all.indexOf(event.target);
            const next = { [back]: at - 1, [forth]: at + 1, Home: 0,
                End: all.length - 1 }[readingKey(event)];
            if (next === undefined || at < 0) return;
            event.preventDefault();
            all[(next + all.length) % all.length].focus();
        });
        this.element.addEventListener("focusin", event => this._mark(event.target));
    }
    _stops() { return this._entries.map(([child]) => child)
        .filter(child => child instanceof ToolBarAction).map(child => child.element)
        .filter(one => !one.inert && !one.matches(".lw-disabled, .lw-hidden")); }
    _mark(current) {
        const all = this._stops(), stop = all.includes(current) ? current
            : all.find(one => one.tabIndex === 0) || all[0];
        for (const one of all) one.tabIndex = one === stop ? 0 : -1;
    }
    _slot(child, stretch) {
        child.outer.style.flexGrow = stretch ? "1" : "";
        return child.outer;
    }
    _clearSlot(node) { node.style.flexGrow = ""; }
    _arrange() {
        super._arrange();
        this._mark(document.activeElement);
    }
}

class MenuBar extends Container {
    constructor() {
        super(element("div", { class: "lw-menu-bar", role: "menubar" }));
        this._names = new Map();                        // menu -> its entry
        onKeys(this.element, event => {
            const by = { ArrowLeft: -1, ArrowRight: 1 }[readingKey(event)];
            if (by && this.element.contains(event.target)) this._step(event.target, by);
        });
    }
    _slot(menu, name, { icon_url = null, iconsize = null, icon_only = false } = {}) {
        let item = this._names.get(menu);
        if (!item) {
            item = menuItem({ class: "lw-menu-name" }, element("img", { alt: "", hidden: true }),
                element("span"));
            this._names.set(menu, item);
            openMenuFrom(item, () => menu,
                { ArrowLeft: () => this._step(item, -1, true),
                    ArrowRight: () => this._step(item, 1, true) });
            item.addEventListener("pointerenter", event => {
                if (event.pointerType !== "mouse") return;      // a tap comes
                const shown = this._entries.find(([one]) => one !== menu &&
                    one.element.isConnected);
                if (shown) { shown[0]._close(); item.openMenu(); }
            });
        }
        const [image, text] = item.children, [width, height] = iconsize || [16, 16];
        image.hidden = !icon_url;
        if (icon_url) image.src = icon_url;
        Object.assign(image.style, { width: px(width), height: px(height) });
        showText(text, name);
        text.classList.toggle("lw-name-only", icon_only && Boolean(icon_url));
        item.title = icon_only ? name : "";
        return item;
    }
    _arrange() {
        super._arrange();
        [...this._names.values()].forEach((item, index) => { item.tabIndex = index ? -1 : 0; });
    }
    _dropChild(menu) {
        if (menu.parent !== this) return;
        this._names.get(menu)?.remove();
        this._names.delete(menu);
        menu._close();
        super._dropChild(menu);
    }
    _step(from, by, open = false) {
        const all = this._entries.map(([menu]) => this._names.get(menu)),
            next = all[(all.indexOf(from) + by + all.length) % all.length];
        for (const [menu] of this._entries) menu._close();
        next.focus();
        if (open) next.openMenu();
    }
}

const tooLarge = written => ({ word: `${written} is too large.` });

class SpinBox extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-spin" }), options);
        this._input = element("input",
            { type: "text", class: "lw-input", inputmode: "decimal", role: "spinbutton",
                autocomplete: "off" });
        const up = iconButton("Increase", ICONS.up, () => this._go(1));
        const down = iconButton("Decrease", ICONS.down, () => this._go(-1));
        up.tabIndex = down.tabIndex = -1;
        up.append(icon(ICONS.add));
        down.append(icon(ICONS.remove));
        this.element.append(this._input, element("div", { class: "lw-spin-buttons" }, up, down));
        for (const name of ["change", "blur"])      // a text that is written again is no change
            this._input.addEventListener(name, () => {
                if (this.session && this._isWritten()) this._commit();
            });
        this._input.addEventListener("input", () => {
            this.session?._untold.add(this);
            if (!this._read().word) this._accept(this._input);
        });
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        onKeys(this._input, event => {
            const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
            // a form or a dialog may act on it, too
            if (event.key === "Enter") return this._commit();
            if (event.key === "Escape" && this._isWritten()) this._takeBack();
            else if (steps) this._go(steps);
            else return;
            event.preventDefault();
        });
        this._startRange(options, 0, 99, 0);
    }
    // Step from what is typed, if that is a number that it takes.
    _go(steps) {
        const { word, value } = this._read();
        if (word) this._refuse(this._input, word);
        else this._change(this._fit(value + steps * this._step));
    }
    // {value}, or {word}: why not; what is shown by itself is the exact value.
    _read() {
        const written = this._input.value, shown = this._format(this._value);
        if (written === shown || !written.trim()) return { value: this._value };
        const places = (shown.split(".")[1] || "").length;
        const { word, text } = readNumber(written, { whole: !this._float, places });
        const number = Number(text), fitted = clamp(number, this._min, this._max);
        if (word) return { word };
        if (!Number.isFinite(fitted) || !this._float && Math.abs(fitted) > Number.MAX_SAFE_INTEGER)
            return tooLarge(written);
        return { value: Number.isFinite(number) ? number : fitted };
    }
    _isWritten() { return this._input.value !== this._format(this._value); }
    _isUnread() { return Boolean(this._read().word); }
    _typed() { return this._read().value ?? this._value; }
    _entered() {
        const value = this._typed();
        return clamp(this._float ? value : Math.round(value), this._min, this._max);
    }
    _commit() {
        const { word, value } = this._read(), written = this._input.value.trim();
        if (word) return this._refuse(this._input, word);
        const fitted = this._entered();
        this._change(fitted);
        this._flush();
        this.set_value(fitted);
        this.session?.letGo("typing");
        if (fitted === value) return;
        const over = this._overLimit(value), said = `\u201c${written}\u201d was`;
        this._tellRefused(over ? `${over}: ${said} not taken.`
            : `Whole numbers only: ${said} rounded.`);
    }
    // The text of the limit that a value breaks, or "".
    _overLimit(value) {
        return value < this._min ? `At least ${this._withUnit(this._min)}`
            : value > this._max ? `At most ${this._withUnit(this._max)}` : "";
    }
    _withUnit(value) { return this._format(value); }
    // Escape: the number is as it was, also where an unfinished one was told.
    _takeBack() {
        const told = this._told;
        this.set_value(this._value);
        if (told !== this._value) this.userState("set_value", [this._value]);
        this.session?.letGo("typing");
    }
    _flush() {
        if (!this._read().word) super._flush(this._entered());
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        setAttributes(this._input, { "aria-valuemin": Number.isFinite(min) ? min : null,
            "aria-valuemax": Number.isFinite(max) ? max : null });
        if ("refused" in this._input) this._tryAgain(this._input, () => this._commit());
        else this.set_value(this._value);               // with the step's decimals
        this._size();
    }
    // As wide as its limits, or what stands in place of a number.
    _size() {
        const texts = [this._format(this._min), this._format(this._max), this._input.placeholder];
        this._input.size = clamp(Math.max(...texts.map(text => text.length)), 6, 24);
    }
    set_value(value) {
        this._value = this._told = value;
        this._input.value = this._format(value);
        this._accept(this._input);
        setAttributes(this._input, { "aria-valuenow": value });
    }
}

// A number in the signs of the browser's language, or null.
class NumberEntry extends SpinBox {
    constructor(options = {}) {
        super({ min: null, max: null, value: null, ...options });
        this._input.after(this._unitText = element("span", { class: "lw-number-unit" }));
    }
    _format(value) {
        if (value === null) return "";
        return inOwnSigns(this._decimals === null ? String(value) : value.toFixed(this._decimals));
    }
    _read() {
        const written = this._input.value.trim(), unit = this._unitText?.textContent;
        if (written === this._format(this._value)) return { value: this._value };
        const bare = unit && written.endsWith(unit) ? written.slice(0, -unit.length) : written;
        if (!bare.trim()) return { value: null };
        const { word, text } = readNumber(bare), value = Number(text);
        if (word) return { word };
        if (!Number.isFinite(value) || !this._float && Math.abs(value) > Number.MAX_SAFE_INTEGER)
            return tooLarge(written);
        if (!this._float && !Number.isInteger(value))
            return { word: `${written} is not a whole number.` };
        const over = this._overLimit(value);
        return over ? { word: over + "." } : { value };
    }
    _typed() {
        const { value } = this._read();
        return value === undefined ? this._value : value;
    }
    _entered() { return this._typed(); }
    _withUnit(value) {
        return `${this._format(value)} ${this._unitText?.textContent || ""}`.trim();
    }
    set_placeholder(text) {
        this._input.placeholder = text;
        this._size();
    }
    set_limits(min, max, step) { super.set_limits(min ?? -Infinity, max ?? Infinity, step); }
    set_value(value) {
        super.set_value(value);
        setAttributes(this._input,
            { "aria-valuetext": value === null ? null : this._withUnit(value) });
    }
    static held = [...Range.held, "set_unit"];
    set_unit(text) {
        showText(this._unitText, text);
        this.element.classList.toggle("lw-input", text !== "");     // the box is around both
        this.set_value(this._value);
    }
}

const DIGIT_MS = 1000;          // after it a browser's field takes a digit as the first one again

// The browser's own fields for a date or a time, or for the two ends of a range, which `ends` name;
// values are ISO texts, as Python has them.
class MomentEntry extends Field {
    static held = ["set_value", "set_limits"];
    static isField = true;
    constructor(type, ends = null) {
        const inputs = (ends || [null]).map(name => element("input", { type, step: "any",
            class: "lw-input lw-moment lw-blank", "aria-label": name }));
        super(ends ? element("div", { class: "lw-moments", role: "group" }, ...inputs) : inputs[0]);
        this._inputs = inputs;
        this._values = inputs.map(() => null);
        this._seen = inputs.map(() => "");      // the newest texts, taken or not
        this._word = `This is not a whole ${type === "time" ? "time" : "date"} yet`;
        this._digitAt = -Infinity;
        inputs.forEach((input, at) => {
            // browsers tell no change where the last part of what was no whole one any more goes
            const emptied = () => {
                const { value, validity } = input;
                if (!value && !validity.badInput && this._seen[at]) this._changed(input);
            };
            const done = () => {
                emptied();
                this._flush();
                if (input.validity.badInput) this._refuse(input, this._word);
                this._showBlank();
            };
            onKeys(input, ({ key, timeStamp }) => {
                this._digitAt = /^\d$/.test(key) ? timeStamp : -Infinity;
                if (key === "Enter") done();            // a form or a dialog acts on it, too
            });
            input.addEventListener("change", () => {
                clearTimeout(this._pause);
                this._begun = input;
                if (!this._isBegun(input)) return this._flush();
                this.session?._untold.add(this);
                this._pause = setTimeout(() => {
                    if (this._isBegun(input)) return;
                    this._flush();
                    this.session?.letGo("typing");
                }, DIGIT_MS);
            });
            input.addEventListener("input", () => {     // a script's change fires no "change"
                this._begun = input;
                this.session?._untold.add(this);
                this._showBlank();
            });
            input.addEventListener("keyup", () => {
                emptied();
                this._showBlank();
                const { value, validity } = input;
                if (validity.badInput) this.session?.hold("typing", input);     // tells no "input"
                else if (!value) this.session?.letGo("typing");
            });
            input.addEventListener("blur", done);
        });
    }
    // Is what is written in an input only begun: a year without all its digits, or a number to
    // which another digit may come? It is told after a pause, or when the input is left.
    _isBegun(input) {
        const isYear = /^date/.test(input.type) && /^0/.test(input.value);
        return isYear && input === document.activeElement ||
            performance.now() < this._digitAt + DIGIT_MS;
    }
    _focusTarget() { return this._inputs[0]; }
    // Browsers have no placeholder for dates: styles put it in place of the empty parts.
    set_placeholder(text) {
        for (const input of this._inputs) setAttributes(input, { "data-hint": text || null });
    }
    _showBlank() {
        for (const input of this._inputs)
            input.classList.toggle("lw-blank", !input.value && !input.validity.badInput);
    }
    _flush() {
        clearTimeout(this._pause);
        if (this._begun) this._changed(this._begun);
    }
    _changed(input) {
        this._begun = null;
        if (input.validity.badInput) return;
        this._seen[this._inputs.indexOf(input)] = input.value;
        const unread = this._inputs.find(one => one.validity.badInput);
        // a fraction as every Python reads it
        const values = this._inputs.map((one, at) => one === unread ? this._values[at]
            : one.value.replace(/\.\d+$/, part => part.padEnd(4, "0")) || null);
        const far = this._inputs.find(one => /^\d{5}/.test(one.value));
        if (far) return this._refuse(far, "The year has more than four digits");
        if (values[1] && values[0] > values[1])
            return this._refuse(input, "The end is before the start");
        const over = this._inputs.find(({ validity }) =>
            validity.rangeUnderflow || validity.rangeOverflow);
        if (over) return this._refuse(over, this._limitWord(over));
        for (const one of this._inputs) if (one !== unread) this._accept(one);
        if (unread) this._tellRefused(this._word);
        this._values = values;
        this.userState("set_value", values, "activated");
    }
    set_value(...values) {
        this._values = values;
        this._inputs.forEach((input, at) => {
            input.value = (values[at] ?? "").replace(/(\.\d{3})\d+$/, "$1");
            this._seen[at] = input.value;
            this._accept(input);
        });
        this._showBlank();
    }
    set_limits(earliest, latest) {
        for (const input of this._inputs) {
            input.min = earliest ?? "";
            input.max = latest ?? "";
            this._tryAgain(input, () => this._changed(input));
        }
    }
    // The word is of one input: another that is whole has no mark of an earlier one.
    _refuse(input, word) {
        const stale = this._inputs.find(one =>
            one !== input && "refused" in one && !one.validity.badInput);
        if (stale) this._accept(stale);
        super._refuse(input, word);
    }
    _limitWord({ type, min, max }) {
        const shown = text => new Date(type === "time" ? "1970-01-01T" + text : text)
            .toLocaleString([], { ...type !== "time" && { dateStyle: "medium" },
                ...type !== "date" ? { timeStyle: "short" } : { timeZone: "UTC" } });
        return `This is to be ${[min && "from " + shown(min), max && "to " + shown(max)]
            .filter(Boolean).join(" ")}`;
    }
}

class DateEntry extends MomentEntry {
    constructor() { super("date"); }
}

class DateRange extends MomentEntry {
    constructor() { super("date", ["From", "To"]); }
}

class TimeEntry extends MomentEntry {
    constructor() { super("time"); }
}

class DateTimeEntry extends MomentEntry {
    constructor() { super("datetime-local"); }
}

// Chips, and a field that finds what is not chosen (ARIA, combobox pattern with a listbox).
class MultiSelect extends TypedField {
    static grows = true;
    static held = ["set_values"];
    static isField = true;
    constructor() {
        super(element("div", { class: "lw-input lw-multi" }));
        this._items = [];
        this._values = [];
        this._chips = new Map();                        // by their values
        this._input = element("input", { "aria-autocomplete": "list" });
        this._list = new OptionList(this._input, this.element, { most: 260,
            choose: value => this._choose(value), "aria-multiselectable": "true" });
        this.element.append(this._input, icon(ICONS.down), this._list.element);
        // a press elsewhere would take the focus, which closes the list before the click
        this.element.addEventListener("mousedown", event => {
            if (event.target !== this._input) event.preventDefault();
        });
        this.element.addEventListener("click", event => {
            if (event.target.closest("button, [role=option]")) return;
            if (event.target.closest("svg") && this._list.isOpen) this._list.close();
            else this._open();
        });
        this._input.addEventListener("input", () => {
            this._accept(this._input);
            this._open();
        });
        this._input.addEventListener("change", () => this._commit());
        onKeys(this._input, event => this._onKey(event));
    }
    // What is written is an item, or stays and is told.
    _commit() {
        const text = this._input.value.trim(), low = text.toLowerCase();
        const found = this._items.filter(item => item.toLowerCase() === low);
        const left = found.find(item => !this._values.includes(item));
        if (!text || found.length && left === undefined) this._input.value = "";
        else if (left !== undefined) this._choose(left);
        else this._refuse(this._input, `\u201c${text}\u201d is none of the items.`);
    }
    _open() {
        this._input.focus();
        this._fill();
        this._list.open();
    }
    _fill(shows = true) {
        const wanted = this._input.value.trim().toLowerCase(), chosen = new Set(this._values);
        const left = this._items.filter(item => !chosen.has(item) &&
            item.toLowerCase().includes(wanted));
        const list = this._list, [marked] = list.options[list.marked] || [];
        list.fill(left.map(item => [item, item]));
        if (!left.length) {
            list.element.append(element("div", { class: "lw-empty" }, "Nothing left"));
            if (list.isOpen) list.open();               // which places it
        }
        const at = left.indexOf(marked);                // it is so still, wherever it is now
        list.mark(at < 0 && wanted ? 0 : at, shows);
    }
    _onKey(event) {
        if (this._list.takes(event)) return;
        if (event.key === "ArrowDown") {
            this._open();
            this._list.mark(0);
            event.preventDefault();
        } else if (event.key === "Enter") this._commit();   // a form or a dialog acts on it, too
        else if (event.key === "Backspace" && !event.repeat && !this._input.value &&
            this._values.length) this._change(this._values.slice(0, -1));
    }
    _choose(value) {
        this._input.value = "";
        this._accept(this._input);
        this._change([...this._values, value]);
        this.session?.letGo("typing");
    }
    _change(values) {
        this.set_values(values);
        this.userState("set_values", [values], "activated", []);
    }
    set_items(items) {
        this._items = items;
        if (this._list.isOpen) this._fill(false);
        this._tryAgain(this._input, () => this._commit());
    }
    set_values(values) {
        const old = this._chips;
        this._values = values;
        this._chips = new Map(values.map(value => [value, old.get(value) || this._chip(value)]));
        keepFocus(this.element, this._input, () => {
            for (const [value, chip] of old) if (!this._chips.has(value)) chip.remove();
            placeInOrder(this.element, [...this._chips.values()], this._input);
        });
        if (this._list.isOpen) this._fill(false);
    }
    _chip(value) {
        return element("span", { class: "lw-chip" }, element("span", {}, value),
            iconButton("Remove " + value, ICONS.close,
                () => this._change(this._values.filter(one => one !== value))));
    }
}

class FileUpload extends Field {
    static isField = true;
    static grows = true;
    constructor({ limit = "" } = {}) {
        super(element("div", { class: "lw-upload", role: "group" }));
        this._nodes = new Map();                        // the lists' rows by their keys
        this._input = element("input", { type: "file", hidden: true, multiple: true });
        this._button = element("button", { type: "button", class: "lw-button" },
            icon(ICONS.upload), this._ask = element("span", {}, "Choose files"));
        this._kinds = element("span");
        this._word = element("span", { class: "lw-upload-word" });
        this._hint = element("div", { class: "lw-upload-hint" }, this._word,
            element("span", {}, limit), this._kinds);
        this._sent = element("ul");
        this._going = element("ul");
        this.element.append(this._button, this._hint, this._sent, this._going, this._input);
        this._button.addEventListener("click", () => this._input.click());
        this._input.addEventListener("change", () => {
            const files = [...this._input.files];
            if (files.length) this.session.announceFiles(this, {}, files);
            this._input.value = "";                     // the same file may be chosen again
        });
        this._takeDrops();
        for (const [type, over] of [["dragover", true], ["dragleave", false], ["drop", false]])
            this.element.addEventListener(type, () => this.element.classList.toggle("lw-over",
                over));
        this.element.addEventListener("drop", event => {
            if (event.dataTransfer.files.length) this._tellForms();
        });
    }
    _focusTarget() { return this._button; }
    _tellNotSent() { /* Python, which is told as well, says it in all browsers */ }
    _endDrops() { /* it is there for them */ }
    set_placeholder(text) { showText(this._word, text || ""); }
    set_accept(accept) {
        this._input.accept = accept;
        this._kinds.textContent = accept;
    }
    set_multiple(tf) {
        this._input.multiple = tf;
        this._ask.textContent = tf ? "Choose files" : "Choose a file";
    }
    // A row of a list: [key, name], with a button that does `act`; kept while its key stays.
    _row(key, name, what, act, ...more) {
        if (!this._nodes.has(key)) this._nodes.set(key, element("li", {},
            element("span", { class: "lw-upload-name", title: name }, name), ...more,
            element("small"), iconButton(`${what} ${name}`, ICONS.close, act)));
        return this._nodes.get(key);
    }
    _show(list, rows) {
        for (const [key, node] of this._nodes)
            if (node.parentNode === list && !rows.includes(node)) this._nodes.delete(key);
        keepFocus(list, this._button, () => keepOnly(list, rows));
    }
    set_files(files) {
        this._show(this._sent, files.map(([number, name, size]) => {
            const row = this._row(number, name, "Remove",
                () => this.userState("user_remove", [number]));
            row.querySelector("small").textContent = size;
            return row;
        }));
    }
    set_progress(transfers) {
        this._show(this._going, transfers.map(([id, name, part]) => {
            const row = this._row(id, name, "Cancel", () => this.userState("user_cancel", [id]),
                element("div", { class: "lw-progress", role: "progressbar", "aria-label": name,
                    "aria-valuemin": 0, "aria-valuemax": 100 },
                    element("div", {}, element("div", { class: "lw-progress-bar" }))));
            const bar = row.querySelector("[role=progressbar]"), percent = Math.round(part * 100);
            bar.setAttribute("aria-valuenow", percent);
            bar.querySelector(".lw-progress-bar").style.width = percent + "%";
            row.querySelector("small").textContent = percent + "%";
            return row;
        }));
    }
}

// Make nodes the only children, in front of `end` if that is given; those that stay are not
// touched, so that a press on one goes on.
function keepOnly(parent, nodes, end = null) {
    const kept = new Set(nodes);
    for (const node of [...parent.children]) if (!kept.has(node) && node !== end) node.remove();
    placeInOrder(parent, nodes, end);
}

// Make of nodes what others are: those stay that differ in a part only, with what a person has
// selected and scrolled to in them. kept: told of each element that stays, and of the other one.
function editNodes(parent, old, now, next = null, kept = () => {}) {
    const least = Math.min(old.length, now.length);
    let same = 0;                                       // at the end
    while (same < least && old.at(-1 - same).isEqualNode(now.at(-1 - same))) same++;
    const begun = old.slice(0, old.length - same), rest = now.length - same;
    const nodes = now.map((node, at) => {
        const one = at < rest ? begun[at] : old[old.length - now.length + at];
        return one && isEdited(one, node, kept) ? one : node;
    });
    const stay = new Set(nodes);
    for (const one of old) if (!stay.has(one)) one.remove();
    placeInOrder(parent, nodes, next);
}

function isEdited(one, node, kept) {
    const isText = "data" in node;
    // browsers do not look again at what is in some elements, and others do something else then
    const isWhole = !isText && (!node.firstChild ||
        node.matches("a, audio, button, object, select, textarea, video"));
    if (one.nodeName !== node.nodeName || isWhole && !one.isEqualNode(node)) return false;
    if (isText) editText(one, node.data);
    else {
        for (const name of one.getAttributeNames())
            if (!node.hasAttribute(name)) one.removeAttribute(name);
        for (const told of node.attributes)             // of markup, with whatever names it has
            if (one.getAttribute(told.name) !== told.value) one.setAttributeNode(told.cloneNode());
        editNodes(one, [...one.childNodes], [...node.childNodes], null, kept);
        kept(one, node);
    }
    return true;
}

// Nodes that Python made of Markdown. Elements are built one by one, of these tags only.
class Markdown extends Widget {
    static tags = new Set(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "hr", "br", "ul",
        "ol", "li", "pre", "code", "em", "strong", "del", "table", "thead", "tbody", "tr", "th",
        "td", "a", "img", "input"]);
    static links = /^(?:https?:|mailto:|(?![a-z][a-z0-9+.-]*:))/i;
    static held = ["set_text"];
    static sequences = ["set_text"];
    constructor() { super(element("div", { class: "lw-html lw-markdown", dir: "auto" })); }
    set_text(nodes) { this.element.replaceChildren(...nodes.map(node => this._node(node))); }
    // What is not changed stays, with what a person has selected or scrolled in it.
    _edit(name, splices) {
        this._take(name, splices);
        for (const [start, remove, insert] of splices) editNodes(this.element,
            [...this.element.childNodes].slice(start, start + remove),
            insert.map(node => this._node(node)), this.element.childNodes[start + remove]);
    }
    _node(node) {
        if (typeof node === "string") return document.createTextNode(shownPart(node));
        const [tag, told, children] = node;
        const inner = children.map(child => this._node(child));
        if (!Markdown.tags.has(tag)) return element("span", {}, ...inner);
        const made = element(tag, {}, ...inner), url = told.href ?? told.src;
        if (url !== undefined && Markdown.links.test(url)) {
            made.setAttribute(tag === "a" ? "href" : "src", url);
            if (/^https?:/i.test(url) && tag === "a")
                Object.assign(made, { target: "_blank", rel: "noopener noreferrer" });
        }
        if (told.title) made.title = told.title;
        if (tag === "img") Object.assign(made, { alt: told.alt, loading: "lazy" });
        if (tag === "ol" && "start" in told) made.start = told.start;
        if (told.align) made.style.textAlign = told.align;
        if (told.language) new CodeColors(told.language.toLowerCase()).paint(made);
        if (tag === "input") {
            Object.assign(made, { type: "checkbox", disabled: true, checked: told.checked });
            made.setAttribute("aria-label", told.checked ? "done" : "to do");
        }
        if (tag === "table" || tag === "pre") made.tabIndex = 0;    // keys scroll it
        return tag === "table" ? element("div", { class: "lw-markdown-table" }, made) : made;
    }
}

class ChatMessage extends Container {
    static sequences = [...Container.sequences, "set_text"];
    constructor({ author = "", role = "assistant", time_s = null } = {}) {
        super(element("article", { class: "lw-message", "data-role": role }));
        this._usualName = author;
        this._text = element("div", { class: "lw-message-text", dir: "auto" });
        this._body = element("div", { class: "lw-box lw-column lw-message-parts" });
        const head = element("header", {}, element("span", {}, author));
        this.element.append(head, this._text, this._body);
        if (time_s === null) return;
        const sent = new Date(time_s * 1000);
        head.append(element("time", { datetime: sent.toISOString(), title: sent.toLocaleString() },
            sent.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })));
    }
    _arrange() {
        super._arrange();
        this._text.hidden = !this._text.textContent && this._entries.length > 0;
        this.element.classList.toggle("lw-wide",            // many have no width of their own
            this._entries.some(([child]) => !(child instanceof Markdown)));
    }
    set_text(text) {
        const node = this._text.firstChild, part = shownPart(text);
        if (node && part) editText(node, part);
        else this._text.textContent = part;
        this._arrange();
    }
}

// Messages, and a field for one more. What is written there is told now and then, so that it
// outlives a reload.
class ChatView extends Container {
    static grows = true;
    static usualName = "Chat";
    static held = ["set_draft"];
    constructor() {
        super(element("div", { class: "lw-chat lw-shrinks", role: "group" }));
        this._draft = "";
        this._atEnd = true;
        this._top = 0;
        this._messages = element("div", { class: "lw-chat-messages" });
        this._list = element("div", { class: "lw-chat-list", role: "log", tabindex: "0",
            "aria-label": "Messages" }, this._messages);
        this._newest = iconButton("Newest messages", ICONS["arrow-down"], () => {
            this._list.focus();                         // the button is seen no more
            this._follow(true);
        }, "lw-chat-newest");
        this._input = fieldOfLines({ class: "lw-input", rows: 1 });
        this._entry = element("div", { class: "lw-chat-entry" }, this._input,
            iconButton("Send", ICONS["arrow-up"], () => this._submit()));
        // the field keeps the focus, and a phone its keyboard
        this._entry.lastChild.addEventListener("mousedown", event => event.preventDefault());
        this.element.append(this._list, this._newest, this._entry);
        this.set_placeholder("Message");
        this._list.addEventListener("scroll", () => this._scrolled());
        const observer = new ResizeObserver(() => this._follow());
        for (const node of [this._list, this._messages]) observer.observe(node);
        const typed = () => {
            this.session._untold.add(this);
            clearTimeout(this._timer);
            this._timer = setTimeout(() => this._flush(), TYPING_MS);
            this._grow();
        };
        for (const type of ["input", "change"]) this._input.addEventListener(type, typed);
        onKeys(this._input, event => {
            if (event.key !== "Enter" || event.shiftKey) return;
            event.preventDefault();
            this._submit();
        });
    }
    _content() { return this._messages; }
    _focusTarget() { return this._input; }
    _named() { return this.element; }
    // Who only looks may scroll and copy, and not write.
    _takeLock() {
        super._takeLock();
        this._entry.inert = this.session?.role === "viewer";
    }
    _flush() {
        clearTimeout(this._timer);
        if (this._input.value === this._draft) return;
        this._draft = this._input.value;
        this.userState("set_draft", [this._draft]);
    }
    _submit() {
        const text = this._input.value;
        if (!text.trim()) return;
        this._flush();                                  // it comes back if it is refused
        this.set_draft("");
        this.userState("set_draft", [""], "submitted", [text]);
        this.session.letGo("typing");
        this._follow(true);
    }
    // As high as what is written, up to what the style sheet allows.
    _grow() {
        this._input.style.height = "";
        const missing = this._input.scrollHeight - this._input.clientHeight;
        if (missing > 0) this._input.style.height = px(this._input.offsetHeight + missing);
    }
    // A person who scrolls up reads on there; text that comes in meanwhile moves nothing.
    _scrolled() {
        const { scrollTop, scrollHeight, clientHeight } = this._list;
        if (scrollHeight - scrollTop - clientHeight < 24) this._setFollowing(true);
        else if (scrollTop < this._top) this._setFollowing(false);
        this._top = scrollTop;
    }
    _setFollowing(tf) {
        this._atEnd = tf;
        this.element.classList.toggle("lw-scrolled-up", !tf);
    }
    _follow(anyway = false) {
        if (anyway) this._setFollowing(true);
        if (!this._atEnd) return;
        this._list.scrollTop = this._list.scrollHeight;
        this._top = this._list.scrollTop;
    }
    set_draft(text) {
        clearTimeout(this._timer);
        this._draft = this._input.value = text;
        this._grow();
    }
    set_placeholder(text) {
        this._input.placeholder = text;
        this._input.setAttribute("aria-label", text || "Message");
    }
}

// ARIA's tree pattern; what is closed has no elements.
class JsonView extends Widget {
    static usualName = "JSON";
    static held = ["set_toggled", "set_value"];
    constructor() {
        super(element("div", { class: "lw-json lw-shrinks", role: "tree" }));
        this._shown = new Map();                        // JSON of a path -> entries, if over 100
        this._items = new WeakMap();
        this.element.addEventListener("click", event => {
            const line = event.target.closest(".lw-json-line");
            if (line) this._act(this._select(line.parentNode));
        });
        onKeys(this.element, event => this._pressed(event));
        this._draw({ _value: null, _toggled: new Set(), _current: "[]" });
    }
    _focusTarget() { return this.element.querySelector("[tabindex='0']"); }
    _named() { return this.element; }
    _all() { return [...this.element.querySelectorAll("[role=treeitem]")]; }
    set_value(value) { this._draw({ _value: value }); }
    set_toggled(paths) {
        this._draw({ _toggled: new Set(paths.map(path => JSON.stringify(path))) });
    }
    _draw(change) {
        Object.assign(this, change);
        const focused = this.element.contains(document.activeElement);
        editNodes(this.element, [...this.element.children], [this._item(null, this._value, [])],
            null, (one, node) => this._items.set(one, this._items.get(node)));
        const current = this._all().find(item => this._items.get(item).id === this._current);
        this._select(current || this.element.firstChild, false);
        if (focused) this._focusTarget().focus({ preventScroll: true });
    }
    _made(about, ...line) {
        const item = element("div", { role: "treeitem", tabindex: "-1" },
            element("div", { class: "lw-json-line" }, ...line));
        this._items.set(item, about);
        return item;
    }
    _item(key, value, path) {
        const kind = value === null ? "null" : typeof value;
        const size = kind === "object" ? Object.keys(value).length : 0;
        const name = key === null ? [] : [element("span", { class: "lw-json-key" },
            typeof key === "number" ? String(key) : JSON.stringify(key)), ": "];
        const sized = Array.isArray(value) ? `[${size}]` : `{${size}}`;
        const item = this._made({ value, path, id: JSON.stringify(path) },
            ...size ? [icon(ICONS.down)] : [], ...name, element("span", { class: "lw-json-value",
                "data-kind": kind }, size ? sized : JSON.stringify(value)));
        if (size) this._fill(item);
        return item;
    }
    // Draw what is in an object or list, if it is open.
    _fill(item) {
        const { value, path, id } = this._items.get(item);
        const open = path.length < 2 !== this._toggled.has(id), shown = this._shown.get(id) || 100;
        item.setAttribute("aria-expanded", open);
        item.querySelector(":scope > [role=group]")?.remove();
        if (!open) return;
        const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
        const rest = keys.length > shown ? [`${keys.length - shown} more`] : [];
        item.append(element("div", { role: "group" },
            ...keys.slice(0, shown).map(key => this._item(key, value[key], [...path, key])),
            ...rest.map(text => this._made({ more: true, id: id + "+" }, text))));
    }
    _select(item, focus = true) {
        this._focusTarget()?.setAttribute("tabindex", "-1");
        this._current = this._items.get(item).id;
        item.tabIndex = 0;
        if (focus) item.focus();
        return item;
    }
    _act(item) {
        const { more, id } = this._items.get(item);
        if (more) {
            const shown = item.parentNode.childElementCount - 1, all = item.parentNode.parentNode;
            this._shown.set(this._items.get(all).id, shown + 100);
            this._fill(all);
            this._select(all.lastChild.children[shown]);
        } else if (item.hasAttribute("aria-expanded")) {
            if (!this._toggled.delete(id)) this._toggled.add(id);
            this._fill(item);
            this.userState("set_toggled", [[...this._toggled].map(path => JSON.parse(path))]);
        }
    }
    _pressed(event) {
        const item = event.target.closest("[role=treeitem]"), key = readingKey(event);
        if (!item || event.ctrlKey || event.altKey || event.metaKey) return;
        const all = this._all(), at = all.indexOf(item), open = item.getAttribute("aria-expanded");
        const to = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1),
            ArrowRight: item.querySelector("[role=treeitem]"),
            ArrowLeft: item.parentNode.closest("[role=treeitem]") }[key];
        const acts = { Enter: open, " ": open, ArrowRight: "false", ArrowLeft: "true" }[key];
        if (acts === open) this._act(item);
        else if (to) this._select(to);
        else return;
        event.preventDefault();
    }
}

class DiffView extends Widget {
    constructor() {
        super(element("div", { class: "lw-diff lw-shrinks", role: "group", tabindex: "0" }));
        this.set_rows([]);
    }
    set_rows(rows) {
        const cell = (tag, text) => element("td", { class: "lw-diff-" + tag }, String(text ?? ""));
        const table = element("table", { dir: "ltr" });
        for (const [sign, before, after, text] of rows)
            table.append(element("tr", { "data-sign": sign }, cell("number", before),
                cell("number", after), cell("sign", sign === "@" ? "\u22ef" : sign),
                cell("text", text)));
        editNodes(this.element, [...this.element.childNodes],
            [rows.length ? table : document.createTextNode("No difference")]);
    }
}

// A date as the browser's own fields write it, of Python's ISO text; other values as they are.
function shownDate(value) {
    const { text } = readDate(String(value ?? ""));
    return text ? new Date(text).toLocaleDateString(undefined, { timeZone: "UTC",
        year: "numeric", month: "2-digit", day: "2-digit" }) : String(value ?? "");
}

const MAX_GROWN = 64;                   // columns whose cells are measured
const MAX_CELL = 10000;                 // UTF-16 units of a cell that are shown
const MAX_WIDTH = 10000;                // px of a column that Python takes

// Put a text that is on its way into the clipboard. Called while a key or press is handled:
// some browsers allow it only then.
async function copyPromised(text) {
    try {
        const blob = text.then(words => new Blob([words], { type: "text/plain" }));
        blob.catch(() => {});
        await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } catch (error) {
        await copyText(await text);
    }
}

// Rows that Python keeps. We hold those around what is seen, and ask again whenever Python says
// that something changed.
// The focus stays on the grid, which names the active cell; rows come and go below it.
class RowsView extends Widget {
    static held = ["set_scroll_position", "set_column_widths"];
    static isField = true;
    constructor(options, role) {
        super(element("div", { class: "lw-data lw-shrinks", role, tabindex: "0",
            "aria-multiselectable": String(/multiple/.test(options.selection_mode)) }));
        const id = "lw-data-" + RowsView.count++;
        Object.assign(this, { _options: options, _id: id, _columns: [], _widths: {}, _rows: [],
            _first: 0, _count: 0, _version: 0, _mark: null,
            _answered: -1, _acted: 0, _asked: false, _top: 0, _lastTop: 0, _cursor: null,
            _waiting: null, _ahead: [], _place: null, _pressed: null, _sorted: [], _atEnd: true,
            _widest: 0, _gone: 0, _leasts: new Map() });        // of columns' keys: px
        this._head = element("div", { class: "lw-data-head", role: "row", "aria-rowindex": 1 });
        this._window = element("div", { class: "lw-data-window", role: "presentation" });
        this._space = element("div", { class: "lw-data-space", role: "rowgroup" }, this._window);
        this._empty = element("p", { class: "lw-data-empty", role: "presentation" });
        this.element.append(element("div", { role: "rowgroup", class: "lw-data-top" }, this._head),
            this._empty, this._space);
        this.element.classList.toggle("lw-headless", !options.show_header);
        this.element.classList.toggle("lw-striped", options.alternate_row_colors);
        this.set_show_grid(options.show_grid);
        this.set_show_row_numbers(options.show_row_numbers);
        this.element.addEventListener("scroll", () => this._onScroll(), { passive: true });
        scrolling.watch(this, this.element);
        this._makeCatcher();
        this._window.addEventListener("pointerdown", event => {
            this._pressed = event.target.closest(".lw-data-row");
        });
        this.element.addEventListener("click", event => this._onClick(event));
        this.element.addEventListener("dblclick", event => this._onDoubleClick(event));
        this.element.addEventListener("change", event => this._onControl(event));
        this._window.addEventListener("focusout", () => this._redraw());
        onKeys(this.element, event => this._onKey(event));
        RowsView.views.set(this.element, this);
        printing.watch(this);
        onDrag(this._space, event => this._beginChoice(event));
        this.element.addEventListener("contextmenu", event => this._onHold(event));
        if (/multiple/.test(options.selection_mode)) keepFrom(this.element, () => this._sweeps);
        onDrag(this._head, event => this._beginSizing(event));
        this._sizes = new ResizeObserver(() => this._fit());
        this._sizes.observe(this.element);
    }

    // What Python says

    set_columns(columns) {
        const sign = one => JSON.stringify(this._seenKey(one.key, one)),
            old = this._columns.map(sign), places = columns.map(one => old.indexOf(sign(one)));
        for (const row of this._rows) {     // until Python sends them anew each is below its head
            const [, , , , cells, looks] = row;
            row[4] = places.map(at => cells[at] ?? null);
            row[5] = Object.fromEntries(places.map((at, now) => [now, looks[at]])
                .filter(([, look]) => look));
        }
        this._columns = columns;
        // of the head of a column that is gone
        if (this._cursor?.[0] === null && !this._columnOf(this._cursor[1])) this._cursor = null;
        this._leasts.clear();
        this._editable = columns.some(column => column.editable);
        // a press on one that stays goes on
        editNodes(this._head, [...this._head.children], [element("div",
                { class: "lw-data-number",
                    role: "presentation" }), ...columns.map((column, index) => element("div", {
            role: "columnheader", class: this._classOf(column, index), dir: "auto",
                "data-key": column.key, "aria-colindex": index + 1,
                id: this._id + "-head-" + index,
                style: `text-align: ${textSide(column.halign)}; --lw-pin: var(--lw-pin-${index})` },
            element("span", { class: column.label ? null : "lw-name-only", dir: null },
                column.label || column.key), element("i", { class: "lw-data-grip" })))]);
        this._showSorted(this._sorted);
        this._track();
        this._redraw();
    }
    // Text that follows numbers keeps away from them.
    _classOf({ pinned, halign }, index) {
        const apart = halign !== "right" && this._columns[index - 1]?.halign === "right";
        return "lw-data-cell" + (pinned ? " lw-pinned" : "") + (apart ? " lw-apart" : "");
    }
    set_column_widths(widths) {
        this._widths = widths;
        this._track();
    }
    // failed: the program could not read them
    set_extent(version, count, failed) {
        this._version = version;
        this._failed = failed;
        this._held = null;
        if (count !== null) this._count = count;
        if (this._waiting?.[0] >= this._count) {        // it went meanwhile
            this._waiting = null;
            this._dropKeys();
        }
        this._fit();
        this._ask();
    }
    // How many rows have gone at the beginning: what is read stays in its place.
    set_gone(count) {
        const by = count - this._gone;
        this._gone = count;
        this._rows = this._rows.slice(Math.max(0, by - this._first));
        this._first = Math.max(0, this._first - by);
        if (this._place || !this._height || this._following && this._atEnd) return;
        this._scrollTo(this._top - by * this._height);
    }
    set_sorted(order) {
        // what the person sorted by since, Python has not answered yet
        if (!(this._ordered > this.session?.applied)) this._showSorted(order);
    }
    _showSorted(order) {
        this._sorted = order;
        for (const cell of this._headers()) {
            const at = order.findIndex(([key]) => key === cell.dataset.key), up = order[at]?.[1];
            setAttributes(cell, { "aria-sort": at < 0 ? null : up ? "ascending" : "descending",
                "data-rank": at >= 0 && order.length > 1 ? at + 1 : null });
        }
    }
    set_sortable(tf) {
        this._sortable = tf;
        this.element.classList.toggle("lw-sortable", tf);
    }
    set_empty(text) {
        this._ifEmpty = text;
        this._fit();
    }
    _emptyText() { return this._ifEmpty || (this._columns.length ? "" : "No columns"); }
    set_show_grid(tf) { this.element.classList.toggle("lw-ruled", tf); }
    set_following(tf) {
        this._following = tf;
        this._newest ||= iconButton("Newest rows", ICONS["arrow-down"], () => {
            this.element.focus();                       // the button is seen no more
            this.scroll_to_end();
        }, "lw-data-newest");
        if (tf) this.element.append(this._newest);
        else this._newest.remove();
        this._fit();
    }
    set_show_row_numbers(tf) {
        this.element.classList.toggle("lw-numbered", tf);
        this._track();
    }
    set_row_spacing(gap) { this._setGap("--lw-row-gap", gap); }
    set_column_spacing(gap) { this._setGap("--lw-column-gap", gap); }
    _setGap(name, gap) {
        this.element.style.setProperty(name, px(gap));
        this._fit();
    }
    set_font(...font) {
        super.set_font(...font);
        this._fit();
    }
    set_header_font(family, size, weight, style) {
        Object.assign(this._head.style,
            { fontFamily: family || "", fontSize: size || "", fontWeight: weight ?? "",
                fontStyle: style || "" });
    }
    set_scroll_position(h, v) {
        // until the person scrolls, or the rows are there
        this._place = [h, v];
        this._restore();
    }
    show_rows(version, done, start, rows, cursor, held, mark) {
        this._asked = false;
        // what was done here meanwhile is not in it
        if (done < this._acted) return setTimeout(() => this._ask(), TYPING_MS);
        if (version === this._answered && start > 0 && start === this._first + this._rows.length) {
            const gone = clamp(this._wanted()[0] - this._first, 0, this._rows.length);
            start = this._first + gone;
            rows = [...this._rows.slice(gone), ...rows];
        }
        Object.assign(this, { _answered: version, _first: start, _rows: rows });
        this._held = version === this._version ? held : null;   // the text of all that is selected
        this._mark = mark;                              // of what the person sees as selected
        if (!this._waiting && this._cursor?.[0] !== null) this._cursor = cursor;
        this._draw();
        if (this._waiting && this._row(this._waiting[0])) {
            this._pick(...this._waiting);
            this._useKeys();
        }
        this._ask();
    }
    scroll_to_row(index) {
        if (index < 0) return;
        const height = this._height, top = index * height;
        const seen = this._seen() - (this._choosing?.offsetHeight || 0);
        if (top < this._top) this._scrollTo(top);
        else if (top + height > this._top + seen) this._scrollTo(top + height - seen);
    }
    scroll_to_end() { this._scrollTo(this._count * this._height); }
    get_column_widths() { return this._headers().map(cell => cell.offsetWidth); }
    set_optimal_column_widths() {
        const widths = {};
        this._columns.forEach(({ key }, index) => {
            const cells = [this._headers()[index],
                ...this._window.querySelectorAll(`[aria-colindex="${index + 1}"]`)];
            widths[key] = clamp(Math.max(...cells.map(cell => {
                const range = document.createRange();
                range.selectNodeContents(cell);
                return Math.ceil(range.getBoundingClientRect().width +
                    2 * parseFloat(getComputedStyle(cell).paddingRight) + 12);
            })), 24, MAX_WIDTH);
        });
        this._widen(widths);
    }
    // Python's text of what is selected, null for none; for what an asker began, or for all.
    // Cells of a cut are emptied once Python is told that the text is in a clipboard.
    put_clipboard(text, asker, ask, offer) {
        const begun = asker === null ? null : this._begun;
        const asked = asker === this.session.number && begun?.ask === ask;
        if (asker === null ? !document.hasFocus() : !asked) return;
        begun?.settle(text);
        if (text === null) return;
        RowsView.copied = text;
        (begun ? begun.copied : copyText(text)).then(
            () => this._act("user_has_copied", offer, this.session.number),
            () => this.session.tell(
                "The browser did not let the text be copied; nothing was changed."));
    }
    tell_changed(asker) {
        if (asker !== this.session.number) return;
        this.session.tell("What was selected changed meanwhile. It was copied, and not cut.");
    }
    paste_selection() {
        if (!document.hasFocus()) return;
        const refused = () => this.session.tell("The browser did not let the clipboard be read.");
        if (!navigator.clipboard?.readText) return refused();
        navigator.clipboard.readText().then(text => this._paste(text), refused);
    }
    // Spreadsheets write numbers by the person's language, copies of tables by Python's.
    _paste(text) {
        const parts = new Intl.NumberFormat().formatToParts(-12345678.9);
        const sign = kind => parts.find(({ type }) => type === kind)?.value;
        // Windows has its own line breaks
        const [now, before] = [text, RowsView.copied].map(one => one?.replace(/\r\n/g, "\n"));
        const own = now === before, point = own ? "." : sign("decimal") ?? ".";
        const group = own ? "," : sign("group") ?? (point === "," ? "." : ",");
        this._act("user_paste", text, point, group, this._mark);
    }

    // Geometry. Browsers cannot lay out more than some ten million px: beyond MAX_SPACE_PX the bar
    // is a scaled one, in which small movements stay exact and drags of the thumb are in
    // proportion.

    _headers() { return [...this._head.querySelectorAll("[role=columnheader]")]; }
    _seen() { return Math.max(0, this.element.clientHeight - this._head.parentNode.offsetHeight); }
    _length() { return this._count * this._height + (this._choosing?.offsetHeight || 0); }
    _range() { return Math.max(0, this._length() - this._seen()); }
    _track() {
        const track = (width, least) => typeof width === "number" ? px(width)
            : width.endsWith("fr") ? `minmax(${least}, ${width})` : width;
        this._wide = this._columns.some(({ kind }) => kind === "ansi");
        const tracks = this._columns.map(({ key, kind, colwidth }) => track(
            this._widths[key] ?? colwidth, kind === "ansi" ? "max-content"
                : px(this._widths[key] === undefined && this._leasts.get(key) || this._least())));
        this.element.style.setProperty("--lw-columns",
            [`var(--lw-number, 0px)`, ...tracks].join(" "));
        requestAnimationFrame(() => this._fit());
    }
    // What a column has at least that shares the room, before _grow().
    _least() { return this._filterable || this._columns.length > MAX_GROWN ? 88 : 40; }
    // A column that shares the room is as wide as what is seen in it: of long texts a part, and
    // all of a number or a date, of which a part would be another one.
    _grow(rows) {
        if (printing.now || this._columns.length > MAX_GROWN) return false;
        const range = document.createRange();
        const gaps = 2 * parseFloat(getComputedStyle(this._probe).paddingLeft);
        let grown = false;
        for (const cell of [...this._headers(), ...rows.flatMap(row => [...row.children])]) {
            const column = this._columns[cell.ariaColIndex - 1];
            if (!column || cell.ariaColSpan || !cell.firstChild) continue;
            range.selectNode(cell.firstChild);
            // scrollWidth is rounded, and a part of a px too little cuts a letter, too
            const [text, room] = [range, cell].map(one => one.getBoundingClientRect().width);
            if (cell.scrollWidth <= cell.clientWidth && text + gaps <= room + 0.02) continue;
            const whole = /^(integer|float|date)$/.test(column.type);
            const least = Math.min(whole ? 320 : 180, cell.scrollWidth + 1);
            if (least <= (this._leasts.get(column.key) || this._least())) continue;
            this._leasts.set(column.key, least);
            grown = true;
        }
        if (grown) this._track();
        return grown;
    }
    _fit() {
        const probe = this._probe ||= this.element.appendChild(element("div",
            { class: "lw-data-probe lw-data-cell", "aria-hidden": "true" }, "x"));
        this._sizes.observe(probe, { box: "border-box" });      // the font, and what a finger needs
        if (!probe.offsetHeight) return;
        this._height = probe.offsetHeight;
        this.element.style.setProperty("--lw-row-height", px(this._height));
        // of one width in the heads, too, whose letters are wider
        probe.style.width = String(this._count).length + 2 + "ch";
        this.element.style.setProperty("--lw-number", this.element.classList.contains("lw-numbered")
            ? px(probe.offsetWidth) : "0px");
        this.element.style.setProperty("--lw-least", "0px");
        this.element.style.setProperty("--lw-least", px(Math.max(this._widest,
            this._head.scrollWidth > this._head.clientWidth ? this._head.scrollWidth : 0)));
        this._pin();
        showText(this._empty, this._count ? "" : this._failed ? "The rows could not be read"
            : this._emptyText());
        const height = Math.min(MAX_SPACE_PX, this._length());
        this._space.style.setProperty("--lw-space", px(height));
        this.element.classList.toggle("lw-snug", height >= this._seen());
        this.element.setAttribute("aria-rowcount", this._count + 1);
        this.element.setAttribute("aria-colcount", this._columns.length);
        if (this._place) this._restore();
        else if (this._following && this._atEnd) this._scrollTo(this._range());
        else this._top = Math.min(this._top, this._range());
        this._redraw();
        this._ask();
    }
    // Where pinned columns stay: behind those that are pinned before them. Gives what all take.
    _pin() {
        const heads = this._headers();
        let left = heads.length ? this._head.firstChild.offsetWidth : 0;
        this._columns.forEach((column, at) => {
            if (!column.pinned) return;
            this.element.style.setProperty("--lw-pin-" + at, px(left));
            left += heads[at].offsetWidth;
        });
        return left;
    }
    _restore() {
        if (!this._height || !this._count) return;
        const [h, v] = this._place;
        this.element.scrollLeft = scrolling.leftEnd(this.element) +
            h * (this.element.scrollWidth - this.element.clientWidth);
        this._top = v * this._range();
        this._noteEnd();
        this._align();
        this._scrolledTo = scrolling.place(this.element);
    }
    _scrollTo(top) {
        this._place = null;
        this._top = clamp(top, 0, this._range());
        this._noteEnd();
        this._left = this.element.scrollTop;
        this._align();
        this._draw();
        this._ask();
    }
    // At its end, one that follows stays there as rows come; else what is read stays in place.
    _noteEnd() {
        this._atEnd = this._top >= this._range() - this._height / 2;
        this.element.classList.toggle("lw-scrolled-up", !this._atEnd);
    }
    // Put the bar where the rows are.
    _align() {
        const room = this._space.offsetHeight - this._seen(), range = this._range();
        this.element.scrollTop = this._lastTop = range > 0 ? this._top / range * room : 0;
        this._lastTop = this.element.scrollTop;
    }
    _onScroll() {
        const top = this.element.scrollTop, moved = top - this._lastTop, range = this._range(),
            room = this._space.offsetHeight - this._seen();
        // Chromium tells the place that we left once more where the space has just grown
        const stale = moved && top === this._left;
        this._left = null;
        if (stale) requestAnimationFrame(() => this._align());
        else if (moved) {
            this._place = null;
            this._lastTop = top;
            // less than the thumb moves by: wheel, finger or keys
            const thumb = room / this._seen() / 2;
            if (room >= range || Math.abs(moved) > thumb)
                this._top = room > 0 ? top / room * range : 0;
            else this._top = clamp(this._top + moved, 0, range);
            if (room < range) {
                clearTimeout(this._settling);
                // a smooth scroll is over by then
                this._settling = setTimeout(() => { this._align(); this._draw(); },
                    3 * SCROLLED_MS);
                if (top <= 0 || top >= room - 1) this._align();
            }
            this._noteEnd();
        }
        this._redraw();
        this._ask();
    }

    // Rows

    _letGo() {
        this._pressed = null;
        this._redraw();
    }
    _wanted() {
        if (printing.now) return [this._first, this._first + this._rows.length];
        const seen = this._seen(), height = this._height, extra = Math.ceil(seen / height / 2) + 2;
        const first = Math.floor(this._top / height);
        return [Math.max(0, first - extra),
            Math.min(this._count, first + Math.ceil(seen / height) + extra)];
    }
    _ask() {
        if (this._asked || !this.session || !this._height || !this._seen()) return;
        const [first, end] = this._wanted(), held = this._first + this._rows.length;
        const seen = Math.floor(this._top / this._height),
            last = Math.min(this._count, Math.ceil((this._top + this._seen()) / this._height));
        const waits = this._waiting && !this._row(this._waiting[0]);
        if (this._answered === this._version && !waits && seen >= this._first && last <= held)
            return this._askRest();
        clearTimeout(this._resting);
        const margin = Math.ceil((end - first) / 2), stop = end + margin;
        let start = Math.max(0, waits ? this._waiting[0] - margin : first - margin);
        // of rows that came at the end only these
        if (this._answered === this._version && !waits && first >= this._first && seen < held)
            start = held;
        this._asked = this.session._send("rows", { wid: this.wid, start,
            count: Math.max(stop - start, waits ? end - first + 2 * margin : 0) });
    }
    // Paper shows all rows of a table that is not large; they are fetched once it has come to rest.
    _askRest() {
        clearTimeout(this._resting);
        if (this._rows.length >= this._count || this._count > PRINTED_ROWS) return;
        this._resting = setTimeout(() => {
            this._asked ||= Boolean(this.session?._send("rows", { wid: this.wid, start: 0,
                count: this._count }));
        }, REST_MS);
    }
    _leave() {
        clearTimeout(this._resting);
        this._commit();
        this._dropKeys();
        super._leave();
    }
    _connected() {
        this._asked = false;
        this._ask();
    }
    _row(index) { return this._rows[index - this._first]; }
    _columnOf(key) { return this._columns.find(one => one.key === key); }
    // As the person saw a column: a key that is made of its place may be another's meanwhile.
    _seenKey(key, column = this._columnOf(key)) {
        return column && /^_col[0-9]+$/.test(key) ? [key, column.label] : key;
    }
    // What the person saw: a row's path and first cell, a cell's value, and the first column, as
    // another may have become it.
    _seenAt(row, column) {
        // null: it was entered here, and Python may write it in another way
        const name = row.renamed ? null : row[4][0];
        return [row[3], name, row[4][this._columns.indexOf(column)], this._columns[0]?.key];
    }
    _draw() {
        if (!this._height) return;
        const [first, end] = this._wanted(), nodes = [], fresh = [],
            old = new Map([...this._window.children].map(node => [node.dataset.index, node])),
            list = this._window.querySelector("select:focus")?.closest(".lw-data-row");
        for (const used of [list, this._pressed])
            if (used?.isConnected) old.set(String(this._placeOf(used.seen)), used);
        for (let index = first; index < end; index++) {
            const row = this._row(index),
                sign = JSON.stringify([row, this._cursor && this._cursor[0] === index &&
                    this._cursor[1], this._columns === this._drawn]);
            let node = old.get(String(index));
            if (!node || node.sign !== sign || this._columns !== this._drawn) {
                const made = this._makeRow(index, row);
                node = this._renewed(node, made);
                fresh.push(node);
                // one whose list is open is drawn again when that is left
                node.sign = node === made ? sign : null;
            }
            nodes.push(node);
        }
        this._drawn = this._columns;
        keepOnly(this._window, nodes, this._editor);
        const room = this.element.clientWidth;
        // a column that has grown takes room from others
        this._room = this._grow(room === this._room ? fresh : nodes) ? null : room;
        const width = this._wide ? this._window.scrollWidth : 0;
        if (width > Math.max(this._widest, this._window.clientWidth)) {
            this._widest = width;
            this._fit();
        }
        if (!printing.now) this._window.style.transform =
            `translateY(${first * this._height - this._top + this.element.scrollTop}px)`;
        if (this._editor) this._placeEditor();
        this._tellActive();
        this._catch();
    }
    _placeOf(seen) {
        const sign = JSON.stringify(seen?.[3]);
        return this._first + this._rows.findIndex(row => JSON.stringify(row[3]) === sign);
    }
    // What is in use stays while what is around it is drawn anew: a list that is open, and a row
    // that is pressed, as a press and its release are a click only on the same node, or of which a
    // part is selected.
    _renewed(old, fresh) {
        if (!old || this._columns !== this._drawn ||
            JSON.stringify(old.seen?.[3]) !== JSON.stringify(fresh.seen?.[3])) return fresh;
        const list = old.querySelector("select:focus")?.closest(".lw-data-cell");
        const at = list && list !== this._settled ? [...fresh.children].findIndex(cell =>
            cell.ariaColIndex === list.ariaColIndex && cell.querySelector("select")) : -1;
        const chosen = getSelection(), edits = !chosen.isCollapsed &&
            chosen.containsNode(old, true) && !fresh.querySelector("input, select");
        if (at < 0 && old !== this._pressed && !edits) return fresh;
        for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
        if (old === this._pressed) return old;
        if (edits) editNodes(old, [...old.children], [...fresh.children]);
        else keepOnly(old, [...fresh.children].map((cell, index) => index === at ? list : cell));
        if (at < 0) old.seen = fresh.seen;
        return old;
    }
    _makeRow(index, row) {
        const node = element("div", { role: "row", class: "lw-data-row", "data-index": index,
            "aria-rowindex": index + 2, id: `${this._id}-row-${index}` });
        node.classList.toggle("lw-odd", index % 2 === 1);
        node.append(element("div", { class: "lw-data-number", role: "presentation" },
            String(index + 1)));
        node.seen = row && Object.assign([...row.slice(0, 4), [...row[4]]],
            { renamed: row.renamed });
        if (!row) {
            node.append(element("div", { role: "gridcell", class: "lw-data-cell" }, "\u2026"));
            return node;
        }
        const [, level, flags, , cells, looks] = row;
        node.setAttribute("aria-selected", String(Boolean(flags & 1)));
        if (this._isTree) {
            node.setAttribute("aria-level", level + 1);
            if (flags & 2) node.setAttribute("aria-expanded", String(Boolean(flags & 4)));
        }
        const isHeading = this._isTree && this._columns[0] && this._columns.every((column, at) =>
            !at || cells[at] === null && !column.widget && !column.editable);
        for (let at = 0; at < (isHeading ? 1 : this._columns.length); at++)
            node.append(this._makeCell(index, row, at, isHeading ? this._columns.length : 1,
                looks[at] || {}));
        return node;
    }
    _makeCell(index, row, at, span, look) {
        const column = this._columns[at], value = row[4][at];
        const cell = element("div",
            { role: "gridcell", class: this._classOf(column, at), dir: "auto",
                "aria-colindex": at + 1 }), style = cell.style;
        const branch = this._isTree && at === 0;        // its level is at the side of the page
        if (span > 1) {
            cell.setAttribute("aria-colspan", span);
            style.gridColumn = `span ${span}`;
        }
        const side = textSide(column.halign);
        if (side !== "left" || isRtl()) style.textAlign = side;
        if (column.pinned) style.setProperty("--lw-pin", `var(--lw-pin-${at})`);
        if (look.fg) style.color = look.fg;
        else if (look.bg) style.setProperty("--lw-on-ground", textOn(look.bg));
        if (look.bg) style.background = look.bg;
        if (look.bold !== undefined) style.fontWeight = look.bold ? "bold" : "normal";
        if (look.chosen) cell.setAttribute("aria-selected", "true");
        if (this._editable) cell.setAttribute("aria-readonly", String(!column.editable));
        if (this._cursor && this._cursor[0] === index && this._cursor[1] === column.key &&
                this._options.cell_cursor) {
            cell.classList.add("lw-active");
            cell.id = this._id + "-cell";
        }
        if (branch) {
            cell.removeAttribute("dir");
            cell.style.setProperty("--lw-level", row[1]);
            cell.classList.add("lw-data-tree");
            cell.append(element("i", { class: "lw-data-toggle" },
                ...row[2] & 2 ? [icon(ICONS.down)] : []));
        }
        const content = look.gone ? "" : shownPart(this._content(column, value, look), MAX_CELL);
        cell.append(branch && isRtl() ? element("bdi", {}, content) : content);
        return cell;
    }
    _cell(index,
        at) {
            return this._window.querySelector(
                `[data-index="${index}"] > [aria-colindex="${at + 1}"]`); }
    _content(column, value, look) {
        const name = { "aria-label": column.label || column.key, tabindex: "-1",
            disabled: look.off || this._looks };
        if (column.widget === "checkbox") {
            const box = element("input", { type: "checkbox", ...name });
            box.checked = Boolean(value);
            return box;
        }
        if (column.widget === "combobox") {
            const list = element("select", { class: "lw-input", ...name },
                ...[...column.choices.includes(value) ? [] : [value ?? ""], ...column.choices].map(
                    choice => element("option", { value: choice }, choice)));
            list.value = value ?? "";
            return list;
        }
        if (column.widget === "button")
            return element("button",
                { type: "button", class: "lw-button", ...name, "aria-label": null },
                String(look.text ?? value ?? column.text));
        if (column.widget === "progress") {
            if (value === null) return "";
            const share = clamp((Number(value) - column.min) / (column.max - column.min), 0, 1) ||
                0;
            const bar = element("div", { class: "lw-progress", role: "progressbar",
                "aria-label": name["aria-label"], "aria-valuemin": column.min,
                "aria-valuemax": column.max, "aria-valuenow": Number(value) || 0 },
                element("div", {}, element("div", { class: "lw-progress-bar" })),
                element("span", {}, look.text ?? Math.round(100 * share) + "%"));
            bar.firstChild.firstChild.style.width = 100 * share + "%";
            return bar;
        }
        if (look.href)
            return element("a", { class: "lw-link", href: look.href, target: "_blank",
                rel: "noopener noreferrer", tabindex: "-1" }, look.text);
        if (look.runs) return element("span", {}, ...look.runs.map(
            ([style, text]) => element("span", { style: style || null },
                shownPart(text, MAX_CELL))));
        if (look.text !== undefined) return look.text;
        if (column.type === "boolean" && value !== null)
            return element("span", { role: "img", "aria-label": value ? "yes" : "no" },
                value ? "\u2713" : "");
        if (column.type === "icon" && value) {
            const image = element("img",
                { src: value, alt: "", width: column.icon_size, height: column.icon_size });
            // one that is not there is told by its address
            image.addEventListener("error", () => image.replaceWith(shownPart(value, 200)));
            return image;
        }
        if (column.type === "date" && !column.editable) return shownDate(value);
        return value === null ? "" : String(value);
    }
    _tellActive() {
        const [index, key] = this._cursor || [-1],
            at = this._columns.findIndex(column => column.key === key);
        const id = index === null ? this._headers()[at]?.id : this._options.cell_cursor &&
            at >= 0 ? this._id + "-cell" : `${this._id}-row-${index}`;
        setAttributes(this.element, { "aria-activedescendant": document.getElementById(id)?.id });
        this._headers()
            .forEach((cell, one) => cell.classList.toggle("lw-active", index === null &&
                one === at));
    }

    // What a person does. It is shown at once, until Python's answer takes its place.

    // Whether the person may only look: Python would refuse what else is done here.
    get _looks() { return this.session?.role === "viewer"; }
    _takeLock() {
        super._takeLock();
        if (this._filterRow) this._filterRow.inert = this._looks;
        this._drawn = null;                             // its controls are drawn anew
        this._redraw();
    }
    _act(name, ...args) {
        if (!this._looks) this._held = this._mark = null;
        this._acted = this.emit(null, [], { [name]: args });
    }
    _pick(index, key, how) {
        const row = this._row(index), mode = this._options.selection_mode,
            many = mode.startsWith("multiple");
        if (this._looks) how = "cursor";
        if (this._waiting && this._waiting[0] !== index) this._dropKeys();
        this._waiting = null;
        this.scroll_to_row(index);
        if (!row) {
            this._cursor = [index, key];
            this._waiting = [index, key, how];          // the rows there are on their way
            return this._ask();
        }
        this._cursor = [index, key];
        if (!/cell|none/.test(mode) && how === "only") for (const one of this._rows) one[2] &= ~1;
        if (!/cell|none/.test(mode) && how !== "cursor")
            row[2] = how === "toggle" && many ? row[2] ^ 1 : row[2] | 1;
        if (mode.endsWith("cell") && how === "only") {
            for (const one of this._rows) for (const look of Object.values(one[5]))
                delete look.chosen;
            const at = this._columns.findIndex(column => column.key === key);
            if (at >= 0) row[5][at] = { ...row[5][at], chosen: true };
        }
        this._draw();
        this._act("user_pick", this._seenAt(row), this._seenKey(key), how);
    }
    // Scroll sideways until a column is seen, beside those that are pinned.
    _revealColumn(key) {
        const at = this._columns.findIndex(one => one.key === key), heads = this._headers();
        if (!heads[at] || this._columns[at].pinned || !this._options.cell_cursor) return;
        const [one, all] = [heads[at], this.element].map(node => node.getBoundingClientRect());
        const start = all.left + this.element.clientLeft, end = start + this.element.clientWidth;
        const pins = this._pin();
        const [left, right] = isRtl() ? [start, end - pins] : [start + pins, end];
        this.element.scrollLeft += one.right > right && one.left > left
            ? Math.min(one.right - right, one.left - left) : Math.min(0, one.left - left);
    }
    _at(target) {
        const node = target.closest?.(".lw-data-row"), cell = target.closest?.(".lw-data-cell");
        if (!node || node.parentNode !== this._window) return [];
        const column = this._columns[Number(cell?.getAttribute("aria-colindex")) - 1];
        return [Number(node.dataset.index), column];
    }
    _onClick(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        this._pressed = null;
        const header = event.target.closest("[role=columnheader]");
        if (header && !event.target.closest(isFinger(event) ? "button" : ".lw-data-grip, button"))
            return this._pressHeader(header.dataset.key, event.shiftKey);
        if (!row || event.target === this._editor) return;
        if (event.target.closest("button"))
            return this._act("user_press", this._seenAt(row), this._seenKey(column.key));
        if (event.target.closest(".lw-data-toggle") && row[2] & 2) return this._toggle(index);
        if (event.target.closest("input, select")) return this._settle(null);
        const adds = event.ctrlKey || event.metaKey || this._choosing?.isConnected;
        const how = event.shiftKey ? "extend" : adds ? "toggle" : column ? "only" : "row";
        if (!this._dragged) this._pick(index, column ? column.key : this._columns[0]?.key, how);
        this._dragged = false;
    }
    _pressHeader(key, more) {
        if (this._sortable) this._sort(key, more);
        else if (this._options.selection_mode === "multiple-cell" && this._rows.length)
            this._act("user_pick", this._seenAt(this._rows[0]), this._seenKey(key), "column");
    }
    // more: what it is sorted by already counts more.
    _sort(key, more) {
        if (this._looks) return;
        const now = this._sorted.find(one => one[0] === key), ascending = !now || !now[1];
        const kept = more ? this._sorted.filter(one => one !== now) : [];
        const place = more && now ? this._sorted.indexOf(now) : kept.length;
        kept.splice(place, 0, [key, ascending]);
        this._showSorted(kept);
        this._act("user_sort", this._seenKey(key), ascending, more);
        this._ordered = this._acted;
    }
    // A finger that stays on a row begins to choose several: further taps add and take away, until
    // that is ended. While they do, it chooses all from the last one. On a head it is like Shift.
    _onHold(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        const mode = this._options.selection_mode, { target } = event;
        const head = target.closest("[role=columnheader]");
        if (!isFinger(event)) return;
        if (head && this._sortable && !target.closest("button")) {
            this._sort(head.dataset.key, true);
            return event.preventDefault();
        }
        if (!row || !column || !/multiple/.test(mode) || this._editor ||
            this.element.classList.contains("lw-selectable") ||
            target.closest("a, input, select, button, .lw-data-toggle")) return;
        event.preventDefault();
        const look = row[5][this._columns.indexOf(column)];
        const chosen = mode.endsWith("cell") ? look?.chosen : row[2] & 1;
        const how = this._choosing?.isConnected ? "extend" : chosen ? "cursor" : "toggle";
        this._sweeps = true;
        this._showChoosing();
        this._pick(index, column.key, how);
    }
    _showChoosing() {
        this._choosing ||= element("div", { class: "lw-data-choosing", role: "toolbar",
            "aria-label": "Choosing several" }, element("span", { role: "status" },
            "Tap to add or take away"),
            textButton("Copy", () => this._beginCopy(false), "lw-button"),
            textButton("Done", () => this._endChoosing(), "lw-button"));
        this.element.append(this._choosing);
        this._fit();
    }
    _endChoosing() {
        keepFocus(this._choosing, this.element, () => this._choosing.remove());
        this._fit();
    }
    // Dragging with the mouse selects what it passes; a finger scrolls, unless it stayed first.
    _beginChoice(event) {
        const [from, column] = this._at(event.target), byMouse = event.pointerType === "mouse";
        this._dragged = this._sweeps = false;
        if (!column || event.shiftKey || !/multiple/.test(this._options.selection_mode)
            || event.target.closest("input, select, button, .lw-data-toggle") ||
                this.element.classList.contains("lw-selectable")) return null;
        let last = "";
        return {
            move: (dx, dy, moved) => {
                if (!byMouse && !this._sweeps) return;
                const [index, over] =
                    this._at(document.elementFromPoint(moved.clientX, moved.clientY) ||
                        this.element);
                if (!over || last === index + over.key || !last && index === from &&
                    over === column) return;
                if (byMouse) this._pressed = null;      // a finger's moves are told to its row
                if (!last && byMouse) this._pick(from, column.key, "only");
                last = index + over.key;
                this._dragged = true;
                this._pick(index, over.key, "extend");
            },
            end: () => { this._sweeps = false; } };
    }
    _beginSizing(event) {
        if (!event.target.closest(".lw-data-grip")) return null;
        const cells = this._headers(),
            at = cells.indexOf(event.target.closest("[role=columnheader]")),
            widths = cells.map(cell => cell.offsetWidth);
        const keys = () => JSON.stringify(this._columns.map(({ key }) => key)), before = keys();
        return {
            move: dx => {               // until others come
                if (keys() === before) this._shift(at, widths, readingStep(dx));
            },
            end: moved => { if (moved) this._tellWidths(); } };
    }
    _tellWidths() {
        const widths = this._widths;
        whenOpen(this, () => this._widths === widths,
            () => this.userState("set_column_widths", [widths]));
    }
    // Move the border behind a column: it and its neighbour change; columns that share the room
    // keep sharing it.
    _shift(at, widths, by) {
        const next = at + 1 < widths.length ? at + 1 : null;
        const step = Math.round(     // a zoomed page tells parts of px
            clamp(by, 5 - widths[at], next === null ? Infinity : widths[next] - 5));
        const now = widths.map((width, index) => index === at ? width + step : index === next
            ? width - step : width);
        const shares = index => typeof (this._widths[this._columns[index].key] ??
            this._columns[index].colwidth) === "string";
        this.set_column_widths(Object.fromEntries(this._columns.map(({ key }, index) =>
            [key, shares(index) && next !== null ? now[index] + "fr" : now[index]])));
    }
    _widen(widths) {
        this.set_column_widths({ ...this._widths, ...widths });
        this._tellWidths();
    }
    _toggle(index, tf = undefined) {
        const row = this._row(index), open = tf ?? !(row[2] & 4);
        if (!(row[2] & 2) || Boolean(row[2] & 4) === open || this._looks) return;
        row[2] ^= 4;
        this._draw();
        this._act("user_toggle", this._seenAt(row), open);
    }
    _onDoubleClick(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        if (event.target.closest(".lw-data-grip")) return this.set_optimal_column_widths();
        if (!row || event.target.closest("input, select, button, .lw-data-toggle")) return;
        if (this._choosing?.isConnected) return;
        if (column?.editable) this._editCell(index, column, null, false);
        else this._act("user_activate", this._seenAt(row), this._seenKey(column?.key ?? null));
    }
    // Whose choice in a list is made, until the list is used again.
    _settle(list) { this._settled = list && list.closest(".lw-data-cell"); }
    _onControl(event) {
        const [index, column] = this._at(event.target), row = this._row(index);
        if (!row || !column || event.target === this._editor) return;
        this._settle(event.target);
        const value = event.target.type === "checkbox" ? event.target.checked : event.target.value,
            seen = event.target.closest(".lw-data-row").seen || row;
        this._act("user_edit", this._seenAt(seen, column), this._seenKey(column.key), value);
        this._enter(row, this._columns.indexOf(column), value);
    }
    // Show what was entered until Python has answered.
    _enter(row, at, value) {
        row[4][at] = value;
        delete row[5][at]?.text;
    }
    _onClipboard(event) {
        const chosen = getSelection(), data = event.clipboardData;
        if (event.type === "copy" && !chosen.isCollapsed &&
            this.element.contains(chosen.anchorNode)) return;       // text that may be selected
        event.preventDefault();
        if (event.type === "paste") return this._paste(data.getData("text/plain"));
        const cut = event.type === "cut", held = this._held;
        if (typeof held !== "string") return this._beginCopy(cut);
        data.setData("text/plain", RowsView.copied = held);
        this._act("user_copied", cut, held, this.session.number);
    }
    // The text is not here, or not as it is now: Python is asked for it.
    _beginCopy(cut) {
        this._begun?.settle(null);
        let settle = null;
        const text = new Promise((resolve, reject) => {
            settle = words => words === null ? reject(new Error("no text")) : resolve(words);
        });
        const ask = this._begun ? this._begun.ask + 1 : 1;
        this._begun = { ask, settle, copied: copyPromised(text) };
        this._begun.copied.catch(() => {});             // put_clipboard() tells it
        this._act("user_copy", cut, this.session.number, ask);
    }

    // Keys

    _onKey(event) {
        if (event.target !== this.element)
            return event.target === this._editor ? this._onEditorKey(event)
            : this._onControlKey(event);
        if (event.key === "Enter" && isChord(event)) return;
        if (this._ahead.length && this._keepKey(event)) return event.preventDefault();
        const jump = event.ctrlKey || event.metaKey, keys = this._columns.map(column => column.key);
        let [index, key] = this._cursor || [-1, keys[0]];
        if (event.key === "Escape" && this._choosing?.isConnected) {
            this._endChoosing();
            return event.preventDefault();
        }
        if (jump && signOf(event).toLowerCase() === "a" &&
                /multiple/.test(this._options.selection_mode) && this._rows.length) {
            this._act("user_pick", this._seenAt(this._row(index) || this._rows[0]),
                this._seenKey(key), "all");
            return event.preventDefault();
        }
        if (index === null) return this._onHeaderKey(event, keys.indexOf(key), keys);
        const page = Math.max(1, Math.floor(this._seen() / this._height) - 1),
            at = keys.indexOf(key), cells = this._options.cell_cursor ||
            /cell/.test(this._options.selection_mode);
        const down = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
        const across = cells && !jump && { ArrowRight: 1, ArrowLeft: -1,
            Tab: event.shiftKey ? -1 : 1 }[readingKey(event)];
        if (this._isTree && (!cells || at === 0) && this._treeKey(event, index, key))
            return event.preventDefault();
        if (event.key === "ArrowUp" && index === 0 && this._options.show_header) {
            this._cursor = [null, key ?? keys[0]];
            this._draw();
        } else if (down) this._go(index < 0 ? 0 : index + down, key, event);
        else if ((event.key === "Home" || event.key === "End") && (!cells || jump))
            this._go(event.key === "Home" ? 0 : this._count - 1, key, event);
        else if (event.key === "Home" || event.key === "End")
            this._go(index, keys[event.key === "Home" ? 0 : keys.length - 1], event);
        else if (across && keys[at + across] !== undefined)
            this._go(Math.max(0, index), keys[at + across], event);
        else if (!this._onCellKey(event, index, this._columns[at]))
            return isTab(event) && this._letTabGo();
        event.preventDefault();
    }
    _go(index, key, event) {
        const apart = (event.ctrlKey || event.metaKey) && event.key.startsWith("Arrow") &&
            /multiple/.test(this._options.selection_mode);
        const how = event.shiftKey && !isTab(event) ? "extend" : apart ? "cursor" : "only";
        if (!this._count) return;
        this._pick(clamp(index, 0, this._count - 1), key ?? this._columns[0]?.key, how);
        if (this._cursor) this._revealColumn(this._cursor[1]);
    }
    _treeKey(event, index, key) {
        const row = this._row(index), way = readingKey(event),
            opens = way === "ArrowRight", closes = way === "ArrowLeft";
        if (!row || !opens && !closes || event.ctrlKey) return false;
        if (opens && row[2] & 2 && !(row[2] & 4)) this._toggle(index, true);
        else if (closes && row[2] & 2 && row[2] & 4) this._toggle(index, false);
        else if (closes && row[1]) {
            let above = index;
            while (this._row(above) && this._row(above)[1] >= row[1]) above--;
            if (this._row(above)) this._go(above, key, event);      // else it is not loaded
            else this._act("user_pick", this._seenAt(row),
                this._seenKey(key ?? this._columns[0]?.key), "parent");
        } else return false;
        return true;
    }
    _onCellKey(event, index, column) {
        const row = this._row(index), jump = event.ctrlKey || event.metaKey;
        if (!row) {
            if (index < 0 || !this._keepKey(event)) return false;
            if (!this._waiting) this._pick(index, column?.key ?? null, "cursor");
            return true;
        }
        const control =
            this._cell(index,
                this._columns.indexOf(column))?.querySelector("input, select, button, a");
        if (event.key === "Enter" || event.key === "F2" || event.key === " ") {
            if (control && event.key !== "F2")
                control.type === "checkbox" || /^(BUTTON|A)$/.test(control.tagName)
                ? control.click()
                : control.focus();
            else if (event.key === " ")
                this._pick(index, column?.key ?? null, jump ? "toggle" : "only");
            else if (column?.editable && this._options.cell_cursor)
                this._editCell(index, column, null, false);
            else if (event.key === "Enter")
                this._act("user_activate", this._seenAt(row),
                    this._options.cell_cursor ? this._seenKey(column?.key ?? null) : null);
            else return false;
        } else if (event.key === "Delete" || event.key === "Backspace")
            this._act("user_empty", this._mark);
        else if (event.key.length === 1 && !jump && !event.altKey && column?.editable &&
            this._options.cell_cursor) this._editCell(index, column, event.key, true);
        else return false;
        return true;
    }
    // Keys for the cell of a row that is on its way wait for it, and those after them.
    _keepKey({ key, shiftKey, ctrlKey, metaKey, altKey }) {
        if (key === "Escape") this._ahead = [];
        const keeps = [...key].length === 1 || /^(Enter|F2|Delete|Backspace)$/.test(key) ||
            this._ahead.length && /^(Arrow|Page|Home|End|Tab)/.test(key);
        if (!keeps || ctrlKey || metaKey || altKey) return false;
        this._ahead.push({ key, shiftKey });
        return true;
    }
    _useKeys() {
        if (document.activeElement !== this.element) return this._dropKeys();
        const keys = this._ahead.splice(0);
        while (keys.length && !this._waiting) {
            const { key, shiftKey } = keys.shift(), field = this._editor;
            if (field && [...key].length === 1)
                field.setRangeText(key, field.selectionStart, field.selectionEnd, "end");
            else (field || this.element).dispatchEvent(
                new KeyboardEvent("keydown", { key, shiftKey, bubbles: true,
                    cancelable: true }));
        }
        this._ahead.push(...keys);
    }
    _dropKeys() {
        const text = this._ahead.splice(0).map(({ key }) => key)
            .filter(key => [...key].length === 1).join("");
        if (text) this.session?._desktop.tell_refused(text, "its row has not come");
    }
    _onControlKey(event) {
        this._settle(null);
        const own = !this._window.contains(event.target) && event.target.matches("button");
        if (event.key !== "Escape" && (event.key !== "Enter" || own)) return;
        this.element.focus();
        event.preventDefault();
    }
    // In the header: arrows move, with Shift they size the column; Enter sorts, with Shift by one
    // column more.
    _onHeaderKey(event, at, keys) {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[readingKey(event)];
        if (step && event.shiftKey) {
            this._shift(at, this._headers().map(cell => cell.offsetWidth), step * STEP_PX);
            this.userState("set_column_widths", [this._widths]);
        } else if (step && keys[at + step] !== undefined) {
            this._cursor = [null, keys[at + step]];
            this._revealColumn(keys[at + step]);
        } else if (event.key === "ArrowDown") return this._go(0, keys[at], event)
            , event.preventDefault();
        else if (event.key === "Enter" || event.key === " ")
            this._pressHeader(keys[at], event.shiftKey);
        else return;
        event.preventDefault();
        this._draw();
    }

    // What an input method composes, a dead key or a panel of signs comes only to a field: while
    // the marked cell can be edited, one that is not seen has the focus. It is in a shadow tree:
    // for everybody else the view has it.

    _makeCatcher() {
        const field = this._catcher = element("input", { type: "text", tabindex: "-1",
            inputmode: "none", autocomplete: "off", spellcheck: "false",
            "aria-label": "Text of the cell" });
        const place = element("div", { role: "row" }, element("div", { role: "gridcell" }, field));
        this.element.attachShadow({ mode: "open" }).append(element("slot"), place);
        // it looks as the editor that follows it
        Object.assign(field.style, { position: "absolute", boxSizing: "border-box", border: "0",
            padding: "0 var(--lw-column-gap, 8px)", font: "inherit", color: "inherit",
            background: "var(--lw-surface)", outline: "2px solid var(--lw-accent)",
            outlineOffset: "-1px", pointerEvents: "none" });
        this._showCatcher(null);
        this._restCatcher();
        this.element.addEventListener("focus", () => this._catch());
        this.element.addEventListener("blur", () => {
            this._tabs = false;
            if (!this._composing) this._restCatcher();
        });
        field.addEventListener("compositionstart", () => {
            const [index, key] = this._cursor;
            this.scroll_to_row(index);
            this._showCatcher(this._seenAt(this._row(index), this._columnOf(key)), key);
        });
        field.addEventListener("compositionend", () => this._takeText());
        field.addEventListener("input", event => { if (!event.isComposing) this._takeText(); });
    }
    // Below the last row it would make room to scroll to.
    _restCatcher() { Object.assign(this._catcher.style, { left: 0, top: 0, width: 0, height: 0 }); }
    // For a row that was seen so it is shown, and composes.
    _showCatcher(seen, key) {
        this._composing = seen && { seen, key };
        this._catcher.style.opacity = seen ? 1 : 0;
    }
    _catch() {
        const field = this._catcher, inside = this.element.shadowRoot.activeElement === field;
        if (this._composing || this._editor || this._tabs) return;
        if (document.activeElement !== this.element) return;
        const [index, key] = this._cursor || [],
            at = this._columns.findIndex(one => one.key === key);
        const cell = this._options.cell_cursor && this._columns[at]?.editable && this._row(index) &&
            this._cell(index, at);
        if (!cell && inside) this.element.focus({ preventScroll: true });
        if (!cell) return this._restCatcher();
        const box = cell.getBoundingClientRect(), outer = this.element.getBoundingClientRect();
        const { scrollLeft, scrollTop, clientLeft, clientTop } = this.element;
        Object.assign(field.style, { left: px(box.x - outer.x - clientLeft + scrollLeft),
            top: px(box.y - outer.y - clientTop + scrollTop), width: px(box.width),
            height: px(box.height) });
        field.setAttribute("aria-label", this._columns[at].label || key);
        field.ariaActiveDescendantElement = cell;
        if (!inside) field.focus({ preventScroll: true });
    }
    // The browser looks from the view for what Tab goes to, not from the field in it.
    _letTabGo() {
        this._tabs = true;
        this.element.focus({ preventScroll: true });
    }
    _takeText() {
        const field = this._catcher, text = field.value, [at, own] = this._cursor || [];
        const row = this._row(at), { seen, key } = this._composing ||
            { seen: row && this._seenAt(row, this._columnOf(own)), key: own };
        const index = seen ? this._find(seen) : -1;
        const left = this.element.shadowRoot.activeElement !== field;
        field.value = "";
        this._showCatcher(null);
        if (!text) return;
        if (!seen && this._waiting) return void this._ahead.push(
            ...[...text].map(key => ({ key })));
        const column = this._columnOf(key);
        if (!column?.editable || index < 0)
            return this.session?._desktop.tell_refused(text, "its row is gone");
        this._editCell(index + this._first, column, text, true, seen);
        if (left) this._commit();
    }

    // The editor lies over its cell, and stays while the rows below it change.

    // seen: the row, if it was seen before.
    _editCell(index, column, text, typing, seen = null) {
        if (this._looks) return;
        if (this._editor) this._commit();
        this._commit(false);                            // one that was refused
        this.scroll_to_row(index);
        seen ||= this._seenAt(this._row(index), column);
        const shown = seen[2] === null ? "" : String(seen[2]);
        this._cursor = [index, column.key];
        // line breaks would be lost in a field of one line
        const looks = { class: "lw-input lw-data-editor",
            "aria-label": column.label || column.key };
        this._editor = /[\r\n]/.test(text ?? shown) ? fieldOfLines(looks) : element("input", looks);
        this._editor.value = text ?? shown;
        this._editing = { seen, index, column, typing, shown,
            unchanged: text === null ? this._editor.value : null };
        const editor = this._editor;
        const leave = (patience = SHUT_MS) => {
            if (this._editor !== editor || document.activeElement === editor) return;
            const isShut = this.element.closest(".lw-disabled, .lw-hidden, .lw-busy[inert]");
            if (!isShut || !patience) this._commit();
            else setTimeout(leave, patience, 0);        // it may be opened again
        };
        editor.addEventListener("blur", () => {
            if (!this.session?.dropped) return leave();
            queueMicrotask(leave);              // it has the focus again where it was only moved
        });
        this._window.append(this._editor);
        this._placeEditor();
        this._editor.focus();
        if (text === null) this._editor.select();
    }
    // Where among our rows the one is that was seen; -1: not here, or another took its place.
    _find([path, name, , key]) {
        const sign = JSON.stringify(path), at = this._columns.findIndex(one => one.key === key);
        return this._rows.findIndex(row => JSON.stringify(row[3]) === sign &&
            (this._isTree || name === null || at < 0 || (row[4][at] ?? "") === name));
    }
    // Where a column is that was seen, as Python finds it.
    _acrossOf({ key, label }) {
        const find = test => this._columns.findIndex(test), isPlace = /^_col[0-9]+$/.test(key);
        const at = find(one => one.key === key && (!isPlace || one.label === label));
        return at < 0 && isPlace ? find(one => one.label === label) : at;
    }
    // Where its row went, an editor stays where it was until the person is done.
    _placeEditor() {
        const { seen, index, column } = this._editing, at = this._find(seen), gone = at < 0,
            place = gone ? index : at + this._first,
            across = this._acrossOf(column);
        const cell = this._cell(place, across);
        const lost = across < 0 || place >= this._count || gone && Boolean(this._row(index)) &&
            this._answered === this._version;           // else the rows of now are on their way
        const refused = this._editor.refused !== undefined;
        this._editor.setAttribute("aria-invalid", String(lost || refused));
        this._editor.title = lost ? `The ${across < 0 ? "column" : "row"} of this cell was ` +
            "replaced or removed" : "";
        this._editor.hidden = !cell && !lost;
        if (!cell) return;
        const box = cell.getBoundingClientRect(), outer = this._window.getBoundingClientRect();
        Object.assign(this._editor.style,
            { left: px(box.x - outer.x), top: px(box.y - outer.y), width: px(box.width),
                height: px(box.height) });
    }
    _commit(keep = true) {
        const editor = this._editor, { seen, column, unchanged } = this._editing || {};
        if (!editor) return;
        const { word, text } = keep ? this._readCell(editor.value) : {};
        if (word) return this._refuse(editor, word);
        this._accept(editor);
        const row = this._rows[this._find(seen)];
        this._editor = this._editing = null;
        if (keep && editor.value !== unchanged) {
            const at = this._acrossOf(column);
            if (row && at >= 0) this._enter(row, at, text);
            if (row && at === 0) row.renamed = true;
            this._act("user_edit", seen, this._seenKey(column.key, column), text);
        }
        const focused = document.activeElement === editor;
        editor.remove();
        if (focused) this.element.focus();
        this._draw();
    }
    _finish() { this._commit(); }
    // What was entered in the editor, as {text} for Python, or {word}: why it cannot be taken.
    _readCell(written) {
        const { column, shown } = this._editing, whole = column.type === "integer";
        if (!written.trim() || written === shown) return { text: written };
        if (column.type === "date") return readDate(written);
        if (!whole && column.type !== "float") return { text: written };
        const places = (shown.split(".")[1] || "").length, read = readNumber(written,
            { whole, places });
        return whole && read.text && !/^[+-]?\d+$/.test(read.text)
            ? { word: `\u201c${written}\u201d is not a whole number.` } : read;
    }
    _onEditorKey(event) {
        const { index, column, typing } = this._editing, keys = this._columns.map(({ key }) => key),
            at = keys.indexOf(column.key);
        if (event.key === "Enter" && event.altKey) return;
        const moves = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1], ...typing
            ? { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: [0, -1],
                ArrowRight: [0, 1] } : {} };
        const key = readingKey(event);
        const isShortcut = event.ctrlKey || event.metaKey || event.altKey || /^F\d/.test(key);
        if (moves[key] || !isShortcut) event.stopPropagation();
        if (key === "Escape") this._commit(false);
        else if (moves[key]) {
            const [down, across] = moves[key];
            this._commit();
            if (this._editor) return event.preventDefault();    // it was refused
            this._go(index + down, keys[clamp(at + across, 0, keys.length - 1)], { key: "Tab" });
        } else return;
        event.preventDefault();
    }
}
RowsView.count = 0;
RowsView.copied = null;                                 // what the clipboard got from a table last
RowsView.views = new WeakMap();                         // element -> RowsView
// Firefox sends these to where the selection is, and not to what has the focus.
for (const type of ["copy", "cut", "paste"]) document.addEventListener(type, event => {
    const focus = document.activeElement;
    if (event.defaultPrevented || !focus || focus.matches("input, select, textarea")) return;
    RowsView.views.get(focus.closest(".lw-data"))?._onClipboard(event);
});

class TreeView extends RowsView {
    constructor(options = {}) {
        super({ show_header: true, selection_mode: "single", ...options }, "treegrid");
    }
    get _isTree() { return true; }
}

class TableView extends RowsView {
    constructor(options = {}) {
        super({ show_header: true, selection_mode: "single", show_grid: true, cell_cursor: true,
            ...options }, "grid");
    }
    get _isTree() { return false; }

    // A row of fields below the heads. What is entered there counts after a moment.

    set_columns(columns) {
        super.set_columns(columns);
        this._makeFilters();
    }
    set_filterable(tf) {
        this._filterable = tf;
        this._track();
        this._makeFilters();
    }
    set_filters(filters) {
        this._filters = filters;
        if (this._isShut()) this._untoldFilters?.clear();       // this is said since
        for (const field of this._fields || []) this._showFilter(field);
        this._fit();
    }
    set_search(text) {
        this._search = text;
        this._fit();
    }
    _emptyText() {
        const narrowed = this._search || Object.keys(this._filters || {}).length;
        return narrowed ? "No row matches" : this._ifEmpty ??
            (this._options.show_header ? "No rows yet" : "");
    }
    set_exportable(tf) {
        this._export ||= element("div", { role: "row", class: "lw-data-export" },
            element("div", { role: "gridcell" }, iconButton("Download as CSV",
                "M8 2v8M5 7l3 3 3-3M3 13.5h10", () => this._act("user_export"))));
        if (tf) this._head.before(this._export);
        else this._export.remove();
    }
    _makeFilters() {
        const focused = document.activeElement, old = this._fields || [];
        this._filterRow?.remove();
        this._fields = [];
        this._untoldFilters ||= new Map();              // key of a column -> the timer that tells
        if (!this._filterable || !this._columns.length) return this._fit();
        this._filterRow = element("div", { role: "row", class: "lw-data-filters" },
            element("div", { class: "lw-data-number", role: "presentation" }),
            ...this._columns.map((column, at) => {
                const cell = element("div", { role: "gridcell", class: "lw-data-filter",
                    style: `--lw-pin: var(--lw-pin-${at})` }, ...this._fieldsOf(column, old));
                cell.classList.toggle("lw-pinned", column.pinned);
                return cell;
            }));
        this._filterRow.inert = this._looks;
        this._head.after(this._filterRow);
        if (this._fields.includes(focused)) focused.focus();
        this.set_filters(this._filters || {});
    }
    // Those of a column that is as it was stay, with what is being written in them.
    _fieldsOf(column, old) {
        const { key, label, filter, choices } = column;
        const sign = JSON.stringify([key, label, filter, choices]);
        const kept = old.filter(one => one.sign === sign);
        const fields = kept.length ? kept : this._makeFields(column);
        for (const field of fields) Object.assign(field, { column, sign });
        this._fields.push(...fields);
        return fields;
    }
    // The fields of a column: one, or two for the ends of a range.
    _makeFields(column) {
        const label = column.label || column.key, words = {
            text: [["Filter", label]], choice: [["All", label]],
            range: [["min", label + ", at least"], ["max", label + ", at most"]],
            date: [["from", label + ", from"], ["to", label + ", to"]] }[column.filter] || [];
        const kind = { range: "text", date: "date" }[column.filter] || "search";
        return words.map(([word, name]) => {
            const field = column.filter === "choice" ? this._makeChoices(column, name)
                : element("input", { type: kind, class: "lw-input", placeholder: word,
                    inputmode: column.filter === "range" ? "decimal" : null,
                    "aria-label": "Filter: " + name, autocomplete: "off", spellcheck: "false" });
            const typed = event => {
                if (event.isComposing) return;          // half a word
                const { key } = column;
                this.session?._untold.add(this);
                clearTimeout(this._untoldFilters.get(key));
                this._untoldFilters.set(key, setTimeout(() => this._filter(key), TYPING_MS));
            };
            for (const type of ["input", "compositionend"]) field.addEventListener(type, typed);
            // a date tells a change at each key
            for (const type of kind === "date" ? ["blur"] : ["change", "blur"])
                field.addEventListener(type, () => this._endFilter(field));
            return field;
        });
    }
    _endFilter(field) {
        const word = this._judge(field);
        if (word && field.told !== field.value) this._tellRefused(word);
        field.told = field.value;
        if (!word) this._showFilter(field);             // what came while it was written in
    }
    // Why what a field has is no filter.
    _judge(field) {
        const word = field.validity.badInput ? "This is not a whole date yet"
            : field.column.filter === "range" && field.value.trim() && readNumber(field.value).word;
        field.setAttribute("aria-invalid", String(Boolean(word)));
        field.title = word || "";
        return word;
    }
    _makeChoices(column, name) {
        const truth = !column.choices.length;
        const choices = truth ? [["true", "yes"], ["false", "no"]]
            : column.choices.map(choice => [choice, choice]);
        const field = element("select", { class: "lw-input", "aria-label": "Filter: " + name },
            element("option", { value: "" }, "All"),
            ...choices.map(([value, text]) => element("option", { value: "=" + value }, text)));
        field.truth = truth;
        return field;
    }
    _flush() {
        for (const key of [...this._untoldFilters.keys()]) this._filter(key);
    }
    _isUnread(field) { return this._fields.includes(field) && Boolean(this._judge(field)); }
    _filter(key) {
        clearTimeout(this._untoldFilters.get(key));
        const untold = {};
        this._untoldFilters.set(key, untold);
        whenOpen(this, () => this._untoldFilters.get(key) === untold, () => this._tellFilter(key));
    }
    // A filter that waits until the table is open is refused, with a notice, if the table ends.
    _leave() {
        const waiting = this._isShut() && this._untoldFilters?.keys();
        for (const key of waiting || []) this._tellFilter(key);
        super._leave();
    }
    _tellFilter(key) {
        this._untoldFilters.delete(key);
        const fields = this._fields.filter(one => one.column.key === key), [one] = fields;
        if (!one) return;                               // the column is gone
        const { column } = one;
        let value = one.value || null;
        if (column.filter === "choice" && value)
            value = [one.truth ? value === "=true" : value.slice(1)];
        if (fields.filter(field => this._judge(field)).length) return;
        if (column.filter === "date") value = fields.map(field => field.value || null);
        if (column.filter === "range") value = fields.map(field =>
            field.value.trim() ? Number(readNumber(field.value).text) : null);
        if (Array.isArray(value) && value.every(end => end === null)) value = null;
        this._act("user_filter", this._seenKey(column.key, column), value);
        this._scrollTo(0);
    }
    // Python's filter of a field's column, except while somebody writes there, or just has.
    _showFilter(field) {
        const isBegun = field === document.activeElement
            && (field.value || field.validity.badInput);        // after a restart it is empty
        if (isBegun || this._untoldFilters.has(field.column.key)) return;
        const { key, filter } = field.column, value = this._filters[key] ?? null;
        const ends = this._fields.filter(one => one.column === field.column);
        field.value = value === null ? "" : filter === "text" ? value
            : filter === "choice" ? value.length === 1 ? "=" + value[0] : ""
            : filter === "range" ? inOwnSigns(String(value[ends.indexOf(field)] ?? ""))
            : value[ends.indexOf(field)] ?? "";
        if (field.ariaInvalid === "true") this._judge(field);   // by what stood there before
    }
}

class LogView extends VBox {
    // Python builds it of others.
}

//@part charts
// A list of weak references, which drops collected objects.
class WeakList {
    static _gone = new FinalizationRegistry(forget => forget());
    _all = new Set();                                   // WeakRefs
    add(one) {
        const reference = new WeakRef(one);
        this._all.add(reference);
        WeakList._gone.register(one, () => this._all.delete(reference));
    }
    *[Symbol.iterator]() {
        for (const reference of this._all) {
            const one = reference.deref();
            if (one) yield one;
        }
    }
}

// Call when an element's size in pixels of the screen changes: its own size, zoom, or the monitor.
function onPixels(node, action) {
    new ResizeObserver(action).observe(node);
    pixelActions.set(node, action);
    pixelNodes.add(node);
}
const pixelNodes = new WeakList(), pixelActions = new WeakMap();        // what draws each anew
function watchPixels() {
    const now = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    now.addEventListener("change", () => {
        for (const node of pixelNodes) pixelActions.get(node)();
        watchPixels();
    }, { once: true });
}
watchPixels();

// What a Chart and data-plot draw, as a list of shapes in px, which do not depend on where they are
// painted (uses 2 only):
//   ["line", points, color, width, dash]   ["fill", points, color, opacity]
//   ["rect", x, y, width, height, color, opacity]   ["dot", x, y, radius, color, opacity]
//   ["text", text, x, y, color, align, size, weight, turned]
// Points are [x, y, x, y, ...]; a gap is a NaN.

// Advance widths of the characters 32 to 126, in 1/1000 of the font's size, and what others count:
// texts are placed by these instead of being measured, so that they stand at the same places
// everywhere.
const ADVANCES = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 584 278 278 556 556 556 556 556 " +
    "556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 " +
    "500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 " +
    "556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 " +
    "278 556 500 722 500 500 500 334 260 334 584").split(" ").map(Number), OTHER_ADVANCE = 600;
function textWidth(text, size = TICK_PX) {
    let width = 0;
    for (const character of text) width += ADVANCES[character.charCodeAt(0) - 32] ??
        (WIDE.test(character) ? 1000 : OTHER_ADVANCE);
    return width * size / 1000;
}
// Characters that are as wide as high: of Chinese, Japanese and Korean, and emoji.
const WIDE =
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff60\u{1f000}-\u{3fffd}]/u;
const TICK_PX = 12;
const WIDER = 1.15;                                     // most that a page's font may be
const BOLDER = 1.15;                                    // and a bold one wider than that
const BAND_OPACITY = .18;                               // how clear the area of a band is

// An axis: values to px, and ticks as [value, text]. span: [low, high] in values; titled: its title
// has the unit, its ticks go without.
class Axis {
    constructor(kind, span, unit = "", names = []) {
        Object.assign(this, { kind, unit, names });
        [this.low, this.high] = this._widened(span);
    }
    _widened([low, high]) {
        if (!(low <= high)) [low, high] = this.kind === "log" ? [1, 10] : [0, 1];
        if (this.kind === "log" && !(low > 0)) low = high > 0 ? high / 1000 : high = 1;
        const most = Math.max(Math.abs(low), Math.abs(high));
        if (high - low > most * 1e-12 + 1e-300) return [low, high];     // floats tell ticks apart
        if (this.kind === "log") return [Math.max(low / 2, 5e-324), high * 2];
        const by = this.kind === "time" || Math.abs(low) < 1e-290
            ? Math.max(1, Math.abs(low) * 1e-11) : Math.abs(low) / 10;
        return [low - by, high + by];
    }
    place(from, to) {
        const log = this.kind === "log";
        Object.assign(this, { from, to, a: log ? Math.log10(this.low) : this.low });
        this.b = (log ? Math.log10(this.high) : this.high) - this.a;
        return this;
    }
    at(value) {
        const scaled = this.kind === "log" ? Math.log10(value) : value;
        return this.from + (scaled - this.a) / this.b * (this.to - this.from);
    }
    // Where that begins which ends at `high`: a logarithmic axis has nothing from 0 down.
    edge(low, high) {
        if (this.kind === "log" && low <= 0) low = Math.min(this.low, high);
        return this.at(low);
    }
    valueAt(place) {
        const scaled = this.a + (place - this.from) / (this.to - this.from) * this.b;
        return this.kind === "log" ? 10 ** scaled : scaled;
    }
    // The values end on ticks.
    round(room) {
        if (this.kind !== "linear") return;
        const step = this.step = this._step(room);
        this.low = Math.floor(this.low / step + 1e-9) * step;
        this.high = Math.ceil(this.high / step - 1e-9) * step;
    }
    _step(count) {
        const rough = (this.high - this.low) / Math.max(count, 1), ten = tenTo(Math.floor(
            Math.log10(rough))), by = rough / ten;
        return ten * (by > 5 ? 10 : by > 2 ? 5 : by > 1 ? 2 : 1);
    }
    // Ticks that leave room for their texts along `length` px, and are two at least where these
    // have room; across: for the texts' heights.
    ticks(length, across = false) {
        const room = !across ? 48 : this.kind === "category" ? 18 : 42;
        const most = Math.max(Math.floor(length / room), 1);
        const counts = [...Array(5 * most).keys()].map(at => at < most ? most - at : at + 1);
        const ends = [this.low, this.high].map(value => [value, this.kind === "time" ? timeText(
            value, Math.max(this.high - this.low, 10)) : this.text(value)]);
        for (const count of [...counts, 0]) {
            const ticks = count || this.kind === "category" ? this._ticks(count) : ends;
            const widths = across ? [] : ticks.map(one => textWidth(one[1]));
            if (ticks.length > 1 && ticks.every(([value], at) => at === 0 || across || (value -
                ticks[at - 1][0]) && Math.abs(this._part(value) - this._part(ticks[at - 1][0])) *
                length >= (widths[at] + widths[at - 1]) / 2 * WIDER + 7)) return ticks;
        }
        const one = this._ticks(1);
        return (one.length ? one : ends).slice(0, 1);
    }
    _part(value) {
        return this.kind === "log" ? (Math.log10(value) - Math.log10(this.low)) /
            (Math.log10(this.high) - Math.log10(this.low))
            : (value - this.low) / (this.high - this.low);
    }
    _ticks(count) {
        if (this.kind === "time") return timeTicks(this.low, this.high, count);
        if (this.kind === "log") return this._logTicks(count);
        const step = this.kind === "category" ? Math.max(Math.ceil(this._step(count)), 1)
            : this.step || this._step(count), ticks = [];
        for (let at = Math.ceil(this.low / step - 1e-9); at * step <= this.high + step * 1e-9; at++)
            if (this.kind !== "category" || this.names[at * step] !== undefined)
                ticks.push([at * step, this.kind === "category" ? shortened(this.names[at * step])
                    : this.text(at * step, step)]);
        return ticks;
    }
    _logTicks(count) {
        const first = Math.floor(Math.log10(this.low)), last = Math.ceil(Math.log10(this.high));
        const every = Math.ceil((last - first) / count), ticks = [];
        const parts = (last - first) * 3 <= count ? [1, 2, 5] : [1];
        for (let power = first; power <= last; power += every) for (const part of parts) {
            const value = part * tenTo(power);
            if (value >= this.low * (1 - 1e-9) && value <= this.high * (1 + 1e-9))
                ticks.push([value, this.text(value, value)]);
        }
        if (ticks.length > 1 || this.high > this.low * 20 || this.high < 1e-290) return ticks;
        const step = this._step(count), end = Math.floor(this.high / step + 1e-9);
        const first_ = Math.ceil(this.low / step - 1e-9);       // as on a linear axis
        return Array.from({ length: Math.max(end - first_ + 1, 0) }, (_, at) => [
            (first_ + at) * step, this.text((first_ + at) * step, step)]);
    }
    // A value as text: of a tick if `step` is given, which its digits tell apart, else as exact as
    // can be seen.
    text(value, step) {
        if (this.kind === "category") return this.names[Math.round(value)] ?? "";
        if (this.kind === "time") return timeText(value, this.high - this.low, true);
        const most = Math.max(Math.abs(this.low), Math.abs(this.high));
        return numberText(value, step, this.kind === "log" ? Math.abs(value) : most) +
            (this.unit && !(step && this.titled) ? "\u202f" + this.unit : "");
    }
}
const tenTo = power => Number("1e" + power);            // 10 ** -5 is a little less than 1e-5
// Texts are cut between characters, of which JavaScript counts some as two.
function shortened(text) {
    const all = [...text];
    return all.length > 18 ? all.slice(0, 17).join("") + "\u2026" : text;
}
// A text, as much of it as has room beside what is behind it.
function fitted(text, more, room) {
    let all = [...text];
    while (all.length && textWidth(all.join("") + more) * WIDER > room)
        all = all.length > 2 ? [...all.slice(0, -2), "\u2026"] : [];
    return all.join("") + more;
}
function numberText(value, step, most = Math.abs(value)) {
    const exact = step === undefined, size = exact ? Math.abs(value) : most;    // ticks: one unit
    step ??= (size > most * 1e-9 ? Math.min(most / 1e5, size / 100) : most / 1e5) || 1;
    if (!Number.isFinite(value)) return "\u2013";
    if (!value && most > 0 && most < 1e-5) return "0";
    if (value && (size >= 1e15 || most < 1e-5)) {
        const more = clamp(Math.ceil(Math.log10(size / step) - 1e-9), 2, 15);
        const [digits, power] = value.toExponential(more).split("e");
        return `${Number(digits)}e${Number(power)}`.replace(/-/g, "\u2212");
    }
    const [by, sign] = size >= 1e12 ? [1e12, "T"] : size >= 1e9 ? [1e9, "B"] : size >= 1e6
        ? [1e6, "M"] : [1, ""];
    const digits = clamp(Math.ceil(-Math.log10(step / by) - 1e-9), 0, 18);
    let [whole, part] = Math.abs(value / by).toFixed(digits).split(".");
    while (exact && part?.endsWith("0")) part = part.slice(0, -1);
    const text = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? "." + part : "");
    return (value < 0 && /[1-9]/.test(text) ? "\u2212" : "") + text + (value ? sign : "");
}

const MOST_DRAWN = 1e300;               // see Python

// Calendar steps: [seconds, part of a date, how many].
const TIME_STEPS = [[1, "Seconds", 1], [2, "Seconds", 2], [4, "Seconds", 4], [5, "Seconds", 5],
    [10, "Seconds", 10], [15, "Seconds", 15], [30, "Seconds", 30], [60, "Minutes", 1],
    [120, "Minutes", 2], [240, "Minutes", 4], [300, "Minutes", 5], [600, "Minutes", 10],
    [900, "Minutes", 15], [1800, "Minutes", 30], [3600, "Hours", 1], [7200, "Hours", 2],
    [10800, "Hours", 3], [21600, "Hours", 6], [43200, "Hours", 12], [86400, "Date", 1],
    [172800, "Date", 2], [604800, "Date", 7], [2629800, "Month", 1], [7889400, "Month", 3],
    [15778800, "Month", 6], [31557600, "FullYear", 1]];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = number => String(number).padStart(2, "0");
function timeTicks(low, high, count) {
    const rough = (high - low) / count, year = 31557600;
    if (rough < 0.5) {
        const axis = new Axis("linear", [low, high]), ticks = [],
            step = Math.max(axis._step(count), .001);   // as their texts have it
        for (let at = Math.ceil(low / step); at <= Math.floor(high / step); at++)
            ticks.push([at * step, timeText(at * step, high - low)]);
        return ticks;
    }
    let [seconds, part, by] = TIME_STEPS.find(([one]) => one >= rough) || TIME_STEPS.at(-1);
    if (rough > year) by = new Axis("linear", [0, rough / year])._step(1);
    const moments = seconds < 86400 ? clockMoments(low, high, seconds)
        : calendarMoments(low, high, part, by);
    return moments.map(moment => [moment, tickDate(new Date(moment * 1000), part)]);
}
// When the local clock shows a multiple of so many seconds, less than a day. A time that the clock
// leaves out is none; one that comes twice is two where these are a step apart.
function clockMoments(low, high, step) {
    const past = moment => {
        const date = new Date(moment * 1000);
        return (date.getHours() * 3600 + date.getMinutes() * 60 + date.getSeconds()) % step;
    };
    const moments = [];
    for (let moment = Math.ceil(low) - 1; ; moments.push(moment)) {
        moment += step - past(moment);
        const late = past(moment);                      // the clock was set meanwhile
        if (late) moment += late < step / 2 && !past(moment - late) ? -late : step - late;
        if (!(moment <= high) || moments.length >= 1000) return moments;
    }
}
// The beginnings of each so many days of a month, months of a year or years.
function calendarMoments(low, high, part, by) {
    const date = new Date(low * 1000), moments = [];
    let [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
    if (part === "Date") day = Math.floor((day - 1) / by) * by + 1;
    else if (part === "Month") [month, day] = [Math.floor(month / by) * by, 1];
    else [year, month, day] = [Math.floor(year / by) * by, 0, 1];
    for (let moment = -Infinity; moment <= high && moments.length < 1000;) {
        if (moment >= low && moments.at(-1) !== moment) moments.push(moment);
        date.setFullYear(year, month, day);
        date.setHours(0, 0, 0, 0);
        moment = date / 1000;
        if (part === "FullYear") year += by;
        else if (part === "Month") month += by;
        else {                                          // years are alike each 400
            const last = new Date(Date.UTC(2000 + year % 400, month + 1, 0)).getUTCDate();
            day += by;
            if (day > last || by > 1 && day + by / 2 > 31) [month, day] = [month + 1, 1];
        }
    }
    return moments;
}
function tickDate(date, part) {
    const time = two(date.getHours()) + ":" + two(date.getMinutes());
    if (part === "FullYear" || part === "Month" && !date.getMonth())
        return String(date.getFullYear());
    if (part === "Month") return MONTHS[date.getMonth()];
    const day = date.getDate() + " " + MONTHS[date.getMonth()];
    if (part === "Date" || time === "00:00" && part !== "Seconds") return day;
    return part === "Seconds" ? time + ":" + two(date.getSeconds()) : time;
}
// A time as its axis spans so much; exact: with the part of a day and of a minute that it has.
function timeText(value, span, exact = false) {
    const date = new Date(Math.round(value * 1000));
    if (!Number.isFinite(+date)) return "\u2013";
    const day = `${date.getDate()} ${MONTHS[date.getMonth()]}` + (span < 86400 * 2 ? ""
        : " " + date.getFullYear());
    const time = two(date.getHours()) + ":" + two(date.getMinutes());
    const seconds = two(date.getSeconds());
    if (span >= 86400 * 120 && !(exact && time !== "00:00")) return day;
    if (span >= 3600) return `${day}, ${time}` + (exact && seconds !== "00" ? ":" + seconds : "");
    return `${time}:${seconds}` + (span < 10 ? "." + String(date.getMilliseconds())
        .padStart(3, "0") : "");
}

// The first number from `low` up to `high` for which, and for all behind it, a condition holds.
function firstWhere(low, high, holds) {
    while (low < high) {
        const middle = (low + high) >> 1;
        if (holds(middle)) high = middle;
        else low = middle + 1;
    }
    return low;
}
// The first row whose x is at or behind a value; rows in the order of x.
const rowAt = (rows, stride, count, value) =>
    firstWhere(0, count, at => !(rows[at * stride] < value));

// The rows of a series: a window of an array that grows at its end. Where the extremes are of each
// BLOCK rows, of each BLOCK such blocks and so on is kept, so that a picture of many rows costs its
// pixels.
const BLOCK = 16;
class Rows {
    constructor(stride) {
        Object.assign(this, { stride, first: 0, count: 0, sorted: true, _from: 0,
            _all: new Float64Array(0), _levels: [] });
    }
    get values() { return this._all.subarray(this._from, this._from + this.count * this.stride); }
    // Keep the rows from number `first` on, and add parts, which begin with number `start`.
    change(first, start, parts) {
        const gone = Math.min(Math.max(first - this.first, 0), this.count), stride = this.stride;
        this._from += gone * stride;
        this.count -= gone;
        this.first = first;
        if (!this.count) this.sorted = true;
        if (this.count > Math.max(start - first, 0)) {
            this.count = Math.max(start - first, 0);
            this._levels = [];
        }
        const added = parts.reduce((sum, part) => sum + part.length, 0);
        if (!this.count && parts.length === 1)          // as it came
            Object.assign(this, { _all: parts[0], _from: 0, _levels: [] });
        let end = this._from + this.count * stride;
        if (end + added > this._all.length) {
            const held = this.values, all = new Float64Array(this.first || this.count
                ? Math.ceil((held.length + added) * 1.5) : added);
            all.set(held);
            Object.assign(this, { _all: all, _from: 0, _levels: [] });
            end = held.length;
        }
        const before = end;
        for (const part of parts) {
            if (part !== this._all) this._all.set(part, end);
            end += part.length;
        }
        this.count += added / stride;
        for (let at = Math.max(before, this._from + stride); at < end && this.sorted; at += stride)
            if (!(this._all[at] >= this._all[at - stride])) this.sorted = false;    // NaN, too
    }
    // Of a column in the rows [from, to): the extremes, low and high; the first rows that have
    // them, least and most; the last row without a number, gap. -1 if there is none.
    extremes(column, from, to) {
        const found = new Extremes(), begin = this._from / this.stride;
        this._find(found, column, 0, begin + from, begin + to);
        for (const name of ["least", "most", "gap"]) if (found[name] >= 0) found[name] -= begin;
        return found;
    }
    // Level 0 are the rows, by their places in _all.
    _find(found, column, level, from, to) {
        const first = Math.ceil(from / BLOCK), last = Math.floor(to / BLOCK);
        if (last - first < 2) return this._take(found, column, level, from, to);
        this._sumUp(column, level + 1, last);
        this._take(found, column, level, from, first * BLOCK);
        this._find(found, column, level + 1, first, last);
        this._take(found, column, level, last * BLOCK, to);
    }
    _take(found, column, level, from, to) {
        const { stride, _all: all } = this;
        if (!level) return found.take(all, stride, column, from, to);
        const { blocks } = this._levels[level * stride + column];
        for (let at = from * 3; at < to * 3; at += 3) found.join(blocks[at], blocks[at + 1],
            blocks[at + 2], all, stride, column);
    }
    // Have the first `count` blocks of a level.
    _sumUp(column, level, count) {
        const most = Math.ceil(this._all.length / this.stride / BLOCK ** level);
        const known = this._levels[level * this.stride + column] ||=
            { count: 0, blocks: new Int32Array(most * 3) };
        for (; known.count < count; known.count++) {
            const found = new Extremes(), from = known.count * BLOCK, at = known.count * 3;
            this._take(found, column, level - 1, from, from + BLOCK);
            known.blocks[at] = found.least;
            known.blocks[at + 1] = found.most;
            known.blocks[at + 2] = found.gap;
        }
    }
}
class Extremes {
    constructor() {
        this.least = this.most = this.gap = -1;
        this.low = Infinity;
        this.high = -Infinity;
    }
    take(all, stride, column, from, to) {
        for (let at = from, place = from * stride + column; at < to; at++, place += stride) {
            const value = all[place];
            if (value !== value) { this.gap = at; continue; }
            if (value < this.low || this.least < 0) { this.low = value; this.least = at; }
            if (value > this.high || this.most < 0) { this.high = value; this.most = at; }
        }
    }
    join(least, most, gap, all, stride, column) {
        if (gap >= 0) this.gap = gap;
        if (least < 0) return;
        const low = all[least * stride + column], high = all[most * stride + column];
        if (low < this.low || this.least < 0) { this.low = low; this.least = least; }
        if (high > this.high || this.most < 0) { this.high = high; this.most = most; }
    }
}

// What bars and areas stand on: 0, which a logarithmic axis does not have.
const groundOf = axis => axis.kind === "log" ? axis.low : 0;

// Computes the shapes of a chart. model: series (entries as Python made them, with `rows`, `color`
// and `hidden`; loose: an area that need not stand on 0), axes {x, y, y2} as their setters'
// arguments, names, references, range, sparkline; ink: colours.
class ChartDrawing {
    constructor(model, width, height, ink) {
        Object.assign(this, { model, width, height, ink, shapes: [], hits: [],
            ratio: devicePixelRatio || 1 });
        this.shown = model.series.filter(one => !one.hidden && one.rows);
        // axes of nothing say nothing; rows that are on their way are not missing
        if (model.series.every(one => one.hidden || one.rows && !one.rows.count))
            return this._tellEmpty();
        this.pie = this.shown.find(one => one.kind === "pie");
        if (this.pie && !(this.pie.rows.values.reduce((a, b) => a + b, 0) > 0)) {
            this.pie = null;
            return this._tellEmpty();
        }
        if (this.pie) return this._drawPie(this.pie);
        this.heat = this.shown.find(one => one.kind === "heatmap");
        this.plotted = this.shown.filter(one => !["pie", "heatmap"].includes(one.kind));
        this._stack();
        this._makeAxes();
        if (!model.sparkline) this._drawAxes();
        const box = this.box, more = this._beyond();
        this.shapes.push(["clip", box.left - more, box.top - more, box.right - box.left + 2 * more,
            box.bottom - box.top + 2 * more]);
        if (this.heat) this._drawHeat(this.heat);
        const labels = model.references.map(one => this._drawReference(one));
        const rank = { band: 0, area: 1, histogram: 2, bar: 2 };
        const order = [...this.plotted].sort((a, b) => (rank[a.kind] ?? 3) - (rank[b.kind] ?? 3));
        for (const one of order) this._draw(one);
        if (this.isBeside) this.shapes.push(["text", "No data in this range", (box.left +
            box.right) / 2, (box.top + box.bottom) / 2, ink.muted, "middle", TICK_PX]);
        this.shapes.push(...labels.filter(Boolean), ["clip"]);
        this._label();
    }
    _tellEmpty() {
        this.box = { left: 0, right: this.width, top: 0, bottom: this.height };
        if (!this.model.sparkline) this.shapes.push(["text", "No data to show", this.width / 2,
            this.height / 2, this.ink.muted, "middle", TICK_PX]);
    }
    // What bars and areas stand on: the sums of those below, by x.
    _stack() {
        const sums = new Map();
        this.bases = new Map();
        for (const one of this.plotted) {
            if (!one.stack || one.rows.stride !== 2) continue;
            const { values, count } = one.rows, bases = new Float64Array(count);
            for (let at = 0; at < count; at++) {
                const y = values[at * 2 + 1], key = (y < 0 ? "-" : "+") + (one.axis || "y") +
                    one.kind + values[at * 2];
                bases[at] = sums.get(key) || 0;
                if (Number.isFinite(y) && !Number.isNaN(values[at * 2])) sums.set(key, bases[at] +
                    y);
            }
            this.bases.set(one, bases);
        }
        this.bars = this.plotted.filter(one => one.kind === "bar");
        const stacks = new Set(this.bars.map(one => one.stack ? "stack" : one.key));
        this.places = [...stacks];
        this.gap = this.bars.length ? smallestGap(this.bars, this._isLog) : 0;
    }
    get _isLog() { return this.model.axes.x[1] === "log"; }
    // What lies `by` beside a value on the x axis: so many decades on a logarithmic one.
    _beside(value, by) { return this._isLog ? value * 10 ** by : value + by; }
    _xSpan() {
        const log = this._isLog;
        let low = Infinity, high = -Infinity, isCut = false;    // of what has a width
        const take = (value, isWide) => {
            if (log && value <= 0) isCut ||= isWide;    // it shows the least from there on
            else {
                if (value < low) low = value;
                if (value > high) high = value;
            }
        };
        for (const { rows, kind } of this.plotted) {
            const { values, stride, count, sorted } = rows, isWide = kind === "histogram",
                first = log && sorted ? rowAt(values, stride, count, Number.MIN_VALUE) : 0,
                isPlain = isWide ? !log : sorted, end = isWide ? 1 : 0;
            if (isPlain && first < count) {
                take(values[first * stride]);
                take(values[(count - 1) * stride + end]);
            }
            if (isPlain && low <= high) continue;
            for (let at = 0; at < count; at++) {
                take(values[at * stride], isWide);
                if (isWide) take(values[at * stride + 1], true);
            }
        }
        if (this.heat) {
            const { columns } = this.heat, values = this.heat.rows.values.subarray(0, columns),
                half = columns > 1 ? (values[columns - 1] - values[0]) / (columns - 1) / 2 : 0.5;
            for (const value of [values[0] - half, ...values, values[columns - 1] + half])
                take(value, true);
        }
        if (isCut) low /= 10;
        if (this.bars.length)
            [low, high] = [this._beside(low, -this.gap / 2), this._beside(high, this.gap / 2)];
        const loose = this.plotted.length && this.plotted.every(one => one.kind === "scatter") &&
            !this._isLog ? (high - low) * .03 : 0;
        [low, high] = [low - loose, high + loose];
        return [low, high];
    }
    // Which rows may be seen: [from, to).
    seen(one) {
        const { rows } = one, { values, stride, count, sorted } = rows;
        if (!sorted || !this.model.range) return [0, count];
        const margin = one.kind === "bar" ? this.gap : 0, axis = this.axes.x;
        return [Math.max(rowAt(values, stride, count, this._beside(axis.low, -margin)) - 1, 0),
            Math.min(rowAt(values, stride, count, this._beside(axis.high, margin)) + 1, count)];
    }
    _ySpan(which) {
        let low = Infinity, high = -Infinity, stands = false;
        const log = (this.model.axes[which] || [])[1] === "log", { x } = this.axes,
            zoomed = Boolean(this.model.range);
        for (const one of this.plotted) {
            if ((one.axis || "y") !== which) continue;
            const { values, stride } = one.rows, [from, to] = this.seen(one),
                bases = this.bases.get(one), first = one.kind === "histogram" ? 2 : 1;
            const plain = !log && !bases && !(zoomed && one.kind === "scatter");
            for (let column = first; plain && column < stride; column++) {
                const found = one.rows.extremes(column, from, to);
                [low, high] = [Math.min(low, found.low), Math.max(high, found.high)];
            }
            for (let at = plain ? to : from; at < to; at++) {
                if (zoomed && one.kind === "scatter" &&
                    !(values[at * stride] >= x.low && values[at * stride] <= x.high)) continue;
                for (let column = first; column < stride; column++) {
                    const y = values[at * stride + column] + (bases ? bases[at] : 0);
                    if (log && !(y > 0)) continue;
                    if (y < low) low = y;
                    if (y > high) high = y;
                }
            }
            if (one.loose || !["bar", "area", "histogram"].includes(one.kind)) continue;
            stands = true;
            if (!log) [low, high] = [Math.min(low, 0), Math.max(high, 0)];
        }
        if (stands && low === 0 && high === 0) high = 1;    // counts, which are never below
        if (log && stands) low /= 2;            // on the axis: the least one has a height, too
        for (const [axis, ...ends] of this.model.references) if (axis === which && low <= high)
            for (const end of ends.slice(0, 2)) if (end > 0 || !log)
                [low, high] = [Math.min(low, end), Math.max(high, end)];
        return [low, high];
    }
    // The title of an axis, with its unit, where it leaves most to the plot. A unit alone is one
    // where it takes little.
    _titleOf(which) {
        const [label, , unit] = this.model.axes[which];
        return this.height < 100 || !label && (which === "x" || this.height < 120) ? ""
            : [label, unit].filter(Boolean).join(", ");
    }
    _makeAxes() {
        const { model, width, height } = this, [, xKind, xUnit] = model.axes.x;
        const kinds = this.shown.map(one => one.x);
        const kind = xKind !== "auto" ? xKind : kinds.find(one => one === "category" ||
            one === "time") || "linear";
        const whole = this._xSpan(), span = this._fixed(model.axes.x, whole),
            all = new Axis(kind, span, xUnit, model.names), [low, high] = model.range || span;
        this.whole = [all.low, all.high];
        this.isBeside = high < whole[0] || low > whole[1];      // as the data go on
        this.axes = { x: model.range ? new Axis(kind, model.range, xUnit, model.names) : all };
        const titles = this.titles = { x: this._titleOf("x"), y: this._titleOf("y"),
            y2: this._titleOf("y2") };
        const lower = model.sparkline ? 2 : titles.x ? 46 : 26, upper = model.sparkline ? 2
            : titles.y || titles.y2 ? 28 : 10;
        // upright, however little room there is
        const top = Math.min(upper, height / 2 - 1), bottom = Math.max(height - lower, height / 2 +
            1), tall = bottom - top;
        this.axes.x.titled = titles.x;
        for (const which of ["y", "y2"]) {
            const given = model.axes[which], heat = this.heat && which === "y";
            const used = heat || which === "y" || this.plotted.some(one => one.axis === "y2");
            if (!used) continue;
            const axis = heat ? this._heatAxis() : new Axis(given[1], this._fixed(given,
                this._ySpan(which)), given[2]);
            if (!heat && given[3] === null && given[4] === null && !model.sparkline)
                axis.round(Math.max(tall / 40, Math.min(tall / 24, 5)));
            this.axes[which] = axis.place(bottom, top);
            axis.titled = titles[which];
            const unused = which === "y" && !heat && this.plotted.length &&
                this.plotted.every(one => one.axis === "y2");
            axis.marks = unused ? [] : axis.ticks(tall, true);
        }
        const room = axis => axis && !model.sparkline ? Math.max(...axis.marks.map(([, text]) =>
            textWidth(text) * WIDER), 36) + 10 : model.sparkline ? 3 : 14;
        this.box = { left: Math.min(room(this.axes.y), width / 2 - 1), right: Math.max(width -
            room(this.axes.y2), width / 2 + 1), top, bottom };
        this.axes.x.place(this.box.left, this.box.right);
    }
    // How many px dots and lines at the ends of the axes need around the plot: these are whole,
    // unless more of the data lies beyond.
    _beyond() {
        const { range, axes, sparkline } = this.model;
        return range || sparkline || Object.values(axes).some(one => (one[3] ?? one[4] ?? null) !==
            null) ? 0 : 4;
    }
    // The ends of an axis: those given in place of those of the data, which may lie beyond.
    _fixed([, , , low, high], [least, most]) {
        const ends = [low ?? least, high ?? most], end = high ?? low;
        return ends[0] <= ends[1] || end === null ? ends : [end, end];
    }
    _heatAxis() {
        const { columns, rows, labels, y } = this.heat, values = rows.values.subarray(columns);
        const lines = this._heatLines = (rows.count - columns) / (columns + 1);
        const half = lines > 1 ? (values[lines - 1] - values[0]) / (lines - 1) / 2 : 0.5;
        const ends = [values[0] - half, values[lines - 1] + half].sort((a, b) => a - b);
        return new Axis(y, ends, this.model.axes.y[2], labels);
    }
    _drawAxes() {
        const { axes, box, ink, shapes } = this, { x } = axes;
        const main = axes.y.marks.length ? axes.y : axes.y2 || axes.y;
        for (const [value, text] of main.marks) {
            const y = Math.round(main.at(value)) + .5;
            if (!this.heat) shapes.push(["line", [box.left, y, box.right, y],
                value === 0 ? ink.zero : ink.grid, 1]);
            if (main === axes.y)
                shapes.push(["text", text, box.left - 8, y + 4, ink.muted, "end", TICK_PX]);
        }
        for (const [value, text] of axes.y2?.marks || [])
            shapes.push(["text", text, box.right + 8, Math.round(axes.y2.at(value)) + 4.5,
                ink.muted, "start", TICK_PX]);
        shapes.push(["line", [box.left, box.bottom + .5, box.right, box.bottom + .5], ink.zero, 1]);
        let end = -Infinity;
        for (const [value, text] of x.ticks(box.right - box.left)) {
            const at = Math.round(x.at(value)) + .5, half = textWidth(text) * WIDER / 2;
            shapes.push(["line", [at, box.bottom, at, box.bottom + 4], ink.zero, 1]);
            const most = x.kind === "time" ? Math.max(box.right, at) : this.width;
            const place = clamp(at, half, Math.max(most - half, half));
            if (place - half < end + 6) continue;
            end = place + half;
            shapes.push(["text", text, place, box.bottom + 18, ink.muted, "middle", TICK_PX]);
        }
    }
    _label() {
        const { model, box, ink, shapes } = this;
        if (model.sparkline) return;
        const { x, y, y2 } = this.titles, { width } = this, sum = box.left + box.right;
        const add = (room, text, ...place) => { if (text) shapes.push(["text", fitted(text, "",
            room / BOLDER), ...place, TICK_PX, 550]); };
        const each = width / (this.axes.y2 && y && y2 ? 2 : 1) - 4;
        add(Math.min(sum, 2 * width - sum), x, sum / 2, this.height - 6, ink.muted, "middle");
        add(each, y, 2, 13, ink.muted, "start");
        if (this.axes.y2) add(each, y2, width - 2, 13, ink.muted, "end");
    }
    // Returns its label, which is drawn over the series.
    _drawReference([which, from, to, label, color]) {
        const axis = this.axes[which], { box, ink, shapes } = this;
        if (!axis) return null;
        const [low, high] = [from, to].sort((a, b) => a - b), ink_ = color || ink.muted;
        const ends = [axis.edge(low, high), axis.at(high)].sort((a, b) => a - b);
        const [left, right] = which === "x" ? ends : [box.left, box.right];
        const [top, bottom] = which === "x" ? [box.top, box.bottom] : ends;
        if (!(left <= box.right && right >= box.left && top <= box.bottom && bottom >= box.top))
            return null;
        if (from === to) shapes.push(["line", [left, top, right, bottom], ink_, 1.25, [5, 4]]);
        else shapes.push(["rect", left, top, right - left, bottom - top, ink_, .13]);
        // at the right of it, if there is room
        const begin = Math.max(left, box.left), after = box.right - begin - 5, before = begin - 5 -
            box.left, fits = textWidth(label) * WIDER < after || after > before;
        const text = fitted(label, "", which !== "x" ? box.right - box.left - 9 : fits ? after
            : before);
        return text && ["text", text, ...(which === "x" ? [begin + (fits ? 5 : -5), box.top + 12,
            ink_, fits ? "start" : "end"] : [box.right - 4, clamp(top - 5 + (from === to ? 0 : 18),
            box.top + 12, box.bottom - 5), ink_, "end"]), TICK_PX - 1, undefined, ink.surface];
    }
    _draw(one) {
        const axis = this.axes[one.axis || "y"], { shapes, box } = this, color = one.color,
            [first, end] = this.seen(one), room = (box.right - box.left) / (end - first),
            width = one.width ?? clamp(1.5 * room, 1, 2), dash = one.dash ? [6, 4] : null;
        if (one.kind === "bar") return this._drawBars(one, axis);
        if (one.kind === "histogram") return this._drawBins(one, axis);
        if (one.kind === "scatter") return this._drawDots(one, axis);
        const bases = this.bases.get(one), points = this._points(one, axis, 1);
        if (one.kind === "band" || one.kind === "area") {
            const low = axis.kind === "log" || one.loose ? axis.low : 0;
            const under = one.kind === "band" ? this._points(one, axis, 2) : bases
                ? this._points(one, axis, 0) : null;
            for (const [from, to] of runs(points)) {
                const run = points.slice(from * 2, to * 2);
                if (under) for (let at = to - 1; at >= from; at--)
                    run.push(under[at * 2], under[at * 2 + 1]);
                else run.push(run[run.length - 2], axis.at(low), run[0], axis.at(low));
                const opacity = one.kind === "band" ? BAND_OPACITY : bases ? .55 : .14;
                if (one.kind === "band" && to - from === 1) {           // as a line has a dot there
                    const [x, low, , high] = run;
                    shapes.push(["rect", x - 1, Math.min(low, high), 2, Math.abs(high - low), color,
                        opacity]);
                } else shapes.push(["fill", run, color, opacity]);
            }
            if (one.kind === "band") return;
        }
        shapes.push(["line", points, color, width, dash]);
        for (const [from, to] of runs(points)) if (to - from === 1)
            shapes.push(["dot", points[from * 2], points[from * 2 + 1], width, color, 1]);
    }
    // The points of a line, of which each column of px keeps the first, the last and the extremes,
    // those of both lines of a band.
    // column: of y; 0 is what a stacked series stands on.
    _points(one, axis, column) {
        const { values, stride, sorted } = one.rows, { x } = this.axes, [from, to] = this.seen(one),
            bases = this.bases.get(one), points = [], step = one.kind === "step",
            isLow = one.kind === "band" && column === 1;
        const y = at => column ? values[at * stride + column] + (bases ? bases[at] : 0)
            : bases[at] || groundOf(axis);
        const add = at => {
            const left = x.at(values[at * stride]);
            if (step && points.length) points.push(left, points[points.length - 1]);
            points.push(left, isLow ? axis.edge(y(at), values[at * stride + 2]) : axis.at(y(at)));
        };
        if (bases || !sorted || to - from < 4 * (this.box.right - this.box.left)) {
            for (let at = from; at < to; at++) add(at);
            return points;
        }
        const px = at => Math.floor(x.at(values[at * stride]) * this.ratio);
        for (let at = from; at < to;) {
            const begin = at, column_ = px(at);
            // the first row of the next column, by halving what is left
            let high = Math.min(begin + 16, to);
            while (high < to && px(high) === column_)
                high = Math.min(begin + (high - begin) * 2, to);
            const half = begin + ((high - begin) >> 1), low = px(half) === column_ ? half : begin;
            high = firstWhere(low + 1, high, row => px(row) !== column_);
            const kept = new Set([begin, high - 1]);
            for (const which of one.kind === "band" ? [1, 2] : [column]) {
                const { least, most, gap } = one.rows.extremes(which, begin, high);
                for (const row of [least, most, gap]) if (row >= 0) kept.add(row);
            }
            for (const row of [...kept].sort((a, b) => a - b)) add(row);
            at = high;
        }
        return points;
    }
    _drawBars(one, axis) {
        const { values, stride } = one.rows, { x } = this.axes, bases = this.bases.get(one),
            [from, to] = this.seen(one), place = this.places.indexOf(one.stack ? "stack" : one.key),
            count = this.places.length, zero = groundOf(axis);
        for (let at = from; at < to; at++) {
            const value = values[at * stride], y = values[at * stride + 1];
            const base = bases?.[at] || zero, a = axis.at(base),
                b = axis.at(bases ? bases[at] + y : y);
            if (!Number.isFinite(a - b)) continue;
            const [left, right] = [-.38, .38].map(by => x.at(this._beside(value, this.gap * by))),
                each = (right - left) / count;
            const gap = each > 6 && count > 1 ? 1 : 0;
            this.shapes.push(["rect", left + place * each + gap, Math.min(a, b),
                Math.max(each - 2 * gap, .5),
                Math.max(Math.abs(b - a) - (bases && each > 6 ? 1 : 0), 0), one.color, 1]);
        }
    }
    _drawBins(one, axis) {
        const { values, count } = one.rows, { x } = this.axes, zero = axis.at(groundOf(axis));
        for (let at = 0; at < count; at++) {
            const [low, high, many] = values.subarray(at * 3), left = x.edge(low, high),
                top = axis.at(many);
            this.shapes.push(["rect", left + .5, top, Math.max(x.at(high) - left - 1, .5),
                zero - top, one.color, 1]);
        }
    }
    // Dots that hide one another are drawn once.
    _drawDots(one, axis) {
        const { values, stride } = one.rows, { x } = this.axes, [from, to] = this.seen(one),
            radius = one.width ?? (to - from > 2000 ? 2 : 3.5), drawn = to - from > 20000 &&
            new Set();
        for (let at = from; at < to; at++) {
            const left = x.at(values[at * stride]), top = axis.at(values[at * stride + 1]);
            if (!(left >= this.box.left - 9 && left <= this.box.right + 9) || top !== top) continue;
            const key = Math.round(left) * 65536 + Math.round(top);
            if (drawn && (drawn.has(key) || !drawn.add(key))) continue;
            this.shapes.push(["dot", left, top, radius, one.color, .75]);
        }
    }
    _drawHeat(one) {
        const { columns, rows } = one, values = rows.values, lines = this._heatLines,
            { x, y } = this.axes, z = values.subarray(columns + lines);
        const { low, high } = rows.extremes(0, columns + lines, rows.count);
        const edges = (axis, list) => Array.from({ length: list.length + 1 }, (_, at) => {
            const most = list.length - 1, step = most ? (list[most] - list[0]) / most : 1;
            return at === 0 ? axis.edge(list[0] - step / 2, list[0]) : at > most
                ? axis.edge(list[most] + step / 2, list[most])
                : axis.at((list[at - 1] + list[at]) / 2);
        });
        const across = edges(x, values.subarray(0, columns)), down = edges(y,
            values.subarray(columns, columns + lines));
        for (let line = 0; line < lines; line++) for (let column = 0; column < columns; column++) {
            const value = z[line * columns + column];
            if (value !== value) continue;
            const top = Math.min(down[line], down[line + 1]);
            this.shapes.push(["rect", Math.min(across[column], across[column + 1]), top,
                Math.abs(across[column + 1] - across[column]) + .4, Math.abs(down[line + 1] -
                down[line]) + .4, heatColor((value - low) / (high - low || 1)), 1]);
        }
    }
    _drawPie(one) {
        const { values, count } = one.rows, sum = values.reduce((a, b) => a + b, 0), { ink } = this;
        const radius = Math.max(Math.min(this.height / 2 - 26, this.width / 2 - 90), 20),
            x = this.width / 2, y = this.height / 2;
        const sides = { start: [], end: [] };
        let turn = -Math.PI / 2;
        this.box = { left: 0, right: this.width, top: 0, bottom: this.height };
        for (let at = 0; at < count; at++) {
            const part = values[at] / sum, end = turn + part * 2 * Math.PI;
            const arc = (by, from, to) => Array.from({ length: 2 + Math.ceil(Math.abs(to - from) *
                30) }, (_, step, all = 1 + Math.ceil(Math.abs(to - from) * 30)) => {
                const angle = from + (to - from) * step / all;
                return [x + Math.cos(angle) * by, y + Math.sin(angle) * by];
            }).flat();
            const edge = one.donut ? arc(radius * .62, end, turn) : [x, y];
            const points = [...arc(radius, turn, end), ...edge];
            const color = this.model.palette[at % this.model.palette.length];
            this.shapes.push(["fill", points, color, 1], ["line", [...points, points[0], points[1]],
                ink.surface, 1.5]);
            this.hits.push([turn, end, at]);
            const middle = (turn + end) / 2;
            if (part > 0) sides[Math.cos(middle) >= 0 ? "start" : "end"].push([part, at, middle]);
            turn = end;
        }
        for (const side in sides) this._labelPie(one.labels, sides[side], side, radius);
        // shares of one or of 100 % add up to nothing that is new
        const [, , unit] = this.model.axes.y, told = unit || [1, 100].every(one => Math.abs(
            sum - one) > 1e-6);
        const text = numberText(sum) + (unit && "\u202f" + unit),
            size = Math.min(22, radius / textWidth(text, 1));           // as the hole has room
        if (one.donut && told && size >= TICK_PX) this.shapes.push(["text", text, x, y + size * .36,
            ink.text, "middle", size, 650]);
        this.pieAt = { x, y, radius };
    }
    // Write the labels of the parts [share, number, angle] at one side, see Python.
    _labelPie(labels, all, side, radius) {
        const { width, height, ink, shapes } = this, x = width / 2, y = height / 2,
            way = side === "start" ? 1 : -1;
        const parts = all.sort((a, b) => b[0] - a[0]).slice(0, Math.max(Math.floor(height / 15), 1))
            .sort((a, b) => way * (a[1] - b[1]));
        const wanted = parts.map(([, , angle]) => y + Math.sin(angle) * (radius + 14) + 4);
        let last = -Infinity;
        const places = wanted.map(place => last = Math.max(place, last + 15));
        last = height + 11;
        for (let at = places.length - 1; at >= 0; at--)
            last = places[at] = Math.min(places[at], last - 15);
        parts.forEach(([part, number, angle], at) => {
            const place = places[at], share = `  ${numberText(part * 100, part < .1 ? .1 : 1)} %`;
            let begin = x + way * Math.sqrt(Math.max((radius + 12) ** 2 - (place - 4 - y) ** 2, 0));
            if (Math.abs(place - wanted[at]) > 3) {
                begin += way * 6;
                shapes.push(["line", [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius,
                    begin - way * 3, place - 4], ink.muted, 1]);
            }
            const text = fitted(shortened(labels[number]), share,
                (side === "start" ? width - begin : begin) - 6);
            shapes.push(["text", text, begin, place, ink.text, side, TICK_PX]);
        });
    }
}
// The least distance between neighbours on the x axis, 1 if there are none; on a logarithmic one
// in decades, 1 at most.
function smallestGap(series, isLog) {
    const places = new Set();
    for (const { rows } of series)
        for (let at = 0; at < rows.count; at++) places.add(rows.values[at * rows.stride]);
    const scaled = isLog ? [...places].map(Math.log10) : [...places];
    const sorted = scaled.filter(Number.isFinite).sort((a, b) => a - b);
    let gap = isLog ? 1 : Infinity;
    for (let at = 1; at < sorted.length; at++) gap = Math.min(gap, sorted[at] - sorted[at - 1]);
    return gap === Infinity ? 1 : gap;
}
// The stretches of points without a gap: [from, to) in points.
function runs(points) {
    const found = [];
    let from = -1;
    for (let at = 0; at <= points.length / 2; at++) {
        const there = at < points.length / 2 && Number.isFinite(points[at * 2 + 1]) &&
            Number.isFinite(points[at * 2]);
        if (there && from < 0) from = at;
        else if (!there && from >= 0) {
            found.push([from, at]);
            from = -1;
        }
    }
    return found;
}
// The first value of a series: those of a heat map come behind its columns and lines.
const firstOf = ({ kind, columns, rows }) => kind === "heatmap"
    ? columns + (rows.count - columns) / (columns + 1) : 0;
// Colours of a heat map, from 0 to 1: even in lightness (after "viridis").
const HEAT = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
function heatColor(part) {
    const place = clamp(part, 0, 1) * (HEAT.length - 1), at = Math.min(Math.floor(place),
        HEAT.length - 2);
    const mixed = HEAT[at].map((from, index) => Math.round(from + (HEAT[at + 1][index] - from) *
        (place - at)));
    return `rgb(${mixed.join(" ")})`;
}

function paintLine(context, points, from = 0, to = points.length) {
    let open = false;
    context.beginPath();
    for (let at = from; at < to; at += 2) {
        if (!Number.isFinite(points[at] + points[at + 1])) open = false;
        else if (open) context.lineTo(points[at], points[at + 1]);
        else {
            context.moveTo(points[at], points[at + 1]);
            open = true;
        }
    }
}
// What has the theme's colours is drawn again when they change, while somebody else holds it.
const themed = {
    _drawn: new WeakList(),
    watch(one) { this._drawn.add(one); },
    change() { for (const one of themed._drawn) one.changeColors(); },
};
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", themed.change);
new MutationObserver(themed.change).observe(document.documentElement,
    { attributeFilter: ["data-theme", "style"] });
// What stands on a ground of the program's own has the colours of that.
new MutationObserver(changes => {
    if (changes.some(({ target }) => target.querySelector("canvas"))) themed.change();
}).observe(document.documentElement, { subtree: true, attributeFilter: ["data-ground"] });
// Paints shapes on a canvas that is so many px large.
function paintCanvas(canvas, width, height, shapes, font) {
    const ratio = devicePixelRatio || 1, context = canvas.getContext("2d"),
        across = Math.round(width * ratio), down = Math.round(height * ratio);
    if (canvas.width !== across || canvas.height !== down)
        Object.assign(canvas, { width: across, height: down });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.direction = "ltr";                          // of numbers: a minus stands before them
    paintShapes(context, shapes, font);
}
// The shapes of data-plot: the values in a color, with their range as height, the last as a dot.
function plotShapes(values, width, height, color) {
    const rows = new Rows(2), axis = ["", "linear", "", null, null], last = values.length - 1;
    rows.change(0, 0, [Float64Array.from(values.flatMap((value, at) => [at,
        typeof value === "number" && Math.abs(value) < MOST_DRAWN ? value : NaN]))]);
    const { shapes, axes } = new ChartDrawing({ series: [{ key: 0, kind: "area", loose: true, rows,
        color }], axes: { x: axis, y: axis, y2: axis }, names: [], references: [],
        sparkline: true }, width, height, {});
    if (axes) shapes.push(["dot", axes.x.at(last), axes.y.at(rows.values[last * 2 + 1]), 2.5, color,
        1]);
    return shapes;
}
function paintShapes(context, shapes, font) {
    let shown = "";
    const painters = {
        line(points, color, width, dash) {
            // joins of many points are too small to see, and take most of the time
            Object.assign(context, { strokeStyle: color, lineWidth: width,
                lineJoin: points.length > 1000 ? "bevel" : "round" });
            context.setLineDash(dash || []);
            // The time of a wide stroke grows with the square of what it crosses: it is made of
            // parts, each with the last stretch of that before, if this cannot be seen.
            const part = dash || width * context.getTransform().a <= 1 ||
                context.strokeStyle.length > 7 ? points.length : 64;
            for (let at = 0; at < points.length; at += part) {
                paintLine(context, points, Math.max(at - 4, 0), at + part);
                context.stroke();
            }
            context.setLineDash([]);
        },
        fill(points, color, opacity) {
            paintLine(context, points);
            Object.assign(context, { fillStyle: color, globalAlpha: opacity });
            context.fill();
        },
        rect(x, y, width, height, color, opacity) {
            Object.assign(context, { fillStyle: color, globalAlpha: opacity });
            context.fillRect(x, y, width, height);
        },
        dot(x, y, radius, color, opacity) {
            context.beginPath();
            context.arc(x, y, radius, 0, 7);
            Object.assign(context, { fillStyle: color, globalAlpha: opacity });
            context.fill();
        },
        text(text, x, y, color, align, size, weight = 400, halo = null) {
            const look = `${weight} ${size}px ${font}`;
            if (look !== shown) context.font = shown = look;        // to set it takes long
            Object.assign(context, { fillStyle: color, textAlign: align === "middle" ? "center"
                : align === "start" ? "left" : "right" });
            if (halo) {
                Object.assign(context, { strokeStyle: halo, lineWidth: 4, lineJoin: "round" });
                context.strokeText(text, x, y);
            }
            context.fillText(text, x, y);
        },
        clip(...box) {
            shown = "";
            if (!box.length) return context.restore();
            context.save();
            context.beginPath();
            context.rect(...box);
            context.clip();
        },
    };
    for (const [kind, ...shape] of shapes) {
        painters[kind](...shape);
        context.globalAlpha = 1;
    }
}

//@part large
const CHART_COLUMNS = { band: 3, histogram: 3, pie: 1, heatmap: 1 };     // of a row; else 2
const MAX_TIP = 12, MAX_TOLD = 50, SUMMARY_MS = 1000, ZOOMED_MS = 150;
// Eight colours that differ in lightness too, for the colour-blind and for print; the first is the
// theme's accent.
const SERIES_COLORS = {
    light: ["", "#d9540b", "#0a8f6c", "#9b3fb8", "#b58900", "#3aa0d8", "#c22560", "#5b6577"],
    dark: ["", "#ff9d5c", "#3fd0a4", "#d49bf0", "#ecc94b", "#7fd3ff", "#ff86ad", "#a9b3c4"] };

// What stands for a series beside its name: a band is as clear as in the plot, with an edge.
function paintSwatch({ style }, { kind, color }) {
    const isBand = kind === "band", part = BAND_OPACITY * 100 + "%";
    style.background = isBand ? `color-mix(in srgb, ${color} ${part}, transparent)` : color;
    style.border = isBand ? "1px solid " + color : "";
}

// While the page is printed, what draws only what is on view draws all that it has.
const printing = {
    now: false,
    _drawn: new WeakList(),
    watch(widget) { this._drawn.add(widget); },
    _turn(now) {
        this.now = now;
        for (const widget of this._drawn) if (widget.element.isConnected) widget._draw();
    },
};
addEventListener("beforeprint", () => printing._turn(true));
addEventListener("afterprint", () => printing._turn(false));

// Series drawn on a canvas, with a legend, values at the pointer, zoom, and a table for those who
// do not see it.
class Chart extends Widget {
    static held = ["set_hidden", "set_range"];
    static sequences = ["set_names"];
    static parts = { ChartDrawing, Extremes, Rows, SERIES_COLORS, paintShapes, plotShapes,
        textWidth };
    constructor({ sparkline = false } = {}) {
        super(element("figure", { class: "lw-chart" + (sparkline ? " lw-sparkline" : "") }));
        this._heading = element("figcaption", { hidden: true });
        this._legend = element("div", { class: "lw-chart-legend", hidden: true });
        this._canvas = element("canvas", { tabindex: "0", role: "img" });
        this._marker = element("div", { class: "lw-chart-marker", hidden: true });
        this._tip = element("div", { class: "lw-chart-tip", hidden: true });
        this._table = element("div", { class: "lw-chart-table" });
        this._plot = element("div", { class: "lw-chart-plot" }, this._canvas, this._marker,
            this._tip, this._table);
        this.element.append(this._heading, this._legend, this._plot);
        Object.assign(this, { _rows: new Map(), _listed: [], _hidden: new Set(), _fingers:
            new Map(), _hits: [], _point: null, _line: 0, _model: { series: [], names: [],
            references: [], sparkline, axes: { x: ["", "auto", "", null, null],
                y: ["", "linear", "", null, null], y2: ["", "linear", "", null, null] } } });
        onPixels(this._plot, () => {                    // not what was drawn in this frame
            const { width, height, ratio } = this._drawing || {};
            if (!this._drawn || width !== this._plot.clientWidth || ratio !== devicePixelRatio ||
                height !== this._plot.clientHeight) this._draw();
        });
        printing.watch(this);
        themed.watch(this);
        this._takePointer();
        onKeys(this._canvas, event => this._onKey(event));
        this._canvas.addEventListener("blur", () => this._leavePoint());
    }
    _focusTarget() { return this._canvas; }
    _takeName() {
        this._usualName = this._heading.textContent || this.element.title || "Chart";
        super._takeName();
    }
    _named() { return this._canvas; }
    set_title(title) {
        this._heading.textContent = shownPart(title);
        this._heading.hidden = !title;
        this._redraw();
    }
    set_x(label) { this._setAxis("x", 0, label); }
    set_x_kind(kind) { this._setAxis("x", 1, kind); }
    set_x_unit(unit) { this._setAxis("x", 2, unit); }
    set_x_limits(low, high) { this._setAxis("x", 3, low, high); }
    set_y(label) { this._setAxis("y", 0, label); }
    set_y_kind(kind) { this._setAxis("y", 1, kind); }
    set_y_unit(unit) { this._setAxis("y", 2, unit); }
    set_y_limits(low, high) { this._setAxis("y", 3, low, high); }
    set_y2(label) { this._setAxis("y2", 0, label); }
    set_y2_kind(kind) { this._setAxis("y2", 1, kind); }
    set_y2_unit(unit) { this._setAxis("y2", 2, unit); }
    set_y2_limits(low, high) { this._setAxis("y2", 3, low, high); }
    _setAxis(which, from, ...values) {
        this._model.axes[which].splice(from, values.length, ...values);
        this._redraw();
    }
    set_legend(tf) {
        this._withLegend = tf;
        this._fillLegend();
    }
    // Of the categories of the x axis.
    set_names(names) { this._redraw({ names }); }
    set_series(entries) {
        this._listed = entries;
        const keys = new Set(entries.map(one => one.key));
        for (const key of this._rows.keys()) if (!keys.has(key)) this._rows.delete(key);
        this._fillLegend();
        this._redraw();
    }
    set_hidden(keys) {
        this._hidden = new Set(keys);
        this._fillLegend();
        this._redraw();
    }
    set_range(low, high) { this._redraw({ range: low === null ? null : [low, high] }); }
    set_references(references) { this._redraw({ references }); }
    // The rows of the series come as bytes: see _NumbersCell in Python.
    _set(name, args) {
        if (name !== "numbers") return super._set(name, args);
        this._rows.clear();
        this._takeNumbers(args[0]);
    }
    _edit(name, changes) {
        if (name !== "numbers") return super._edit(name, changes);
        this._takeNumbers(changes[0]);
    }
    _takeNumbers(changes) {
        for (const [key, first, start, blobs] of changes) {
            const kind = this._listed.find(one => one.key === key)?.kind;
            if (!this._rows.has(key)) this._rows.set(key, new Rows(CHART_COLUMNS[kind] || 2));
            this._rows.get(key).change(first, start, blobs.map(({ blob }) =>
                new Float64Array(this.session.blobBytes(blob))));
        }
        this._redraw();
    }
    _redraw(change) {
        Object.assign(this._model, change);
        this._drawn = false;
        this._asked ||= requestAnimationFrame(() => {
            this._asked = 0;
            if (this.element.isConnected) this._draw();
        });
    }
    changeColors() { if (this.element.isConnected) this._redraw(); }
    _colors() {
        const style = getComputedStyle(this.element), token = name => style.getPropertyValue(
            "--lw-" + name).trim();
        const dark = !printing.now && style.colorScheme.includes("dark");
        this._ink = printing.now ? { text: "#000", muted: "#333", grid: "#ddd", zero: "#888",
            surface: "#fff" } : { text: token("text"), muted: token("muted"), grid: token("line"),
            zero: token("border"), surface: token("surface") };
        this._font = style.fontFamily;
        this._model.palette = SERIES_COLORS[dark ? "dark" : "light"].map(color => color ||
            (printing.now ? "#2459d3" : token("accent")));
    }
    _draw() {
        this._colors();
        this._model.series = this._listed.map((entry, at) => ({ ...entry, hidden:
            this._hidden.has(entry.key), rows: this._rows.get(entry.key), color: entry.color ||
            this._model.palette[at % this._model.palette.length] }));
        const { clientWidth: width, clientHeight: height } = this._plot;
        this._paintLegend();
        if (width < 20 || height < 10) return;
        this._drawing = new ChartDrawing(this._model, width, height, this._ink);
        paintCanvas(this._canvas, width, height, this._drawing.shapes, this._font);
        this._drawn = true;
        if (this._pointer) this._showAt(...this._pointer);
        const rows = this._model.series.reduce((sum, one) => sum + (one.rows?.count || 0), 0);
        if (rows <= MAX_TOLD) this._summarize();
        else this._summing ||= setTimeout(() => this._summarize(), SUMMARY_MS);
    }

    // The legend: a button for each series, which hides or shows it.
    _fillLegend() {
        this._legend.hidden = this._model.sparkline || !(this._withLegend ??
            this._listed.length > 1);
        const old = new Map([...this._legend.children].map(button => [button.lwKey, button]));
        keepOnly(this._legend, this._listed.map(entry => {
            const button = old.get(entry.key) || this._legendButton(entry);
            button.lastChild.textContent = shownPart(entry.name);
            button.setAttribute("aria-pressed", String(!this._hidden.has(entry.key)));
            return button;
        }));
    }
    _legendButton(entry) {
        const button = element("button", { type: "button" }, element("i"), element("span"));
        button.lwKey = entry.key;
        button.addEventListener("click", () => {
            const hidden = new Set(this._hidden);
            if (!hidden.delete(entry.key)) hidden.add(entry.key);
            this.set_hidden([...hidden]);
            const listed = this._listed.filter(one => hidden.has(one.key));
            this.userState("set_hidden", [listed.map(one => one.key), listed.map(one => one.name)]);
        });
        return button;
    }
    _paintLegend() {
        [...this._legend.children].forEach((button, at) => {
            const one = this._model.series[at];
            if (one) paintSwatch(button.firstChild, one);
        });
    }

    // The values at a place of the canvas: a point of each line at the nearest x, or the nearest
    // dot.
    _near(x, y) {
        const drawing = this._drawing, found = [];
        if (drawing?.pie) return this._nearPie(x, y);
        if (!drawing?.axes) return found;
        if (drawing.heat) return this._nearCell(x, y);
        for (const one of drawing.plotted) {
            const at = this._nearest(one, x, y);
            if (at < 0) continue;
            const { values, stride } = one.rows, axis = drawing.axes[one.axis || "y"];
            const place = one.kind === "histogram" ? (values[at * 3] + values[at * 3 + 1]) / 2
                : values[at * stride], shown = values.subarray(at * stride + (one.kind ===
                "histogram" ? 2 : 1), (at + 1) * stride);
            const base = drawing.bases.get(one)?.[at] || 0;
            found.push({ one, at, x: drawing.axes.x.at(place), y: axis.at(base + shown[0]), value:
                place, text: [...shown].map(value => axis.text(value)).join(" \u2013 ") });
        }
        const closest = Math.min(...found.map(hit => Math.abs(hit.x - x)));
        const dots = found.filter(hit => hit.one.kind === "scatter");
        const best = dots.length ? Math.min(...dots.map(hit => Math.hypot(hit.x - x, hit.y - y)))
            : 0;
        return found.filter(hit => hit.one.kind === "scatter" ? Math.hypot(hit.x - x, hit.y - y) <=
            Math.min(best, 40) : Math.abs(hit.x - x) <= closest + 1);
    }
    _nearest(one, x, y) {
        const { axes } = this._drawing, { values, stride, count, sorted } = one.rows,
            axis = axes[one.axis || "y"];
        if (sorted && one.kind !== "scatter") {
            const at = rowAt(values, stride, count, axes.x.valueAt(x));
            if (one.kind === "histogram") return clamp(at - 1, 0, count - 1);
            const before = at > 0 && (at === count || Math.abs(axes.x.at(values[(at - 1) * stride])
                - x) < Math.abs(axes.x.at(values[at * stride]) - x));
            return before ? at - 1 : Math.min(at, count - 1);
        }
        let best = -1, least = Infinity;
        const [from, to] = this._drawing.seen(one);
        for (let at = from; at < to; at++) {
            const far = Math.hypot(axes.x.at(values[at * stride]) - x, one.kind === "scatter"
                ? axis.at(values[at * stride + 1]) - y : 0);
            if (far < least) [best, least] = [at, far];
        }
        return best;
    }
    _nearPie(x, y) {
        const { pie, pieAt, hits } = this._drawing, far = Math.hypot(x - pieAt.x, y - pieAt.y);
        let angle = Math.atan2(y - pieAt.y, x - pieAt.x);
        if (angle < -Math.PI / 2) angle += 2 * Math.PI;
        const hit = far <= pieAt.radius && hits.find(([from, to]) => angle >= from && angle < to);
        if (!hit) return [];
        const value = pie.rows.values[hit[2]], [, , unit] = this._model.axes.y;
        return [{ one: { ...pie, name: pie.labels[hit[2]], color: this._model.palette[hit[2] %
            this._model.palette.length] }, series: pie, at: hit[2], x, y,
            text: numberText(value) + (unit && "\u202f" + unit) }];
    }
    _nearCell(x, y) {
        const { heat, axes, _heatLines: lines } = this._drawing, { columns, rows } = heat;
        const closest = (axis, list, place) => list.reduce((best, value, at) =>
            Math.abs(axis.at(value) - place) < Math.abs(axis.at(list[best]) - place) ? at
                : best, 0);
        const xs = rows.values.subarray(0, columns), ys = rows.values.subarray(columns, columns +
            lines), column = closest(axes.x, xs, x), line = closest(axes.y, ys, y),
            at = line * columns + column, value = rows.values[columns + lines + at];
        return [{ one: { ...heat, name: axes.y.text(ys[line]) }, series: heat, at, x, y,
            value: xs[column], text: numberText(value) }];
    }
    _showAt(x, y) {
        const hits = this._near(x, y).filter(hit => Number.isFinite(hit.x));
        this._hits = hits;
        this._tip.hidden = this._marker.hidden = !hits.length;
        if (!hits.length) return;
        const { axes, box } = this._drawing, head = axes && hits[0].value !== undefined
            ? [element("b", {}, axes.x.text(hits[0].value))] : [];
        this._tip.replaceChildren(...head, ...hits.slice(0, MAX_TIP).map(({ one, text }) => {
            const dot = element("i");
            paintSwatch(dot, one);
            return element("div", {}, dot, element("span", {}, one.name), element("em", {}, text));
        }));
        const dots = axes && !this._drawing.heat ? hits.filter(hit => hit.y >= box.top - 1 &&
            hit.y <= box.bottom + 1 && !["bar", "histogram", "band"].includes(hit.one.kind)) : [];
        this._marker.replaceChildren(...dots.slice(0, MAX_TOLD).map(hit => {
            const dot = element("i");
            Object.assign(dot.style, { left: px(hit.x), top: px(hit.y), background:
                hit.one.color });
            return dot;
        }));
        this._marker.style.setProperty("--lw-at", px(Math.round(hits[0].x)));
        this._marker.classList.toggle("lw-bare", !axes || Boolean(this._drawing.heat));
        Object.assign(this._marker.style, { top: px(box.top), height: px(box.bottom - box.top) });
        for (const dot of this._marker.children) dot.style.top = px(parseFloat(dot.style.top) -
            box.top);
        const width = this._tip.offsetWidth, left = hits[0].x + 14 + width > this._plot.clientWidth
            ? hits[0].x - 14 - width : hits[0].x + 14;
        Object.assign(this._tip.style, { left: px(Math.max(left, 0)), top: px(clamp(y -
            this._tip.offsetHeight - 8, 0, Math.max(this._plot.clientHeight -
            this._tip.offsetHeight, 0))) });
    }
    _leavePoint() {
        this._pointer = this._point = null;
        this._hits = [];
        this._tip.hidden = this._marker.hidden = true;
    }

    // Zoom and pan
    // Show a part of the x axis, between two places of the plot.
    _zoom(from, to) {
        const axis = this._drawing?.axes?.x;
        if (!axis || !(to - from > .01)) return;
        let low = axis.valueAt(from), high = axis.valueAt(to);
        const [least, most] = this._drawing.whole;
        // of all, or of what the data have left
        if (low <= least && high >= most || high <= least || low >= most) return this._reset();
        [low, high] = [Math.max(low, least), Math.min(high, most)];
        if (high - low > Math.max(Math.abs(low), Math.abs(high)) * 1e-12)
            this._setRange([low, high]);
    }
    _reset() {
        if (this._model.range) this._setRange([null, null]);
    }
    _setRange([low, high]) {
        this.set_range(low, high);
        this.session?._untold.add(this);
        this._zoomed ||= setTimeout(() => this._flush(), ZOOMED_MS);
    }
    // Tell Python the range, if it is not told yet.
    _flush() {
        if (!this._zoomed) return;
        clearTimeout(this._zoomed);
        this._zoomed = 0;
        const { range } = this._model;
        whenOpen(this, () => this._model.range === range,
            () => this.userState("set_range", range || [null, null], "zoomed", []));
    }
    _zoomAt(place, by) {
        const { left, right } = this._drawing.box;
        this._zoom(place - (place - left) * by, place + (right - place) * by);
    }
    // Moves what is shown by px, and stops at the ends of the data.
    _pan(by) {
        const { left, right } = this._drawing.box, axis = this._drawing.axes?.x;
        if (!axis || !this._model.range) return;
        const [least, most] = this._drawing.whole;
        by = clamp(by, axis.at(least) - left, axis.at(most) - right);
        if (by) this._setRange([axis.valueAt(left + by), axis.valueAt(right + by)]);
    }
    _placeOf(event) {
        const box = this._canvas.getBoundingClientRect();
        return [(event.clientX - box.x) * this._canvas.clientWidth / box.width,
            (event.clientY - box.y) * this._canvas.clientHeight / box.height];
    }
    _takePointer() {
        const canvas = this._canvas;
        canvas.addEventListener("pointermove", event => this._onMove(event));
        canvas.addEventListener("pointerleave", event => {
            if (event.pointerType === "mouse") this._leavePoint();
        });
        for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, event => {
            this._fingers.delete(event.pointerId);
            this._holdFingers();
            if (type === "pointercancel") this._leavePoint();   // it scrolls the page
        });
        canvas.addEventListener("pointerdown", event => {
            if (event.pointerType === "touch") {
                const place = this._pointer = this._placeOf(event);
                this._holdFingers();
                this._fingers.set(event.pointerId, { from: place, now: place });
                this._showAt(...this._pointer);
            }
        });
        canvas.addEventListener("dblclick", () => this._reset());
        canvas.addEventListener("click", () => { if (!this._dragged) this._click(); });
        canvas.addEventListener("wheel", event => {
            if (!this._drawing?.axes || !(event.ctrlKey || event.metaKey ||
                document.activeElement === canvas)) return;
            event.preventDefault();
            if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) this._pan(event.deltaX);
            else this._zoomAt(this._placeOf(event)[0], Math.exp(clamp(event.deltaY, -100, 100) *
                .003));
        }, { passive: false });
        onDrag(canvas, event => this._beginDrag(event));
    }
    _onMove(event) {
        const place = this._pointer = this._placeOf(event);
        const finger = this._fingers.get(event.pointerId);
        if (finger) finger.now = place;
        this._moving ||= requestAnimationFrame(() => {
            this._moving = 0;
            if (this._fingers.size === 2 && this._drawing) this._pinch(...this._fingers.values());
            if (this._pointer) this._showAt(...this._pointer);
        });
    }
    // What lay under two fingers at the last drawing goes where they are now.
    _pinch(one, other) {
        const { left, right } = this._drawing.box, [from] = one.from, [now] = one.now;
        const by = Math.max(Math.abs(from - other.from[0]), 8) /
            Math.max(Math.abs(now - other.now[0]), 8);
        this._zoom(from - (now - left) * by, from + (right - now) * by);
        this._holdFingers();
    }
    // What lies under the fingers is what moves with them from now on.
    _holdFingers() {
        for (const finger of this._fingers.values()) finger.from = finger.now;
    }
    // A drag chooses a range; with Shift it moves what is shown.
    _beginDrag(event) {
        this._dragged = false;
        if (event.pointerType === "touch" || !this._drawing?.axes) return null;
        const [start] = this._placeOf(event), { left, right, top, bottom } = this._drawing.box;
        const chosen = element("div", { class: "lw-chart-chosen" });
        let end = start, panned = 0;
        return { move: (dx, dy, moved) => {
            this._dragged = true;
            if (event.shiftKey) {
                this._pan(panned - dx);
                panned = dx;
                return;
            }
            end = clamp(this._placeOf(moved)[0], left, right);
            this._plot.append(chosen);
            Object.assign(chosen.style, { left: px(Math.min(start, end)), top: px(top),
                width: px(Math.abs(end - start)), height: px(bottom - top) });
        }, end: () => {
            chosen.remove();
            if (!event.shiftKey && Math.abs(end - start) > 4)
                this._zoom(Math.min(start, end), Math.max(start, end));
        } };
    }
    _click() {
        const [x, y] = this._pointer || [0, 0], far = hit => Math.hypot(hit.x - x, hit.y - y);
        const hit = [...this._hits].sort((a, b) => far(a) - far(b))[0];
        if (!hit) return;
        const { key, name, kind, rows, columns } = hit.series || hit.one, { stride } = rows;
        // of a heat map, the places of its columns and lines come first
        const at = hit.at + (kind === "heatmap" ? columns + this._drawing._heatLines : 0);
        const seen = [...rows.values.subarray(at * stride, (at + 1) * stride)];
        this.emit(null, [], { user_click: [key, rows.first + at,
            [name, ...seen.map(one => Number.isFinite(one) ? one : null)]] });
    }
    _onKey(event) {
        const drawing = this._drawing;
        if (!drawing || event.ctrlKey || event.metaKey || event.altKey) return;
        const { box } = drawing, middle = (box.left + box.right) / 2, wide = box.right - box.left,
            way = { ArrowLeft: -1, ArrowRight: 1 }[event.key], across = { ArrowDown: -1,
                ArrowUp: 1 }[event.key];
        if (way && event.shiftKey) this._pan(way * wide / 8);
        else if (way) this._stepPoint(way);
        else if (event.key === "+" || event.key === "=") this._zoomAt(middle, .7);
        else if (event.key === "-") this._zoomAt(middle, 1 / .7);
        else if (event.key === "Enter" && this._hits.length) this._click();
        else if (event.key === "Escape" && (this._model.range || !this._tip.hidden)) {
            this._leavePoint();
            this._reset();
        } else if (!across || !this._stepAcross(across)) return;
        event.preventDefault();
    }
    // What the arrow keys go through, from one number to before another, and where each is: the
    // parts of a pie, the cells of a heat map, or the points of one of the series.
    _stops() {
        const drawing = this._drawing, { pie, pieAt, heat, axes, box, plotted = [] } = drawing;
        if (pie) {
            const parts = drawing.hits.filter(([begin, end]) => end > begin), far = pieAt.radius *
                .8;
            return { from: 0, to: parts.length, place: at => {
                const turn = (parts[at][0] + parts[at][1]) / 2;
                return [pieAt.x + Math.cos(turn) * far, pieAt.y + Math.sin(turn) * far];
            } };
        }
        if (heat) {
            const { columns, rows: { values } } = heat;
            return { from: 0, to: columns * drawing._heatLines, columns, place: at => [
                axes.x.at(values[at % columns]),
                axes.y.at(values[columns + Math.floor(at / columns)])] };
        }
        const ones = plotted.filter(({ rows }) => rows.count), one = ones.at(this._line %
            ones.length);
        if (!one) return {};
        const { values, stride } = one.rows, [from, to] = drawing.seen(one), middle = (box.top +
            box.bottom) / 2, isDot = one.kind === "scatter", isBin = one.kind === "histogram";
        return { from, to, ones, step: Math.max(Math.round((to - from) / 200), 1), place: at => {
            const [x, y] = values.subarray(at * stride), height = isDot
                ? axes[one.axis || "y"].at(y) : middle;
            return [clamp(axes.x.at(isBin ? (x + y) / 2 : x), box.left, box.right),
                Number.isFinite(height) ? height : middle];
        } };
    }
    _goTo(at) {
        this._point = at;
        this._pointer = this._stops().place(at);
        this._showAt(...this._pointer);
        this._canvas.setAttribute("aria-description", this._tip.innerText.replace(/\s+/g, " "));
    }
    _stepPoint(way) {
        const { from, to, step = 1 } = this._stops();
        if (to > from) this._goTo(this._point === null ? way > 0 ? from : to - 1
            : clamp(this._point + way * step, from, to - 1));
    }
    // Go to the line above or below in a heat map, or to the series before or behind; whether there
    // may be one.
    _stepAcross(way) {
        const { from, to, columns, ones = [] } = this._stops(), next = this._point + way * columns;
        if (this._point === null || !columns && ones.length < 2) return false;
        if (next >= from && next < to) this._goTo(next);
        if (columns) return true;
        const [x, y] = this._pointer;
        this._line -= way;
        const stops = this._stops(), one = ones.at(this._line % ones.length);
        this._goTo(clamp(this._nearest(one, x, y), stops.from, stops.to - 1));
        return true;
    }

    // A sentence and a table, for those who do not see the picture.
    _summarize() {
        clearTimeout(this._summing);
        this._summing = 0;
        const { axes, names } = this._model, { x, y } = this._drawing?.axes || {},
            series = this._model.series.filter(one => one.rows && !one.hidden),
            most = clamp(Math.floor(20 * MAX_TOLD / series.length), 1, MAX_TOLD);
        const told = series.slice(0, MAX_TOLD).map(one =>
            `${one.name}: ${one.kind}, ${this._sums(one)}`);
        if (series.length > MAX_TOLD) told.push(`and ${series.length - MAX_TOLD} more`);
        this._takeName();
        this._canvas.setAttribute("aria-description", told.join(". "));
        const text = value => x ? x.text(value) : names[value] ?? String(value);
        const lines = series.slice(0, 20 * MAX_TOLD).flatMap(one => {
            const { values, count, stride } = one.rows, first = firstOf(one), made = [],
                every = Math.ceil((count - first) / most) || 1;
            for (let at = first; at < count; at += every) {
                const [start, ...others] = values.subarray(at * stride, (at + 1) * stride);
                const cells = one.kind === "pie" ? [one.labels[at], values[at]]
                    : one.kind === "heatmap" ? [text(values[(at - first) % one.columns]),
                        y?.text(values[one.columns + Math.floor((at - first) / one.columns)]),
                        values[at]]
                    : one.kind !== "histogram" ? [text(start), ...others]
                    : [`${text(start)} to ${text(others[0])}`, others[1]];
                made.push(element("tr", {}, ...[one.name, ...cells].map(cell => element("td", {},
                    Number.isNaN(cell) ? "" : String(cell)))));
            }
            return made;
        });
        const head = ["Series", axes.x[0] || "x", axes.y[0] || "Value"].map(name =>
            element("th", {}, name));
        this._table.replaceChildren(element("table", {}, element("tr", {}, ...head), ...lines));
    }
    _sums(one) {
        const { count, stride } = one.rows, first = firstOf(one), { low, high } =
            one.rows.extremes(one.kind === "histogram" ? 2 : stride > 1 ? 1 : 0, first, count);
        return `${count - first} points` +
            (low <= high ? `, from ${numberText(low)} to ${numberText(high)}` : "");
    }
}

return {
    TabWidget, StackWidget, ScrollBar, AbstractScrollArea, ScrollArea, Toast, GridBox, ComboBox,
    Splitter, MDISubWindow, MDIWidget, TextEntrySet, ColorDialog, HtmlView, TextSource, CodeView,
    Dial, VideoWidget, Canvas, ColorWidget, Shortcut, Metric, StatusBar, DownloadButton,
    ToggleButton, Badge, RadioGroup, SegmentedButton, RangeSlider, TextArea, MenuAction, Menu,
    ExternalWidget, FileDialog, ToolBarAction, ToolBar, MenuBar, SpinBox, NumberEntry, DateEntry,
    DateRange, TimeEntry, DateTimeEntry, MultiSelect, FileUpload, Markdown, ChatMessage, ChatView,
    JsonView, DiffView, TreeView, TableView, LogView, Chart,
};
};

//@part fields
// 9. Fields: templates of a DynamicWidget, as Python's section 11 has them; uses 2 and 4 only /////

const KEY = "\\[(?:\"[^\"\\n]{1,200}\"|'[^'\\n]{1,200}')\\]";
const PATH = `(?:[A-Za-z_][A-Za-z0-9_]*|${KEY})(?:\\.[A-Za-z0-9_]+|\\[[0-9]{1,9}\\]|${KEY})*`;
const STEP = /\[([0-9]+)\]|\["([^"]*)"\]|\['([^']*)'\]|([A-Za-z0-9_]+)/g;
const FORMAT = "(?=[^}])[<>^]?[+ ]?0?[0-9]{0,3},?(?:\\.[0-9]{1,2}(?=[fe%s]))?[dfe%s]?";
const PLACEHOLDER = new RegExp(`\\{\\{(${PATH}(?::${FORMAT}|\\|raw)?)\\}\\}` +
    `|\\{(${PATH})(?::(${FORMAT})|(\\|raw))?\\}`, "g");
const FORMAT_PARTS = /^([<>^]?)([+ ]?)(0?)([0-9]*)(,?)(?:\.([0-9]+))?([dfe%s]?)$/;
const URL_ATTRIBUTES = new Set(["href", "src", "srcset", "action", "formaction", "poster", "data",
    "xlink:href", "ping", "background"]);
const CSS_ATTRIBUTES = new Set(["fill", "stroke", "mask", "clip-path", "cursor", "filter",
    "marker-start", "marker-mid", "marker-end"]);
const CSS_LOAD = /\\|(?:url|src|image-set)\(/i;
const CSS_REFERENCE = /url\(["']?#[-.A-Za-z0-9_]*["']?\)/gi;
const PICTURE =
    /<img src="(data:image\/(?:png|jpeg|gif|webp|avif|bmp);base64,[A-Za-z0-9+/=]*)" alt="">/g;
const STYLE_VALUE = /^[-+.#%A-Za-z0-9 ]{0,64}$/;
const PROPERTY_VALUE =
    /^(?!.{65}|.*(?:url|src)\()(?:[-+.#%/A-Za-z0-9 ,]|\([-+.#%/A-Za-z0-9 ,]*\))*$/i;
const UNFIT = new Set();                // data-style-NAME of which a value was told not to fit
const ANSWER_SHOWN_MS = 1000;           // what an action changes comes within so long
const STOPPED_AFTER_MS = 10000;         // away for so long is "stopped", not "reconnecting"

// Markup that Python marked as such; nothing in JSON can be one.
class Html {
    constructor(text) { this.text = text; }
    toString() { return this.text; }
    toJSON() { return this.text; }
}

function valueText(value) {
    if (value === undefined || value === null) return "";
    return typeof value === "string" || value instanceof Html ? String(value) : jsonText(value);
}

// Objects whose keys Python has in another order than JavaScript, which puts whole numbers first.
const keyOrders = new WeakMap();
const keysOf = value => keyOrders.get(value) || Object.keys(value);

function jsonText(value) {
    if (value === null || typeof value !== "object" || value instanceof Html)
        return JSON.stringify(value);
    return Array.isArray(value) ? `[${value.map(jsonText)}]`
        : `{${keysOf(value).map(key => `${JSON.stringify(key)}:${jsonText(value[key])}`)}}`;
}

// As Python rounds: half to even, of the exact value. `exact` has 100 digits more than anybody asks
// for.
function roundEven(text, exact, digits) {
    const [mantissa, power = ""] = text.split(/(?=e)/), point = exact.indexOf(".") + 1;
    if (!/^50*$/.test(exact.slice(point + digits).replace(/e.*/, ""))) return text;
    const kept = digits ? exact.slice(0, point + digits) : exact.slice(0, point - 1);
    return Number(kept.at(-1)) % 2 ? mantissa + power : kept + exact.replace(/^[^e]*/, "");
}

function formatNumber(value, kind, comma, precision) {
    const size = Math.abs(value);
    let text;
    if (kind === "") {
        text = String(size);
        if (text.includes("e")) comma = "";
    } else if (kind === "e") {
        text = roundEven(size.toExponential(precision), size.toExponential(100), precision)
            .replace(/e([+-])(\d)$/, "e$10$2");
    } else {
        if (kind === "d") precision = 0;
        const shown = kind === "%" ? size * 100 : size;
        text = shown === Infinity ? "inf" : shown < 1e21
            ? roundEven(shown.toFixed(precision), shown.toFixed(100), precision)
            : BigInt(shown) + (precision ? "." + "0".repeat(precision) : "");
        if (kind === "%") text += "%";
    }
    if (comma) text = text.replace(/^\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ","));
    return (value < 0 || kind !== "" && Object.is(value, -0) ? "-" : "") + text;
}

function formatValue(value, spec) {
    let [, align, sign, zero, width, comma, precision, kind] = FORMAT_PARTS.exec(spec), text;
    let isNumber = typeof value === "number";
    if (value === undefined || value === null) text = "";
    else if (!isNumber || kind === "s") {
        isNumber = false;
        text = valueText(value);
        if (precision && kind === "s") text = [...text].slice(0, Number(precision)).join("");
    } else {
        text =
            formatNumber(value, kind, comma, precision ? Number(precision) : kind === "d" ? 0 : 6);
        if (sign && !text.startsWith("-")) text = sign + text;
    }
    let fill = Math.max(0, Number(width) - [...text].length), left = 0;
    if (zero && isNumber && !align) return text.replace(/^[+ -]?/, "$&" + "0".repeat(fill));
    align = align || (isNumber ? ">" : "<");
    if (align === ">") left = fill;
    if (align === "^") left = Math.floor(fill / 2) + (fill & Number(width) & 1);
    return " ".repeat(left) + text + " ".repeat(fill - left);
}

function safeUrl(url, image) {
    const bare = url.replace(/[\x00-\x20\x7f]/g, ""),
        scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(bare);
    if (!scheme || ["http", "https", "mailto", "tel"].includes(scheme[1].toLowerCase())) return url;
    return image && /^data:image\/(?:png|jpeg|gif|webp|avif|bmp);base64,/i.test(bare) ? url
        : "about:blank#blocked";
}

function safeAttribute(tag, name, text) {
    if (CSS_ATTRIBUTES.has(name)) return CSS_LOAD.test(text.replace(CSS_REFERENCE, "")) ? "" : text;
    if (!URL_ATTRIBUTES.has(name)) return text;
    text = text.replace(PICTURE, "$1");
    if (name === "srcset") return text.split(",").every(part => safeUrl(part, true) === part)
        ? text : "about:blank#blocked";
    return safeUrl(text, name === "poster" || name === "background" || name === "src" &&
        ["img", "source", "input"].includes(tag));
}

const isTrue = value => Array.isArray(value) ? value.length > 0
    : value !== null && typeof value === "object" &&
        !(value instanceof Html) ? Object.keys(value).length > 0 : Boolean(value && String(value));

// Of several radio buttons that one is on whose value a text or a number is.
const isChosen = (node, value) => node.type === "radio" && node.hasAttribute("value") &&
    ["string", "number", "bigint"].includes(typeof value) ? node.value === valueText(value)
    : isTrue(value);

// A list of objects as a table of all their keys; null for another value.
function tableMarkup(value) {
    const isRow = row => row !== null && typeof row === "object" && !Array.isArray(row) &&
        !(row instanceof Html);
    if (!Array.isArray(value) || !value.length || !value.every(isRow)) return null;
    const names = [...new Set(value.flatMap(keysOf))];
    const escaped = cell => cell instanceof Html ? cell.text
        : valueText(cell).replace(/[&<>]/g, sign => `&#${sign.charCodeAt(0)};`);
    const line = (tag, cells) =>
        `<tr>${cells.map(cell => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
    const own = (row, name) => Object.hasOwn(row, name) ? row[name] : null;
    const lines = value.map(row => line("td", names.map(name => own(row, name))));
    return new Html(`<table><tbody>${line("th", names)}${lines.join("")}</tbody></table>`);
}

// The nodes of some Html as it is read within a node: in a drawing, SVG.
function markupIn(parent, { text }) {
    const isDrawing = parent instanceof SVGElement &&
        !["foreignObject", "desc", "title"].includes(parent.localName);
    return [...(isDrawing ? parseMarkup(`<svg>${text}</svg>`).firstChild : parseMarkup(text))
        .childNodes];
}

// A value as content: Html, or its text.
const shownValue = value => value instanceof Html ? value : tableMarkup(value) || valueText(value);

const pathSteps = path => [...path.matchAll(STEP)].map(([, index, ...names]) =>
    index ? String(Number(index)) : names.find(Boolean));

function lookUp(scope, path) {
    let value = scope;
    for (const step of path) {
        if (value instanceof Map) value = value.get(step);
        else if (Array.isArray(value)) value = /^\d+$/.test(step) ? value[Number(step)] : undefined;
        else if (value !== null && typeof value === "object" && !(value instanceof Html) &&
            Object.hasOwn(value, step)) value = value[step];
        else return undefined;
    }
    return value;
}

// Text as a list of strings and of {path, format, raw}.
function splitPlaceholders(text) {
    const parts = [];
    let at = 0;
    for (const match of text.matchAll(PLACEHOLDER)) {
        parts.push(text.slice(at, match.index));
        at = match.index + match[0].length;
        parts.push(match[1] !== undefined ? `{${match[1]}}`
            : { path: pathSteps(match[2]), format: match[3], raw: Boolean(match[4]) });
    }
    parts.push(text.slice(at));
    return parts.filter(part => part !== "");
}

// Give a text node another text: where a person has selected the old one, the new one is so.
function putText(node, text) {
    const { length } = node.data, chosen = getSelection();
    if (chosen.isCollapsed || !chosen.containsNode(node, true)) node.data = text;
    else {
        node.insertData(0, text);
        node.deleteData(text.length, length);
    }
}

// A function of the scope that applies what it computes when that changed, and says whether it did.
// attribute: what it writes to; whoever writes that anew has it forget what it applied.
function updater(compute, apply, attribute) {
    let last;
    const update = scope => {
        const value = compute(scope), key = JSON.stringify([value, value instanceof Html]),
            isFirst = last === undefined;
        if (key === last) return false;
        last = key;
        apply(value, isFirst);
        return true;
    };
    return Object.assign(update, { attribute, forget: () => { last = undefined; } });
}

// A template's DOM with the functions that keep it up to date.
class Binding {
    constructor(fragment, view, loading = false) {
        this.view = view;
        this.loading = loading;                         // what is missing may still come
        this.nodes = [];
        this._updaters = [];
        this._bindChildren(fragment, this._updaters);
        this.nodes = [...fragment.childNodes];
    }

    update(scope) {
        let changed = false;
        for (const update of this._updaters) changed = update(scope) || changed;
        return changed;
    }

    missing(value) { return value === undefined && this.loading && this.view.loading; }

    _text(part, scope) {
        const value = lookUp(scope, part.path);
        return part.format === undefined ? valueText(value) : formatValue(value, part.format);
    }

    _bindChildren(parent, updaters) {
        for (const node of [...parent.childNodes]) {
            if (node.nodeType === Node.TEXT_NODE) this.bindText(node, updaters);
            else if (node.nodeType === Node.ELEMENT_NODE) this.bindElement(node, updaters);
            else node.remove();
        }
    }

    bindText(node, updaters) {
        const parts = splitPlaceholders(node.data);
        if (parts.every(part => typeof part === "string")) {
            if (node.data.includes("{{")) node.data = parts.join("");
            return;
        }
        const only = ["textarea", "title"].includes(node.parentNode.localName);
        if (only) {
            updaters.push(updater(scope => parts.map(part => typeof part === "string" ? part
                : this._text(part, scope)).join(""),
                text => { node.data = text; }));
            return;
        }
        for (const part of parts) {
            const anchor = document.createTextNode(typeof part === "string" ? part : "");
            node.before(anchor);
            if (typeof part === "string") continue;
            let markup = [];
            updaters.push(updater(scope => {
                const value = lookUp(scope, part.path);
                if (this.missing(value)) return "loading";
                if (part.format !== undefined) return formatValue(value, part.format);
                return part.raw && value !== undefined ? new Html(valueText(value))
                    : shownValue(value);
            }, value => {
                this.view.lose(markup, "its field is new");
                for (const old of markup) old.remove();
                markup = value instanceof Html ? markupIn(anchor.parentNode, value) : [];
                putText(anchor, value instanceof Html ? "" : value);
                anchor.after(...markup);
            }));
        }
        node.remove();
    }

    bindElement(node, updaters) {
        const tag = node.localName;
        if (tag === "script" || tag === "style" || tag === "template") return;
        let own = updaters;
        if (node.hasAttribute("data-flash")) {
            own = [];
            let seen = false;
            updaters.push(scope => {
                let changed = false;
                for (const update of own) changed = update(scope) || changed;
                if (changed && seen) flash(node);
                seen = true;
                return changed;
            });
        }
        const attributes = [...node.attributes].map(({ name, value }) => [name, value]), live = [];
        for (const [name, value] of attributes) {
            const parts = splitPlaceholders(value);
            if (name.startsWith("on") || name === "srcdoc") continue;
            if (parts.every(part => typeof part === "string")) {
                if (value.includes("{{")) node.setAttribute(name, parts.join(""));
                continue;
            }
            own.push(updater(scope => safeAttribute(tag, name, parts.map(part => {
                const text = typeof part === "string" ? part : this._text(part, scope);
                return typeof part !== "string" && name === "style" &&
                    !STYLE_VALUE.test(text) ? "" : text;
            }).join("")), text => {
                node.setAttribute(name, text);
                for (const update of live) if (update.attribute === name) update.forget();
            }));
        }
        let managed = false;
        // whole attributes come first, which others change
        const isWhole = ([name]) => name.startsWith("data-attr-");
        attributes.sort((one, other) => isWhole(other) - isWhole(one));
        for (const [name, value] of attributes) {
            // a select's options stand before its value is chosen
            if (name.startsWith("data-")) managed = this._bindLive(node, name.slice(5), value,
                name === "data-each" ? own : live) || managed;
        }
        if (!managed) this._bindChildren(node, own);
        own.push(...live);
    }

    // One live attribute; returns whether it rules the element's content.
    _bindLive(node, name, value, own) {
        if (name === "format")                          // "name:.1f" names the field as well
            return value.includes(":") && !node.hasAttribute("data-field") &&
                this._bindLive(node, "field", value.replace(/:[^:]*$/, ""), own);
        const [, kind, target] = /^([^-]*)-?(.*)$/.exec(name);
        const Kind = LIVE.get(target ? `${kind}-` : name);
        return Kind && new Kind(this).bind(node, { name, target, value, path: pathSteps(value) },
            own);
    }
}

// What the actions in a row are given besides what is entered there.
const addressOf = nodes => JSON.stringify(nodes.filter(node => node.localName)
    .flatMap(node => [node, ...node.querySelectorAll("*")])
    .map(node => [...node.attributes].filter(({ name }) => name.startsWith("data-arg-") ||
        name === "value" && node.type === "hidden").map(({ value }) => value)));

// The live attributes, a class each, of the same names in Python. bind(node, about, own) puts what
// keeps the element up to date into own; returns whether it rules the element's content. about:
// {name, target, value, path}.
class Live {
    constructor(binding) { Object.assign(this, { binding, view: binding.view }); }
}

// Either of both hides it.
class LiveShow extends Live {
    bind(node, _, own) {
        const ways = ["show", "hide"].filter(name => node.hasAttribute(`data-${name}`)).map(name =>
            [name === "hide", pathSteps(node.getAttribute(`data-${name}`))]);
        own.push(updater(scope => ways.some(([hides, path]) =>
            isTrue(lookUp(scope, path)) === hides),
            hidden => node.toggleAttribute("hidden", hidden), "hidden"));
    }
}

class LiveAttr extends Live {
    bind(node, { target, path }, own) {
        if (target.startsWith("on") || target === "srcdoc") return;
        // as markup has it: SVG's viewbox is viewBox, and its xlink:href is of a namespace
        const { name, namespaceURI } = node instanceof SVGElement
            ? parseMarkup(`<svg ${target}>`).firstChild.attributes[0] : { name: target };
        const update = updater(scope => lookUp(scope, path), value => {
            const text = value === true ? ""
                : safeAttribute(node.localName, target, valueText(value));
            if (value === undefined || value === null || value === false)
                node.removeAttribute(name);
            else if (namespaceURI) node.setAttributeNS(namespaceURI, name, text);
            else node.setAttribute(name, text);
            for (const other of own)
                if (other !== update && other.attribute === name) other.forget();
        }, name);
        own.push(update);
    }
}

class LiveClass extends Live {
    bind(node, { target, path }, own) {
        own.push(updater(scope => isTrue(lookUp(scope, path)),
            on => node.classList.toggle(target, on), "class"));
    }
}

class LiveStyle extends Live {
    bind(node, { name, target, path }, own) {
        let author;
        own.push(updater(scope => valueText(lookUp(scope, path)), (text, isFirst) => {
            if (isFirst) author = node.style.getPropertyValue(target);
            // what is no value of it must not leave the last one
            const fits = PROPERTY_VALUE.test(text) && CSS.supports(target, text);
            node.style.setProperty(target, fits ? text : author);
            if (!text || fits || UNFIT.has(name)) return;
            UNFIT.add(name);
            console.warn(`livewidget: data-${name}: "${text.slice(0, 200)}" is no value of it`);
        }, "style"));
    }
}

class LivePlot extends Live {
    bind(node, { value, path }, own) {
        const plot = new Plot(node, value);
        own.push(scope => {
            // an item of a list has no series of its own; all plots of a field share the longest
            const field = lookUp(scope, path);
            const series = this.binding.loading && this.view.series.get(value);
            return plot.show(field, Array.isArray(field) ? field
                : series?.length ? series.slice(-(node.dataset.points || 100)) : [field]);
        });
        return true;
    }
}

class LiveField extends Live {
    bind(node, { path }, own) {
        const tag = node.localName, isMissing = value => this.binding.missing(value);
        const format = (node.getAttribute("data-format") || "").replace(/^.*:/, "");
        const bind = (...how) => own.push(updater(...how));
        const show = value => isMissing(value) ? "" : format ? formatValue(value, format)
            : valueText(value);
        const checks = tag === "input" && ["checkbox", "radio"].includes(node.type);
        if (["img", "video", "audio", "source"].includes(tag)) {
            bind(scope => isMissing(lookUp(scope, path)) ? null : show(lookUp(scope, path)),
                text => text === null ||
                    node.setAttribute("src", safeAttribute(tag, "src", text)), "src");
        } else if (checks) {
            bind(scope => isChosen(node, lookUp(scope, path)), on => this.view.give(node, () => {
                node.toggleAttribute("checked", on);
            }, () => { node.checked = on; }), "checked");
        } else if (["input", "progress", "meter", "select", "textarea"].includes(tag)) {
            // and again when a select's options change
            bind(scope => {
                const value = lookUp(scope, path), all = node.multiple && Array.isArray(value);
                return [all ? value.map(show) : [show(value)],
                    [...node.options || []].map(option => option.value)];
            }, ([texts]) => this.view.give(node, () => {
                if (tag === "textarea") node.textContent = texts[0];
                else if (tag === "select") for (const option of node.options)
                    option.toggleAttribute("selected", texts.includes(option.value));
                else node.setAttribute("value", texts[0]);
            }, () => {
                if (node.multiple && node.options) for (const option of node.options)
                    option.selected = texts.includes(option.value);
                else if (tag !== "progress" && tag !== "meter") node.value = texts[0];
            }), "value");
            return tag === "textarea";
        } else {
            bind(scope => {
                const value = lookUp(scope, path);
                return isMissing(value) ? "loading" : format ? show(value) : shownValue(value);
            }, value => {
                const text = node.firstChild;
                if (value instanceof Html) node.replaceChildren(...markupIn(node, value));
                else if (text?.data && !text.nextSibling) putText(text, value);
                else node.textContent = value;
            });
            return true;
        }
        return false;
    }
}

class LiveEach extends Live {
    bind(node, { path }, own) {
        const template = [...node.children].find(child => child.localName === "template");
        const key = pathSteps(node.getAttribute("data-key") || ""),
            around = [...node.childNodes].filter(child => child !== template);
        for (const child of around) {
            if (child.nodeType === Node.ELEMENT_NODE) this.binding.bindElement(child, own);
            else if (child.nodeType === Node.TEXT_NODE) this.binding.bindText(child, own);
        }
        const end = document.createTextNode("");
        template.after(end);
        let instances = new Map();
        own.push(scope => {
            const items = lookUp(scope, path), list = Array.isArray(items) ? items : [],
                next = new Map();
            let changed = false;
            if (!key.length) instances = this._withTheirItems(instances, list);
            list.forEach((item, index) => {
                const inner = item !== null && typeof item === "object" && !Array.isArray(item) &&
                    !(item instanceof Html) ? item : { item };
                let name = key.length ? valueText(lookUp(inner, key)) : index;
                while (next.has(name)) name = `${name} ${index}`;
                let instance = instances.get(name);
                if (!instance) {
                    const made = template.cloneNode(true);
                    instance = new Binding(made.content || made, this.view);    // in SVG, itself
                    changed = true;
                }
                instances.delete(name);
                next.set(name, instance);
                const before = !key.length && this.view.holds(instance.nodes) &&
                    addressOf(instance.nodes);
                instance.item = item;
                changed = instance.update(inner) || changed;
                if (before && before !== addressOf(instance.nodes))
                    this.view.lose(instance.nodes, "another row took its place");
            });
            for (const instance of instances.values()) {
                this.view.lose(instance.nodes, "its row is gone");
                for (const child of instance.nodes) child.remove();
                changed = true;
            }
            instances = next;
            placeInOrder(node, [...instances.values()].flatMap(instance => instance.nodes), end);
            return changed;
        });
        return true;
    }
    // Without a key, rows are places; but one in which a person is at work goes with its item.
    _withTheirItems(instances, list) {
        const held = [...instances].filter(([, one]) => this.view.holds(one.nodes));
        if (!held.length) return instances;
        const signs = list.map(item => JSON.stringify(item)), next = new Map(), placed = new Set();
        const place = (one, at) => {
            if (placed.has(one) || at < 0 || next.has(at)) return;
            next.set(at, one);
            placed.add(one);
        };
        const isAt = (one, at) => JSON.stringify(one.item) === signs[at];
        for (const [at, one] of held) if (isAt(one, at)) place(one, at);
        for (const [, one] of held)
            place(one, signs.findIndex((_, at) => isAt(one, at) && !next.has(at)));
        for (const [at, one] of instances) place(one, at);
        let free = 0;
        for (const one of instances.values()) {
            while (next.has(free) && !placed.has(one)) free++;
            place(one, free);
        }
        return next;
    }
}

// By name, as Python's _LIVE; one that ends in "-" has a target.
const LIVE = new Map(Object.entries({
    show: LiveShow, hide: LiveShow, field: LiveField, each: LiveEach, plot: LivePlot,
    "attr-": LiveAttr, "class-": LiveClass, "style-": LiveStyle,
}));

function flash(node) {
    node.classList.remove("lw-flash");
    void node.offsetWidth;                              // start the animation anew
    node.classList.add("lw-flash");
    node.addEventListener("animationend", () => node.classList.remove("lw-flash"), { once: true });
}

// A line plot of a field's last values.
class Plot {
    constructor(node, name) {
        this.name = name;
        this.canvas = node.localName === "canvas" ? node : element("canvas");
        if (this.canvas !== node) node.replaceChildren(this.canvas);
        this.canvas.setAttribute("role", "img");
        this._values = [];
        onPixels(this.canvas, () => this._draw());
        themed.watch(this);
    }

    show(field, values) {
        const last = Array.isArray(field) && field.length ? field.at(-1) : field;
        const text = `${this.name}: ${valueText(last)}`;
        if (this.canvas.getAttribute("aria-label") !== text)
            this.canvas.setAttribute("aria-label", text);
        const key = JSON.stringify(values), changed = key !== this._key;
        this._key = key;
        this._values = values;
        if (changed) this._draw();
        return changed;
    }

    changeColors() { this._draw(); }
    _draw() {
        const { canvas } = this, { clientWidth: width, clientHeight: height } = canvas,
            style = getComputedStyle(canvas);
        if (width && height) paintCanvas(canvas, width, height, plotShapes(this._values, width,
            height, style.getPropertyValue("--lw-plot").trim() || style.color));
    }
}

// A template with its fields, in an element of the page.
class FieldView {
    constructor(root, nonce = "") {
        this.root = root;
        this.fields = new Map();
        this.series = new Map();
        this.loading = false;
        this._nonce = nonce;
        this._binding = null;
        this._given = new WeakMap();                    // control -> shows what Python gave it
        this._entered = new Map();                      // control that was changed -> its turn
        this._turn = 0;
        this._answered = [];
        this._sent = new Set();                         // controls on their way to an action
        this._pressed = null;
        this.onLost = null;                             // what was entered is gone: told why
        for (const type of ["input", "change"])
            root.addEventListener(type, event => this._enter(event.target));
        root.addEventListener("click", ({ target }) => {        // on the one that is on, too
            if (target.type === "radio") this._enter(target);
        });
        root.addEventListener("focusout", event => this._showGiven(event.target));
        root.addEventListener("reset", event => this._forget(event.target.elements));
        // which need not have the focus
        root.addEventListener("pointerdown", ({ target }) => { this._pressed = target; });
        for (const type of ["pointerup", "pointercancel"])      // the click comes first
            addEventListener(type, () => setTimeout(() => { this._pressed = null; }));
    }

    // Controls keep what a person entered, as with HTML's dirty flag: until their form is reset or
    // an action has taken it. What Python gives is their default meanwhile, which a reset shows.
    give(node, setDefault, show) {
        const chosen = node.localName === "select" && [...node.options].map(one => one.selected);
        setDefault();
        this._given.set(node, show);
        if (this._isHeld(node) && chosen)
            [...node.options].forEach((option, at) => { option.selected = chosen[at]; });
        this._showGiven(node, false);
    }
    _isHeld(node) {
        const writes = !/^(checkbox|radio)$/.test(node.type);
        return this._entered.has(node) || writes && document.activeElement === node;
    }
    _showGiven(node, left = true) {
        if (this._entered.has(node) || !left && this._isHeld(node)) return;
        this._given.get(node)?.();
    }
    // One of several radio buttons is chosen: so are the others not.
    _enter(node) {
        const group = node.type === "radio" && node.name
            ? [...this.root.querySelectorAll("input[type=radio]")]
                .filter(one => one.name === node.name && one.form === node.form) : [node];
        this._turn++;
        for (const one of group) if ("form" in one) this._entered.set(one, this._turn);
    }
    _forget(controls) { for (const one of controls) this._entered.delete(one); }
    // What goes to an action: the controls of its form, or those that are in none.
    send(node) {
        const form = formOf(node), entries = [...this._entered].filter(([one]) =>
            one.form === form);
        for (const [one] of entries) this._sent.add(one);
        return entries;
    }
    // An action took these, or not. The next values are shown in what it took, unless that was
    // changed since.
    answered(entries, isTaken) {
        for (const [node, turn] of entries) {
            this._sent.delete(node);
            if (!isTaken || this._entered.get(node) !== turn) continue;
            this._entered.delete(node);
            this._answered.push(node);
        }
        setTimeout(() => this._showAnswered(), ANSWER_SHOWN_MS);
    }
    // Whether a person is at work in these nodes.
    holds(nodes) {
        const { _entered: entered, _pressed: pressed, root } = this;
        if (!entered.size && !pressed && !root.contains(document.activeElement)) return false;
        const within = one => one && nodes.some(node => node.contains(one));
        return [document.activeElement, pressed, ...entered.keys()].some(within);
    }
    // These nodes go, or become another's: what was entered there is told, and taken out.
    lose(nodes, why) {
        const within = [...this._entered.keys()].filter(one => !this._sent.has(one) &&
            nodes.some(node => node.contains(one)));
        const texts = within.filter(isChanged).map(one =>
            `${one.name || one.localName}: ${entryText(one)}`);
        for (const one of within) {
            this._entered.delete(one);
            undoEntry(one);
        }
        if (texts.length) this.onLost?.(`not sent, as ${why}: ${texts.join("; ")}`);
    }
    _showAnswered() {
        for (const node of this._answered.splice(0)) this._showGiven(node, false);
    }

    setTemplate(source) {
        const fragment = parseMarkup(source);
        this._binding = new Binding(fragment, this, true);
        // parsed markup's scripts do not run; the author's shall
        for (const script of [...fragment.querySelectorAll("script")]) {
            const revived = element("script",
                { ...Object.fromEntries([...script.attributes]
                    .map(({ name, value }) => [name, value])) });
            revived.nonce = this._nonce;
            revived.textContent = script.textContent;
            script.replaceWith(revived);
        }
        this._binding.update(this.fields);
        this.lose([this.root], "the widget was made anew");
        this.root.replaceChildren(fragment);
        this._binding.update(this.fields);
    }

    // {fields, html, edits, series, reset} as the feed answers, or a cell's first values.
    take({ fields = {}, html = {}, edits = {}, series = {}, reset = false }) {
        if (reset) {
            this.fields.clear();
            this.series.clear();
        }
        for (const [name, value] of Object.entries(fields))
            this.fields.set(name, markHtml(value, Object.hasOwn(html, name) ? html[name] : []));
        for (const [name, splices] of Object.entries(edits))
            this.fields.set(name, spliced(this.fields.get(name), splices));
        for (const [name, { set, edit = [] }] of Object.entries(series))
            this.series.set(name, spliced(set || this.series.get(name), edit));
        this._binding?.update(this.fields);
        this._showAnswered();
    }
}

function markHtml(value, paths) {
    for (const path of paths) {
        if (!path.length) return new Html(value);
        let parent = value;
        const last = path.at(-1);
        for (const step of path.slice(0, -1)) parent = parent[step];
        if (Array.isArray(last)) keyOrders.set(parent, last);
        else parent[last] = new Html(parent[last]);
    }
    return value;
}

// A list after splices, one after another: [start, remove, items, paths in items to markup].
function spliced(list = [], splices) {
    for (const [start, remove, items, paths = []] of splices) {
        markHtml(items, paths);
        if (remove === items.length) items.forEach((item, at) => { list[start + at] = item; });
        else list = list.slice(0, start).concat(items, list.slice(start + remove));
    }
    return list;
}

// Whether a control holds other than its default, what it holds as text, and its default again.
const isTicked = node => /^(checkbox|radio)$/.test(node.type);
const isChanged = node => isTicked(node) ? node.checked !== node.defaultChecked
    : node.localName === "select" || node.validity.badInput || node.value !== node.defaultValue;
const entryText = node => node.type === "password" ? "a password"
    : isTicked(node) ? (node.checked ? "on" : "off")
    : node.multiple && node.options ? [...node.selectedOptions].map(one => one.value).join(", ")
    : node.value;
function undoEntry(node) {
    if (isTicked(node)) node.checked = node.defaultChecked;
    else if (node.localName !== "select") node.value = node.defaultValue;
    else for (const option of node.options) option.selected = option.defaultSelected;
}

const formOf = node => node.localName === "form" ? node
    : "form" in node ? node.form : node.closest("form");

// The fields of an action's form, or its own as a control in none.
const fieldsOf = node => [...formOf(node)?.elements || [node]];

// The arguments of an action: those fields, then its data-arg-* attributes.
function actionArguments(node) {
    const given = {};
    for (const field of fieldsOf(node)) {
        if (!field.name || field.matches(":disabled, :not(input, select, textarea)") ||
            field.type === "radio" && !field.checked ||
            ["button", "submit", "reset", "file", "image"].includes(field.type)) continue;
        given[field.name] = field.type === "checkbox" ? field.checked
            : field.type === "select-multiple" ? [...field.selectedOptions].map(one => one.value)
            : ["number", "range"].includes(field.type)
                ? (field.value === "" ? null : Number(field.value)) : field.value;
    }
    for (const { name, value } of node.attributes) {
        if (name.startsWith("data-arg-")) given[name.slice(9).replace(/-/g, "_")] = value;
    }
    return given;
}

// Asks for what a feed has missed, by the first of its carriers that answers, and then by that one.
class FeedTransport extends Transport {
    constructor(feed, receive, closed) {
        super(receive, closed);
        this._feed = feed;
        this.carriers = feed.carriers;
        this._follow();
    }
    async _ask() {
        let code = 1006, reason = "";
        for (const carrier of this.carriers) {
            const { status, body, why } =
                await carrier({ lw: "get", ...this._feed.place }).catch(() => ({}));
            if (status === 200 && body && body.instance === this._feed.instance) {
                this.carriers = [carrier];
                this._opened = true;
                return this._receive(body);
            }
            if (status === 401) code = status;
            reason = why || (status === 200 ? "another server has its port" : "");
        }
        this._end(code, reason);
    }
}

// A view's place in the log of its server.
// A carrier is a function of {lw: "get", since, epoch} or {lw: "post", path, args}: the promise of
// {status, body}.
class Feed extends Cursor {
    constructor(view, carriers, { instance, made, code }, tell) {
        super();
        this.carriers = carriers;
        this.instance = instance;
        this._view = view;
        this._code = code;                              // {digest, origin, by} of what is shown
        this._by = "";                                  // whose code the server runs instead
        // told (status, detail, when the shown values are of)
        this._tell = tell;
        this._heard = made;
        this._away = null;                              // since when nobody answers
        this._status = "live";                          // as the server last said
        this._last = { status: "checkpoint", detail: "" };
        this.onPage = this.onRefused = null;
    }
    _open(receive, closed) { return new FeedTransport(this, receive, closed); }
    _lost(code, opened, why) {
        if (code === 401) this.onRefused?.();
        this._away = this._away || Date.now();
        const said = this._last.status === "stopped";
        const gone = said || Date.now() - this._away > STOPPED_AFTER_MS;
        this._say(gone ? "stopped" : "reconnecting", why || (said ? this._last.detail : ""));
        this._connectAfter(backOff(this._attempts++));
    }
    _receive(answer) {
        this.seq = answer.seq;
        this._epoch = answer.epoch;
        this._away = null;
        this._attempts = 0;
        if (this._isReplaced(answer.code)) {
            this._say("replaced", this._by);            // the values stay: the new are not ours
            return;
        }
        this._heard = Date.now();
        if (answer.page && this.onPage) this.onPage(answer.page);
        const names = Object.keys(answer.fields);
        // keep the first values
        if (answer.reset && answer.fields._server_status === "starting") answer.reset = false;
        if (names.some(name => !name.startsWith("_server_"))) this._view.loading = false;
        this._view.take(answer);
        this._status = answer.fields._server_status || this._status;
        this._say(this._status, valueText(this._view.fields.get("_server_detail")));
    }
    // Whether the server runs the code of another notebook or script, as it last said.
    _isReplaced(code) {
        this._code = this._code || code;
        if (!code || !this._code) return this._by !== "";
        const same = code.digest === this._code.digest || code.origin === this._code.origin;
        if (same && this._by) this.seq = 0;             // ours again: ask for what was passed over
        if (same && code.origin === this._code.origin) this._code = code;
        this._by = same ? "" : code.by;
        return !same;
    }
    _say(status, detail) {
        this._last = { status, detail };
        if (this._view.fields.get("_server_status") !== status)
            this._view.take({ fields: { _server_status: status } });
        this._tell(status, detail, this._heard);
    }
    async act(path, args) {
        if (this._by) return `the server runs the code of ${this._by} now`;
        let reason = "no server answers";
        for (const carrier of (this._transport || this).carriers) {
            try {
                const { status, body, why } = await carrier({ lw: "post", path, args });
                if (status === 200) return body.error;
                if (status) return `the server answered ${status}`;
                reason = why || reason;                 // nobody carried it
            } catch { /* the next one */ }
        }
        return reason;
    }
}

function age(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    return seconds < 60 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min`
        : seconds < 172800 ? `${Math.round(seconds / 3600)} h`
        : `${Math.round(seconds / 86400)} d`;
}

// Start a DynamicWidget's page: in a notebook's frame, at the root of its server, or saved to a
// file.
function startFields(config, nonce) {
    if (window === top) document.documentElement.dataset.top = "";
    if (config.place === "frame") layOutFrame();
    const page = new FieldPage(config, nonce);
    if (config.place === "page") page.open(new Credentials(config.root));
    if (config.place === "frame") page.joinNotebook();
}

// What the page of a server has from the start: a place for the fields, the badge, styles.
function layOutFrame() {
    const style = (name, media) =>
        element("style", { id: "lw-" + name, media: media && `(prefers-color-scheme: ${media})` });
    document.head.append(element("style", {}, FIELDS_STYLE), style("css"), style("light", "light"),
        style("dark", "dark"));
    document.body.append(element("div", { id: "lw-root" }),
        element("div", { id: "lw-badge", role: "status" }));
}

// A DynamicWidget's page: the view of its fields, the badge, the feed and the user's actions.
class FieldPage {
    constructor(config, nonce) {
        this._config = config;
        this._root = document.getElementById("lw-root");
        this._badge = document.getElementById("lw-badge");
        this._view = new FieldView(this._root, nonce);
        keepPresses();
        this._styles = Object.fromEntries(["css", "light", "dark"]
            .map(name => [name, document.getElementById("lw-" + name)]));
        this._state = { status: "checkpoint", detail: config.first.fields._server_detail || "",
            when: config.made };
        this._problem = "";                             // why the last action failed
        this._busy = false;                             // the notebook's kernel runs a cell
        this._feed = null;
        this._setTheme(config.theme);
        this._view.loading = config.loading;
        this._view.take({ ...config.first,
            fields: { ...config.first.fields, _server_status: "checkpoint" } });
        if (config.place !== "frame") this._fill(config.page.template);
        this._view.onLost = text => {
            this._problem = text;
            this._showBadge();
        };
        this._showBadge();
        setInterval(() => this._showBadge(), 1000);
        this._root.addEventListener("click", event => {
            const node = event.target.closest?.("[data-action]");
            if (node && this._root.contains(node) && node.localName !== "form")
                this._act(node, event);
        });
        this._root.addEventListener("submit", event => {
            const node = event.target.closest("form");
            if (node.hasAttribute("data-action")) this._act(node, event);
            else event.preventDefault();
        });
    }
    // Follow the server by the first of these carriers that answers.
    start(carriers) {
        this._feed = new Feed(this._view, carriers, this._config, (status, detail, when) => {
            this._state = { status, detail, when };
            this._showBadge();
        });
        this._feed.onPage = page => this._setPage(page);
        this._feed.connect();
    }
    // Follow this page's own server, if this browser has something that opens it.
    async open(credentials) {
        const valid = await credentials.spendCode() && await credentials.exchangeToken();
        if (!credentials.current && !this._config.open) return this._showLocked(!valid);
        this.start([httpCarrier("", () => credentials.headers)]);
        this._feed.onRefused = () => { if (!credentials.refuse()) this._showLocked(); };
        this._root.addEventListener("click", event => {
            const link = event.target.closest?.("a[data-json]");
            if (link) this._showJson(event, link.getAttribute("href"), credentials);
        });
    }
    // Nothing that this browser has opens the server. Whoever logs in on the start page comes back.
    _showLocked(spent) {
        if (!this._config.login) return showNeedsLink(spent, this._config.open?.words);
        addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
        showLocked("This page is for people who log in",
            element("a", { href: this._config.root }, "Log in"), "Then come back to this page.");
    }
    // An endpoint's answer, which a plain navigation has no key for.
    async _showJson(event, path, { headers }) {
        event.preventDefault();
        let shown = "no server answers";
        try {
            const answer = await fetch(path, { cache: "no-store", headers });
            const text = await answer.text();
            shown = answer.ok ? JSON.stringify(JSON.parse(text), null, 2) : text;
        } catch { /* that is shown */ }
        this._root.querySelector("pre").textContent = shown;
    }
    // Exchange messages with the notebook around this frame.
    joinNotebook() {
        addEventListener("message", event => this._hear(event));
        const sizes = new ResizeObserver(() => this._tellHeight());
        sizes.observe(this._root);
        sizes.observe(this._badge);
        askRoutes(this._config, carriers => { if (!this._feed) this.start(carriers); });
        addEventListener("click", event => this._refuseLink(event));
    }
    // A link would lead the frame itself away, and a window is not opened from it.
    _refuseLink(event) {
        const link = event.target.closest?.("a[href]")?.getAttribute("href");
        if (!link || event.defaultPrevented || link.startsWith("#")) return;
        event.preventDefault();
        const told = this._problem = "a notebook's cell opens no other pages: " + link;
        this._showBadge();
        setTimeout(() => {
            if (this._problem === told) this._problem = "";
            this._showBadge();
        }, 10000);
    }
    // What a page of its own shows is its main part, unless the template says which part is.
    _fill(template) {
        this._view.setTemplate(template);
        const isMain = this._config.place !== "frame" &&
            !this._root.querySelector("main, [role=main]");
        setAttributes(this._root, { role: isMain ? "main" : null });
    }
    _setPage(page) {
        const { _config: config, _styles: styles } = this;
        if (JSON.stringify(page) === JSON.stringify(config.page)) return;
        if (page.template !== config.page.template) this._fill(page.template);
        for (const [name, style] of Object.entries(styles)) style.textContent = page[name];
        document.title = page.title;
        config.page = page;
        if (config.place === "frame") this._tellHeight();
    }
    _setTheme(theme) {
        if (!["light", "dark", "high-contrast"].includes(theme)) return;
        const dark = theme !== "light";
        document.documentElement.dataset.theme = theme;
        document.documentElement.style.colorScheme = dark ? "dark" : "light";
        this._styles.light.media = dark ? "not all" : "all";
        this._styles.dark.media = dark ? "all" : "not all";
    }
    _showBadge() {
        const { status, detail, when } = this._state;
        const fresh = status === "live" || status === "error";
        const words = {
            starting: "starting", reconnecting: "reconnecting", stopped: "stopped", error: "error",
            checkpoint: detail && "error", replaced: "replaced by the code of " + detail,
        }[status] || "";
        const asked = status === "replaced" ? "" : detail;
        const badge = this._badge, problem = this._problem;
        badge.hidden = status === "live" && !problem && !this._busy;
        badge.dataset.status = problem || words === "error" ? "error" : status;
        const told = what => [words, this._busy ? "kernel busy" : "", what,
            fresh ? "" : `values ${age(Date.now() - when)} old`].filter(Boolean).join(", ");
        // an action's error stands before those of endpoints, which go on; the server tells both
        const others = `; ${detail}; `.replace(`; ${problem}; `, "; ").slice(2, -2);
        const beside = words === "error" && others ? ", " + told(others) : "";
        const text = problem ? problem + beside : told(asked);
        if (badge.textContent !== text) badge.textContent = text;
        badge.title = text;
        if (words && this._config.place === "frame" && this._config.page.template === undefined)
            parent.postMessage({ lw: "note", text: asked ? `${words}, ${asked}` : words }, "*");
    }
    async _act(node, event) {
        if (!/^(checkbox|radio)$/.test(node.type)) event.preventDefault();
        // half a date, or what is no number, has no value to be sent
        const unread = fieldsOf(node).find(one => one.name && one.validity?.badInput);
        if (unread) return unread.reportValidity();
        node.setAttribute("aria-busy", "true");
        const name = node.getAttribute("data-action");
        const entries = this._view.send(node);
        const error = this._feed ? await this._feed.act(name, actionArguments(node))
            : "no server is connected";
        this._view.answered(entries, !error);
        node.removeAttribute("aria-busy");
        this._problem = error ? `${name}: ${error}` : "";
        this._showBadge();
    }
    _hear({ source, data }) {
        if (source !== parent || typeof data !== "object" || data === null) return;
        if (data.lw === "theme") this._setTheme(data.theme);
        if (data.lw === "busy") {
            this._busy = data.busy === true;
            this._showBadge();
        }
    }
    _tellHeight() {
        const { width, height } = this._root.getBoundingClientRect();
        // it is not laid out yet, or the values of the cell's output are all there is
        if (!width || this._config.page.template === undefined) return;
        const badge = this._badge.offsetHeight;     // of several lines it stands above the edge
        const room = Math.ceil(Math.max(height, badge > 20 ? badge + 4 : badge));   // may be empty
        parent.postMessage({ lw: "height", height: room }, "*");
    }
}

//@part look
// The style of a DynamicWidget's page. Python writes it into a page that no script draws.
const FIELDS_STYLE = `
:root { --lw-plot: var(--lw-accent, #2459d3); --lw-muted: #586174; --lw-badge: #eef1f4;
    --lw-badge-error: #b42318; --lw-flash: #fde68a; --lw-surface: #ffffff; --lw-line: #dde1e8;
    --lw-hover: #eceff5; --lw-page: #f4f5f8; --lw-text: #1b2130; --lw-border: #828b9d;
    --lw-card-shadow: 0 1px 2px #1018280f, inset 0 0 0 1px #10182817;
    accent-color: var(--lw-plot); }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {
    --lw-plot: var(--lw-accent, #8ab0ff);
    --lw-muted: #a1aabb; --lw-badge: #2a3038; --lw-badge-error: #ff9b8f; --lw-flash: #6b5a16;
    --lw-surface: #191d26; --lw-line: #2f3643; --lw-hover: #2a313e; --lw-page: #0f1218;
    --lw-text: #e6e9ef; --lw-border: #76819a; --lw-card-shadow: inset 0 0 0 1px #ffffff12; } }
:root:is([data-theme=dark], [data-theme=high-contrast]) {
    --lw-plot: var(--lw-accent, #8ab0ff); --lw-muted: #a1aabb;
    --lw-badge: #2a3038; --lw-badge-error: #ff9b8f; --lw-flash: #6b5a16; --lw-surface: #191d26;
    --lw-line: #2f3643; --lw-hover: #2a313e; --lw-page: #0f1218; --lw-text: #e6e9ef;
    --lw-border: #76819a; --lw-card-shadow: inset 0 0 0 1px #ffffff12; }
html, body { background: transparent; margin: 0; }
/* In a window of its own; a frame has the ground of what is around it. */
:where(:root[data-top]) body { background: var(--lw-page); }
body { font: var(--lw-font-size, 14px)/1.45 var(--lw-font, system-ui, sans-serif);
    color: var(--lw-text); overflow-wrap: break-word; }
:root[data-place] body { padding: 16px; }
/* Without weight: any rule of the widget's own goes before these. */
:where(button, input, select, textarea) { font: inherit; color: inherit; padding: 5px 10px;
    border: 1px solid var(--lw-border); border-radius: var(--lw-radius, 7px);
    background: var(--lw-surface); margin-block: 3px; max-width: 100%; box-sizing: border-box; }
:where(label) { display: inline-block; max-width: 100%; }
:where(button) { padding-inline: 14px; font-weight: 500; }
:where(button:hover) { background: var(--lw-hover); }
:where(:disabled:not(fieldset)) { opacity: .5; }
:where(:focus-visible) { outline: 2px solid var(--lw-plot); outline-offset: 1px; }
:where(h1, h2, h3) { line-height: 1.25; margin: 0 0 .5em; font-weight: 650; }
:where(h1) { font-size: 24px; } :where(h2) { font-size: 19px; } :where(h3) { font-size: 16px; }
:where(p, table, form) { margin: 0 0 .7em; }
:where(table) { border-collapse: collapse; }
:where(th, td) { padding: 5px 16px 5px 0; border-bottom: 1px solid var(--lw-line);
    text-align: start; }
:where(th) { color: var(--lw-muted); font-weight: 600; }
:where(code, pre) { font: .93em ui-monospace, monospace; border-radius: 4px;
    background: var(--lw-hover); }
:where(pre) { overflow: auto; }
#lw-root { display: flow-root; overflow: auto; }
canvas { display: block; width: 100%; height: 64px; }
[hidden] { display: none !important; }
[aria-busy=true] { opacity: 0.6; }
#lw-badge {
    position: fixed; right: 4px; bottom: clamp(0px, 50vh - 9px, 4px); max-width: calc(100% - 24px);
    padding: 1px 8px; border-radius: 9px; font: 11px/16px system-ui, sans-serif;
    pointer-events: none; color: var(--lw-muted); background: var(--lw-badge);
    white-space: nowrap; overflow: hidden; text-overflow: ellipsis;
}
#lw-badge[data-status=error] { color: var(--lw-badge-error); }
#lw-badge:is([data-status=error], [data-status=replaced]) { pointer-events: auto; }
/* All of an error or of a name, for a finger, too, which sees no title. */
#lw-badge:hover { white-space: normal; overflow: auto; overflow-wrap: anywhere; max-height: 80px; }
.lw-flash { animation: lw-flash 0.9s ease-out; }
@keyframes lw-flash { from { background-color: var(--lw-flash); } }
@media (prefers-reduced-motion: reduce) { .lw-flash { animation-timing-function: steps(1); } }
`;

//@part carrier
// Requests to a server at a base address: of its own page, of a notebook's frame, or of a notebook
// by its proxy. The feed answers within 25 s: later, nobody is there.
function httpCarrier(base, authorization) {
    return async ({ lw, since, epoch, path, args, poll, got, messages }) => {
        const headers = { ...authorization() }, options = { cache: "no-store", headers };
        const place = lw === "post" ? path.slice(1) : "livewidget/" + (lw === "client" ? lw
            : messages ? "messages" : "changes");
        const query = String(new URLSearchParams({ ...lw === "get" && { since },
            ...epoch && { epoch }, ...poll && { poll, got } }));
        const given = args || messages;
        if (given) {
            headers["Content-Type"] = "application/json";
            Object.assign(options, { method: "POST", body: JSON.stringify(given) });
        } else options.signal = AbortSignal.timeout?.(35000);
        const answer = await fetch(base + place + (query && "?" + query), options);
        const body = answer.status !== 200 ? null
            : await (lw === "poll" && !messages ? answer.arrayBuffer() : answer.json());
        return { status: answer.status, body };
    };
}

//@part frame
// Requests that the notebook page around a frame carries (section 10).
function brokerCarrier() {
    const waiting = new Map();
    addEventListener("message", ({ source, data }) => {
        if (source !== parent || data?.lw !== "answer") return;
        waiting.get(data.id)?.(data);
        waiting.delete(data.id);
    });
    let last = 0;
    return message => new Promise(resolve => {
        waiting.set(++last, resolve);
        parent.postMessage({ ...message, id: last }, "*");
    });
}

// Ask the notebook around this frame for its routes until it names some: take(carriers).
function askRoutes({ root, token }, take) {
    let routed = false;
    addEventListener("message", ({ source, data }) => {
        if (source !== parent || data?.lw !== "routes" || !Array.isArray(data.routes)) return;
        routed = true;
        const direct = () => httpCarrier(root, () => ({ Authorization: "Bearer " + token }));
        const carriers = { direct, broker: brokerCarrier };
        const names = data.routes.filter(name => Object.hasOwn(carriers, name));
        if (names.length) take(names.map(name => carriers[name]()));
    });
    const ask = () => {
        if (routed) return;
        parent.postMessage({ lw: "ready" }, "*");
        setTimeout(ask, 500);
    };
    ask();
}

// A cell's frame, until the client that draws in it has come by one of the notebook's routes. Its
// script is this function with those that it uses (see makeFrame).
function startFrame(config, nonce) {
    let begun = false;
    askRoutes(config, async carriers => {
        for (let wait = 500; !begun; wait = Math.min(2 * wait, 30000)) {
            let why = "";
            for (const carrier of carriers) {
                const answer = await carrier({ lw: "client" }).catch(() => ({}));
                why = answer.why || why;
                if (begun || answer.body?.instance !== config.instance) continue;
                begun = true;
                window.livewidgetFrame = { config, nonce };
                const script = document.createElement("script");
                Object.assign(script, { nonce, textContent: answer.body.script });
                document.head.append(script);
                return;
            }
            parent.postMessage({ lw: "note", text: "stopped" + (why && ", " + why) }, "*");
            await new Promise(resolve => setTimeout(resolve, wait));
        }
    });
}

//@part docs
// What the page of `livewidget.py docs` adds: a style, search, and in place of a program what tells
// the client once what there is and takes what the page sends.
{
document.head.append(Object.assign(document.createElement("style"), { textContent: `
body.docs { display: grid; grid: auto 1fr / 250px minmax(0, 1fr); height: auto; font-size: 15px;
    line-height: 1.6; overflow-wrap: anywhere; }
html:has(.docs) { height: auto; scroll-padding-top: 72px; }
.docs > .lw-desktop, .docs > .lw-banners { display: none; }
.docs > header { position: sticky; top: 0; z-index: 9; grid-column: 1 / 3; display: flex; gap: 12px;
    align-items: center; padding: 10px 20px; background: var(--lw-surface);
    border-bottom: 1px solid var(--lw-line); }
.docs > header b { display: flex; flex: none; gap: 8px; align-items: center; font-size: 16px; }
.docs header img { width: 22px; }
.docs small, .docs .more { color: var(--lw-muted); }
.docs > header input { flex: 0 1 420px; min-width: 0; margin-inline: auto; padding: 7px 12px;
    font: inherit; color: inherit; background: var(--lw-page); border: 1px solid var(--lw-border);
    border-radius: 99px; }
.docs > header button { padding: 4px 10px; font: inherit; color: inherit; border: 0;
    background: var(--lw-hover); border-radius: var(--lw-radius); cursor: pointer; }
.docs nav { position: sticky; top: 58px; box-sizing: border-box; height: calc(100vh - 58px);
    overflow: auto; padding: 12px 20px; scrollbar-width: thin; }
.docs nav h2 { margin: 16px 0 4px; font-size: 13px; color: var(--lw-muted); }
.docs nav a { display: block; padding: 2px 8px; color: inherit; text-decoration: none;
    border-radius: var(--lw-radius); } .docs nav a:hover { background: var(--lw-hover); }
.docs [hidden] { display: none !important; }
.docs article { box-sizing: border-box; width: 100%; max-width: 980px; margin: 0 auto;
    padding: 20px; }
.docs h1 { margin: 12px 0; font-size: 30px; line-height: 1.2; }
.docs article > h2 { margin: 48px 0 8px; font-size: 22px; }
.docs section { margin: 16px 0; padding: 20px 24px; background: var(--lw-surface);
    border-radius: 12px; box-shadow: var(--lw-card-shadow); }
.docs section p { margin: 4px 0; white-space: pre-line; }
.docs section a { color: var(--lw-accent); }
.docs h3 { margin: 0 0 4px; font-size: 19px; }
.docs h4 { margin: 18px 0 4px; font-size: 13px; color: var(--lw-muted); }
.docs ul { margin: 0; padding-left: 18px; columns: 340px; }
.docs code { font: 13px/1.6 var(--lw-mono); } .docs code b { color: var(--lw-accent); }
.docs .member { margin: 6px 0; } .docs .member p { margin-left: 20px; }
.docs pre { position: relative; margin: 8px 0 0; padding: 12px 40px 12px 14px;
    white-space: pre-wrap; background: var(--lw-raised); border-radius: 8px; }
.docs section > figure { display: grid; max-height: 420px; margin: 12px 0 0; padding: 20px;
    overflow: auto;
    background: var(--lw-page); border-radius: 8px; font-size: 14px; line-height: 1.45; }
@media (max-width: 760px) { body.docs { display: block; } .docs header small { display: none; }
    .docs > header b { width: 22px; height: 22px; overflow: hidden; }
    .docs nav { position: static; height: 132px; border-bottom: 1px solid var(--lw-line); }
    .docs nav a { display: inline-block; } .docs article { padding: 12px; }
    .docs section { padding: 16px; } .docs section > figure { padding: 12px; } }
@media print { .docs > header, .docs nav { display: none; } body.docs { display: block; } }
` }));
const encoded = JSON.parse(document.querySelector("#stages").textContent);
// The address is the one that a socket would have, where a web server has this page, too.
const address = new URL("ws", new URL("./", location)).href.replace(/^http/, "ws");
window.livewidgetSocket = { token: null, socket: { url: address,
    readyState: 1, close() {}, send(text) {
        const { type } = JSON.parse(text);
        if (type === "ping") this.onmessage({ data: '{"type":"pong","applied":0}' });
        if (type !== "hello") return;
        for (const [kind, data] of encoded) this.onmessage({ data: kind ? data
            : Uint8Array.from(atob(data), one => one.charCodeAt(0)).buffer });
        for (const figure of document.querySelectorAll("section > figure")) {
            const stages = document.querySelectorAll(`.lw[data-wid="${figure.dataset.wid}"]`);
            figure.append(...stages);
        }
        for (const section of sections) catalogue.HtmlView.finishCode(section.node);
    } } };
const all = css => [...document.querySelectorAll(css)], root = document.documentElement;
const sections = all("article > section").map(
    node => ({ node, text: node.textContent.toLowerCase() }));
document.querySelector(".docs > header input").addEventListener("input", event => {
    const words = event.target.value.toLowerCase().split(/\s+/);
    let count = 0;
    for (const { node, text } of sections) {
        node.hidden = !words.every(word => text.includes(word));
        count += !node.hidden;
        document.querySelector(`nav a[href="#${node.id}"]`).hidden = node.hidden;
    }
    for (const group of all("nav div")) group.hidden = !group.querySelector("a:not([hidden])");
    document.querySelector("#found").textContent = event.target.value && `${count} found`;
    scrollTo(0, 0);
});
document.querySelector(".docs > header button").addEventListener("click", () => {
    const dark = getComputedStyle(root).colorScheme.includes("dark");
    root.dataset.theme = dark ? "light" : "dark";
});
}

//@part early
// In our own page: connect while the client is loaded, which takes the socket over.
{
const config = JSON.parse(document.getElementById("livewidget-config").textContent);
const root = new URL(config.root, location), url = new URL("ws", root);
url.protocol = location.protocol.replace("http", "ws");
const place = "livewidget " + root.pathname, s = new URLSearchParams(location.search).get("s");
let kept = {}, session = config.fresh;
try { kept = JSON.parse(localStorage[place]); } catch { /* there is none, or storage is off */ }
try { session = JSON.parse(sessionStorage[place]).session || session; } catch { /* the same */ }
const key = kept.key;
if (s && kept.sessions?.[s]) session = s;
if (session) url.searchParams.set("s", session);        // as SocketTransport has it
const [, link] = /^[#?]token=([^&?]+)$/.exec(location.hash || location.search) || [];
const token = link ? decodeURIComponent(link) : key;
if (token || config.open) {
    const protocols = token ? ["livewidget.token." + encodeURIComponent(token)] : [];
    const socket = new WebSocket(url, ["livewidget.v1", ...protocols]);
    window.livewidgetSocket = { socket, token };
}
}

//@part cell
// An application's page in a cell's frame: of its session, or of the only widget that is wanted.
function startPage(config) {
    const [session, token] = config.token.split(".");
    config.credentials = new Credentials(config.root);
    config.credentials.session = { session, token };
    if (config.only) document.head.append(element("style", {}, ALONE_STYLE));
    document.documentElement.toggleAttribute("data-alone", Boolean(config.only));
    addEventListener("message", ({ source, data }) => {
        if (source !== parent) return;
        if (data?.lw === "theme" && data.theme)
            document.documentElement.dataset.theme = data.theme === "light" ? "light" : "dark";
        if (data?.lw === "busy") tellBusy(data.busy === true);
    });
    let begun = false;
    askRoutes(config, carriers => {
        if (begun) return;
        begun = true;
        config.carriers = carriers;
        const session = window.livewidget.session = new Session(config, document.body);
        tellForbidden(session);
        session.begin();
        // it is shown as high as the cell asks, or as its widget is
        if (!config.only) parent.postMessage({ lw: "height", height: 0 }, "*");
    });
}

// What the kernel carries waits while that runs a cell.
const kernelWord = { banner: null, timer: null };
function tellBusy(busy) {
    if (busy) kernelWord.timer ||= setTimeout(() => {
        kernelWord.banner = window.livewidget.session?.showBanner(
            "The notebook's kernel is busy. What you do here is taken when it is done.");
    }, BANNER_AFTER_MS);
    else {
        clearTimeout(kernelWord.timer);
        if (kernelWord.banner) takeOff(kernelWord.banner);
        Object.assign(kernelWord, { banner: null, timer: null });
    }
}

// A notebook's frame saves no files and opens no pages: browsers forbid it, and say nothing. Nor is
// it loaded again by a program that is started anew.
function tellForbidden(session) {
    const again = "run the cell again.";
    ABSENCES[ENDED] = ABSENCES[RENEWED] =
        "The program has ended. What you enter here does not reach it: " + again;
    for (const at of [0, SILENT]) ABSENCES[at] += " If it does not, " + again;
    const open_url = url =>
        session.tell(`A notebook's cell opens no other pages: ${url}`, true, url);
    const set_badge = () => {};                         // it has no icon
    Object.assign(session._desktop, { open_url, set_badge, download: (id, name) => session.tell(
        `A notebook's cell saves no files: \u201c${name}\u201d. ` +
        "The page of session.get_url() does.", true) });
    addEventListener("click", event => {
        const link = event.composedPath()[0].closest?.("a[href]")?.getAttribute("href");
        if (!link || event.defaultPrevented || link.startsWith("#")) return;
        event.preventDefault();                         // else the frame itself would go there
        open_url(link);
    });
}

// One widget: what it stands in is not seen, nor what stands beside it, but what lies over them.
const ALONE_STYLE = `
:root[data-alone] :is(body, .lw-desktop) { height: auto; background: transparent; }
:root[data-alone] .lw-desktop { min-height: 100vh; overflow: visible; }
:root[data-alone] .lw-desktop :has([data-only]) { display: contents !important; }
:root[data-alone] :is(.lw-desktop, .lw-desktop :has([data-only])) > :not(:has([data-only]),
    [data-only], .lw-dialog, .lw-shade, .lw-menu, .lw-tip),
.lw-shade:has(+ [data-only], + * [data-only]) { display: none !important; }
:root [data-only] { position: static !important; margin: 3px; max-width: calc(100% - 6px); }
`;

// Show nothing but the one widget that a cell asked for, wherever Python puts it, and let the frame
// be as high as it is; what lies over the page, as a list that it opens, needs more room.
let goneWord = null;
function showAlone(session) {
    const widget = session.widgets.get(config.only), node = widget?.outer;
    if (!widget) goneWord ||= session.showBanner("The program has destroyed what was shown here.");
    else if (goneWord) goneWord = takeOff(goneWord);    // it was made anew
    const { element: desktop } = session._desktop, isNew = node && !node.hasAttribute("data-only");
    // a window that was closed stays so
    if (node && !node.isConnected && (isNew || !(widget instanceof Window)))
        desktop.append(node.getRootNode());
    if (!isNew) return;
    node.setAttribute("data-only", "");
    const opens = "[aria-haspopup], [role=combobox], select";
    const over = ":is(.lw-menu, .lw-tip, .lw-dialog, .lw-shortcuts):not([data-only], " +
        ":has([data-only]))";
    const all = css => [...document.querySelectorAll(css)];
    const tell = () => {
        if ((session.widgets.get(config.only) || widget) !== widget) return;    // it was made anew
        const least = node.matches(opens) || node.querySelector(opens) ? 260 : 24;
        const needs = [least, ...[node, ...all(over)].map(one => one.matches(".lw-dialog, dialog")
            && one !== node ? 400 : one.getBoundingClientRect().bottom + 6)];
        // these show part of a long text
        const told = all(OVER_PAGE).reduce((sum, one) => sum + one.scrollHeight, 0);
        const height = Math.ceil(Math.max(...needs, told && 40 + 1.7 * told));
        parent.postMessage({ lw: "height", height }, "*");
    };
    const sizes = new ResizeObserver(tell);
    const look = () => {
        for (const one of [node, ...all(OVER_PAGE)]) sizes.observe(one);
        tell();                                         // observers rest in a frame without height
    };
    for (const one of [document.body, desktop])
        new MutationObserver(look).observe(one, { childList: true });
    look();
}

// Polls by what carries a frame's requests: by the first that answers, and then by that one.
class CarriedTransport extends PollTransport {
    constructor(config, receive, closed) {
        super(config, receive, closed);
        this._carriers = config.carriers;
    }
    async _request(messages) {
        const message = { lw: "poll", poll: this._id, got: this._got, messages };
        for (const carrier of this._carriers) {
            const { status, body } = await carrier(message).catch(() => ({}));
            if (!status) continue;
            this._carriers = [carrier];
            // a kernel's messages are JSON
            return { status, body: typeof body === "string"
                ? Uint8Array.from(atob(body), sign => sign.charCodeAt(0)).buffer : body };
        }
        return { status: 0 };
    }
}

//@part output
// 10. Notebook output: a frame for a cell, and who carries its messages; uses httpCarrier only ////

// Show a DynamicWidget below a notebook cell. This part runs with the full power of the notebook's
// user. It does four things: makes one sandboxed frame, sets the frame's height, tells it the
// theme, and carries its requests to one server by addresses that it makes itself. It takes no
// address, no header and no markup from the frame. It runs as an attribute of an element,
// whose own methods hide those of window.
function showInNotebook(place, output) {
    styleStatic(place.firstElementChild, output.css);
    if (output.port === null) return;
    const page = notebookPage(), names = frameRoutes(page);
    const frame = makeFrame(output);
    const tell = message => frame.contentWindow?.postMessage(message, "*");
    const broker = new Broker(page, output, tell);
    const show = () => {
        Object.assign(frame.style, { position: "", visibility: "", height: output.height });
        place.style.display = "none";
    };
    const line = place.lastElementChild.lastElementChild, [when] = line.textContent.split(";");
    const note = text => { line.textContent = `${when}; ${text.slice(0, 200)}`; };
    connectFrame({ frame, tell, broker, names, show, note, fits: !output.height });
    place.after(frame);
    if (!names.length && (location.protocol === "file:" || page.local))
        frame.after(liveButton(tell));
}

// The author's CSS on the values that are shown until the frame is there, and on those alone.
function styleStatic(box, [css, light, dark]) {
    const style = document.createElement("style"), content = [...box.childNodes];
    style.textContent = css + (themeName() === "dark" ? dark : light);
    box.attachShadow({ mode: "open" }).append(style, ...content);
}

// What the page around this output is: base is JupyterLab's or Notebook's, null elsewhere.
function notebookPage() {
    const config = document.getElementById("jupyter-config-data");
    return {
        base: config ? JSON.parse(config.textContent).baseUrl || "/" : null,
        local: /^(127\.0\.0\.1|localhost|\[::1\])$/.test(location.hostname),
        colab: window.google?.colab?.kernel,
        code: location.protocol === "vscode-webview:" ||
            document.body.hasAttribute("data-vscode-theme-kind"),
    };
}

// The ways that the frame may try: "direct" to the server's port, "broker" by messages to us.
function frameRoutes({ base, local, colab, code }) {
    if (base) return local ? ["direct", "broker"] : ["broker"];
    if (colab) return colab.accessAllowed ? ["broker"] : [];
    return code ? ["direct", "broker"] : [];
}

// The sandboxed frame; it is out of sight until it has something to show.
function makeFrame({ port, token, instance, policy, nonce, code, made, title, width, only }) {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts allow-forms");
    frame.setAttribute("allow", "loopback-network; local-network-access");
    frame.title = title;
    frame.style.cssText = "border:0;display:block;background:transparent;height:0;" +
        "position:absolute;visibility:hidden;width:" + width;
    const config = { place: "frame", token, root: `http://127.0.0.1:${port}/`, instance, code, made,
        only };
    frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta charset="utf-8"><meta name="color-scheme" content="light dark"><body><script nonce="${nonce}">
"use strict";${[httpCarrier, brokerCarrier, askRoutes, startFrame].join("")}
startFrame(${JSON.stringify(config).replace(/</g, "\\u003c")}, "${nonce}");<\/script>`;
    return frame;
}

// Answer the frame's messages and tell it the theme, until it leaves the page.
function connectFrame({ frame, tell, broker, names, show, fits, note }) {
    let shown = false;
    const tellTheme = () => {
        const theme = themeName();
        // of another scheme than the page in it, it would be opaque
        frame.style.colorScheme = theme === null ? "inherit" : theme === "light" ? theme : "dark";
        tell({ lw: "theme", theme });
    };
    const observer = new MutationObserver(tellTheme);
    const hear = async ({ source, data }) => {
        if (!frame.isConnected) {
            window.removeEventListener("message", hear);
            observer.disconnect();
            broker.close();
            return;
        }
        if (source !== frame.contentWindow || typeof data !== "object" || data === null) return;
        if (data.lw === "ready") {
            tellTheme();
            tell({ lw: "routes", routes: names });
        } else if (data.lw === "height" && isCount(data.height)) {
            if (!shown) show();
            shown = true;
            if (fits) frame.style.height = Math.min(data.height, 10000) + "px";
        } else if (data.lw === "note" && typeof data.text === "string") {
            note(data.text);
        } else {
            const request = checkedRequest(data);
            tell({ lw: "answer", id: data.id,
                ...request ? await broker.carry(request) : { status: 400 } });
        }
    };
    const listen = () => {
        window.addEventListener("message", hear);
        observer.observe(document.body, { attributes: true });
    };
    listen();
    // a frame loads again when the notebook takes its cell out and puts it back
    frame.addEventListener("load", listen);
}

const isCount = value => Number.isInteger(value) && value >= 0 && value < 1e15;

// also of null, whose text is one
const isId = value => /^[\w-]{1,64}$/.test(value);

// The fields of a frame's request that may be carried; null for a request that is not well formed.
function checkedRequest({ lw, since, epoch, path, args, poll, got, messages }) {
    if (lw === "client") return { lw };
    if (lw === "get" && isCount(since) && isId(epoch)) return { lw, since, epoch };
    if (lw === "poll" && isId(poll) && isCount(got) &&
            (messages === null || Array.isArray(messages)))
        return { lw, poll, got, messages };
    // as check_endpoint_path has it, whose limit on the length the server keeps
    if (lw === "post" && /^(\/(?!\.\.?(\/|$))[\w.~-]+)+\/?$/.test(path))
        return { lw, path, args };
    return null;
}

// The notebook's theme as "light", "dark" or "high-contrast"; null if it cannot be told.
function themeName() {
    const { jpThemeLight, vscodeThemeKind } = document.body.dataset;
    if (jpThemeLight !== undefined) return jpThemeLight === "false" ? "dark" : "light";
    if (vscodeThemeKind === "vscode-high-contrast") return "high-contrast";
    if (vscodeThemeKind) return /light/.test(vscodeThemeKind) ? "light" : "dark";
    if (document.documentElement.getAttribute("theme") === "dark") return "dark";
    const color = (getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) || [])
        .map(Number);
    if (color.length < 3 || color[3] === 0) return null;
    return 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2] < 128 ? "dark" : "light";
}

// The button that lets the reader of a saved or foreign page connect the frame to the server.
function liveButton(tell) {
    const button = document.createElement("button");
    button.textContent = "go live";
    button.onclick = () => {
        button.remove();
        tell({ lw: "routes", routes: ["direct"] });
    };
    return button;
}

// Carries a frame's requests by the first route that answers; the one that did is tried first. An
// action goes by that one alone: where its answer was lost, it would run again.
class Broker {
    constructor(page, output, tell) {
        this._instance = output.instance;
        this._advice = page.code ? "run the cell again; on another machine, forward port " +
            `${output.port} in the Ports view` : "";
        this._memory = "livewidget route " + page.base;
        try { this._chosen = sessionStorage[this._memory]; } catch { /* no storage here */ }
        this._kernel = new KernelRoute(page, output, busy => {
            if (this._chosen === "kernel") tell({ lw: "busy", busy });
        });
        this._routes = [new ColabRoute(page, output), new ProxyRoute(page, output), this._kernel];
    }
    async carry(message) {
        let why = this._advice;
        const routes = this._routes.filter(one => one.fits),
            first = routes.filter(one => one.name === this._chosen);
        const once = message.lw === "post" && first.length;
        for (const route of once ? first : new Set([...first, ...routes])) {
            try {
                const answer = await route.ask(message);
                if (once) return answer;
                if (answer.status !== 200 || /client|get/.test(message.lw) &&
                    answer.body.instance !== this._instance) continue;
                this._chosen = route.name;
                try { sessionStorage[this._memory] = route.name; } catch { /* no storage here */ }
                return answer;
            } catch (error) {
                if (error.message === "kernel") why = "run the cell again";
            }
        }
        return { status: 0, why };
    }
    close() { this._kernel.close(); }
}

// A route has a name, `fits`: whether it may be tried on this page, and ask(message), of whatever
// kind, which promises {status, body}, or fails.
class ColabRoute {
    constructor({ colab }, { instance }) {
        this.name = "colab";
        this.fits = this._colab = colab;
        this._target = "livewidget." + instance;
    }
    async ask(message) {
        const answer = await this._colab.invokeFunction(this._target,
            [JSON.stringify(message)], {});
        return answer.data["application/json"];
    }
}

// The route by jupyter-server-proxy, on Jupyter's own origin.
class ProxyRoute {
    constructor({ base, colab }, { port, token }) {
        this.name = "proxy";
        this.fits = base && !colab;
        this._server = httpCarrier(`${base}proxy/${port}/`,
            () => ({ Authorization: "Bearer " + token }));
    }
    async ask(message) {
        const answer = await this._server(message);
        // the extension is not installed; to an action, or to a poll that has ended, the server
        // itself says so
        this.fits = answer.status !== 404 || message.path || message.poll;
        return answer;
    }
}

// The route by a comm of the kernel that made this output, over Jupyter's WebSocket.
class KernelRoute {
    constructor({ base, colab }, { kernel, instance }, onBusy) {
        // busy: the kernel runs something of others; socket: the promise of one; waiting: id of a
        // request -> its resolve, reject
        Object.assign(this, { name: "kernel", fits: base && kernel && !colab, _base: base,
            _kernel: kernel, _instance: instance, _onBusy: onBusy, _busy: false, _socket: null,
            _comm: "", _waiting: new Map() });
    }
    close() { this._socket?.then(one => one.close(), () => {}); }       // which may be gone
    async ask(message) {
        const id = randomId(), socket = await (this._socket ||= this._open());
        return new Promise((resolve, reject) => {
            this._waiting.set(id, { resolve, reject });
            socket.ask({ ...message, id });
            // later, the kernel is not the one it was
            const look = () => {
                if (!this._waiting.has(id)) return;
                if (this._busy) setTimeout(look, 5000);
                else socket.close();
            };
            // an action takes as long as it takes
            if (message.lw !== "post") setTimeout(look, 35000);
        });
    }
    // Open the kernel's channels and a comm on them. The socket gets a method ask(data).
    _open() {
        const session = randomId(), origin = location.origin.replace("http", "ws");
        const socket = new WebSocket(`${origin}${this._base}api/kernels/${this._kernel}/channels` +
            `?session_id=${session}`);
        const send = (type, content) => socket.send(JSON.stringify({
            channel: "shell", parent_header: {}, metadata: {}, content, buffers: [],
            header: { msg_id: randomId(), msg_type: type, session, username: "", version: "5.3",
                date: new Date().toISOString() } }));
        socket.onmessage = event => {
            if (typeof event.data === "string") this._hear(socket, session, JSON.parse(event.data));
        };
        const opened = new Promise((resolve, reject) => {
            socket.onopen = () => {
                const comm = this._comm = randomId();
                socket.ask = data => send("comm_msg", { comm_id: this._comm, data });
                send("comm_open", { comm_id: comm, target_name: "livewidget",
                    data: { instance: this._instance } });
                resolve(socket);
            };
            socket.onerror = socket.onclose = () => {
                if (this._socket === opened) this._socket = null;
                for (const one of [{ reject }, ...this._waiting.values()])
                    one.reject(new Error("kernel"));
                this._waiting.clear();
            };
        });
        return opened;
    }
    _hear(socket, session, { header: { msg_type: type }, content, parent_header: cause }) {
        if (type === "shutdown_reply") socket.close();
        if (type === "status") {
            if (["starting", "restarting", "dead"].includes(content.execution_state))
                socket.close();
            if (cause?.session !== session) this._busy = content.execution_state === "busy";
            this._onBusy(this._busy);
        }
        if (!content || content.comm_id !== this._comm) return;
        if (type === "comm_close") socket.close();
        if (type !== "comm_msg") return;
        const { id, status, body } = content.data, one = this._waiting.get(id);
        this._waiting.delete(id);
        one?.resolve({ status, body });
    }
}

const randomId = () => [...crypto.getRandomValues(new Uint8Array(16))]
    .map(byte => byte.toString(16).padStart(2, "0")).join("");

//@part page
// 11. Style sheet /////////////////////////////////////////////////////////////////////////////////
// One small design system: change the custom properties of :root to restyle everything.

const DARK = `
    --lw-page: #0f1218; --lw-surface: #191d26; --lw-raised: #222833; --lw-hover: #2a313e;
    --lw-text: #e6e9ef; --lw-muted: #a1aabb; --lw-border: #76819a; --lw-line: #2f3643;
    --lw-accent: #8ab0ff; --lw-on-accent: #0b1526; --lw-positive: #5fd39a; --lw-warning: #e5b53f;
    --lw-danger: #ff9c92; --lw-shadow: 0 1px 2px rgb(0 0 0 / 50%), 0 12px 36px rgb(0 0 0 / 55%);
    --lw-card-shadow: inset 0 0 0 1px rgb(255 255 255 / 7%); color-scheme: dark;
`;
// What has the height of a line, wherever it stands.
const CONTROLS = ".lw-button, .lw-input, .lw-password, .lw-combo, .lw-spin, .lw-moments, " +
    ".lw-check, .lw-segments, .lw-slider:not([data-orientation]), .lw-progress";
// Rows that a narrow page breaks: not those of a given height, to which children would not shrink.
const BREAKING = ".lw-row:not(.lw-no-wrap, .lw-expand-y, .lw-sized-y, .lw-fill > *, .lw-column > " +
    ".lw-stretch)";
// What is of little use beside another there.
const SPACIOUS = ".lw-card, .lw-frame, .lw-data, .lw-chart:not(.lw-sparkline), .lw-tabs, " +
    ".lw-chat, .lw-source, .lw-canvas";
// A narrow page breaks them so, and a column of a given width.
const broken = (within = "") => (rows => `
    ${rows} { flex-wrap: wrap; row-gap: var(--lw-wrapped, 0) !important; }
    ${rows} > :not(.lw-sized-x) { max-width: 100%; }
    ${rows}:not(.lw-wrap) > :is(.lw-html, .lw-long, :has(.lw-long)):not(.lw-stretch,
        .lw-sized-x) { flex: 99 1 5em; max-width: max-content; }        /* these give way first */
    ${rows}:has(${SPACIOUS}) > :is(.lw-stretch, .lw-chart:not(.lw-sparkline)) {
        flex-basis: min(100%, 240px); }
`)(within + BREAKING);
const STYLE = `
:root {
    --lw-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    --lw-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    --lw-font-size: 14px; --lw-radius: 7px; --lw-control: 34px; --lw-pad: 5px; --lw-motion: 120ms;
}
:root, [data-ground=light] {
    --lw-page: #f4f5f8; --lw-surface: #ffffff; --lw-raised: #f6f7f9; --lw-hover: #eceff5;
    --lw-text: #1b2130; --lw-muted: #586174; --lw-border: #828b9d; --lw-line: #dde1e8;
    --lw-accent: #2459d3; --lw-on-accent: #ffffff; --lw-positive: #17734a; --lw-warning: #8a5a00;
    --lw-danger: #b42318; --lw-shadow: 0 1px 2px rgb(16 24 40 / 8%),
    0 12px 32px rgb(16 24 40 / 14%);
    --lw-card-shadow: 0 1px 2px rgb(16 24 40 / 6%), inset 0 0 0 1px rgb(16 24 40 / 9%);
    color-scheme: light;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {${DARK}} }
:root[data-theme=dark], [data-ground=dark] {${DARK}}
:root, [data-ground] { --lw-thumb: color-mix(in srgb, var(--lw-border) 60%, transparent); }
[data-ground=light] { color: #000; } [data-ground=dark] { color: #fff; }
html, body { height: 100%; margin: 0; }
body { background: var(--lw-page); color: var(--lw-text); font-family: var(--lw-font);
    font-size: var(--lw-font-size);
    font-weight: var(--lw-font-weight, 400); font-style: var(--lw-font-style, normal);
    line-height: 1.45; }
.lw-desktop { position: relative; height: calc(100% - var(--lw-lift, 0px)); overflow: clip;
    isolation: isolate; }
.lw-desktop[data-word]:empty::before { content: attr(data-word); display: block; padding: 24px;
    animation: lw-late 2s step-end; }
@keyframes lw-late { from { visibility: hidden; } }
.lw, .lw * { box-sizing: border-box; scrollbar-width: thin;
    scrollbar-color: var(--lw-thumb) transparent; }
.lw { user-select: none; -webkit-user-select: none; touch-action: manipulation; }
.lw-selectable, .lw-selectable .lw, .lw-html, .lw-errors { user-select: text;
    -webkit-user-select: text; }
/* The direction is the text's; where its lines begin is the page's. */
:where(:is(div, span, label, legend, output)[dir=auto]:not(.lw-html, .lw-message-text,
    .lw-source-text)) { text-align: -webkit-match-parent; text-align: match-parent; }
.lw-hidden, .lw [hidden], .lw[hidden] { display: none !important; }
:is(.lw-frame > legend, .lw-app-bar > .lw-row, .lw-button > span, .lw-number-unit,
    .lw-progress > span, .lw-dialog-buttons):empty { display: none; }
.lw-disabled, .lw-data-cell > :disabled { opacity: .5; pointer-events: none; }
button:is(.lw-may-not, .lw-may-not *) { opacity: .5; }
[data-why]::after { content: attr(data-why); }
.lw-row[data-why]::after { align-self: center; margin-inline-start: 8px; }
:not(.lw-button)[data-why]::after { color: var(--lw-muted); }
@keyframes lw-turn { to { rotate: 1turn; } }
:where(.lw-busy) { position: relative; }
.lw-busy::after { content: ""; position: absolute; z-index: 1; inset: 0 0 auto; height: 3px;
    border-radius: 2px; color: var(--lw-accent); background: linear-gradient(90deg, transparent,
    currentColor, transparent) 0 0 / 50% 100%; animation: lw-busy 1.2s linear infinite; }
.lw-button.lw-busy::after { content: none; }    /* it has a spinner */
:is(input, textarea, select, img, canvas, video).lw-busy { box-shadow: inset 0 3px
    var(--lw-accent); }
@keyframes lw-busy { from { background-position: -100% 0; } to { background-position: 200% 0; } }
.lw button, .lw input, .lw select, .lw textarea, .lw-menu button, .lw-banner button {
    font: inherit; color: inherit; }
.lw :focus-visible, .lw:focus-visible, .lw-menu :focus-visible, .lw-banner :focus-visible {
    outline: 2px solid var(--lw-accent); outline-offset: 2px; }
[data-ground=light]:focus-visible, [data-ground=dark]:focus-visible { outline-offset: -3px; }
.lw-expand-x { width: 100%; } .lw-expand-y { height: 100%; }
.lw-row > .lw-expand-x, .lw-column > .lw-expand-y { flex: 1 1 auto; }

.lw-box, .lw-splitter { display: flex; min-width: 0; min-height: 0; }
.lw-row { flex-direction: row; } .lw-column { flex-direction: column; }
.lw-box > * { flex: 0 0 auto; } .lw-box > .lw-stretch { flex: 1; }
/* What a container has no room for, in the size that it was told, scrolls in it. */
.lw-sized-y:is(.lw-column, .lw-grid), .lw-sized-y > .lw-tab-body, .lw-sized-x.lw-row {
    overflow: auto; }
.lw :is(.lw-sized-y:is(.lw-column, .lw-grid), .lw-sized-x.lw-row) > :focus-visible {
    outline-offset: -2px; }
.lw-long { overflow-wrap: anywhere; }
.lw-row > :is(.lw-long, :has(.lw-long)) { flex-shrink: 1; min-width: 5em; }
.lw-row > .lw-unit:has(.lw-long) { min-width: 10em; }
.lw-row > .lw-metric:has(.lw-long) { min-width: min-content; }
.lw-app-bar > .lw-row:has(.lw-long) { flex-wrap: wrap; }
.lw-app-bar > .lw-row > .lw-segments { flex: none; flex-wrap: nowrap; max-width: none; }
.lw-row > :is(.lw-html, .lw-data, .lw-chat, :has(> .lw-data)) { flex-shrink: 1; }
.lw-badge.lw-long { white-space: normal; }
.lw-column > .lw-stretch { flex-basis: var(--lw-tall); }
.lw-row > .lw-stretch { flex-basis: var(--lw-wide); }
.lw-column > .lw-stretch:is(.lw-box, .lw-grid, .lw-tabs):not(:has(.lw-shrinks)) {
    min-height: auto; }
.lw-column > .lw-stretch:is(.lw-frame, .lw-scroll-area, .lw-splitter) { min-height: 40px; }
.lw-wrap { flex-wrap: wrap; } .lw-row.lw-wrap { row-gap: var(--lw-wrapped, 0) !important; }
.lw-box > * { --lw-wrapped: initial; }
.lw-row.lw-wrap > .lw-stretch { flex-basis: min(100%, 240px); }
@media (max-width: 600px) { ${broken()} }
${broken(".lw-auto-grid ")}
.lw-grid.lw-auto-grid { grid-auto-rows: auto; } .lw-auto-grid > * { grid-area: auto !important;
    max-width: 100%; }
.lw-row > .lw-label { align-content: center; }
/* In a row a control keeps its height; beside labelled fields it stands with their boxes. */
.lw-row:not(.lw-aligned) > :is(${CONTROLS}):not(.lw-expand-y, .lw-sized-y, .lw-text-area,
    .lw-multi, .lw-entry-set) { align-self: center; }
.lw-row:not(.lw-aligned):has(> .lw-unit) > :is(${CONTROLS}, .lw-label, .lw-badge, .lw-link,
    .lw-row:not(:has(> .lw-unit)), .lw-column:has(> .lw-button:only-child), .lw-button-box) {
    align-self: flex-end; }
.lw-row:not(.lw-aligned):has(> .lw-unit) > :is(.lw-check, .lw-label, .lw-link, .lw-slider,
    .lw-progress) { min-height: var(--lw-control); align-content: center; }
.lw-row:not(.lw-aligned):has(> .lw-unit > .lw-unit-label:not([hidden])):has(> .lw-unit >
    :is(.lw-unit-help, .lw-unit-error):not([hidden])) > :is(${CONTROLS}, .lw-label, .lw-badge,
    .lw-link, .lw-row:not(:has(> .lw-unit)), .lw-column:has(> .lw-button:only-child),
    .lw-button-box) { align-self: flex-start; margin-top: calc(13px * 1.45 + 5px); }
.lw-grid:has(> .lw-unit) > :is(.lw-button, .lw-check) { place-self: end start; }
.lw-column:not(.lw-aligned, nav) > :is(.lw-button, .lw-link, .lw-badge) {
    align-self: flex-start; }
.lw-column.lw-aligned > .lw-badge { align-self: auto; }
.lw-grid { display: grid; gap: 2px; grid-auto-rows: minmax(auto, 1fr);
    grid-auto-columns: minmax(auto, 1fr); min-width: 0; min-height: 0; }
/* Where children with stretch begin to share the room: at 0 where the room is given, at their
   natural size where it is made of theirs, as in a box without stretch. Children inherit it. */
:root, .lw-sized-y:not(.lw-column, .lw-fixed) > *, .lw-sized-y > .lw-stretch { --lw-tall: 0px; }
:root, .lw-sized-x:not(.lw-row, .lw-fixed) > *, .lw-sized-x > .lw-stretch { --lw-wide: 0px; }
.lw-column > :not(.lw-stretch, .lw-expand-y), .lw-row.lw-aligned > :not(.lw-expand-y),
.lw-fixed > *, .lw-scrolls > :not(.lw-expand-y),
.lw-window:not(.lw-filling, .lw-sized-y, [data-state=maximized]) > * { --lw-tall: auto; }
.lw-row > :not(.lw-stretch, .lw-expand-x), .lw-column.lw-aligned > :not(.lw-expand-x),
.lw-fixed > *, .lw-scrolls:not(.lw-one-way) > :not(.lw-expand-x),
.lw-window:not(.lw-filling, .lw-sized-x, [data-state=maximized]) > * { --lw-wide: auto; }
.lw-fill { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-width: 0;
    min-height: 0; }
.lw-frame > .lw-fill { overflow: auto; }
.lw-fill > .lw { min-width: 0; min-height: 0; }
.lw-frame { display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr); margin: 0;
    padding: 14px 16px 16px; border: 0; border-radius: calc(var(--lw-radius) + 3px); min-width: 0;
    min-height: 0; background: var(--lw-surface); box-shadow: var(--lw-card-shadow); }
.lw-frame > .lw-fill { grid-row: 2; }
/* A legend that floats is laid out like any other child: inside the card. */
.lw-frame > legend { float: left; padding: 0 0 10px; font-weight: 650; font-size: 1.15em; }

.lw-card { padding: 14px 16px 16px; border-radius: calc(var(--lw-radius) + 3px);
    background: var(--lw-surface); box-shadow: var(--lw-card-shadow); }
.lw-card-title { flex: none; padding-bottom: 10px; font-weight: 650; font-size: 1.15em; }
.lw-card-body, .lw-column[role=form] { gap: 12px; }
:is(.lw-card, .lw-frame, .lw-window:not(.lw-filling)) :is(.lw-card, .lw-frame) {
    background: none; box-shadow: inset 0 0 0 1px var(--lw-line); }
:is(.lw-card, .lw-frame, .lw-window:not(.lw-filling)) .lw-expander { background: none;
    box-shadow: none; border-top: 1px solid var(--lw-line); border-radius: 0; --lw-inset: 0; }

.lw-app-bar { flex-wrap: wrap; align-items: center; gap: 10px; min-height: 56px; padding: 10px 20px;
    background: var(--lw-surface); border-bottom: 1px solid var(--lw-line); }
/* Beside the title, or in a row of its own; its padding has room for what shows the focus. */
.lw-app-bar > .lw-row { align-items: center; gap: 8px; flex: 1 1 auto; min-width: 0;
    padding: 4px; margin: -4px; overflow-x: auto; scrollbar-width: none; }
.lw-row.lw-app-bar, .lw-app-bar > .lw-row { --lw-wrapped: 8px; }
.lw-app-title { max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
    font-size: 17px; font-weight: 650; }
.lw-app-bar > .lw-app-title { flex: 999 1 auto; }
.lw-mark:not([hidden]) + .lw-app-title { max-width: calc(100% - 40px); }
.lw-mark { display: grid; place-items: center; width: 30px; height: 30px; border-radius: 8px;
    background: var(--lw-accent); color: var(--lw-on-accent); }
.lw-sidebar { flex: none; }
.lw-sidebar > nav { gap: 2px; width: 220px; padding: 12px 10px;
    background: var(--lw-surface); border-inline-end: 1px solid var(--lw-line); }
.lw-sidebar > nav > .lw-button { justify-content: flex-start; }
.lw-sidebar > nav > .lw-link { padding: 7px 15px; border-radius: var(--lw-radius); color: inherit; }
.lw-sidebar > nav > .lw-link:hover { background: var(--lw-hover); text-decoration: none; }
.lw-sidebar > nav > [aria-current] { color: var(--lw-accent);
    background: color-mix(in srgb, var(--lw-accent) 10%, transparent); }
.lw-sidebar > :is(.lw-sidebar-button, .lw-sidebar-shade) { display: none; }
.lw-sidebar .lw-button[data-kind=quiet] { color: inherit; font-weight: 400; }
@media (max-width: 720px) {
    .lw-sidebar > .lw-sidebar-button { display: inline-grid; margin: 8px; }
    .lw-row > .lw-sidebar > .lw-sidebar-button { position: absolute; top: 4px;
        inset-inline-start: 4px; }
    .lw-app-bar:has(+ .lw-row > .lw-sidebar:not(.lw-hidden)) { padding-inline-start: 58px; }
    /* Without a bar it stands above the rest of its row. */
    .lw-row:has(> .lw-sidebar:not(.lw-hidden)):not(.lw-app-bar + *) { position: relative;
        padding-top: 52px !important; }
    .lw-sidebar > nav { position: fixed; z-index: 10001; inset-block: 0; inset-inline-start: 0;
        overflow: auto;
        width: min(280px, 84vw); border: 0; box-shadow: var(--lw-shadow); }
    .lw-sidebar[data-open="1"] > .lw-sidebar-shade { display: block; position: fixed; inset: 0;
        z-index: 10001; background: rgb(0 0 0 / 35%); }
    .lw-sidebar[data-open=""] > nav { display: none; }
}

.lw-sparkline { min-height: 28px; height: 36px; min-width: 60px; }
.lw-sparkline > .lw-chart-plot { min-height: 0; }

.lw-window, .lw-page { position: absolute; display: flex; flex-direction: column;
    background: var(--lw-surface); max-width: none; isolation: isolate; }
.lw-page, .lw-filling { background: var(--lw-page); }
.lw-window { top: 0; left: 0; border-radius: 10px; border: 1px solid var(--lw-line);
    box-shadow: var(--lw-shadow); overflow: hidden; }
.lw-page { inset: 0; overflow: auto; }
.lw-filling { inset: 0 !important; border: 0; border-radius: 0; box-shadow: none; }
.lw-window-body { flex: 1 1 auto; overflow: auto; }
.lw-title-bar { display: flex; align-items: center; gap: 4px; flex: none;
    padding-block: 6px; padding-inline: 16px 8px; background: var(--lw-raised);
    border-bottom: 1px solid var(--lw-line); touch-action: none; cursor: default; }
.lw-title-bar:focus-visible { outline-offset: -3px; border-radius: 10px 10px 0 0; }
.lw-looks .lw-window:not(.lw-dialog) > .lw-title-bar > [aria-label=Close] { display: none; }
.lw-title-bar img { width: 16px; height: 16px; margin-inline-end: 4px; }
.lw-caption { flex: 1; min-height: 28px; line-height: 28px; font-weight: 600; overflow: hidden;
    text-overflow: ellipsis; white-space: nowrap; }
.lw-window[data-state=shaded], .lw-window[data-state=minimized] { height: auto !important;
    bottom: auto !important; }
.lw-window[data-state=shaded] > .lw-window-body,
    .lw-window[data-state=minimized] > .lw-window-body { display: none; }
.lw-window[data-state=minimized] { position: fixed; inset: auto auto 0 calc(var(--lw-slot,
    0) * 228px) !important; width: 220px !important; }
.lw-window[data-state=maximized] { inset: 0 !important; width: auto !important;
    height: auto !important; border-radius: 0; }
.lw-grip { position: absolute; width: 14px; height: 14px; touch-action: none; z-index: 1; }
.lw-grip-nw { top: -1px; left: -1px; cursor: nwse-resize; } .lw-grip-se { right: -1px;
    bottom: -1px; cursor: nwse-resize; }
.lw-grip-ne { top: -1px; right: -1px; cursor: nesw-resize; } .lw-grip-sw { left: -1px;
    bottom: -1px; cursor: nesw-resize; }
.lw-window:hover > .lw-grip-se { background: linear-gradient(135deg, transparent 55%,
    var(--lw-border) 55% 62%, transparent 62% 74%, var(--lw-border) 74% 81%, transparent 81%); }
.lw-filling > .lw-grip, .lw-window:not([data-state=normal])[data-state] > .lw-grip { display: none;
    }

.lw-icon-button { display: inline-grid; place-items: center; width: 28px; height: 28px; padding: 0;
    border: 0; border-radius: var(--lw-radius); background: none; color: inherit; cursor: default; }
.lw svg, .lw-icon-button > svg { width: 16px; height: 16px; fill: none; stroke: currentColor;
    stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; flex: none; }
.lw-button { display: inline-flex; align-items: center; justify-content: center; gap: 8px;
    min-height: var(--lw-control); padding: var(--lw-pad) 14px; border: 1px solid var(--lw-border);
    border-radius: var(--lw-radius); background: var(--lw-surface); font-weight: 500;
    box-shadow: 0 1px 1px rgb(16 24 40 / 5%); cursor: default; }
:is(.lw-button, .lw-icon-button, .lw-menu-name, .lw-expander-bar, .lw-scroll-bar):hover,
.lw-menu-name[aria-expanded=true] { background: var(--lw-hover); }
.lw-button:active { transform: translateY(1px); }
.lw-button > span { min-width: 0; overflow: hidden; text-overflow: ellipsis; }
.lw-button:is([data-kind=primary], [data-kind=submit]) { background: var(--lw-accent);
    border-color: transparent;
    color: var(--lw-on-accent); }
.lw-button[data-kind=danger] { background: var(--lw-danger); border-color: transparent;
    color: var(--lw-surface); }
.lw-button:is([data-kind=primary], [data-kind=submit], [data-kind=danger]):hover {
    filter: brightness(1.1); }
.lw-button[data-kind=quiet] { background: none; border-color: transparent; box-shadow: none;
    color: var(--lw-accent); }
.lw-button[data-kind=quiet]:hover { background: var(--lw-hover); }
.lw-button[aria-busy=true] { position: relative; cursor: progress; }
.lw-button[aria-busy=true] > * { opacity: 0; }
.lw-button[aria-busy=true]::before { content: ""; position: absolute; inset: 0; margin: auto;
    width: 14px; height: 14px; border: 2px solid currentColor; border-right-color: transparent;
    border-radius: 50%; animation: lw-turn .8s linear infinite; }
.lw-own-hover:hover { background: var(--lw-hover-bg, var(--lw-hover)) !important;
    color: var(--lw-hover-fg, inherit) !important; }
.lw-check { display: inline-flex; align-items: center; gap: 8px; min-height: 24px; }
.lw-check input { margin: 0; width: 16px; height: 16px; accent-color: var(--lw-accent); flex: none;
    }
:is(.lw-check:not(.lw-switch), .lw-data-cell) > input:is([type=checkbox],
    [type=radio]):not(:checked) { appearance: none; border: 1px solid var(--lw-border);
    border-radius: 3px; background: var(--lw-surface); }
.lw-check.lw-check > input[type=radio]:not(:checked) { border-radius: 50%; }
.lw-switch > input { appearance: none; width: 34px; height: 20px; border-radius: 10px;
    background: var(--lw-border); }
.lw-switch > input::before { content: ""; display: block; width: 14px; height: 14px; margin: 3px;
    border-radius: 50%; background: var(--lw-surface); }
.lw-switch > input:checked { background: var(--lw-accent); }
.lw-switch > input:checked::before { translate: 14px 0; }
.lw-switch > input:dir(rtl):checked::before { translate: -14px 0; }
.lw-radios { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; }
.lw-segments { display: inline-flex; flex-flow: row wrap; align-items: stretch; gap: 2px;
    width: fit-content; max-width: 100%; padding: 3px; border-radius: calc(var(--lw-radius) + 2px);
    background: var(--lw-hover); }
.lw-segments > .lw-check { position: relative; min-height: calc(var(--lw-control) - 6px);
    padding: 2px 14px; border-radius: var(--lw-radius); color: var(--lw-muted); font-weight: 500; }
.lw-segments > .lw-check:hover { color: var(--lw-text); }
.lw-segments > .lw-check:has(:checked) { background: var(--lw-surface); background: light-dark(
    var(--lw-surface), color-mix(in srgb, var(--lw-text) 18%, var(--lw-hover)));
    color: var(--lw-text); box-shadow: 0 1px 2px rgb(16 24 40 / 16%); }
.lw-segments > .lw-check:has(:focus-visible) { outline: 2px solid var(--lw-accent); }
.lw-segments input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; }
.lw-link { min-width: 20px; min-height: 1.45em; align-content: center; color: var(--lw-accent);
    text-decoration: none; }
.lw-link:hover { text-decoration: underline; }
.lw-badge { align-self: center; justify-self: start; width: fit-content; padding: 1px 8px;
    border-radius: 10px; background: var(--lw-hover); color: var(--lw-muted); font-size: 12px;
    font-weight: 600; white-space: nowrap; --lw-kind: var(--lw-muted); }
[data-kind=info] { --lw-kind: var(--lw-accent); }
[data-kind=success] { --lw-kind: var(--lw-positive); }
[data-kind=warning] { --lw-kind: var(--lw-warning); }
[data-kind=error] { --lw-kind: var(--lw-danger); }
.lw-badge:not([data-kind=""]) { color: var(--lw-kind);
    background: color-mix(in srgb, var(--lw-kind) 12%, var(--lw-surface)); }
.lw-toasts { position: fixed; z-index: 10002; right: 20px;
    bottom: calc(20px + var(--lw-lift, 0px) + var(--lw-errors, 0px)); display: grid; gap: 10px;
    justify-items: end; max-width: calc(100vw - 40px); }
@media (max-width: 480px) { .lw-toasts { left: 20px; justify-items: stretch; } }
.lw-toast { display: flex; align-items: center; gap: 10px; max-width: 440px; padding: 10px 12px 10px
    14px; border-radius: calc(var(--lw-radius) + 3px); background: var(--lw-surface);
    box-shadow: var(--lw-shadow), var(--lw-card-shadow); overflow-wrap: anywhere; }
.lw-toast > svg { flex: none; color: var(--lw-kind); } .lw-toast > span { flex: 1; }
.lw-toast > button:not(.lw-icon-button) { border: 0; padding: 4px 8px; background: none;
    border-radius: var(--lw-radius); color: var(--lw-accent); font-weight: 600; }
.lw-toast > button:hover { background: var(--lw-hover); }
.lw-spinner { display: flex; align-items: center; gap: 10px; min-height: 28px; padding: 0 5px;
    color: var(--lw-muted); }
.lw-spinner > i { flex: none; width: 18px; height: 18px; border: 2px solid var(--lw-line);
    border-top-color: var(--lw-accent); border-radius: 50%; animation: lw-turn .8s linear infinite;
    }
.lw-label { min-height: 1.45em; overflow-wrap: anywhere; white-space: pre-wrap; }
.lw-input { min-height: var(--lw-control); padding: var(--lw-pad) 10px;
    border: 1px solid var(--lw-border); border-radius: var(--lw-radius);
    background: var(--lw-surface); user-select: text; -webkit-user-select: text; min-width: 0;
    max-width: 100%; }
.lw .lw-input:focus-visible, .lw-input.lw:focus-visible { outline-offset: -1px;
    border-color: var(--lw-accent); }
.lw-input:read-only:where(:not(select)) { background-color: var(--lw-raised); }
.lw ::placeholder, .lw-input::placeholder { color: var(--lw-muted); opacity: 1; }
.lw-search { padding-inline-start: 32px; background: var(--lw-surface) 10px / 16px no-repeat
    url('data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" \
fill="none" stroke="gray" stroke-width="1.5"> \
<path d="M11 11l3.5 3.5M7 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10"/></svg>'); }
.lw-search:dir(rtl) { background-position-x: calc(100% - 10px); }
.lw-input[aria-invalid=true], .lw-moments[aria-invalid=true] > .lw-input {
    border-color: var(--lw-danger); }
.lw .lw-input[aria-invalid=true]:focus-visible { outline-color: var(--lw-danger); }
.lw-text-area { resize: none; line-height: 1.45; min-height: 64px; }
.lw-outgrown { position: relative; }
.lw-outgrown:not(.lw-read-only) { background: var(--lw-surface); }
.lw-outgrown.lw > * { resize: none; box-sizing: border-box; min-width: 0; min-height: 0; padding: 0;
    border: 0; border-radius: inherit; background: none; font: inherit; color: inherit; }
.lw-outgrown > .lw-long-size { display: block; width: 100%; height: 100%; visibility: hidden; }
.lw-outgrown.lw > :not(.lw-long-size) { position: absolute; inset: 0; width: 100%; height: 100%; }
.lw-outgrown.lw > :not(.lw-long-size) { padding: inherit; overflow: auto; outline-offset: -1px; }
.lw-outgrown:not(.lw-reading) > .lw-long-text { display: none; }
.lw-reading > textarea { content-visibility: hidden; opacity: 0; pointer-events: none; }
.lw-long-text { user-select: text; -webkit-user-select: text; white-space: pre; cursor: text; }
.lw-long-text:not([data-wrap=off]) { white-space: pre-wrap; overflow-wrap: break-word; }
.lw-long-text > div { content-visibility: auto; }
.lw-long-text > div { contain-intrinsic-height: auto calc(var(--lw-lines) * 1lh); }
.lw-long-text > :is(:first-child, :last-child) { content-visibility: visible; }
.lw-long-text > :last-child::after { content: "\\200b"; }
.lw-on-paper { display: none; }
.lw-html { overflow: auto; min-height: 1.45em; overflow-wrap: break-word; }
.lw-html :is(pre, code, kbd, samp), .lw-source, .lw-errors pre { direction: ltr; }
.lw-html > :first-child { margin-top: 0; }
:is(.lw-html, .lw-html blockquote) > :last-child { margin-bottom: 0; }
.lw-html :is(h1, h2, h3, h4) { margin: 1.2em 0 .4em; line-height: 1.25; font-weight: 650; }
.lw-html h1 { font-size: 24px; } .lw-html h2 { font-size: 20px; } .lw-html h3 { font-size: 17px; }
.lw-html :is(ul, ol) { padding-inline-start: 22px; }
.lw-html ol:has(> :nth-child(10)) { padding-inline-start: 40px; }          /* longer numbers */
.lw-html :is(p, ul, ol, pre, blockquote, table) { margin: 0 0 .7em; }
.lw-html a { color: var(--lw-accent); }
.lw-html :is(code, kbd, pre) { font: .93em var(--lw-mono); border-radius: 4px;
    background: var(--lw-hover); }
.lw-html :is(code, kbd) { padding: .1em .35em; } .lw-html pre { padding: 10px 12px; }
.lw-html pre { overflow: auto; }
.lw-html pre code { padding: 0; background: none; font-size: inherit; }
.lw-html pre:has(> .lw-copy) { position: relative; padding-right: 40px; white-space: pre-wrap; }
button.lw-copy { position: absolute; top: 6px; right: 6px; padding: 0; z-index: 1; }
/* Lines and tabs that go on fade at their ends until they are scrolled to. */
:is(.lw-code > .lw-source-view, .lw-html pre, .lw-tab-list) { animation: lw-edge linear;
    animation-timeline: scroll(self x); }
.lw-tab-list:dir(rtl) { --lw-side: to right; }
@keyframes lw-edge { from, 98% {
    mask-image: linear-gradient(var(--lw-side, to left), transparent, #000 32px); } }
.lw-source-line.lw-marked { background: color-mix(in srgb, var(--lw-accent) 14%, transparent); }
.lw-combo { position: relative; display: inline-grid; align-items: center; min-width: 5em; }
.lw-password { position: relative; display: inline-grid; min-width: 0; max-width: 100%; }
/* What stands at the end of a field is at that of the page's lines, however its text is written. */
.lw-password { --lw-room: 36px; } .lw-combo, .lw-spin { --lw-room: 30px; }
:is(.lw-password, .lw-combo, .lw-spin) > .lw-input { padding-right: var(--lw-room); }
:is(.lw-password, .lw-combo, .lw-spin):dir(rtl) > .lw-input { padding-right: 10px;
    padding-left: var(--lw-room); }
.lw-password > .lw-input { width: 100%; }
.lw-password > .lw-icon-button { position: absolute; inset-inline-end: 4px; align-self: center;
    color: var(--lw-muted); }
.lw-password > ::-ms-reveal { display: none; }
.lw-combo > .lw-input { width: 100%; background: var(--lw-surface);
    cursor: default; text-overflow: ellipsis; }
.lw-combo > .lw-input:not(:read-only) { cursor: text; }
.lw-combo > svg { position: absolute; inset-inline-end: 9px; pointer-events: none; }
.lw :is(.lw-combo, .lw-multi) > svg { color: var(--lw-muted); flex: none; }
.lw-multi > svg { margin-inline: auto 3px; }
.lw-options { position: fixed; z-index: 10000; overflow: auto; padding: 4px;
    background: var(--lw-surface); border: 1px solid var(--lw-line);
    border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-options > * { padding: 5px 10px; border-radius: 4px; white-space: pre; }
.lw-options > [aria-selected=true] { font-weight: 600; }
.lw-options > .lw-active, .lw-options > :hover { background: var(--lw-hover); }
.lw-spin { display: inline-flex; align-items: center; min-width: 90px; }
.lw-row > :is(.lw-spin, .lw-combo) { flex-shrink: 1; }
.lw-spin > .lw-input { flex: 1 1 auto; align-self: stretch;
    font-variant-numeric: tabular-nums; }
.lw-spin-buttons { display: grid; width: 24px; flex: none; align-self: stretch;
    margin-block: 2px; margin-inline: -26px 2px; }
.lw-number-unit { flex: none; max-width: 50%; color: var(--lw-muted); overflow-wrap: anywhere; }
.lw-spin.lw-input { --lw-room: 6px; padding: 0; background: var(--lw-surface); }
.lw-spin.lw-input > .lw-input { min-height: 0; border: 0; outline: 0; }
.lw-spin.lw-input > .lw-spin-buttons { margin-inline-start: 4px; }
.lw-spin.lw-input:focus-within, .lw-multi:focus-within, .lw-source:focus-within {
    outline: 2px solid var(--lw-accent); outline-offset: -1px; }
.lw-spin.lw-input:has(> [aria-invalid=true]) { border-color: var(--lw-danger);
    outline-color: var(--lw-danger); }
.lw-spin-buttons > .lw-icon-button { width: 24px; height: auto; border-radius: 4px; }
.lw-spin-buttons svg { width: 12px; height: 12px; }
.lw-spin-buttons svg + svg { display: none; }
.lw-input::-webkit-calendar-picker-indicator { opacity: .65; }
.lw-slider { display: flex; align-items: center; gap: 10px; min-height: 24px; min-width: 120px; }
.lw-slider > input { -webkit-appearance: none; appearance: none; flex: 1 1 auto; min-width: 0;
    height: 20px; margin: 0; background: none; border-radius: 10px; }
.lw-slider > output { font-variant-numeric: tabular-nums; text-align: end;
    color: var(--lw-muted); }
.lw-slider[data-value=l] { flex-direction: row-reverse; } .lw-slider[data-value=t] {
    flex-direction: column-reverse; align-items: stretch; } .lw-slider[data-value=b] {
    flex-direction: column; align-items: stretch; }
.lw-slider:is([data-value=t], [data-value=b]) > output { text-align: center; }
.lw-slider > input::-webkit-slider-runnable-track { height: 4px; border-radius: 2px;
    background: linear-gradient(to right, var(--lw-accent) var(--lw-done, 0%),
    var(--lw-border) var(--lw-done, 0%)); }
.lw-slider > input:dir(rtl)::-webkit-slider-runnable-track {
    background: linear-gradient(to left, var(--lw-accent) var(--lw-done, 0%),
    var(--lw-border) var(--lw-done, 0%)); }
:is(.lw-slider, .lw-range-track) > input::-webkit-slider-thumb { -webkit-appearance: none;
    width: 16px; height: 16px; border-radius: 50%; background: var(--lw-accent);
    border: 2px solid var(--lw-surface); box-shadow: 0 0 0 1px var(--lw-accent); }
.lw-slider > input::-webkit-slider-thumb { margin-top: -6px; }
.lw-slider > input::-moz-range-track { block-size: 4px; border-radius: 2px;
    background: var(--lw-border); }
.lw-slider > input::-moz-range-progress { block-size: 4px; border-radius: 2px;
    background: var(--lw-accent); }
:is(.lw-slider, .lw-range-track) > input::-moz-range-thumb { width: 14px; height: 14px;
    border-radius: 50%; background: var(--lw-accent); border: 2px solid var(--lw-surface);
    box-shadow: 0 0 0 1px var(--lw-accent); }
.lw-range-track > input::-webkit-slider-thumb { pointer-events: auto; }
.lw-range-track > input::-moz-range-thumb { pointer-events: auto; }
.lw-range-track { position: relative; flex: 1 1 auto; min-width: 80px; height: 20px; }
.lw-range-track::before { content: ""; position: absolute; inset: 8px 0; border-radius: 2px;
    background: linear-gradient(to right, var(--lw-border) var(--lw-low, 0%), var(--lw-accent) 0
    var(--lw-high, 100%), var(--lw-border) 0); }
.lw-range-track:dir(rtl)::before { transform: scaleX(-1); }
.lw-range-track > input { -webkit-appearance: none; appearance: none; position: absolute; inset: 0;
    width: 100%; margin: 0; background: none; pointer-events: none; }
.lw-unit { display: flex; flex-direction: column; gap: 5px; min-width: 0; max-width: 100%; }
.lw-unit > .lw { align-self: stretch; }
/* Switches are as wide as what they hold, numbers and dates as their column, up to a limit,
   unless they are told otherwise. */
.lw-unit:not(.lw-expand-x, .lw-sized-x) > :is(.lw-check, .lw-segments) { align-self: flex-start;
    max-width: 100%; }
:is(.lw-unit:not(.lw-expand-x, .lw-sized-x, .lw-row > .lw-stretch),
    .lw-column:not(.lw-aligned), .lw-grid) > :is(.lw-spin, .lw-moment,
    .lw-moments):not(.lw-expand-x, .lw-sized-x) { max-width: min(100%, 440px); }
.lw-unit.lw-sized-y > .lw, .lw-unit.lw-stretch > .lw { flex: 1 1 auto; min-height: 0; }
.lw-row > .lw-unit.lw-stretch:not(.lw-sized-y) > .lw:is(${CONTROLS}):not(.lw-text-area) {
    flex: none; min-height: var(--lw-control); }
.lw-unit-label { font-weight: 550; font-size: 13px; }
:is(.lw-required > .lw-unit-label, .lw-required > [hidden] + .lw-check > span)::after {
    content: " *"; content: " *" / ""; color: var(--lw-danger);
}
.lw-unit-help, .lw-unit-error { font-size: 12px; color: var(--lw-muted); }
.lw-unit-error { color: var(--lw-danger); }
.lw-scrolled-up > :is(.lw-chat-newest, .lw-data-newest) { display: inline-grid; }
.lw-multi { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; padding: 3px 6px;
    min-width: 120px; cursor: text; }
.lw-input.lw-multi { background: var(--lw-surface); }
.lw-multi.lw > input { flex: 1 1 60px; min-width: 40px; padding: 3px 4px; border: 0;
    background: none; outline: none; }
.lw-multi:has(> [aria-invalid=true]) { border-color: var(--lw-danger); }
.lw-chip { display: inline-flex; align-items: center; max-width: 100%; padding-inline-start: 8px;
    border-radius: 5px; background: var(--lw-hover); }
.lw-chip > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lw-chip > .lw-icon-button { width: 22px; height: 24px; flex: none; }
.lw-chip svg { width: 12px; height: 12px; } .lw-empty { color: var(--lw-muted); }
.lw-slider:is([data-orientation=vertical], [data-orientation=turned]) { min-width: 24px;
    min-height: 120px; flex-direction: column; }
.lw-slider[data-orientation=turned] { position: relative; container-type: size; }
.lw-slider[data-orientation=turned] > input { position: absolute; left: 50%; top: 50%;
    width: 100cqh; min-width: 0; transform: translate(-50%, -50%) rotate(-90deg); direction: ltr; }
.lw-slider[data-orientation=vertical] > input { writing-mode: vertical-lr; direction: rtl;
    width: 20px; height: auto; align-self: center; }
.lw-slider[data-orientation=vertical] > input::-webkit-slider-runnable-track { width: 4px;
    height: 100%; background: linear-gradient(to top, var(--lw-accent) var(--lw-done, 0%),
    var(--lw-border) var(--lw-done, 0%)); }
.lw-slider[data-orientation=vertical] > input::-webkit-slider-thumb { margin: 0 0 0 -6px; }
.lw-progress { display: flex; align-items: center; gap: 10px; min-width: 80px; min-height: 20px; }
.lw-progress > div { flex: 1; height: 8px; overflow: hidden; border-radius: 4px;
    background: var(--lw-line); }
.lw-progress-bar { height: 100%; border-radius: 4px; background: var(--lw-accent); }
.lw-progress > span { color: var(--lw-muted); font-size: 12px;
    font-variant-numeric: tabular-nums; }
.lw-image { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); place-items: center;
    min-width: 0; min-height: 0; overflow: hidden; }
.lw-image > img { max-width: 100%; max-height: 100%; object-fit: contain; }
/* Where nothing limits it, a picture leaves room for what stands around it. */
:is(.lw-box, .lw-grid) > .lw-image:not(.lw-sized-y, .lw-expand-y, .lw-stretch) {
    max-height: 70vh; }
.lw-row > .lw-image { flex-shrink: 1; }
.lw-image > canvas { width: 100%; height: 100%; min-height: 0; }

.lw-menu { position: fixed; z-index: 10001; display: grid; min-width: 140px; padding: 4px;
    max-height: 100vh; overflow-y: auto;
    background: var(--lw-surface); border: 1px solid var(--lw-line);
    border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-menu > button { display: flex; align-items: center; gap: 8px; padding: 6px 12px; border: 0;
    border-radius: 4px; background: none; text-align: start; cursor: default; }
.lw-menu > button:is(:hover, :focus), .lw-menu > button[aria-expanded=true] {
    background: var(--lw-hover); outline-offset: -2px; }
.lw-menu > [role=menuitemcheckbox]::before { content: ""; width: 12px; text-align: center; }
.lw-menu > [role=menuitemcheckbox][aria-checked=true]::before {
    content: "\\2713"; content: "\\2713" / "";           /* no part of its name */
}
.lw-menu > button > svg { width: 12px; height: 12px; margin-inline-start: auto;
    color: var(--lw-muted); } .lw-menu:dir(rtl) > button > svg { transform: scaleX(-1); }
.lw-menu > [role=group] { margin: 4px 12px; } .lw-menu > .lw-separator { margin: 4px 0; }
/* A bar as wide as the cards, and its first name in line with their texts. */
.lw-menu-bar { display: flex; flex-wrap: wrap; gap: 2px; padding: 3px 6px;
    border-radius: calc(var(--lw-radius) + 3px); background: var(--lw-surface);
    box-shadow: var(--lw-card-shadow); }
:is(.lw-card, .lw-frame, .lw-app-bar, .lw-window:not(.lw-filling)) .lw-menu-bar { padding: 0;
    background: none; box-shadow: none; }
.lw-menu-name { display: inline-flex; align-items: center; gap: 6px; padding: 5px 10px; border: 0;
    border-radius: 4px; background: none; cursor: default; }
.lw-name-only { position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); white-space: nowrap; }
.lw-tool-bar { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; padding: 2px; }
.lw-tool-bar[aria-orientation=vertical] { flex-direction: column; align-items: stretch; }
.lw-tool { padding: 5px 8px; border-color: transparent; background: none; box-shadow: none; }
.lw-dialog { min-width: 240px; max-width: calc(100% - 24px); max-height: calc(100% - 24px); }
.lw-dialog > * > .lw-caption { white-space: normal; overflow-wrap: anywhere; line-height: 1.4;
    padding-block: 4px; max-height: 120px; }
.lw-dialog > .lw-window-body { display: flex; flex-direction: column; gap: 16px; padding: 16px; }
    .lw-dialog > .lw-window-body > .lw-box:first-child { flex: 1 1 auto; overflow: auto;
    padding: 4px; margin: -4px; }       /* room for what shows the focus */
.lw-dialog-buttons { flex: none; justify-content: flex-end; }
.lw-shade { position: absolute; inset: 0; background: rgb(0 0 0 / 0.35); }
/* Below it are banners, for which the desktop makes room. */
body:has(.lw-shade:not([hidden])) { background: color-mix(in srgb, var(--lw-page), #000 35%); }
.lw-button-box { display: flex; } .lw-button-box > div { min-width: 0; max-width: 100%; }
.lw-button-box > div > :is(.lw-html, .lw-data, .lw-chat) { min-width: 0; }
.lw-button-row, .lw-button-column { display: inline-grid;
    grid-auto-flow: column; grid-auto-columns: minmax(var(--lw-least), 1fr); }
.lw-button-column { grid-auto-flow: row; grid-auto-columns: auto;
    grid-template-columns: minmax(var(--lw-least), 1fr); }
.lw-button-box > div > .lw-button { justify-content: center; }
.lw-fixed { position: relative; }
.lw-splitter[data-orientation=vertical] { flex-direction: column; }
.lw-pane { min-width: 0; min-height: 0; overflow: auto; }
.lw-handle { flex: 0 0 8px; position: relative; cursor: col-resize; touch-action: none; }
.lw-handle[aria-orientation=horizontal] { cursor: row-resize; }
.lw-handle::after { content: ""; position: absolute; inset: 0 3px; background: var(--lw-line);
    border-radius: 1px; } .lw-handle[aria-orientation=horizontal]::after { inset: 3px 0; }
.lw-handle:is(:hover, :focus-visible)::after { background: var(--lw-accent); }
.lw-separator { align-self: stretch; background: var(--lw-line); }
.lw-separator[aria-orientation=horizontal] { height: 1px; min-height: 1px; min-width: 8px; }
.lw-separator[aria-orientation=vertical] { width: 1px; min-width: 1px; min-height: 8px; }
.lw-expander { border-radius: var(--lw-radius); overflow: clip; background: var(--lw-surface);
    box-shadow: var(--lw-card-shadow); }
.lw-shadow { box-shadow: var(--lw-shadow); }
.lw-expander-bar { display: flex; align-items: center; gap: 8px; width: 100%;
    padding: 8px var(--lw-inset, 12px); border: 0; background: none; font-weight: 600;
    text-align: start; cursor: pointer; }
.lw-expander-bar:disabled { cursor: default; color: inherit; } .lw-expander-bar:disabled > svg {
    display: none; }
.lw-expander-bar > svg { width: 12px; height: 12px; } .lw-expander-bar[aria-expanded=false] > svg {
    transform: rotate(-90deg); }
.lw-expander > .lw-fill { padding: 8px var(--lw-inset, 12px); }
.lw-expander > .lw-fill[hidden] { display: none; }
.lw-button[aria-pressed=true] { background: color-mix(in srgb, var(--lw-accent) 18%,
    var(--lw-surface)); border-color: var(--lw-accent); }
.lw-status-bar { min-height: 1.45em; padding: 4px 8px; color: var(--lw-muted); overflow: hidden;
    text-overflow: ellipsis; white-space: nowrap; }
.lw-entry-set { min-width: 120px; display: inline-flex; gap: 6px; align-items: center; }
.lw-entry-set > .lw-input { flex: 1 1 auto; min-width: 0; }
.lw-canvas { position: relative; min-width: 40px; min-height: 40px; overflow: hidden; }
.lw-canvas > canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
.lw-data { position: relative; overflow: auto; min-width: 80px; min-height: 72px; height: 240px;
    overflow-anchor: none; border: 1px solid var(--lw-line); border-radius: var(--lw-radius);
    font-variant-numeric: tabular-nums; --lw-edge: color-mix(in srgb, var(--lw-text) 22%,
    transparent); background: linear-gradient(90deg, var(--lw-surface) 50%, transparent) 0 / 40px
    no-repeat local, linear-gradient(-90deg, var(--lw-surface) 50%, transparent) 100% / 40px
    no-repeat local, linear-gradient(90deg, var(--lw-edge), transparent) 0 / 14px no-repeat,
    linear-gradient(-90deg, var(--lw-edge), transparent) 100% / 14px no-repeat, var(--lw-surface); }
/* Shadows tell that there is more at a side: the first two move along and hide the others there. */
.lw-column > .lw-data, .lw-fill > .lw-data { align-self: stretch; } .lw-fill > .lw-data,
    .lw-column > .lw-data:not(.lw-stretch) { height: auto; }
.lw-row > .lw-data { height: auto; min-width: 200px; }
.lw .lw-data:focus-visible, .lw-data.lw:focus-visible { outline-offset: -1px; }
/* The heads' shadow covers what a browser rounds, some million px down. */
.lw-data-top { position: sticky; top: 0; z-index: 1; min-width: max(100%, var(--lw-least, 0px));
    background: var(--lw-raised); border-bottom: 1px solid var(--lw-line);
    box-shadow: 0 -2px var(--lw-raised); }
    .lw-headless > .lw-data-top { height: 0; overflow: hidden; border: 0; }
.lw-data-head, .lw-data-row { display: grid; grid-template-columns: var(--lw-columns); }
/* The natural height of what has many rows is that of a few. */
.lw-data-space, .lw-source-space { height: var(--lw-space);
    margin-bottom: min(0px, 200px - var(--lw-space)); }
.lw-data-space { position: relative; min-width: max(100%, var(--lw-least, 0px)); overflow: clip; }
.lw-data-window { position: absolute; inset: 0 0 auto; }
.lw-data-cell { min-width: 0; min-height: 24px; padding: var(--lw-row-gap,
    4px) var(--lw-column-gap, 8px); overflow: hidden; text-overflow: ellipsis; white-space: pre; }
.lw-data:dir(ltr) .lw-apart { padding-left: calc(2 * var(--lw-column-gap, 8px)); }
.lw-data:dir(rtl) .lw-apart { padding-right: calc(2 * var(--lw-column-gap, 8px)); }
.lw-data-row > .lw-data-cell { height: var(--lw-row-height); } .lw-data-probe { position: absolute;
    top: 0; visibility: hidden; }
.lw-data-head > .lw-data-cell { position: relative; padding-block: max(4px, var(--lw-row-gap,
    4px)); }
.lw-data-head { font-weight: 600; }
    .lw-sortable > .lw-data-top > .lw-data-head > .lw-data-cell:hover {
    background: var(--lw-hover); }
/* The mark of the order is no part of a head's name, where a browser knows how to say that. */
.lw-data-head > [aria-sort]::after { content: "\\25b2" attr(data-rank);
    content: "\\25b2" attr(data-rank) / ""; margin-inline-start: 6px; font-size: .7em; }
.lw-data-head > [aria-sort=descending]::after { content: "\\25bc" attr(data-rank);
    content: "\\25bc" attr(data-rank) / ""; }
.lw-data-grip { position: absolute; inset: 0 0 0 auto; width: 9px; cursor: col-resize;
    touch-action: none; }
.lw-data-grip::after { content: ""; position: absolute; inset: 5px 0 5px auto; width: 1px;
    background: var(--lw-line); }
.lw-data:dir(rtl) .lw-data-grip { inset: 0 auto 0 0; }
.lw-data:dir(rtl) .lw-data-grip::after { inset: 5px auto 5px 0; }
.lw-data-grip:hover::after {
    background: var(--lw-accent); width: 2px; }
.lw-data-number { overflow: hidden; line-height: var(--lw-row-height); color: var(--lw-muted);
    text-align: center; font-size: .9em; background: var(--lw-raised); }
.lw-data:not(.lw-numbered) .lw-data-number { visibility: hidden; }
.lw-striped .lw-odd { background: var(--lw-raised); } .lw-ruled .lw-data-row > .lw-data-cell {
    box-shadow: inset -1px -1px var(--lw-line); }
.lw-ruled .lw-data-row > .lw-data-cell:last-child { box-shadow: inset 0 -1px var(--lw-line); }
.lw-ruled.lw-snug .lw-data-row:last-child > .lw-data-cell {
    box-shadow: inset -1px 0 var(--lw-line); }
.lw-ruled.lw-snug .lw-data-row:last-child > .lw-data-cell:last-child { box-shadow: none; }
.lw-data-head > :last-child > .lw-data-grip:not(:hover)::after { background: none; }
.lw-data-row:hover { background: var(--lw-hover); }
.lw-data-row[aria-selected=true], .lw-data-cell[aria-selected=true] {
    background: color-mix(in srgb, var(--lw-accent) 20%, var(--lw-surface)) !important; }
    .lw-data-row[aria-selected=true] > .lw-data-cell { background: none !important;
    color: inherit !important; }
.lw-data:focus .lw-active, .lw-data:focus-within .lw-active { outline: 2px solid var(--lw-accent);
    outline-offset: -2px; }
.lw-data-tree { padding-inline-start: calc(var(--lw-column-gap, 8px) + 18px * var(--lw-level)); }
.lw-data-toggle { display: inline-block; width: 18px; height: 1em; } .lw-data-toggle > svg {
    width: 12px; height: 12px; vertical-align: -1px; }
    .lw-data-row:not([aria-expanded=true]) > .lw-data-cell > .lw-data-toggle > svg {
    transform: rotate(-90deg); }
.lw-data:dir(rtl) .lw-data-row:not([aria-expanded=true]) > .lw-data-cell > .lw-data-toggle > svg,
.lw-expander:dir(rtl) > .lw-expander-bar[aria-expanded=false] > svg { transform: rotate(90deg); }
.lw-data-cell > :is(input, img) { vertical-align: middle; margin: 0; }
.lw-data-cell > input[type=checkbox] { accent-color: var(--lw-accent); width: 16px; height: 16px; }
.lw-data-cell > select { font: inherit; vertical-align: top; } .lw-data-cell > :is(select,
    .lw-button) { min-height: 0; height: 100%; width: 100%; padding: 0 6px; }
    .lw-data-cell > .lw-progress { min-height: 0; height: 20px; }
.lw-data-editor { position: absolute; z-index: 1; min-height: 0;
    padding: 0 calc(var(--lw-column-gap, 8px) - 1px); border-radius: 0; }
.lw-source { position: relative; display: grid; min-width: 120px; min-height: 72px; height: 240px;
    padding-block: 4px; background: var(--lw-surface); border: 1px solid var(--lw-border);
    border-radius: var(--lw-radius); line-height: 1.5; overflow: hidden; }
.lw-source:not([style*=width]) { max-width: 100vw; }    /* else what scrolls would draw it whole */
.lw-fill > .lw-source, .lw-row > .lw-source { height: auto; }
.lw-column > .lw-source { align-self: stretch; }
.lw-source-view { overflow: auto; overflow-anchor: none; min-height: 0; min-width: 0; }
.lw-source-view { cursor: text; } .lw-source-space { position: relative; min-width: 100%; }
.lw-source-window { position: absolute; inset: 0 0 auto; min-width: max-content; }
.lw-source:not([data-wrap=none]) .lw-source-window { min-width: 0; }
.lw-source-end.lw-source-end { min-height: 0; height: 0; overflow: hidden; }
.lw-source-selection > div { position: absolute; background: color-mix(in srgb,
    var(--lw-accent) 28%, transparent); }
.lw-source-caret { position: absolute; width: 2px; margin-left: -1px; background: var(--lw-caret,
    var(--lw-text)); pointer-events: none; animation: lw-blink 1.1s steps(1) infinite; }
    [data-caret=block] .lw-source-caret { width: 1ch; margin: 0; opacity: .5; }
    @keyframes lw-blink { 50% { visibility: hidden; } }
.lw-tip { position: fixed; z-index: 10001; max-width: 40em; padding: 4px 8px;
    background: var(--lw-text); color: var(--lw-page); border-radius: 4px;
    font: 13px/1.4 var(--lw-font); white-space: pre-wrap; pointer-events: none; }
.lw-mdi { position: relative; overflow: auto; min-width: 120px; min-height: 120px; height: 100%;
    background: var(--lw-page); border-radius: var(--lw-radius); isolation: isolate; }
    .lw-mdi-area { position: relative; min-height: 100%; height: 100%; }
/* Places in px count from the left: what lies beyond the right edge can be scrolled to. */
:is(.lw-mdi, .lw-scrolls:has(> .lw-fixed)):dir(rtl) { direction: ltr; }
:is(.lw-mdi-area > .lw-window, .lw-scrolls > .lw-fixed):dir(rtl) { direction: rtl; }
.lw-sub-window[data-state=minimized] { position: absolute; }
.lw-mdi .lw-window:not(.lw-top) > .lw-title-bar > .lw-caption { color: var(--lw-muted); }
.lw-mdi .lw-top > .lw-title-bar { box-shadow: inset 0 2px var(--lw-accent); }
.lw-scroll-area { display: grid; grid-template: minmax(0, 1fr) auto / minmax(0, 1fr) auto;
    min-width: 0; min-height: 0; }
.lw-scroll-view { min-width: 0; min-height: 0; overflow: hidden; }
.lw-scrolls { overflow: auto; scrollbar-width: none; grid-template-rows: minmax(min-content, 1fr); }
.lw-scrolls::-webkit-scrollbar { display: none; }
.lw-scrolls:not(.lw-one-way) > .lw:not(.lw-expand-x) { min-width: max-content; }
.lw-scroll-area > .lw-scroll-bar[aria-orientation=vertical] { grid-area: 1 / 2; }
.lw-scroll-area > .lw-scroll-bar[aria-orientation=horizontal] { grid-area: 2 / 1; }
/* Over the margin of a page of its own, which would else be wider at this side. */
.lw-scroll-area:has(> * > * > .lw-column[style*="padding: 20px;"]) >
    [aria-orientation=vertical] { margin-inline-start: calc(-1 * var(--lw-thickness)); }
.lw-scroll-bar[hidden] { display: none; }
.lw-scroll-bar { position: relative; border-radius: 8px; touch-action: none; }
.lw-scroll-bar[aria-orientation=horizontal] { min-width: 60px; height: var(--lw-thickness); }
.lw-scroll-bar[aria-orientation=vertical] { min-height: 60px; width: var(--lw-thickness); }
.lw-scroll-bar > div { position: absolute; border-radius: 8px; background: var(--lw-thumb); }
.lw-scroll-bar:hover > div { background: var(--lw-muted); }
.lw-scroll-bar[aria-orientation=horizontal] > div { top: 4px; bottom: 4px; }
.lw-scroll-bar[aria-orientation=vertical] > div { left: 4px; right: 4px; }
@media (hover: none) and (pointer: coarse) {
    .lw-scrolls ~ .lw-scroll-bar { display: none; } }
.lw-banners {
    position: fixed; z-index: 10002; left: 50%; bottom: 12px; transform: translateX(-50%);
    display: flex; flex-direction: column; align-items: center; gap: 8px;
    width: max-content; max-width: min(560px, calc(100vw - 32px));
}
.lw-banner {
    display: flex; align-items: center; gap: 12px; overflow-wrap: anywhere; padding: 10px 16px;
    background: var(--lw-text); color: var(--lw-page);
    border-radius: 10px; box-shadow: var(--lw-shadow);
}
.lw-banner > span { max-height: 40vh; overflow: auto; white-space: pre-line; }
@media (max-width: 600px) { .lw-banner { flex-wrap: wrap; } .lw-banner > span { flex: auto; } }
.lw-banner button { border: 0; padding: 4px 8px; border-radius: var(--lw-radius); background: none;
    color: inherit; font-weight: 600; text-decoration: underline; white-space: nowrap;
    cursor: pointer; }
.lw-banner :focus-visible { outline-color: currentColor; }
.lw-errors { position: fixed; z-index: 10003; right: 16px; bottom: calc(16px + var(--lw-lift, 0px));
    width: min(640px, calc(100vw - 32px)); max-height: 60vh; overflow: auto; display: grid;
    grid-template-columns: minmax(0, 1fr); gap: 8px; }
.lw-errors > div { position: relative; padding: 10px 14px;
    background: var(--lw-surface); border: 1px solid var(--lw-danger);
    border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-errors summary { padding-right: 76px; color: var(--lw-danger); font-weight: 600;
    overflow-wrap: anywhere; }
.lw-errors pre { margin: 8px 0 0; overflow: auto; font: 12px/1.5 var(--lw-mono);
    white-space: pre-wrap; overflow-wrap: anywhere; }
.lw-errors .lw-icon-button { position: absolute; top: 8px; right: 8px; }
.lw-errors .lw-icon-button + .lw-icon-button { right: 48px; }
@media (prefers-reduced-motion: reduce) {
    .lw-source-caret, .lw-busy::after, .lw-spinner > i, .lw-button[aria-busy]::before {
        animation: none; }
    .lw-button:active { transform: none; }
}
@media (prefers-reduced-motion: no-preference) {
    .lw-button, .lw-icon-button, .lw-tab, .lw-expander-bar, .lw-input, .lw-menu > button,
    .lw-options > * {
        transition: background-color var(--lw-motion), border-color var(--lw-motion),
        filter var(--lw-motion); }
    .lw-dialog, .lw-menu, .lw-options, .lw-banner, .lw-shade, .lw-toast {
        animation: lw-fade var(--lw-motion); }
    .lw-expander-bar > svg { transition: transform var(--lw-motion); }
}
@keyframes lw-fade { from { opacity: 0; } }
/* Nearly all that a finger presses is 40 px high, and what it types in does not make the page
   zoom. */
@media (hover: none) and (pointer: coarse) {
    :root { --lw-control: 40px; }
    .lw-check, .lw-link.lw, .lw-tab, .lw-menu > button, .lw-menu-name, .lw-expander-bar,
    .lw-slider, .lw-banner button, .lw .lw-data-export button, .lw-json-line, .lw-toast > button,
    .lw .lw-source-find :is(.lw-input, .lw-button), .lw-chart-legend > button { min-height: 40px; }
    .lw-menu-bar, .lw-tool-bar { gap: 4px; }
    .lw-radios:not(.lw-segments) > .lw-check, .lw-chip > .lw-icon-button { margin-block: -4px; }
    .lw-segments input { inset: -3px 0; height: calc(100% + 6px); }
    .lw-options > * { padding-block: 10px; }
    .lw-icon-button { min-width: 40px; min-height: 40px; }
    /* a small window still has room to be dragged by */
    .lw-title-bar > .lw-icon-button { min-width: 28px; min-height: 36px; }
    .lw .lw-input:not(.lw-data-filter > *, .lw-data-cell > *) { font-size: 16px; }
    .lw-slider > input, .lw-range-track, .lw-range-track > input, .lw .lw-color-hue {
        height: 40px; }
    .lw-range-track::before { inset-block: 18px; }
    :is(.lw-slider, .lw-range-track) > input::-webkit-slider-thumb { width: 28px; height: 28px; }
    :is(.lw-slider, .lw-range-track) > input::-moz-range-thumb { width: 26px; height: 26px; }
    .lw-slider > input::-webkit-slider-thumb { margin-top: -12px; }
    .lw-slider[data-orientation=vertical] > input::-webkit-slider-thumb { margin: 0 0 0 -12px; }
    .lw-data-cell > input[type=checkbox] { width: 24px; height: 24px; margin-block: -4px; }
    .lw-password { --lw-room: 44px; }
    .lw-password > .lw-icon-button { inset-inline-end: 0; }
    .lw-spin { min-width: 140px; --lw-room: 84px; }
    .lw-spin-buttons { grid-auto-flow: column; width: 84px; margin-block: 0;
        margin-inline: -84px 0; }
    .lw-spin.lw-input > .lw-spin-buttons { margin-block: -1px; }    /* over the border */
    .lw-spin-buttons > .lw-icon-button:last-child { order: -1; }
    .lw-spin-buttons svg { width: 16px; height: 16px; }
    .lw-spin-buttons svg:first-child { display: none; }
    .lw-spin-buttons svg + svg { display: inline; }
    .lw-tab > .lw-icon-button { min-width: 32px; margin-block: -7px; }
    .lw-data-cell { padding-block: var(--lw-row-gap, 10px); }
    .lw-data { --lw-column-gap: 6px; }
    .lw-grip { width: 24px; height: 24px; }
    .lw-handle { z-index: 1; }
    .lw-handle::before { content: ""; position: absolute; inset: 0 -8px; }
    .lw-handle[aria-orientation=horizontal]::before { inset: -8px 0; }
    .lw-locked :is(input, button) { font-size: 16px; }
}
/* Where a person has chosen a few colours for all pages, backgrounds, gradients and shadows of ours
   are not drawn: what tells a state by these alone takes the colours that were chosen. */
@media (forced-colors: active) {
    .lw-switch > input, .lw-slider > input, .lw-range-track, .lw-progress-bar, .lw-scroll-bar > div,
    .lw-knob > :is(i, .lw-hand), .lw-handle, .lw-separator, .lw-spinner > i, .lw-source-caret,
    .lw-source-selection > div { forced-color-adjust: none; --lw-accent: Highlight;
        --lw-surface: Canvas; --lw-line: CanvasText; --lw-border: CanvasText;
        --lw-text: CanvasText; --lw-muted: CanvasText; --lw-thumb: CanvasText; }
    .lw-button[aria-pressed=true], .lw-tab[aria-selected=true], .lw-options > .lw-active,
    .lw-segments > .lw-check:has(:checked), .lw-menu > button:is(:focus, [aria-expanded=true]),
    .lw-data-row[aria-selected=true], .lw-data-cell[aria-selected=true] {
        forced-color-adjust: none; color: HighlightText; background: Highlight;
        --lw-surface: Highlight; --lw-text: HighlightText; --lw-muted: HighlightText;
        --lw-accent: CanvasText; }
    .lw-data-row[aria-selected=true], .lw-data-cell[aria-selected=true] {
        --lw-accent: HighlightText; }
    .lw-color-square, .lw-color-hue, .lw-color-swatches, .lw-chart i { forced-color-adjust: none; }
    .lw-card, .lw-frame, .lw-expander, .lw-segments, .lw-toast, .lw-banner, .lw-progress > div {
        outline: 1px solid; outline-offset: -1px; }
}
@media print {
    html, body, .lw-desktop, .lw-page, .lw-filling, .lw-window-body, .lw-scroll-area, .lw-box,
    .lw-grid, .lw-tabs, .lw-tab-body, .lw-scroll-view, .lw-scrolls, .lw-html, .lw-data, .lw-source,
    .lw-source-view, .lw-chat-list, .lw-frame, .lw-frame > .lw-fill, .lw-splitter, .lw-pane,
    .lw-text-area, :is(.lw, .lw-unit):has(
    .lw-scroll-view, .lw-html, .lw-data, .lw-source, .lw-chat-list, .lw-text-area) {
        height: auto !important; max-height: none !important; overflow: visible !important; }
    .lw-on-paper.lw-on-paper { display: block; overflow-wrap: anywhere; }
    .lw-on-paper.lw-on-paper, .lw-long-text.lw-long-text { white-space: pre-wrap; }
    .lw-outgrown.lw > :is(.lw-on-paper, .lw-long-text) { position: static; height: auto; }
    .lw-text-area:has(+ .lw-on-paper), .lw-outgrown > textarea { display: none !important; }
    .lw-long-text > div { content-visibility: visible; }
    .lw-page, .lw-filling { position: static !important; }
    .lw:has(.lw-scroll-view, .lw-html, .lw-data, .lw-source, .lw-chat-list), .lw-page {
        display: block; }
    .lw-box:has(.lw-scroll-view, .lw-html, .lw-data, .lw-source, .lw-chat-list) > * + * {
        margin-top: 8px; }
    .lw-data-space, .lw-source-space { height: auto !important; overflow: visible; margin: 0; }
    .lw-data-window, .lw-source-window { position: static; transform: none !important; }
    .lw-data-row, .lw-source-line { break-inside: avoid; }
    .lw-scroll-bar, .lw-banners, .lw-tip, .lw-menu { display: none !important; }
}
`;

// 12. Start ///////////////////////////////////////////////////////////////////////////////////////

document.head.append(element("style", {}, STYLE));
const tools = { element, showText, shownPart, px, clamp, icon, iconButton, ICONS,
    copyText, onDrag, onKeys, isTab, setAttributes, points, hasPairs, joinSplices,
    joined, unitsAt, countPoints, textSplice, scrolling, SharedText, Widget, Container, Field,
    SingleChild, TypedField, TYPING_MS, STEP_PX, SCROLLED_MS, Range, Button, Checkable,
    RadioButton, Separator, Dialog, TextEntry, TopLevel, VBox, parseMarkup, placeInOrder,
    showLocked, menuItem, showMenu, openMenuFrom, TextInput, eyeButton, textButton, isRtl,
    readingKey, showTip, copyOrTell, isChord, signOf, keepFocus, takeOff, popupMenu, textSide,
    textOn, themeOn, editText, backOff };
const addWidgets = more => { Object.assign(catalogue, more);
    Object.assign(window.livewidget, more); };
window.livewidget = { Widget, Container, ...catalogue, load: make => addWidgets(make(tools)) };
if (typeof makeLargeWidgets !== "undefined") addWidgets(makeLargeWidgets(tools));
if (config?.place === "frame") startPage(config);
else if (config) {
    config.credentials = new Credentials(config.socket ? new URL("./", config.socket) : ROOT);
    window.livewidget.session = new Session(config, document.body);
    window.livewidget.session.begin();
}
})();
