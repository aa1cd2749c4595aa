// <place-box>: places and clinics while you type (list autocomplete with manual selection) and "Use my
// location". The form inside works without this script, and what is typed counts unless something is chosen:
// a place fills the box, a clinic opens its page.
const PAUSE_MS = 150;
const SHORTEST = 2;
const LONGEST = 100;
const SENT_APART = new Set(['q', 'near', 'lat', 'lng', 'box', 'town', 'page']);

class PlaceBox extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector('form');
    this.input = this.form.querySelector('input:not([type=hidden])');
    this.items = [];
    this.active = -1;
    this.list = add(this.form, 'ul', { id: `${this.input.id}-list`, role: 'listbox', 'aria-label': 'Suggestions' });
    this.count = add(this, 'p', { role: 'status', class: 'hidden-text' });
    this.answer = add(this, 'p', { role: 'status', class: 'located' });
    this.form.after(this.answer);
    set(this.input, {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-controls': this.list.id,
      'aria-expanded': 'false',
    });
    this.list.hidden = true;
    this.input.addEventListener('input', () => {
      // What was offered for another text must not be taken for this one.
      this.open(false);
      this.items = [];
      this.lookSoon();
    });
    this.input.addEventListener('keydown', (event) => this.press(event));
    this.input.addEventListener('blur', () => this.close());
    this.form.addEventListener('submit', () => this.close());
    this.list.addEventListener('mousedown', (event) => event.preventDefault());
    this.list.addEventListener('click', (event) => {
      const option = event.target.closest('[role=option]');
      if (option) this.choose([...this.list.children].indexOf(option));
    });
    this.offerLocation();
  }

  lookSoon() {
    this.stop();
    this.pause = setTimeout(() => this.look(), PAUSE_MS);
  }

  stop() {
    clearTimeout(this.pause);
    this.asked?.abort();
    this.asked = null;
  }

  async look() {
    this.stop();
    const text = this.input.value.trim().replace(/\s+/g, ' ');
    if (text.length < SHORTEST) return this.show([]);
    const asked = (this.asked = new AbortController());
    let found;
    try {
      const answer = await fetch(`/api/v1/places?q=${encodeURIComponent(text.slice(-LONGEST))}`, asked);
      found = answer.ok ? await answer.json() : null;
    } catch {
      found = null;
    }
    if (this.asked !== asked) return;
    const end = found?.meta.completes ?? '';
    this.kept = text.endsWith(end) ? text.slice(0, text.length - end.length) : '';
    const clinics = this.input.name === 'q' ? (found?.clinics ?? []) : [];
    this.show([...(found?.suggestions ?? []), ...clinics].sort((a, b) => isEdit(a) - isEdit(b)));
  }

  show(items) {
    const had = this.had;
    this.items = items;
    this.had = items.length > 0;
    this.list.replaceChildren();
    items.forEach((item, at) => {
      const option = add(this.list, 'li', { id: `${this.list.id}-${at}`, role: 'option', 'aria-selected': 'false' });
      option.textContent = item.url ? `${item.name} ` : item.label;
      if (item.url) add(option, 'small', {}).textContent = `clinic in ${[item.city, item.state].filter(Boolean).join(', ')}`;
    });
    this.open(document.activeElement === this.input);
    const clinics = items.filter((item) => item.url).length;
    const counted = [count(items.length - clinics, 'place'), count(clinics, 'clinic')].filter(Boolean).join(' and ');
    const says = clinics ? `${counted} suggested. Choosing a clinic opens its page.` : `${counted} suggested`;
    this.count.textContent = items.length ? says : had ? 'Nothing suggested' : '';
  }

  open(wanted) {
    const isOpen = wanted && this.items.length > 0;
    this.list.hidden = !isOpen;
    this.input.setAttribute('aria-expanded', String(isOpen));
    this.activate(-1);
    return isOpen;
  }

  close() {
    this.stop();
    this.open(false);
    this.count.textContent = '';
  }

  activate(at) {
    this.list.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = at;
    const option = this.list.children[at];
    if (!option) return this.input.removeAttribute('aria-activedescendant');
    option.setAttribute('aria-selected', 'true');
    option.scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', option.id);
  }

  choose(at) {
    const { label, url } = this.items[at];
    this.items = [];
    this.close();
    if (url) location.assign(url);
    else this.input.value = this.kept + label;
  }

  press(event) {
    if (event.isComposing) return;
    const key = (event.altKey ? 'Alt+' : '') + event.key;
    if (KEYS[key]?.(this, !this.list.hidden)) event.preventDefault();
  }

  move(step) {
    if (this.list.hidden && !this.open(true)) {
      this.look();
      return true;
    }
    const stops = this.items.length + 1;
    this.activate(((this.active + 1 + step + stops) % stops) - 1);
    return true;
  }

  offerLocation() {
    const offer = this.querySelector('.locate');
    if (!offer || !isSecureContext || !navigator.geolocation) return;
    offer.hidden = false;
    offer.querySelector('button').addEventListener('click', () => {
      this.answer.textContent = 'Waiting for your browser…';
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => this.send(coords),
        () => {
          this.answer.textContent = 'Your browser gave no location. Type a town or ZIP code in the box instead.';
          this.input.focus();
        },
        { timeout: 15000, maximumAge: 600000 },
      );
    });
  }

  // By POST and rounded, so that no address holds where somebody is.
  send({ latitude, longitude }) {
    const fields = new FormData(this.form);
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (!SENT_APART.has(name)) fields.append(name, value);
    }
    fields.set('lat', latitude.toFixed(2));
    fields.set('lng', longitude.toFixed(2));
    const form = add(document.body, 'form', { method: 'post', action: '/location', hidden: '' });
    for (const [name, value] of fields) add(form, 'input', { type: 'hidden', name, value });
    form.submit();
  }
}

// What each key does; true when the browser need not do anything else.
const back = (box) => void box.activate(-1);
const KEYS = {
  ArrowDown: (box) => box.move(1),
  ArrowUp: (box) => box.move(-1),
  'Alt+ArrowDown': (box) => box.open(true) || (box.look(), true),
  'Alt+ArrowUp': (box) => (box.open(false), true),
  ArrowLeft: back,
  ArrowRight: back,
  Home: back,
  End: back,
  Enter: (box) => box.active >= 0 && (box.choose(box.active), true),
  Escape: (box, isOpen) => {
    if (!isOpen) box.input.value = '';
    box.close();
    return true;
  },
};

const isEdit = (item) => item.match === 'edit';
const count = (number, what) => number && `${number} ${what}${number > 1 ? 's' : ''}`;

function set(part, attributes) {
  for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, value);
}

function add(parent, tag, attributes) {
  const part = document.createElement(tag);
  set(part, attributes);
  return parent.appendChild(part);
}

customElements.define('place-box', PlaceBox);
