// livewidget's client: a replica of the state that Python holds, drawn with plain DOM. MIT license, see livewidget.py.
// Sections: 1 Constants  2 DOM helpers  3 Text edits  4 Transports  5 Session  6 Widget and Container
//           7 Catalogue, in Python's order  8 Style sheet  9 Start
(() => {
"use strict";

// 1. Constants ////////////////////////////////////////////////////////////////////////////////////////////////////////

const BACK_OFF_MS = [500, 30000];       // first and longest wait between two attempts to connect
const HEARTBEAT_MS = 15000;             // a ping this often; nothing heard for SILENCE_MS is a dead link
const SILENCE_MS = 35000;
const PROBE_MS = 4000;                  // after "offline" or waking up, an answer is due sooner
const BANNER_AFTER_MS = 1000;           // a shorter absence is not worth a word
const LAYOUT_MS = 100;                  // sizes are reported at most this often
const TYPING_MS = 100;                  // typed text is sent at most this often
const MODIFIED_MS = 300;                // "modified" fires this long after typing stopped
const SCROLLED_MS = 150;                // "scrolled" fires this long after scrolling stopped
const WINDOW_MIN = [60, 40];            // a window's least size in px
const STEP_PX = 16;                     // a window moves this far per arrow key

// 2. DOM helpers //////////////////////////////////////////////////////////////////////////////////////////////////////

function element(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children);
    return node;
}

// The one place that parses markup. Scripts in it do not run, and the page's policy stops inline handlers.
function parseMarkup(html) {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content;
}

const px = value => value === null || value === undefined ? "" : value + "px";
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

function iconButton(label, path, action) {
    const button = element("button", { type: "button", class: "lw-icon-button", "aria-label": label, title: label }, icon(path));
    button.addEventListener("click", action);
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

const ICONS = {
    close: "M4 4l8 8M12 4l-8 8", minimize: "M4 11h8", maximize: "M4 4h8v8H4z",
    lower: "M8 4v8M5 9l3 3 3-3", up: "M4 10l4-4 4 4", down: "M4 6l4 4 4-4",
};

// A pointer drag: move(dx, dy, event) until the button is up, then end(moved). Captures mouse, pen and touch.
function onDrag(handle, begin) {
    handle.addEventListener("pointerdown", event => {
        const drag = event.button === 0 && begin(event);
        if (!drag) return;
        const over = new AbortController();             // the listeners end with the drag, even if the handle moves in the document
        let moved = false;
        const listen = (type, action) => document.addEventListener(type, e => {
            if (e.pointerId === event.pointerId) action(e);
        }, { capture: true, signal: over.signal });
        const end = () => { over.abort(); drag.end(moved); };
        listen("pointermove", e => {
            const dx = e.clientX - event.clientX, dy = e.clientY - event.clientY;
            moved = moved || Math.abs(dx) + Math.abs(dy) > 3;
            if (moved) drag.move(dx, dy, e);
        });
        listen("pointerup", end);
        listen("pointercancel", end);
    });
}

// A menu at a point of the viewport: items are [label, action]. Closes on a choice, Escape or a press elsewhere.
function popupMenu(items, x, y, returnTo) {
    const menu = element("div", { class: "lw-menu", role: "menu" });
    const close = refocus => {
        document.removeEventListener("pointerdown", outside, true);
        menu.remove();
        if (refocus && returnTo) returnTo.focus();
    };
    const outside = event => { if (!menu.contains(event.target)) close(false); };
    for (const [label, action] of items) {
        const item = element("button", { type: "button", role: "menuitem", tabindex: "-1" }, label);
        item.addEventListener("click", () => { close(true); action(); });
        menu.append(item);
    }
    menu.addEventListener("keydown", event => {
        const all = [...menu.children], at = all.indexOf(document.activeElement);
        const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
        if (next !== undefined) all[(next + all.length) % all.length].focus();
        else if (event.key === "Escape" || event.key === "Tab") close(true);
        else return;
        event.preventDefault();
    });
    document.body.append(menu);
    menu.style.left = px(clamp(x, 0, innerWidth - menu.offsetWidth));
    menu.style.top = px(clamp(y, 0, innerHeight - menu.offsetHeight));
    document.addEventListener("pointerdown", outside, true);
    menu.firstChild.focus();
    return menu;
}

// 3. Text edits ///////////////////////////////////////////////////////////////////////////////////////////////////////
// Splices [start, delete, insert] count code points, as Python does; the same functions stand in livewidget.py.

// A text as something with length and slice() by code points: itself unless it holds surrogates.
const points = text => /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;
const joined = part => typeof part === "string" ? part : part.join("");

function textSplice(oldText, newText) {
    const a = points(oldText), b = points(newText), least = Math.min(a.length, b.length);
    let start = 0, end = 0;
    while (start < least && a[start] === b[start]) start++;
    while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    return [start, a.length - start - end, joined(b.slice(start, b.length - end))];
}

function moveSplice([start, remove, insert], [oStart, oRemove, oInsert], before = false) {
    const end = start + remove, oEnd = oStart + oRemove, oLength = points(oInsert).length, tie = oStart === start;
    if (oEnd < start || oEnd === start && !(tie && before)) return [start + oLength - oRemove, remove, insert];
    if (oStart >= end && !(tie && !before)) return [start, remove, insert];
    if (oStart < start || tie && !before) return [oStart + oLength, Math.max(0, end - oEnd), insert];
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
    if (Array.isArray(value)) return value.slice(0, start).concat(insert, value.slice(start + remove));
    const text = points(value);
    return joined(text.slice(0, start)) + insert + joined(text.slice(start + remove));
}

// 4. Transports ///////////////////////////////////////////////////////////////////////////////////////////////////////
// Both carry frames (string or ArrayBuffer) to receive(frame) and tell closed(code, opened) once.

class SocketTransport {
    constructor(config, receive, closed) {
        const url = new URL(config.socket || "ws", location.href);
        url.protocol = { "http:": "ws:", "https:": "wss:" }[url.protocol] || url.protocol;
        const protocols = ["livewidget.v1"];
        if (config.token) protocols.push("livewidget.token." + config.token);
        this.name = "socket";
        this._opened = false;
        this._waiting = [];
        this._closed = closed;
        this._socket = new WebSocket(url, protocols);
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
    _end(code) {
        const closed = this._closed;
        this._closed = null;
        if (closed) closed(code, this._opened);
    }
}

class PollTransport {
    constructor(config, receive, closed) {
        this.name = "poll";
        this._base = new URL(config.poll || "livewidget/", location.href);
        this._receive = receive;
        this._closed = closed;
        this._out = [];
        this._posting = false;
        this._id = null;
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
    _url(name) {
        const url = new URL(name, this._base);
        if (this._id) url.searchParams.set("poll", this._id);
        return url;
    }
    async _post() {
        if (this._posting || !this._closed) return;
        this._posting = true;
        try {
            while (this._out.length && this._closed) {
                const messages = this._out.splice(0);
                const answer = await fetch(this._url("messages"), {
                    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(messages),
                    signal: this._abort.signal });
                if (answer.status === 503 && this._id) {        // the session asks to wait: the same again
                    this._out.unshift(...messages);
                    await new Promise(resolve => setTimeout(resolve, 1000));
                    continue;
                }
                if (!answer.ok) return this._end(answer.status === 401 ? 401 : 1006);
                const id = (await answer.json()).poll;
                if (!this._id) {
                    this._id = id;
                    this._fetch();
                }
            }
        } catch {
            this._end(1006);
        } finally {
            this._posting = false;
        }
    }
    async _fetch() {
        try {
            while (this._closed) {
                const answer = await fetch(this._url("changes"), { signal: this._abort.signal, cache: "no-store" });
                if (!answer.ok) return this._end(1006);
                this._unpack(await answer.arrayBuffer());
            }
        } catch {
            this._end(1006);
        }
    }
    _unpack(buffer) {
        const view = new DataView(buffer);
        for (let at = 0; at < buffer.byteLength;) {
            const size = view.getUint32(at + 1), start = at + 5;
            const payload = buffer.slice(start, start + size);
            if (view.getUint8(at)) this._receive(payload);
            else {
                const text = new TextDecoder().decode(payload), head = text.slice(0, 16);
                if (head === '{"type":"close",') return this._end(JSON.parse(text).code);
                this._receive(text);
            }
            at = start + size;
        }
        this._receive("");
    }
    _end(code) {
        const closed = this._closed;
        this._closed = null;
        if (closed) closed(code, this._id !== null);
    }
}

// 5. Session //////////////////////////////////////////////////////////////////////////////////////////////////////////
// The replica: widgets by number, the cursor, messages not yet processed by Python, and the connection.

class Session {
    constructor(config, root) {
        this.widgets = new Map();
        this.seq = 0;                                   // the last change applied
        this.ack = 0;                                   // the newest message of ours that Python has processed
        this._config = config;
        this.root = root;
        this._desktop = new Desktop(this);
        this._blobs = new Map();
        this._number = 0;
        this._unprocessed = [];                         // {n, text}, sent again after a reconnect
        this._pending = new Map();                      // "wid name" -> number of our newest message about it
        this._inFlight = new Set();                     // text inputs whose edit is not acknowledged
        this._sizes = new Map();
        this._files = new Map();                        // announced, by key
        this._transport = null;
        this._greeted = false;
        this._attempts = 0;
        this._socketWorked = false;
        this._heard = 0;
        this._stopped = false;
        this._observer = new ResizeObserver(entries => this._measure(entries));
        this._credentials = this._readCredentials();
        addEventListener("online", () => this._retryNow());
        addEventListener("offline", () => this._probe());
        addEventListener("pageshow", () => this._probe());
        document.addEventListener("visibilitychange", () => { if (!document.hidden) this._transport ? this._probe() : this._retryNow(); });
        addEventListener("resize", () => this._later("screen", LAYOUT_MS, () => this._send({ type: "screen", width: innerWidth, height: innerHeight })));
        setInterval(() => this._heartbeat(), HEARTBEAT_MS / 3);
    }

    // Connection

    _readCredentials() {
        const link = new URLSearchParams(location.hash.slice(1));
        if (link.has("token") && !link.has("session")) this._config.token = link.get("token");
        if (link.has("token") || link.has("session")) history.replaceState(null, "", location.pathname + location.search);
        if (link.has("session")) return { session: link.get("session"), token: link.get("token") };
        try { return JSON.parse(sessionStorage.getItem(this._storageKey())) || {}; } catch { return {}; }
    }
    _storageKey() { return "livewidget " + location.pathname; }
    _storeCredentials() {
        try { sessionStorage.setItem(this._storageKey(), JSON.stringify(this._credentials)); } catch { /* storage is off */ }
    }
    connect() {
        clearTimeout(this._retry);
        const polls = !this._config.socket && (this._socketWorked ? this._attempts % 4 === 3 : this._attempts % 2 === 1);
        const Transport = polls || this._polls ? PollTransport : SocketTransport;
        this._greeted = false;
        this._heard = Date.now();
        this._due = SILENCE_MS;
        const transport = new Transport(this._config, frame => {
            if (transport === this._transport) this._receive(frame);
        }, (code, opened) => {
            if (transport === this._transport) this._lost(code, opened);
        });
        this._transport = transport;
        transport.send(JSON.stringify({
            type: "hello", session: this._credentials.session || null, token: this._credentials.token || null,
            browser: this._browser || null, epoch: this._epoch || null, since: this._partial ? 0 : this.seq,
            width: innerWidth, height: innerHeight }));
    }
    _receive(frame) {
        this._heard = Date.now();
        this._due = SILENCE_MS;
        if (frame instanceof ArrayBuffer) {
            this._blobs.set(new DataView(frame).getUint32(0), frame.slice(4));
            return;
        }
        if (!frame) return;
        const message = JSON.parse(frame);
        if (message.type === "changes") this._apply(message);
        else if (message.type === "pong") this._acknowledged(message.ack);
        else if (message.type === "welcome") this._welcome(message);
        else if (message.type === "wait") this._notice("All places are taken. You are number " + message.position + " in the queue; the page opens by itself.");
        else if (message.type === "close") this._transport.close();
    }
    _welcome(message) {
        if (message.epoch !== this._epoch || this._partial) this._clear();
        this._epoch = message.epoch;
        this._browser = message.browser;
        this.number = message.number;
        this._credentials = { session: message.session, token: message.token };
        this._storeCredentials();
        this._greeted = true;
        this._attempts = 0;
        if (this._transport.name === "socket") this._socketWorked = true;
        else this._polls = !this._socketWorked;
        this._notice(null);
        this._unprocessed = this._unprocessed.filter(entry => entry.n > message.received);
        for (const entry of this._unprocessed) this._transport.send(entry.text);
        this._sizes.clear();
        this._observeAgain();
    }
    _lost(code, opened) {
        this._transport = null;
        this._greeted = false;
        if (code === 4001) return this._stop("This link does not open the session any more.", "Start a new session");
        if (code === 4002) return this._stop("This session has ended.", "Start a new session");
        if (code === 1008) return this._stop("The server refused what this page sent.", "Reload");
        const [least, most] = BACK_OFF_MS;
        const wait = opened && !this._attempts ? 50 : Math.min(most, least * 2 ** Math.min(10, this._attempts - 1)) * (0.75 + Math.random() / 2);
        this._attempts++;
        this._retry = setTimeout(() => this.connect(), wait);
        const text = code === 401 ? "The server was started anew. Open the address that it printed."
            : "Connection lost. What you enter is kept and sent when it is back.";
        if (!this._noticeTimer && !this._noticed) this._noticeTimer = setTimeout(() => this._notice(text, "Try now", () => this._retryNow()), BANNER_AFTER_MS);
    }
    _stop(text, label) {
        this._stopped = true;
        this._notice(text, label, () => {
            try { sessionStorage.removeItem(this._storageKey()); } catch { /* storage is off */ }
            location.reload();
        });
    }
    _retryNow() {
        if (this._transport || this._stopped) return;
        this._attempts = Math.min(this._attempts, 1);
        this.connect();
    }
    _probe() {
        if (!this._transport || !this._greeted) return;
        this._due = Math.min(this._due, Date.now() - this._heard + PROBE_MS);
        this._send({ type: "ping" });
        setTimeout(() => this._heartbeat(), PROBE_MS + 50);
    }
    _heartbeat() {
        if (!this._transport) return;
        const silent = Date.now() - this._heard;
        if (silent >= this._due) this._transport.close();
        else if (silent >= HEARTBEAT_MS) this._transport.send('{"type":"ping"}');       // one that waits for a place, too
    }
    _notice(text, label, action) {
        clearTimeout(this._noticeTimer);
        this._noticeTimer = null;
        this._noticed = text !== null;
        if (this._banner) this._banner.remove();
        this._banner = null;
        if (text === null) return;
        this._banner = element("div", { class: "lw-banner", role: "status" }, element("span", {}, text));
        if (label) {
            const button = element("button", { type: "button" }, label);
            button.addEventListener("click", action);
            this._banner.append(button);
        }
        document.body.append(this._banner);
    }
    _send(message) {
        if (this._transport && this._greeted) this._transport.send(JSON.stringify(message));
    }
    _later(key, ms, action) {
        this._timers = this._timers || new Map();
        if (this._timers.has(key)) return;
        this._timers.set(key, setTimeout(() => { this._timers.delete(key); action(); }, ms));
    }

    // From Python

    _apply(message) {
        if (message.reset) this._clear();
        this._acknowledged(message.ack);
        for (const operation of message.operations) this._guard(() => this._operate(operation));
        this.seq = message.until;
        this._partial = Boolean(message.more);
        for (const input of [...this._inFlight]) input._settle();
        if (message.operations.some(([kind, , name]) => kind === "new" || name === "set_children" || name === "set_tooltip")) {
            for (const widget of this.widgets.values()) widget._takeName();
        }
        for (const [kind, wid, name, args, number] of message.calls) {
            this._guard(() => {
                const widget = wid ? this.widgets.get(wid) : this._desktop;
                if (kind === "call") { if (widget) widget[name](...args); }
                else this._answer(number, widget, name, args);
            });
        }
        this._blobs.clear();
        const ack = () => this._send({ type: "ack", until: message.until });
        if (document.hidden) ack();
        else requestAnimationFrame(ack);
    }
    _operate([kind, wid, name, args]) {
        if (kind === "new") {
            const Class = catalogue[name];
            if (!Class) throw new Error("unknown widget class " + name);
            if (!this.widgets.has(wid)) new Class(...args)._join(this, wid);
            return;
        }
        const widget = wid ? this.widgets.get(wid) : this._desktop;
        if (!widget) return;
        if (kind === "end") {
            widget._leave();
            this.widgets.delete(wid);
        } else if (kind === "edit") {
            widget._edit(name, args);
        } else if (!(this._pending.get(wid + " " + name) > this.ack)) {
            widget._set(name, args);
        }
    }
    _answer(number, widget, name, args) {
        try {
            if (!widget) throw new Error("the widget is gone");
            this._send({ type: "answer", ask: number, value: widget[name](...args) });
        } catch (error) {
            this._send({ type: "answer", ask: number, error: String(error.message || error) });
        }
    }
    _guard(action) {
        try { action(); } catch (error) { console.error("livewidget:", error); }
    }
    _acknowledged(ack) {
        this.ack = Math.max(this.ack, ack);
        while (this._unprocessed.length && this._unprocessed[0].n <= this.ack) this._unprocessed.shift();
        for (const [key, n] of this._pending) if (n <= this.ack) this._pending.delete(key);
    }
    _clear() {
        for (const widget of this.widgets.values()) widget._leave();
        this.widgets.clear();
        this._inFlight.clear();
        this._pending.clear();
        this._unprocessed = [];
        this._sizes.clear();
        this.seq = 0;
        this._partial = false;
        this.ack = this._number;
        this._desktop._reset();
    }
    blobUrl(source) {
        const data = this._blobs.get(source.blob);
        return data === undefined ? null : URL.createObjectURL(new Blob([data], { type: source.type }));
    }

    // To Python

    event(wid, action, args, state, edit) {
        const n = ++this._number;
        const text = JSON.stringify({ type: "event", n, wid, action, args, state, edit });
        for (const name of Object.keys(state || {})) this._pending.set(wid + " " + name, n);
        this._unprocessed.push({ n, text });
        if (this._transport && this._greeted) this._transport.send(text);
        return n;
    }
    // Announce files; Python answers with a transfer, and the chunks follow one after another.
    announceFiles(widget, payload, files) {
        const key = ++this._number;
        this._files.set(key, files);
        this._send({ type: "upload", wid: widget.wid, key, payload, files: files.map(({ name, size, type }) => ({ name, size, type })) });
    }
    async sendFiles(key, transfer, chunkBytes) {
        const files = this._files.get(key) || [];
        this._files.delete(key);
        if (!transfer) return;
        const post = (query, body) => {
            const url = new URL("livewidget/upload", new URL(this._config.socket || "", location.href));
            url.protocol = url.protocol.replace("ws", "http");
            url.search = new URLSearchParams({ transfer, ...query });
            const headers = { "Content-Type": "application/octet-stream" };
            if (this._config.token) headers.Authorization = "Bearer " + this._config.token;
            return fetch(url, { method: "POST", headers, body });
        };
        try {
            for (const [index, file] of files.entries()) {
                for (let chunk = 0; chunk * chunkBytes < file.size; chunk++) {
                    const part = await file.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes).arrayBuffer();
                    const answer = await post({ file: index, chunk }, part);
                    if (!answer.ok) return this.tell("The upload was broken off.");
                }
            }
        } catch {
            this.tell("A file could not be read or sent.");
            post({ failed: 1 }, null).catch(() => { /* the server discards the transfer by itself */ });
        }
    }
    // A word to the person, which goes by itself.
    tell(text) {
        this._notice(text);
        setTimeout(() => { if (this._banner && this._banner.innerText === text) this._notice(null); }, 6000);
    }
    observe(widget) { this._observer.observe(widget.element); }
    unobserve(widget) {
        this._observer.unobserve(widget.element);
        this._sizes.delete(widget.wid);
    }
    _observeAgain() {
        for (const widget of this.widgets.values()) { this.unobserve(widget); this.observe(widget); }
    }
    _measure(entries) {
        for (const { target, borderBoxSize: [box] } of entries) {
            const widget = this.widgets.get(Number(target.dataset.wid));
            if (widget) this._changedSizes = (this._changedSizes || new Map()).set(widget, [Math.round(box.inlineSize), Math.round(box.blockSize)]);
        }
        this._later("layout", LAYOUT_MS, () => this._reportSizes());
    }
    _reportSizes() {
        const sizes = [];
        for (const [widget, [width, height]] of this._changedSizes) {
            const key = width + " " + height, old = this._sizes.get(widget.wid);
            if (key === old || !widget.element.isConnected) continue;
            this._sizes.set(widget.wid, key);
            if (width || height || old) sizes.push([widget.wid, width, height]);
            widget._laidOut(width, height, old);
        }
        this._changedSizes = new Map();
        if (sizes.length) this._send({ type: "layout", sizes });
    }
}

// Widget number 0: the page itself.
class Desktop {
    constructor(session) {
        this._session = session;
        this.element = element("main", { class: "lw-desktop" });
        session.root.append(this.element);
        this._faces = [];
    }
    _set(name, args) { this[name](...args); }
    _reset() { if (this._errors) this._errors.remove(); this._errors = null; }
    set_fonts(fonts) {
        for (const face of this._faces) document.fonts.delete(face);
        this._faces = fonts.map(([family, url, weight, style]) => {
            const face = new FontFace(family, `url("${new URL(url, location.href)}")`, { weight: String(weight ?? 400), style: style || "normal" });
            document.fonts.add(face);
            return face;
        });
    }
    set_default_font(font) {
        const [family, size, weight, style] = font || [];
        const css = document.documentElement.style;
        css.setProperty("--lw-font", family ? `"${family}", system-ui, sans-serif` : "");
        css.setProperty("--lw-font-size", px(size));
        css.setProperty("--lw-font-weight", weight ?? "");
        css.setProperty("--lw-font-style", style ?? "");
    }
    upload(key, transfer, chunkBytes) { this._session.sendFiles(key, transfer, chunkBytes); }
    refuse_upload(key, reason) {
        this._session.sendFiles(key, null);
        this._session.tell("The files were not taken: " + reason + ".");
    }
    open_url(url) {
        if (/^(https?|mailto):/i.test(url)) open(url, "_blank", "noopener");
    }
    show_error(name, text) {
        if (!this._errors) {
            this._errors = element("section", { class: "lw-errors", role: "alert", "aria-label": "Errors of the program" });
            document.body.append(this._errors);
        }
        const entry = element("details", { open: true }, element("summary", {}, name + " raised " + text.trimEnd().split("\n").pop()),
            element("pre", {}, text));
        entry.prepend(iconButton("Dismiss", ICONS.close, () => {
            entry.remove();
            if (!this._errors.childElementCount) this._reset();
        }));
        this._errors.prepend(entry);
        while (this._errors.childElementCount > 5) this._errors.lastChild.remove();
    }
}

// 6. Widget and Container /////////////////////////////////////////////////////////////////////////////////////////////
// snake_case is called by Python (and by authors who use the classes without it), _camelCase stays in the browser.

class Widget {
    static sequences = [];                              // names of cells that travel as splices
    static isField = false;                             // its focus target needs a name from around it
    constructor(root) {
        this.element = root;
        this.session = null;
        this.wid = null;
        this.parent = null;
        root.classList.add("lw");
        root.dataset.widget = this.constructor.name;
        this._handlers = new Map();
        this._listened = new Set();
        this._sequences = {};
    }
    _join(session, wid) {
        this.session = session;
        this.wid = wid;
        this.element.dataset.wid = wid;
        session.widgets.set(wid, this);
        session.observe(this);
    }
    _leave() {
        if (this.parent) this.parent._release(this);
        if (this.session) this.session.unobserve(this);
        this.element.remove();
    }
    _set(name, args) {
        if (this.constructor.sequences.includes(name)) this._sequences[name] = args[0];
        this[name](...args);
    }
    _edit(name, splices) {
        this._set(name, [splices.reduce(applySplice, this._sequences[name])]);
    }
    // Something happened here: tell local handlers, and Python with the state that changed.
    emit(action, args = [], state = undefined, edit = undefined) {
        for (const handler of this._handlers.get(action) || []) handler(...args);
        if (!this.session) return 0;
        return this.session.event(this.wid, action, args.map(arg => arg instanceof Widget ? arg.wid : arg), state, edit);
    }
    userState(name, args, action = null, actionArgs = args) {
        this.emit(action, action ? actionArgs : [], { [name]: args });
    }
    on(action, handler) {
        this._handlers.set(action, [...(this._handlers.get(action) || []), handler]);
    }
    _wants(action) { return this._listened.has(action) || this._handlers.has(action); }
    listen(actions) {
        const before = this._listened.has("map");
        this._listened = new Set(actions);
        if (!this._takesDrops && actions.some(action => action.startsWith("dr"))) this._takeDrops();
        if (!before && this._wants("map")) requestAnimationFrame(() => this._map());
    }
    _takeDrops() {
        this._takesDrops = true;
        const root = this.element;
        const report = event => ({ ...describeEvent(event, root), types: [...event.dataTransfer.types] });
        root.addEventListener("dragover", event => {
            event.preventDefault();
            const payload = report(event);
            if (!this._hover && this._wants("drag-over")) requestAnimationFrame(() => {
                if (this._hover) this.emit("drag-over", [this._hover]);
                this._hover = null;
            });
            this._hover = payload;                      // one a frame, the newest
        });
        root.addEventListener("drop", event => {
            event.preventDefault();
            this._hover = null;
            const get = type => event.dataTransfer.getData(type) || null, text = get("text/plain"), files = [...event.dataTransfer.files];
            const url = get("text/uri-list") || (text && /^(https?|file):\S+$/.test(text) ? text : null);
            const payload = { ...report(event), text, url, html: get("text/html"), files: [] };
            if (files.length && this.session) return this.session.announceFiles(this, payload, files);
            for (const action of ["drop-start", "drop-end"]) if (this._wants(action)) this.emit(action, [payload]);
        });
    }
    _laidOut(width, height, before) {
        if ((!before || before === "0 0") && (width || height)) this._map();
    }
    _map() {
        if (!this._wants("map") || !this.element.isConnected || !this.element.getClientRects().length) return;
        const box = this.element.getBoundingClientRect();
        const outer = (this.element.parentElement || document.body).getBoundingClientRect();
        this.emit("map", [{ x: box.x - outer.x, y: box.y - outer.y, viewport_x: box.x, viewport_y: box.y, width: box.width, height: box.height }]);
    }
    _focusTarget() { return this.element; }
    resize(width, height) {
        this.element.style.width = px(width);
        this.element.style.height = px(height);
    }
    get_position() {
        const box = this.element.getBoundingClientRect();
        return [box.x, box.y];
    }
    set_min_size(width, height) { Object.assign(this.element.style, { minWidth: px(width), minHeight: px(height) }); }
    set_max_size(width, height) { Object.assign(this.element.style, { maxWidth: px(width), maxHeight: px(height) }); }
    set_expanding(horizontal, vertical) {
        this.element.classList.toggle("lw-expand-x", horizontal);
        this.element.classList.toggle("lw-expand-y", vertical);
    }
    set_visible(tf) {
        this.element.classList.toggle("lw-hidden", !tf);
    }
    set_enabled(tf) {
        this.element.classList.toggle("lw-disabled", !tf);
        this.element.inert = !tf;
        const target = this._focusTarget();
        if ("disabled" in target) target.disabled = !tf;
        else if (tf) this.element.removeAttribute("aria-disabled");
        else this.element.setAttribute("aria-disabled", "true");
    }
    set_accessible_name(name) {
        this._ownName = name;
        this._takeName();
    }
    // Fields are announced by their own name, else their tooltip, else the label in front of them or of what they are in.
    _takeName() {
        if (!this.constructor.isField) return;
        this._focusTarget().setAttribute("aria-label", this._ownName || this.element.title || this._nameAround() || this.constructor.name);
    }
    _nameAround() {
        if (!this.parent || !this.parent._entries) return "";
        const index = this.parent._entries.findIndex(([child]) => child === this);
        const labels = this.parent._entries.slice(0, index).map(([child]) => child).filter(child => child instanceof Label);
        return (labels.length ? labels[labels.length - 1].element.innerText : "") || this.parent._titleOf(this) || this.parent._nameAround();
    }
    set_tooltip(msg) { if (msg) this.element.title = msg; else this.element.removeAttribute("title"); }
    set_padding([left, top, right, bottom]) { this.element.style.padding = [top, right, bottom, left].map(px).join(" "); }
    set_border_width(width) { this.element.style.border = width ? `${width}px solid var(--lw-own-border, var(--lw-border))` : width === 0 ? "none" : ""; }
    set_border_color(color) { this.element.style.setProperty("--lw-own-border", color || ""); }
    set_bg(color) { this.element.style.background = color || ""; }
    set_font(family, size, weight, style) {
        Object.assign(this.element.style, { fontFamily: family || "", fontSize: size ? size + "pt" : "", fontWeight: weight ?? "", fontStyle: style || "" });
    }
    set_focus() { this._focusTarget().focus(); }
    set_allow_text_selection(tf) { this.element.classList.toggle("lw-selectable", tf); }
    set_cursors(cursors) {
        this._cursors = cursors;
        this.set_cursor(this._cursor);
    }
    set_cursor(name) {
        this._cursor = name;
        const [url, x, y] = (this._cursors || {})[name] || [];
        this.element.style.cursor = url ? `url("${CSS.escape ? url.replace(/["\\\n]/g, encodeURIComponent) : ""}") ${x} ${y}, auto` : !name || name === "default" ? "" : name;
    }
    // An image that Python gave as URL or as bytes; shows nothing for null.
    _showImage(image, source) {
        if (image.dataset.blob) URL.revokeObjectURL(image.src);
        delete image.dataset.blob;
        let url = source;
        if (source && typeof source === "object") {
            url = this.session.blobUrl(source);
            image.dataset.blob = "1";
        }
        if (url) image.src = url;
        else image.removeAttribute("src");
        image.hidden = !url;
    }
    _setColors(bg, fg) { Object.assign(this.element.style, { background: bg || "", color: fg || "" }); }
    // The events of interactive widgets; each travels only while somebody listens.
    _makeInteractive() {
        const root = this.element, names = {
            pointerdown: "pointer-down", pointerup: "pointer-up", pointermove: "pointer-move", pointerover: "enter", pointerout: "leave",
            click: "click", dblclick: "dblclick", wheel: "scroll", keydown: "key-down", keyup: "key-up", keypress: "key-press",
            focusin: "focus-in", focusout: "focus-out", contextmenu: "contextmenu" };
        root.tabIndex = 0;
        for (const [type, action] of Object.entries(names)) {
            root.addEventListener(type, event => {
                if (type === "contextmenu") event.preventDefault();
                if (!this._wants(action)) return;
                if (type === "wheel") event.preventDefault();
                const report = () => this.emit(action, [describeEvent(event, root)]);
                if (type !== "pointermove") return report();
                if (!this._move) requestAnimationFrame(() => { const move = this._move; this._move = null; move(); });
                this._move = report;                    // one a frame, the newest
            }, { passive: false });
        }
    }
}

function describeEvent(event, root) {
    const record = { type: event.type, time_stamp: event.timeStamp };
    if (event instanceof MouseEvent) {
        const box = root.getBoundingClientRect(), held = event.buttons;
        Object.assign(record, {
            x: event.clientX - box.x, y: event.clientY - box.y, viewport_x: event.clientX, viewport_y: event.clientY,
            button_trigger: event.button + 1, button_mask: (held & 1) | (held & 4 ? 2 : 0) | (held & 2 ? 4 : 0) });
    }
    if (event instanceof MouseEvent || event instanceof KeyboardEvent) {
        record.modifiers = ["alt", "ctrl", "shift", "meta"].filter(key => event[key + "Key"]);
    }
    if (window.PointerEvent && event instanceof PointerEvent) {
        Object.assign(record, { pointer_id: event.pointerId, pointer_type: event.pointerType, pressure: event.pressure, is_primary: event.isPrimary });
    }
    if (event instanceof WheelEvent) {
        Object.assign(record, { delta_x: event.deltaX, delta_y: event.deltaY, delta_z: event.deltaZ, delta_mode: event.deltaMode });
    }
    if (event instanceof KeyboardEvent) Object.assign(record, { key: event.key, keycode: event.code, repeat: event.repeat });
    return record;
}

class Container extends Widget {
    static sequences = ["set_children"];
    constructor(root) {
        super(root);
        this._entries = [];                             // [widget, ...placement]
    }
    _content() { return this.element; }
    _titleOf() { return ""; }
    set_children(entries) {
        this._setEntries(entries.map(([wid, ...placement]) => [this.session.widgets.get(wid), ...placement]).filter(([child]) => child));
    }
    _setEntries(entries) {
        const kept = new Set(entries.map(([child]) => child));
        for (const [child] of this._entries) if (!kept.has(child)) this._dropChild(child);
        for (const [child] of entries) {
            if (child.parent && child.parent !== this) child.parent._release(child);
            child.parent = this;
        }
        this._entries = entries;
        this._arrange();
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        child.parent = null;
        child.element.remove();
    }
    // A child goes elsewhere, or ends: forget it here without touching what Python will say.
    _release(child) {
        this._entries = this._entries.filter(entry => entry[0] !== child);
        this._dropChild(child);
    }
    // Bring the document into the order of the entries, moving as little as possible: a moved node loses focus and scroll.
    _arrange() {
        const content = this._content();
        let next = null;
        for (const [child, ...placement] of [...this._entries].reverse()) {
            const node = this._slot(child, ...placement);
            if (node.parentNode !== content || node.nextSibling !== next) content.insertBefore(node, next);
            next = node;
        }
    }
    _slot(child) { return child.element; }
    add_widget(child, ...placement) { this._setEntries([...this._entries.filter(([one]) => one !== child), [child, ...placement]]); }
    remove(child) { this._setEntries(this._entries.filter(([one]) => one !== child)); }
}

class SingleChild extends Container {
    set_widget(child) { this._setEntries([[child]]); }
}

// 7. Catalogue ////////////////////////////////////////////////////////////////////////////////////////////////////////

class Box extends Container {
    constructor(orientation = "horizontal") {
        super(element("div", { class: orientation === "vertical" ? "lw-box lw-column" : "lw-box lw-row" }));
    }
    _slot(child, stretch = 0) {
        child.element.style.flex = stretch > 0 ? `${stretch} 1 0` : "";
        return child.element;
    }
    _dropChild(child) {
        if (child.parent === this) child.element.style.flex = "";
        super._dropChild(child);
    }
    set_spacing(gap) { this.element.style.gap = px(gap); }
    set_align(align) {
        this.element.style.alignItems = { left: "flex-start", top: "flex-start", center: "center", right: "flex-end", bottom: "flex-end" }[align];
    }
}

class VBox extends Box {
    constructor() { super("vertical"); }
}

class HBox extends Box {
    constructor() { super("horizontal"); }
}

class GridBox extends Container {
    constructor() { super(element("div", { class: "lw-grid" })); }
    _slot(child, row, column) {
        child.element.style.gridArea = `${row + 1} / ${column + 1}`;
        return child.element;
    }
    _dropChild(child) {
        if (child.parent === this) child.element.style.gridArea = "";
        super._dropChild(child);
    }
    set_row_spacing(gap) { this.element.style.rowGap = px(gap); }
    set_column_spacing(gap) { this.element.style.columnGap = px(gap); }
}

class Frame extends SingleChild {
    constructor(title = "") {
        super(element("fieldset", { class: "lw-frame" }));
        this._legend = element("legend");
        this._body = element("div", { class: "lw-fill" });
        this.element.append(this._legend, this._body);
        this.set_title(title);
    }
    _content() { return this._body; }
    _titleOf() { return this._legend.textContent; }
    set_title(text) {
        this._legend.textContent = text;
        this._legend.hidden = !text;
    }
}

class TabWidget extends Container {
    constructor({ closable = false, reorderable = false } = {}) {
        super(element("div", { class: "lw-tabs", "data-position": "top" }));
        Object.assign(this, { _closable: closable, _reorderable: reorderable, _index: 0, _tabs: new Map(), _colors: {} });
        this._list = element("div", { class: "lw-tab-list", role: "tablist" });
        this._body = element("div", { class: "lw-tab-body" });
        this.element.append(this._list, this._body);
        this._list.addEventListener("keydown", event => this._onKey(event));
    }
    _content() { return this._body; }
    _titleOf(child) { return this._tabs.get(child)?.firstChild.textContent || ""; }
    _slot(child, title = "") {
        let tab = this._tabs.get(child);
        if (!tab) this._tabs.set(child, tab = this._makeTab(child));
        tab.firstChild.textContent = title;
        return tab.panel;
    }
    _makeTab(child) {
        const id = "lw-tab-" + TabWidget.count++;
        const tab = element("div", { class: "lw-tab", role: "tab", id, "aria-controls": id + "-panel" }, element("span"));
        tab.panel = element("div", { class: "lw-fill", role: "tabpanel", id: id + "-panel", "aria-labelledby": id }, child.element);
        if (this._closable) {
            const close = iconButton("Close tab", ICONS.close, event => { event.stopPropagation(); this.emit("page-close", [child]); });
            close.tabIndex = -1;
            close.addEventListener("pointerdown", event => event.stopPropagation());
            tab.append(close);
        }
        tab.addEventListener("click", () => this._show(child));
        if (this._reorderable) onDrag(tab, () => ({ move: (dx, dy, event) => this._dragTab(child, event), end: moved => { if (moved) this._dropTab(child); } }));
        return tab;
    }
    _dropChild(child) {
        if (child.parent !== this) return;
        const tab = this._tabs.get(child);
        this._tabs.delete(child);
        if (tab) { tab.remove(); tab.panel.remove(); }
        super._dropChild(child);
    }
    _arrange() {
        super._arrange();
        this._entries.forEach(([child], index) => {
            const tab = this._tabs.get(child);
            if (this._list.children[index] !== tab) this._list.insertBefore(tab, this._list.children[index] || null);
        });
        this._mark();
    }
    _mark() {
        this._entries.forEach(([child], index) => {
            const tab = this._tabs.get(child), shown = index === this._index;
            tab.setAttribute("aria-selected", shown);
            tab.tabIndex = shown ? 0 : -1;
            tab.panel.hidden = !shown;
            tab.style.background = this._colors[child.wid] || "";
        });
    }
    _show(child) {
        const index = this._entries.findIndex(([one]) => one === child);
        if (index === this._index || index < 0) return;
        this.set_index(index);
        this.userState("set_index", [index], "page-switch", [child, index]);
    }
    set_index(index) {
        this._index = index;
        this._mark();
    }
    _onKey(event) {
        const back = /^(left|right)$/.test(this.element.dataset.position) ? "ArrowUp" : "ArrowLeft";
        const forth = back === "ArrowUp" ? "ArrowDown" : "ArrowRight", count = this._entries.length;
        const next = { [back]: this._index - 1, [forth]: this._index + 1, Home: 0, End: count - 1 }[event.key];
        if (next !== undefined) {
            const [child] = this._entries[(next + count) % count];
            this._show(child);
            this._tabs.get(child).focus();
        } else if (event.key === "Delete" && this._closable && count) {
            this.emit("page-close", [this._entries[this._index][0]]);
        } else return;
        event.preventDefault();
    }
    _dragTab(child, event) {
        const over = document.elementFromPoint(event.clientX, event.clientY)?.closest(".lw-tab");
        const target = this._entries.findIndex(([one]) => this._tabs.get(one) === over);
        const from = this._entries.findIndex(([one]) => one === child);
        if (target < 0 || target === from) return;
        const entries = [...this._entries];
        entries.splice(target, 0, ...entries.splice(from, 1));
        const shown = this._entries[this._index][0];
        this._index = entries.findIndex(([one]) => one === shown);
        this._setEntries(entries);
    }
    _dropTab(child) {
        this._show(child);
        this.userState("set_order", [this._entries.map(([one]) => one.wid)]);
    }
    set_order() { /* Python answers with the children in their new order */ }
    set_tab_colors(colors) {
        this._colors = colors;
        this._mark();
    }
    set_tab_position(side) {
        this.element.dataset.position = side;
        this._list.setAttribute("aria-orientation", side === "left" || side === "right" ? "vertical" : "horizontal");
    }
}
TabWidget.count = 0;

class Window extends SingleChild {
    constructor(root) {
        super(root);
        this._body = element("div", { class: "lw-fill lw-window-body" });
        this.element.append(this._body);
    }
    _content() { return this._body; }
    set_visible(tf) {
        const desktop = this.session ? this.session._desktop.element : document.body;
        if (tf && !this.element.isConnected) desktop.append(this.element);
        else if (!tf) this.element.remove();
    }
}

class TopLevel extends Window {
    constructor(options = {}) {
        super(element("section", { class: "lw-window lw-filling", role: "region" }));
        this._options = { resizable: true, closeable: true, shadeable: true, minimizable: false, maximizable: false, lowerable: false, ...options };
        this._moveable = true;
        this._state = "normal";
        this._size = [null, null];
        this._place = [0, 0];
        this.element.addEventListener("pointerdown", () => this._raise(), true);
        if (this._options.resizable) for (const corner of ["nw", "ne", "sw", "se"]) this._addGrip(corner);
    }
    set_title(title) {
        if (!this._bar) this._makeBar();
        this._caption.textContent = title;
        this.element.setAttribute("aria-label", title);
    }
    set_icon(source) {
        this._icon = source;
        if (this._bar) this._showImage(this._iconImage, source);
    }
    _makeBar() {
        const options = this._options;
        this._caption = element("span", { class: "lw-caption" });
        this._iconImage = element("img", { alt: "", hidden: true });
        this._bar = element("header", { class: "lw-title-bar", tabindex: "0", role: "group", "aria-roledescription": "title bar",
            "aria-label": "Window: arrow keys move it, with Shift they resize it" }, this._iconImage, this._caption);
        if (options.lowerable) this._bar.append(iconButton("Lower", ICONS.lower, () => this._lower()));
        if (options.minimizable) this._bar.append(iconButton("Minimize", ICONS.minimize, () => this._toggle("minimized")));
        if (options.maximizable) this._bar.append(iconButton("Maximize", ICONS.maximize, () => this._toggle("maximized")));
        if (options.closeable) this._bar.append(iconButton("Close", ICONS.close, () => this.emit("close")));
        this.element.prepend(this._bar);
        this._bar.addEventListener("dblclick", event => { if (options.shadeable && !event.target.closest("button")) this._toggle("shaded"); });
        this._bar.addEventListener("contextmenu", event => { event.preventDefault(); this._openMenu(event.clientX, event.clientY); });
        this._bar.addEventListener("keydown", event => this._onKey(event));
        onDrag(this._bar, event => !event.target.closest("button") && this._movable() && this._dragFrom());
        if (this._icon) this.set_icon(this._icon);
    }
    _movable() { return this._moveable && this._state !== "maximized" && !this.element.classList.contains("lw-filling"); }
    _dragFrom() {
        const [x, y] = this._place;
        return {
            move: (dx, dy) => this._moveTo(x + dx, y + dy),
            end: moved => { if (moved) this._moved(); } };
    }
    _moveTo(x, y) {
        const desktop = this.element.parentElement || document.body;
        this.set_position(clamp(x, 40 - this.element.offsetWidth, desktop.clientWidth - 40), clamp(y, 0, Math.max(0, desktop.clientHeight - 24)));
    }
    _moved() { this.userState("set_position", this._place, "move"); }
    _addGrip(corner) {
        const grip = element("div", { class: "lw-grip lw-grip-" + corner });
        onDrag(grip, () => {
            if (this._state !== "normal" || this.element.classList.contains("lw-filling")) return null;
            const { offsetWidth: width, offsetHeight: height } = this.element, [x, y] = this._place;
            return {
                move: (dx, dy) => {
                    const w = Math.max(WINDOW_MIN[0], width + (corner.includes("w") ? -dx : dx));
                    const h = Math.max(WINDOW_MIN[1], height + (corner.includes("n") ? -dy : dy));
                    this.resize(w, h);
                    this.set_position(corner.includes("w") ? x + width - w : x, corner.includes("n") ? y + height - h : y);
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
        const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] || [0, 0];
        if (dx || dy) {
            if (!this._movable()) return;
            if (event.shiftKey && this._options.resizable) {
                this.resize(Math.max(WINDOW_MIN[0], this.element.offsetWidth + dx * STEP_PX), Math.max(WINDOW_MIN[1], this.element.offsetHeight + dy * STEP_PX));
                this.userState("resize", this._size);
            } else {
                this._moveTo(this._place[0] + dx * STEP_PX, this._place[1] + dy * STEP_PX);
                this._moved();
            }
        } else if (event.key === "ContextMenu" || event.key === "F10" && event.shiftKey) {
            const box = this._bar.getBoundingClientRect();
            this._openMenu(box.x + 8, box.bottom);
        } else return;
        event.preventDefault();
    }
    _openMenu(x, y) {
        const options = this._options, items = [["Raise", () => this._raise()]];
        if (options.lowerable) items.push(["Lower", () => this._lower()]);
        if (options.shadeable) items.push([this._state === "shaded" ? "Unshade" : "Shade", () => this._toggle("shaded")]);
        if (options.minimizable) items.push([this._state === "minimized" ? "Restore" : "Minimize", () => this._toggle("minimized")]);
        if (options.maximizable) items.push([this._state === "maximized" ? "Restore" : "Maximize", () => this._toggle("maximized")]);
        if (options.closeable) items.push(["Close", () => this.emit("close")]);
        popupMenu(items, x, y, this._bar);
    }
    _toggle(state) {
        const next = this._state === state ? "normal" : state;
        this.set_window_state(next);
        this.userState("set_window_state", [next], "window-state");
    }
    _stack() { return [...document.querySelectorAll(".lw-window")].map(node => Number(node.style.zIndex)); }
    _raise() {
        if (this.element.classList.contains("lw-filling")) return;      // it is what the others stand on
        const top = Math.max(0, ...this._stack().filter((order, index, all) => all.length > 1 || order));
        if (Number(this.element.style.zIndex) < top || this._stack().filter(order => order === top).length > 1) this._restack(top + 1);
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
    set_position(x, y) {
        this._place = [x, y];
        this.element.style.left = px(x);
        this.element.style.top = px(y);
    }
    set_moveable(tf) { this._moveable = tf; }
    set_window_state(state) {
        this._state = state;
        this.element.dataset.state = state;
        TopLevel.lineUp();
    }
    set_visible(tf) {
        super.set_visible(tf);
        TopLevel.lineUp();
    }
    // Minimized windows stand in a row along the bottom.
    static lineUp() {
        const minimized = [...document.querySelectorAll(".lw-window[data-state=minimized]")];
        minimized.forEach((node, index) => node.style.setProperty("--lw-slot", index));
    }
}

class Page extends Window {
    constructor() { super(element("section", { class: "lw-page" })); }
}

class Button extends Widget {
    constructor(text = "") {
        super(element("button", { type: "button", class: "lw-button" }));
        this._image = element("img", { alt: "", hidden: true });
        this._text = element("span");
        this.element.append(this._image, this._text);
        this.element.addEventListener("click", () => this.emit("activated"));
        this.set_text(text ?? "");
    }
    set_text(text) { this._text.textContent = text; }
    set_icon(source, size) {
        this._showImage(this._image, source);
        const [width, height] = size || [];
        Object.assign(this._image.style, { width: px(width), height: px(height) });
    }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_hover(bg, fg) {
        this.element.classList.toggle("lw-own-hover", Boolean(bg || fg));
        this.element.style.setProperty("--lw-hover-bg", bg || "");
        this.element.style.setProperty("--lw-hover-fg", fg || "");
    }
}

// What CheckBox and RadioButton share: a label around a native input.
class Checkable extends Widget {
    constructor(type, text) {
        super(element("label", { class: "lw-check" }));
        this._input = element("input", { type });
        this._text = element("span");
        this.element.append(this._input, this._text);
        this._input.addEventListener("change", () => this.userState("set_state", [this._input.checked], "activated"));
        this.set_text(text ?? "");
    }
    _focusTarget() { return this._input; }
    set_text(text) { this._text.textContent = text; }
    set_state(tf) { this._input.checked = tf; }
}

class CheckBox extends Checkable {
    constructor(text = "") { super("checkbox", text); }
}

class RadioButton extends Checkable {
    constructor(text = "") { super("radio", text); }
    set_group(number) { this._input.name = "lw-group-" + number; }
}

class Label extends Widget {
    constructor(text = "", { interactive = false } = {}) {
        super(element("div", { class: "lw-label" }));
        this._text = element("span");
        this.element.append(this._text);
        if (interactive) this._makeInteractive();
        this.set_text(text ?? "");
    }
    set_text(text) { this._text.textContent = text; }
    set_color(bg, fg) { this._setColors(bg, fg); }
    set_halign(align) { this.element.style.textAlign = align; }
    set_valign(align) { this.element.style.alignContent = { top: "start", center: "center", bottom: "end" }[align]; }
}

// A text that Python and other browsers edit at the same time. The field shows _base, the text as Python last told it,
// with two runs of splices on top: _sent, which is on its way to Python, and _unsent. What others change is moved through
// both, so that nobody's typing is lost and everybody ends with Python's text.
class TextInput extends Widget {
    static isField = true;
    constructor(root, input) {
        super(root);
        this._input = input;
        this._base = "";
        this._shown = "";                               // what the field held when we last looked
        this._sent = null;                              // {n, splices}
        this._unsent = [];
        this._after = [];                               // what waits until the edit on its way has arrived
        this._held = [];                                // changes that came during an input method's composition
        input.addEventListener("input", () => { if (!this._composing) this._typed(); });
        input.addEventListener("compositionstart", () => { this._composing = true; });
        input.addEventListener("compositionend", () => {
            this._composing = false;
            this._typed();
            for (const change of this._held.splice(0)) change();
        });
    }
    _focusTarget() { return this._input; }
    set_text(text) {
        const ack = this.session ? this.session.ack : 0;
        this._orLater(() => {
            if (this._sent && this._sent.n <= ack) {    // the whole text has our edit in it
                this._base = this._sent.splices.reduce(applySplice, this._base);
                this._arrived();
            }
            this._change([textSplice(this._base, text)]);
        });
    }
    _edit(name, splices) { this._orLater(() => this._change(splices)); }
    _orLater(change) {
        if (this._composing) this._held.push(change);
        else change();
    }
    _change(splices) {
        for (let splice of splices) {
            const sent = this._sent ? this._sent.splices : [], before = this._base;
            this._base = applySplice(before, splice);
            if (splice[3] !== undefined && this.session && splice[3] === this.session.number && sent.length) {
                const ours = sent.shift();              // back from Python, as a rule just as we hold it
                if (ours[0] === splice[0] && ours[1] === splice[1] && ours[2] === splice[2]) continue;
                splice = textSplice(applySplice(before, ours), this._base);
            }
            const [ours, moved] = crossSplices(sent, [splice]);
            const [rest, shown] = crossSplices(this._unsent, moved);
            if (this._sent) this._sent.splices = ours;
            this._unsent = rest;
            this._splice(shown[0]);
        }
        if (this._sent && !this._sent.splices.length) this._arrived();
    }
    // Change the field, keeping caret, selection and scroll where they are in the text.
    _splice([start, remove, insert]) {
        const input = this._input, old = input.value, { selectionStart, selectionEnd, scrollTop, scrollLeft } = input;
        const units = count => points(old) === old ? count : joined(points(old).slice(0, count)).length;
        const from = units(start), to = units(start + remove);
        const move = at => at < from || at === from && remove ? at : at < to ? from + insert.length : at + insert.length - (to - from);
        if (from === to && !insert) return;
        input.value = this._shown = old.slice(0, from) + insert + old.slice(to);
        if (document.activeElement === input) input.setSelectionRange(move(selectionStart), move(selectionEnd));
        input.scrollTop = scrollTop;
        input.scrollLeft = scrollLeft;
    }
    // After each batch: an edit that Python has processed has arrived, even if it was refused.
    _settle() {
        if (this._sent && this._sent.n <= this.session.ack && !this._composing) this._arrived();
    }
    _arrived() {
        this._sent = null;
        this.session._inFlight.delete(this);
        for (const action of this._after.splice(0)) action();
        this._sendLater();
    }
    _leave() {
        if (this.session) this.session._inFlight.delete(this);
        super._leave();
    }
    _typed() {
        const value = this._input.value, splice = textSplice(this._shown, value), last = this._unsent[this._unsent.length - 1];
        this._shown = value;
        if (splice[1] || splice[2]) {
            if (last && !splice[1] && splice[0] === last[0] + points(last[2]).length) last[2] += splice[2];
            else this._unsent.push(splice);
        }
        this._sendLater();
        clearTimeout(this._stopped);
        this._stopped = setTimeout(() => this._tell("modified"), MODIFIED_MS);
    }
    _sendLater() {
        if (this._sending || !this.session || !this._unsent.length) return;
        this._sending = setTimeout(() => {
            this._sending = null;
            if (!this._sent && !this._composing && this._unsent.length) this._sendEdit(null);
        }, TYPING_MS);
    }
    // Tell Python of an action together with all that was typed before it.
    _tell(action, state) {
        clearTimeout(this._stopped);
        if (this._sent) this._after.push(() => this._sendEdit(action, state));
        else this._sendEdit(action, state);
    }
    _sendEdit(action, state) {
        const splices = this._sent ? [] : this._unsent;
        const edit = this.session && splices.length ? { set_text: [this.session.seq, splices] } : undefined;
        const n = this.emit(action, action ? [this._input.value] : [], state, edit);
        if (edit) {
            this._sent = { n, splices };
            this._unsent = [];
            this.session._inFlight.add(this);
        }
    }
    set_editable(tf) { this._input.readOnly = !tf; }
}

class TextEntry extends TextInput {
    constructor(text = "", { linehistory = 1, password = false } = {}) {
        const input = element("input", { type: password ? "password" : "text", class: "lw-input", autocomplete: "off", spellcheck: "false" });
        super(input, input);
        this._lines = [];
        this._limit = linehistory;
        this._at = null;
        input.addEventListener("keydown", event => {
            if (event.isComposing) return;
            if (event.key === "Enter") this._enter();
            else if (event.key === "ArrowUp") this._walk(-1);
            else if (event.key === "ArrowDown") this._walk(1);
            else return;
            event.preventDefault();
        });
        this.set_text(text ?? "");
    }
    _enter() {
        const line = this._input.value;
        this._at = null;
        let state;
        if (line && this._limit) {
            this._lines = [...this._lines.filter(one => one !== line), line].slice(-this._limit);
            if (this._input.type !== "password") state = { set_history: [this._lines] };
        }
        this._tell("activated", state);
    }
    _walk(step) {
        if (!this._lines.length) return;
        if (this._at === null) this._draft = this._input.value;
        this._at = clamp((this._at ?? this._lines.length) + step, 0, this._lines.length);
        this._input.value = this._at === this._lines.length ? this._draft : this._lines[this._at];
        this._typed();
    }
    set_history(entries) { this._lines = entries; }
    set_length(characters) { this.element.style.width = `calc(${characters}ch + 1.75em)`; }
}

// Tell Python where a user scrolled to, a moment after it stopped, as fractions; and scroll to such fractions.
const scrolling = {
    watch(widget, node) {
        let timer;
        node.addEventListener("scroll", () => {
            clearTimeout(timer);
            timer = setTimeout(() => {
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
        return [part(node.scrollLeft, node.scrollWidth, node.clientWidth), part(node.scrollTop, node.scrollHeight, node.clientHeight)];
    },
    set(widget, node, h, v) {
        const go = () => {
            node.scrollLeft = h * (node.scrollWidth - node.clientWidth);
            node.scrollTop = v * (node.scrollHeight - node.clientHeight);
            widget._scrolledTo = scrolling.place(node);
        };
        go();
        requestAnimationFrame(go);                      // what came in the same batch is laid out by then
    },
};

class TextArea extends TextInput {
    constructor(text = "") {
        const input = element("textarea", { class: "lw-input lw-text-area", spellcheck: "false", wrap: "off" });
        super(input, input);
        scrolling.watch(this, input);
        this.set_text(text ?? "");
    }
    set_wrap(tf) { this._input.wrap = tf ? "soft" : "off"; }
    set_scroll_position(h, v) { scrolling.set(this, this._input, h, v); }
    scroll_to_lineno(line, align) {
        const input = this._input, lines = Math.max(1, input.value.split("\n").length);
        const each = input.scrollHeight / lines, top = each * line, seen = input.clientHeight;
        if (align === "top") input.scrollTop = top;
        else if (align === "center") input.scrollTop = top - (seen - each) / 2;
        else if (top < input.scrollTop) input.scrollTop = top;
        else if (top + each > input.scrollTop + seen) input.scrollTop = top + each - seen;
    }
    scroll_to_end() { this._input.scrollTop = this._input.scrollHeight; }
}

class HtmlView extends Widget {
    static sequences = ["set_html"];
    constructor(html = "") {
        super(element("div", { class: "lw-html", tabindex: "0" }));
        scrolling.watch(this, this.element);
        if (html) this.set_html(html);
    }
    set_html(html) { this.element.replaceChildren(parseMarkup(html)); }
    _edit(name, splices) {
        const old = this._sequences[name], length = points(old).length;
        if (splices.length === 1 && splices[0][0] === length && splices[0][1] === 0) {
            this._sequences[name] = old + splices[0][2];
            this.element.append(parseMarkup(splices[0][2]));
        } else super._edit(name, splices);
    }
    set_scroll_position(h, v) { scrolling.set(this, this.element, h, v); }
    scroll_to_top() { this.element.scrollTop = 0; }
    scroll_to_bottom() { this.element.scrollTop = this.element.scrollHeight; }
}

// ARIA's combobox pattern: a field, and a list box that floats below it while it is open.
class ComboBox extends Widget {
    static sequences = ["set_items"];
    static isField = true;
    constructor({ editable = false, dropdown_limit = 0 } = {}) {
        super(element("div", { class: "lw-combo" }));
        const id = "lw-combo-" + ComboBox.count++;
        Object.assign(this, { _editable: editable, _limit: dropdown_limit, _items: [], _index: -1, _active: -1 });
        this._input = element("input", { type: "text", class: "lw-input", role: "combobox", "aria-expanded": "false", "aria-controls": id,
            "aria-autocomplete": editable ? "list" : "none", autocomplete: "off", spellcheck: "false", readonly: !editable });
        this._list = element("div", { class: "lw-options", role: "listbox", id, hidden: true });
        this.element.append(this._input, icon(ICONS.down), this._list);
        this._input.addEventListener("click", () => this._isOpen() && !editable ? this._close() : this._open(""));
        this._input.addEventListener("keydown", event => this._onKey(event));
        this._input.addEventListener("input", () => {
            this._open(this._input.value);
            this.userState("set_shown", [this._items.indexOf(this._input.value), this._input.value], "modified", [this._input.value]);
        });
        this._input.addEventListener("blur", () => this._close());
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._list.addEventListener("pointerdown", event => {
            event.preventDefault();                     // the field keeps the focus
            const option = event.target.closest("[role=option]");
            if (option) this._choose(Number(option.dataset.index));
        });
    }
    _focusTarget() { return this._input; }
    _isOpen() { return !this._list.hidden; }
    _open(filter) {
        const wanted = filter.toLowerCase();
        this._options = this._items.map((text, index) => [text, index]).filter(([text]) => text.toLowerCase().includes(wanted));
        this._list.replaceChildren(...this._options.map(([text, index]) => element("div", {
            role: "option", "data-index": index, id: this._list.id + "-" + index, "aria-selected": String(index === this._index) }, text || "\u00a0")));
        this._list.hidden = !this._options.length;
        this._input.setAttribute("aria-expanded", String(this._isOpen()));
        if (!this._isOpen()) return;
        const box = this._input.getBoundingClientRect(), style = this._list.style;
        style.minWidth = px(box.width);
        const height = this._limit ? this._list.firstChild.offsetHeight * this._limit + 10 : 200;
        const below = innerHeight - box.bottom - 8, above = box.top - 8, up = below < Math.min(height, this._list.scrollHeight) && above > below;
        style.maxHeight = px(Math.min(height, up ? above : below));
        style.left = px(clamp(box.left, 0, Math.max(0, innerWidth - this._list.offsetWidth)));
        style.top = px(up ? box.top - this._list.offsetHeight - 2 : box.bottom + 2);
        this._activate(this._options.findIndex(([, index]) => index === this._index));
    }
    _close() {
        this._list.hidden = true;
        this._input.setAttribute("aria-expanded", "false");
        this._input.removeAttribute("aria-activedescendant");
    }
    _activate(at) {
        this._active = at;
        for (const option of this._list.children) option.classList.remove("lw-active");
        const option = this._list.children[at];
        if (!option) return this._input.removeAttribute("aria-activedescendant");
        option.classList.add("lw-active");
        option.scrollIntoView({ block: "nearest" });
        this._input.setAttribute("aria-activedescendant", option.id);
    }
    _choose(index) {
        this._close();
        const text = this._items[index];
        this.set_shown(index, text);
        this.userState("set_shown", [index, text], "activated");
    }
    _onKey(event) {
        const open = this._isOpen(), count = open ? this._options.length : 0;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            if (!open) this._open("");
            else this._activate((this._active + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
        } else if (event.key === "Home" && open && !this._editable) this._activate(0);
        else if (event.key === "End" && open && !this._editable) this._activate(count - 1);
        else if (event.key === "Escape" && open) this._close();
        else if (event.key === "Enter" || event.key === " " && !this._editable) this._enter(open);
        else if (!this._editable && event.key.length === 1 && !event.ctrlKey && !event.metaKey) this._jump(event.key);
        else return;
        event.preventDefault();
    }
    _enter(open) {
        if (open && this._options[this._active]) return this._choose(this._options[this._active][1]);
        if (!this._editable) return this._open("");
        const text = this._input.value, known = this._items.indexOf(text);
        const index = known < 0 && text ? this._items.length : known;
        this._close();
        this.userState("set_shown", [index, text], "activated");
    }
    _jump(letter) {
        const count = this._items.length;
        for (let step = 1; step <= count; step++) {
            const index = (this._index + step) % count;
            if (this._items[index].toLowerCase().startsWith(letter.toLowerCase())) return this._choose(index);
        }
    }
    _onWheel(event) {
        if (this._isOpen() || document.activeElement !== this._input || !event.deltaY) return;
        event.preventDefault();
        const next = this._index + Math.sign(event.deltaY);
        if (next >= 0 && next < this._items.length) this._choose(next);
    }
    set_items(items) {
        this._items = items;
        if (!this._ownLength) this._input.size = Math.max(4, ...items.map(item => Math.min(60, item.length + 1)));
        if (this._isOpen()) this._open(this._editable ? this._input.value : "");
    }
    set_shown(index, text) {
        this._index = index;
        if (this._input.value !== text) this._input.value = text;
    }
    set_length(characters) {
        this._ownLength = true;
        this._input.size = characters;
    }
}
ComboBox.count = 0;

// What number inputs share: limits, a step, decimals.
class Range extends Widget {
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
        const stepped = this._min + Math.round((value - this._min) / this._step) * this._step;
        const fitted = clamp(stepped, this._min, this._max);
        return this._float ? Number(fitted.toPrecision(12)) : Math.round(fitted);
    }
    _format(value) {
        if (!this._float) return String(value);
        const decimals = this._decimals ?? (String(this._step).split(".")[1] || "").length;
        return value.toFixed(decimals);
    }
    _change(value) {
        if (value === this._value) return;
        this.set_value(value);
        this.userState("set_value", [value], "activated");
    }
    _onWheel(event) {
        if (document.activeElement !== this._input || !event.deltaY) return;
        event.preventDefault();
        this._change(this._fit(this._value - Math.sign(event.deltaY) * this._step));
    }
    set_limits(min, max, step) { Object.assign(this, { _min: min, _max: max, _step: step }); }
    set_decimals(number) {
        this._decimals = number;
        this.set_value(this._value);
    }
}

class SpinBox extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-spin" }), options);
        this._input = element("input", { type: "text", class: "lw-input", inputmode: "decimal", role: "spinbutton", autocomplete: "off" });
        const up = iconButton("Increase", ICONS.up, () => this._change(this._fit(this._value + this._step)));
        const down = iconButton("Decrease", ICONS.down, () => this._change(this._fit(this._value - this._step)));
        up.tabIndex = down.tabIndex = -1;
        this.element.append(this._input, element("div", { class: "lw-spin-buttons" }, up, down));
        this._input.addEventListener("change", () => this._commit());
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._input.addEventListener("keydown", event => {
            const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
            if (event.key === "Enter") this._commit();
            else if (steps) this._change(this._fit(this._typed() + steps * this._step));
            else return;
            event.preventDefault();
        });
        this._startRange(options, 0, 99, 0);
    }
    _focusTarget() { return this._input; }
    _typed() {
        const number = Number(this._input.value.replace(",", ".").trim() || NaN);
        return Number.isFinite(number) ? number : this._value;
    }
    _commit() {
        const value = this._typed(), old = this._value;
        const fitted = clamp(this._float ? value : Math.round(value), this._min, this._max);
        if (fitted === old) this.set_value(old);
        else this._change(fitted);
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        this._input.setAttribute("aria-valuemin", min);
        this._input.setAttribute("aria-valuemax", max);
        this._input.size = Math.max(3, this._format(min).length, this._format(max).length);
    }
    set_value(value) {
        this._value = value;
        this._input.value = this._format(value);
        this._input.setAttribute("aria-valuenow", value);
    }
}

class Slider extends Range {
    constructor(options = {}) {
        super(element("div", { class: "lw-slider", "data-orientation": options.orientation || "horizontal", "data-value": options.show_value_position || "r" }), options);
        this._input = element("input", { type: "range", "aria-orientation": options.orientation || "horizontal" });
        this._output = element("output", { hidden: !options.show_value });
        this.element.append(this._input, this._output);
        this._track = Boolean(options.track);
        this._input.addEventListener("input", () => {
            const value = this._read();
            if (this._track) this._change(value);
            else this._draw(value);
        });
        this._input.addEventListener("change", () => this._change(this._read()));
        this._input.addEventListener("wheel", event => this._onWheel(event), { passive: false });
        this._startRange(options, 0, 100, 50);
    }
    _focusTarget() { return this._input; }
    _read() { return this._float ? this._input.valueAsNumber : Math.round(this._input.valueAsNumber); }
    _draw(value) {
        this._output.textContent = this._format(value);
        this._input.style.setProperty("--lw-done", (value - this._min) / (this._max - this._min) * 100 + "%");
    }
    set_limits(min, max, step) {
        super.set_limits(min, max, step);
        Object.assign(this._input, { min, max, step });
        this._output.style.minWidth = Math.max(this._format(min).length, this._format(max).length) + "ch";
        this._draw(this._value);
    }
    set_value(value) {
        this._value = value;
        this._input.value = value;
        this._draw(value);
    }
    set_tracking(track) { this._track = track; }
}

class ProgressBar extends Widget {
    constructor() {
        super(element("div", { class: "lw-progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": "Progress" }));
        this._bar = element("div", { class: "lw-progress-bar" });
        this._text = element("span");
        this.element.append(this._bar, this._text);
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
        if (this._canvas) this._image.addEventListener("load", () => this._flip());
        if (interactive) this._makeInteractive();
        if (url) this.set_image(url);
    }
    set_image(source) { this._showImage(this._image, source); }
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
        this._image.alt = text;
        if (this._canvas) { this._canvas.setAttribute("role", "img"); this._canvas.setAttribute("aria-label", text); }
    }
}

const catalogue = {
    Box, VBox, HBox, GridBox, Frame, TabWidget, TopLevel, Page, Button, CheckBox, RadioButton, Label, TextEntry, TextArea, HtmlView,
    ComboBox, SpinBox, Slider, ProgressBar, Image,
};

// 8. Style sheet //////////////////////////////////////////////////////////////////////////////////////////////////////
// One small design system: change the custom properties of :root to restyle everything.

const STYLE = `
:root {
    --lw-font: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    --lw-mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    --lw-font-size: 14px; --lw-radius: 6px; --lw-control: 32px;
    --lw-page: #eef0f4; --lw-surface: #ffffff; --lw-raised: #f6f7f9; --lw-text: #1c2230; --lw-muted: #586174;
    --lw-border: #868fa1; --lw-line: #d5d9e2; --lw-accent: #2459d3; --lw-on-accent: #ffffff; --lw-hover: #e9edf5;
    --lw-danger: #b42318; --lw-shadow: 0 1px 2px rgb(16 24 40 / 8%), 0 8px 28px rgb(16 24 40 / 14%); color-scheme: light;
}
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {
    --lw-page: #11141a; --lw-surface: #1a1e27; --lw-raised: #222732; --lw-text: #e7eaf0; --lw-muted: #a3acbd;
    --lw-border: #78839a; --lw-line: #343b49; --lw-accent: #7ea6ff; --lw-on-accent: #0c1424; --lw-hover: #2b3240;
    --lw-danger: #ff9c92; --lw-shadow: 0 1px 2px rgb(0 0 0 / 50%), 0 10px 32px rgb(0 0 0 / 55%); color-scheme: dark;
} }
:root[data-theme=dark] {
    --lw-page: #11141a; --lw-surface: #1a1e27; --lw-raised: #222732; --lw-text: #e7eaf0; --lw-muted: #a3acbd;
    --lw-border: #78839a; --lw-line: #343b49; --lw-accent: #7ea6ff; --lw-on-accent: #0c1424; --lw-hover: #2b3240;
    --lw-danger: #ff9c92; --lw-shadow: 0 1px 2px rgb(0 0 0 / 50%), 0 10px 32px rgb(0 0 0 / 55%); color-scheme: dark;
}
html, body { height: 100%; margin: 0; }
body { background: var(--lw-page); color: var(--lw-text); font-family: var(--lw-font); font-size: var(--lw-font-size);
    font-weight: var(--lw-font-weight, 400); font-style: var(--lw-font-style, normal); line-height: 1.45; }
.lw-desktop { position: relative; height: 100%; overflow: hidden; isolation: isolate; }
.lw, .lw * { box-sizing: border-box; }
.lw { user-select: none; -webkit-user-select: none; }
.lw-selectable, .lw-selectable .lw, .lw-html, .lw-errors { user-select: text; -webkit-user-select: text; }
.lw-hidden, .lw [hidden], .lw[hidden] { display: none !important; }
.lw-disabled { opacity: .5; }
.lw button, .lw input, .lw textarea, .lw-menu button, .lw-banner button { font: inherit; color: inherit; }
.lw :focus-visible, .lw:focus-visible, .lw-menu :focus-visible, .lw-banner :focus-visible {
    outline: 2px solid var(--lw-accent); outline-offset: 2px; }
.lw-expand-x { width: 100%; } .lw-expand-y { height: 100%; }
.lw-row > .lw-expand-x, .lw-column > .lw-expand-y { flex: 1 1 auto; }

.lw-box { display: flex; min-width: 0; min-height: 0; }
.lw-row { flex-direction: row; } .lw-column { flex-direction: column; }
.lw-box > * { flex: 0 0 auto; min-width: 0; min-height: 0; }
.lw-row > .lw-label { align-content: center; }
.lw-grid { display: grid; gap: 2px; justify-content: start; align-content: start; }
.lw-fill { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-width: 0; min-height: 0; }
.lw-frame > .lw-fill { overflow: auto; }
.lw-fill > .lw { min-width: 0; min-height: 0; }
.lw-frame { display: grid; margin: 0; padding: 10px 12px 12px; border: 1px solid var(--lw-line); border-radius: var(--lw-radius); min-width: 0; min-height: 0; }
.lw-frame > legend { padding: 0 6px; color: var(--lw-muted); font-weight: 600; font-size: .93em; }

.lw-tabs { display: flex; flex-direction: column; min-height: 0; min-width: 0; }
.lw-tabs[data-position=bottom] { flex-direction: column-reverse; }
.lw-tabs[data-position=left] { flex-direction: row; } .lw-tabs[data-position=right] { flex-direction: row-reverse; }
.lw-tabs[data-position=none] > .lw-tab-list { display: none; }
.lw-tab-list { display: flex; gap: 2px; flex: none; overflow: auto hidden; scrollbar-width: none; padding: 3px 3px 0; border-bottom: 1px solid var(--lw-line); }
[data-position=bottom] > .lw-tab-list { border-bottom: 0; border-top: 1px solid var(--lw-line); padding: 0 3px 3px; }
:is([data-position=left], [data-position=right]) > .lw-tab-list { flex-direction: column; overflow: hidden auto; border: 0; padding: 3px; }
.lw-tab { display: flex; align-items: center; gap: 4px; padding: 7px 14px; border-radius: var(--lw-radius) var(--lw-radius) 0 0; color: var(--lw-muted); white-space: nowrap; cursor: default; touch-action: pan-x; }
:is([data-position=left], [data-position=right]) > .lw-tab-list > .lw-tab { border-radius: var(--lw-radius); }
.lw-tab:hover { background: var(--lw-hover); }
.lw-tab[aria-selected=true] { color: var(--lw-text); font-weight: 600; box-shadow: inset 0 -2px var(--lw-accent); }
[data-position=bottom] > .lw-tab-list > .lw-tab[aria-selected=true] { box-shadow: inset 0 2px var(--lw-accent); }
[data-position=left] > .lw-tab-list > .lw-tab[aria-selected=true] { box-shadow: inset -2px 0 var(--lw-accent); }
[data-position=right] > .lw-tab-list > .lw-tab[aria-selected=true] { box-shadow: inset 2px 0 var(--lw-accent); }
.lw-tab:focus-visible { outline-offset: -2px; }
.lw-tab .lw-icon-button { width: 20px; height: 20px; margin-right: -6px; }
.lw-tab-body { flex: 1 1 auto; display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); min-height: 0; min-width: 0; padding-top: 8px; }

.lw-window, .lw-page { position: absolute; display: flex; flex-direction: column; background: var(--lw-surface); max-width: none; }
.lw-window { top: 0; left: 0; border-radius: 10px; border: 1px solid var(--lw-line); box-shadow: var(--lw-shadow); overflow: hidden; }
.lw-page { inset: 0; overflow: auto; }
.lw-filling { inset: 0 !important; border: 0; border-radius: 0; box-shadow: none; }
.lw-window-body { flex: 1 1 auto; overflow: auto; }
.lw-title-bar { display: flex; align-items: center; gap: 4px; flex: none; padding: 6px 8px 6px 14px; background: var(--lw-raised); border-bottom: 1px solid var(--lw-line); touch-action: none; cursor: default; }
.lw-title-bar:focus-visible { outline-offset: -3px; border-radius: 10px 10px 0 0; }
.lw-title-bar img { width: 16px; height: 16px; margin-right: 4px; }
.lw-caption { flex: 1; min-height: 28px; line-height: 28px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.lw-window[data-state=shaded], .lw-window[data-state=minimized] { height: auto !important; bottom: auto !important; }
.lw-window[data-state=shaded] > .lw-window-body, .lw-window[data-state=minimized] > .lw-window-body { display: none; }
.lw-window[data-state=minimized] { position: fixed; inset: auto auto 0 calc(var(--lw-slot, 0) * 228px) !important; width: 220px !important; }
.lw-window[data-state=maximized] { inset: 0 !important; width: auto !important; height: auto !important; border-radius: 0; }
.lw-grip { position: absolute; width: 14px; height: 14px; touch-action: none; z-index: 1; }
.lw-grip-nw { top: -1px; left: -1px; cursor: nwse-resize; } .lw-grip-se { right: -1px; bottom: -1px; cursor: nwse-resize; }
.lw-grip-ne { top: -1px; right: -1px; cursor: nesw-resize; } .lw-grip-sw { left: -1px; bottom: -1px; cursor: nesw-resize; }
.lw-window:hover > .lw-grip-se { background: linear-gradient(135deg, transparent 55%, var(--lw-border) 55% 62%, transparent 62% 74%, var(--lw-border) 74% 81%, transparent 81%); }
.lw-filling > .lw-grip, .lw-window:not([data-state=normal])[data-state] > .lw-grip { display: none; }

.lw-icon-button { display: inline-grid; place-items: center; width: 28px; height: 28px; padding: 0; border: 0; border-radius: var(--lw-radius); background: none; cursor: default; }
.lw-icon-button:hover { background: var(--lw-hover); }
.lw svg, .lw-errors svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.lw-button { display: inline-flex; flex-direction: column; align-items: center; justify-content: center; gap: 4px; min-height: var(--lw-control); padding: 5px 14px; border: 1px solid var(--lw-border); border-radius: var(--lw-radius); background: var(--lw-surface); cursor: default; }
.lw-button:hover { background: var(--lw-hover); }
.lw-button:active { transform: translateY(1px); }
.lw-own-hover:hover { background: var(--lw-hover-bg, var(--lw-hover)) !important; color: var(--lw-hover-fg, inherit) !important; }
.lw-check { display: inline-flex; align-items: center; gap: 8px; min-height: 24px; }
.lw-check input { margin: 0; width: 16px; height: 16px; accent-color: var(--lw-accent); flex: none; }
.lw-label { min-height: 1.45em; overflow-wrap: anywhere; white-space: pre-wrap; }
.lw-input { min-height: var(--lw-control); padding: 5px 10px; border: 1px solid var(--lw-border); border-radius: var(--lw-radius); background: var(--lw-surface); user-select: text; -webkit-user-select: text; min-width: 0; }
.lw .lw-input:focus-visible, .lw-input.lw:focus-visible { outline-offset: -1px; border-color: var(--lw-accent); }
.lw-input:read-only { background: var(--lw-raised); }
.lw-text-area { resize: none; line-height: 1.45; min-height: 64px; }
.lw-html { overflow: auto; }
.lw-combo { position: relative; display: inline-grid; align-items: center; }
.lw-combo > .lw-input { width: 100%; padding-right: 30px; background: var(--lw-surface); cursor: default; text-overflow: ellipsis; }
.lw-combo > .lw-input:not(:read-only) { cursor: text; }
.lw-combo > svg { position: absolute; right: 9px; pointer-events: none; color: var(--lw-muted); }
.lw-options { position: fixed; z-index: 10000; overflow: auto; padding: 4px; background: var(--lw-surface); border: 1px solid var(--lw-line); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-options > * { padding: 5px 10px; border-radius: 4px; white-space: pre; }
.lw-options > [aria-selected=true] { font-weight: 600; }
.lw-options > .lw-active, .lw-options > :hover { background: var(--lw-hover); }
.lw-spin { position: relative; display: inline-flex; }
.lw-spin > .lw-input { padding-right: 30px; width: 100%; font-variant-numeric: tabular-nums; }
.lw-spin-buttons { position: absolute; inset: 2px 2px 2px auto; display: grid; width: 24px; }
.lw-spin-buttons > .lw-icon-button { width: 24px; height: auto; border-radius: 4px; } .lw-spin-buttons svg { width: 12px; height: 12px; }
.lw-slider { display: flex; align-items: center; gap: 10px; min-height: 24px; min-width: 120px; }
.lw-slider > input { -webkit-appearance: none; appearance: none; flex: 1 1 auto; min-width: 0; height: 20px; margin: 0; background: none; border-radius: 10px; }
.lw-slider > output { font-variant-numeric: tabular-nums; text-align: right; color: var(--lw-muted); }
.lw-slider[data-value=l] { flex-direction: row-reverse; } .lw-slider[data-value=t] { flex-direction: column-reverse; align-items: stretch; } .lw-slider[data-value=b] { flex-direction: column; align-items: stretch; }
.lw-slider:is([data-value=t], [data-value=b]) > output { text-align: center; }
.lw-slider > input::-webkit-slider-runnable-track { height: 4px; border-radius: 2px; background: linear-gradient(to right, var(--lw-accent) var(--lw-done, 0%), var(--lw-border) var(--lw-done, 0%)); }
.lw-slider > input::-webkit-slider-thumb { -webkit-appearance: none; width: 16px; height: 16px; margin-top: -6px; border-radius: 50%; background: var(--lw-accent); border: 2px solid var(--lw-surface); box-shadow: 0 0 0 1px var(--lw-accent); }
.lw-slider > input::-moz-range-track { height: 4px; border-radius: 2px; background: var(--lw-border); }
.lw-slider > input::-moz-range-progress { height: 4px; border-radius: 2px; background: var(--lw-accent); }
.lw-slider > input::-moz-range-thumb { width: 14px; height: 14px; border-radius: 50%; background: var(--lw-accent); border: 2px solid var(--lw-surface); box-shadow: 0 0 0 1px var(--lw-accent); }
.lw-slider[data-orientation=vertical] { min-width: 24px; min-height: 120px; flex-direction: column; }
.lw-slider[data-orientation=vertical] > input { writing-mode: vertical-lr; direction: rtl; width: 20px; height: auto; align-self: center; }
.lw-slider[data-orientation=vertical] > input::-webkit-slider-runnable-track { width: 4px; height: 100%; background: linear-gradient(to top, var(--lw-accent) var(--lw-done, 0%), var(--lw-border) var(--lw-done, 0%)); }
.lw-slider[data-orientation=vertical] > input::-webkit-slider-thumb { margin: 0 0 0 -6px; }
.lw-progress { position: relative; height: 20px; min-width: 80px; border-radius: 10px; background: var(--lw-hover); box-shadow: inset 0 0 0 1px var(--lw-line); overflow: hidden; }
.lw-progress-bar { position: absolute; inset: 0 auto 0 0; background: color-mix(in srgb, var(--lw-accent) 35%, transparent); }
.lw-progress > span { position: absolute; inset: 0; text-align: center; font-size: 12px; line-height: 20px; font-variant-numeric: tabular-nums; }
.lw-image { display: grid; place-items: center; min-width: 0; min-height: 0; overflow: hidden; }
.lw-image > img { max-width: 100%; max-height: 100%; object-fit: contain; } .lw-image > canvas { width: 100%; height: 100%; min-height: 0; }

.lw-menu { position: fixed; z-index: 10001; display: grid; min-width: 140px; padding: 4px; background: var(--lw-surface); border: 1px solid var(--lw-line); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-menu > button { padding: 6px 12px; border: 0; border-radius: 4px; background: none; text-align: left; cursor: default; }
.lw-menu > button:is(:hover, :focus) { background: var(--lw-hover); }
.lw-banner { position: fixed; z-index: 10002; left: 50%; bottom: 20px; transform: translateX(-50%); display: flex; align-items: center; gap: 12px; max-width: min(560px, calc(100vw - 32px)); padding: 10px 16px; background: var(--lw-text); color: var(--lw-page); border-radius: 10px; box-shadow: var(--lw-shadow); }
.lw-banner button { border: 0; padding: 4px 8px; border-radius: var(--lw-radius); background: none; color: inherit; font-weight: 600; text-decoration: underline; white-space: nowrap; cursor: pointer; }
.lw-banner :focus-visible { outline-color: currentColor; }
.lw-errors { position: fixed; z-index: 10003; right: 16px; bottom: 16px; width: min(640px, calc(100vw - 32px)); max-height: 60vh; overflow: auto; display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; }
.lw-errors > details { position: relative; padding: 10px 44px 10px 14px; background: var(--lw-surface); border: 1px solid var(--lw-danger); border-radius: var(--lw-radius); box-shadow: var(--lw-shadow); }
.lw-errors summary { color: var(--lw-danger); font-weight: 600; overflow-wrap: anywhere; } .lw-errors pre { margin: 8px 0 0; overflow: auto; font: 12px/1.5 var(--lw-mono); }
.lw-errors .lw-icon-button { position: absolute; top: 8px; right: 8px; color: inherit; }
@media (prefers-reduced-motion: reduce) { .lw-button:active { transform: none; } }
@media (forced-colors: active) { .lw-progress-bar { background: Highlight; } }
`;

// 9. Start ////////////////////////////////////////////////////////////////////////////////////////////////////////////

document.head.append(element("style", {}, STYLE));
window.livewidget = { Widget, Container, ...catalogue };
const config = document.getElementById("livewidget-config");
if (config) {
    const session = new Session(JSON.parse(config.textContent), document.body);
    session.connect();
}
})();
