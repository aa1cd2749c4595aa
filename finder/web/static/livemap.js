// The live map: Leaflet over our tiles. The only place that knows Leaflet. It asks for the very search of
// the list, so map and list agree.
const MOST_STOPS = 20; // markers in the tab order; with the map's own controls 25 at most
const METERS_PER_MILE = 1609.344;
const RINGS = [10, 25, 50];
const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;

export async function start(element) {
  const { dataset } = element;
  await Promise.all([loadStyle(dataset.style), loadScript(dataset.leaflet)]);
  const frame = element.querySelector(".map-frame");
  const container = document.createElement("div");
  container.className = "map-live";
  frame.append(container);
  frame.classList.add("is-live");
  try {
    new LiveMap(element, container);
  } catch (error) {
    container.remove();
    frame.classList.remove("is-live");
    throw error;
  }
  return container;
}

function loadStyle(href) {
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return loaded(link);
}

function loadScript(src) {
  return window.L ? null : loaded(Object.assign(document.createElement("script"), { src }));
}

function loaded(part) {
  return new Promise((resolve, reject) => {
    part.addEventListener("load", resolve, { once: true });
    part.addEventListener("error", reject, { once: true });
    document.head.append(part);
  });
}

function tileLayer(pattern) {
  const L = window.L;
  const isOurs = pattern.startsWith("/tiles/");
  // Leaflet empties tiles it no longer needs with a data: picture, which the content policy refuses.
  const Tiles = L.TileLayer.extend({
    _abortLoading() {
      for (const [key, { el, coords }] of Object.entries(this._tiles)) {
        if (coords.z === this._tileZoom || el.complete) continue;
        el.onload = el.onerror = L.Util.falseFn;
        el.remove();
        delete this._tiles[key];
      }
    },
    _removeTile(key) {
      if (this._tiles[key]) L.GridLayer.prototype._removeTile.call(this, key);
    },
  });
  const size = isOurs ? { tileSize: 512, zoomOffset: -1, minNativeZoom: 3, maxNativeZoom: 11 } : {};
  return new Tiles(pattern, { minZoom: 2, maxZoom: 18, ...size });
}

function escape(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span.innerHTML;
}

class LiveMap {
  constructor(element, container) {
    const L = window.L;
    this.params = new URLSearchParams(element.dataset.query);
    this.map = L.map(container, {
      attributionControl: false,
      fadeAnimation: !isCalm,
      inertia: !isCalm,
      maxZoom: element.dataset.tiles.startsWith("/tiles/") ? 12 : 18,
      minZoom: 2.5, // the whole country in a narrow frame; a step further would be whole again
      markerZoomAnimation: !isCalm,
      scrollWheelZoom: false,
      zoomAnimation: !isCalm,
      zoomControl: false,
    });
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", "Map of clinics. Arrow keys move it, plus and minus zoom.");
    const [south, west, north, east] = element.dataset.view.split(",").map(Number);
    const bounds = L.latLngBounds([south, west], [north, east]);
    const zoom = this.map.getBoundsZoom(bounds);
    this.map.options.zoomSnap = 0.5;
    this.map.setView(bounds.getCenter(), zoom, { animate: false });
    this.map.options.zoomSnap = 1;
    tileLayer(element.dataset.tiles).addTo(this.map);
    this.marks = L.layerGroup().addTo(this.map);
    this.addOrigin(element.dataset.origin);
    this.addControls(element.dataset.attribution);
    this.map.on("focus", () => this.map.scrollWheelZoom.enable());
    this.map.on("blur", () => this.map.scrollWheelZoom.disable());
    this.map.on("moveend", () => this.refreshSoon());
    this.refresh();
  }

  addOrigin(origin) {
    if (!origin) return;
    const L = window.L;
    const middle = origin.split(",").map(Number);
    for (const miles of RINGS) {
      const radius = miles * METERS_PER_MILE;
      L.circle(middle, { radius, className: "map-ring", interactive: false }).addTo(this.map);
      const north = [middle[0] + (miles / 69.09), middle[1]];
      const icon = L.divIcon({ className: "map-ring-text", html: `${miles} mi`, iconSize: [50, 16] });
      L.marker(north, { icon, interactive: false, keyboard: false }).addTo(this.map);
    }
    L.circleMarker(middle, { radius: 6, className: "map-here", interactive: false }).addTo(this.map);
  }

  addControls(attribution) {
    const L = window.L;
    L.control.zoom({ position: "topleft" }).addTo(this.map);
    L.control.scale({ metric: false, position: "bottomleft" }).addTo(this.map);
    if (attribution) {
      L.control.attribution({ prefix: false, position: "bottomright" }).addAttribution(escape(attribution)).addTo(this.map);
    }
    this.area = document.createElement("a");
    this.area.className = "map-search";
    this.area.textContent = "Search this area";
    this.area.hidden = true;
    this.says = document.createElement("p");
    this.says.className = "map-says";
    this.says.setAttribute("role", "status");
    addControl("bottomleft", this.says, this.map);
    addControl("topright", this.area, this.map);
    addControl("bottomright", this.arrows(), this.map);
  }

  // For those who can point but not drag; the keyboard has its arrow keys.
  arrows() {
    const box = document.createElement("div");
    box.className = "map-arrows leaflet-bar";
    for (const [text, label, x, y] of [["↑", "up", 0, -1], ["↓", "down", 0, 1], ["←", "left", -1, 0], ["→", "right", 1, 0]]) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: text, tabIndex: -1 });
      button.setAttribute("aria-label", `Move the map ${label}`);
      button.addEventListener("click", () => this.map.panBy([x * 120, y * 120], { animate: !isCalm }));
      box.append(button);
    }
    return box;
  }

  refreshSoon() {
    clearTimeout(this.timer);
    this.area.hidden = false;
    this.area.href = this.areaLink();
    this.timer = setTimeout(() => this.refresh(), 150);
  }

  window() {
    const bounds = this.map.getBounds();
    const clamp = (value, most) => Math.max(-most, Math.min(most, value));
    return [
      clamp(bounds.getWest(), 180), clamp(bounds.getSouth(), 90), clamp(bounds.getEast(), 180), clamp(bounds.getNorth(), 90),
    ].map((value) => value.toFixed(4));
  }

  areaLink() {
    const params = new URLSearchParams(this.params);
    for (const name of ["page", "radius", "box"]) params.delete(name);
    const [west, south, east, north] = this.window();
    params.set("box", [south, west, north, east].join(","));
    return `/search?${params}`;
  }

  async refresh() {
    this.pending?.abort();
    this.pending = new AbortController();
    const params = new URLSearchParams(this.params);
    params.set("bbox", this.window().join(","));
    params.set("z", Math.round(this.map.getZoom()));
    try {
      const answer = await fetch(`/api/v1/map?${params}`, { signal: this.pending.signal });
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.says.textContent = "The map cannot show clinics right now. The list can.";
    }
  }

  show({ features, meta }) {
    const hadFocus = this.map.getPanes().markerPane.contains(document.activeElement);
    this.marks.clearLayers();
    this.areas = new Set();
    this.taken = features.filter((feature) => !feature.properties.number).map((feature) => this.spot(feature));
    features.forEach((feature, at) => this.addMark(feature, at < MOST_STOPS));
    this.says.textContent = meta.count === 1 ? "1 clinic in this view" : `${meta.count} clinics in this view`;
    if (hadFocus) this.map.getContainer().focus({ preventScroll: true });
  }

  addMark({ geometry, properties }, takesFocus) {
    const L = window.L;
    const point = L.latLng(geometry.coordinates[1], geometry.coordinates[0]);
    const area = `${geometry.coordinates} ${properties.radius_miles}`;
    if (properties.is_coarse && properties.radius_miles && !this.areas.has(area)) {
      this.areas.add(area);
      L.circle(point, { radius: properties.radius_miles * METERS_PER_MILE, className: "map-area", interactive: false }).addTo(this.marks);
    }
    const size = properties.count > 1 ? 34 : properties.number ? 28 : 24;
    const at = properties.number ? this.freeSpot(point) : point;
    const kind = properties.count > 1 ? "is-group" : properties.number ? "" : "is-other";
    const icon = L.divIcon({
      className: `map-pin ${kind} ${properties.is_coarse && properties.number ? "is-coarse" : ""}`,
      html: escape(String(properties.number ?? (properties.count > 1 ? properties.count : ""))),
      iconSize: [size, size],
    });
    const marker = L.marker(at, { icon, keyboard: takesFocus, zIndexOffset: properties.number ? 1000 : 0, riseOnHover: true });
    marker.addTo(this.marks);
    const shape = marker.getElement();
    shape.setAttribute("role", "button");
    shape.setAttribute("aria-label", properties.label);
    shape.title = properties.label;
    const act = () => this.act(marker, properties, point);
    marker.on("click", act);
    marker.on("keypress", ({ originalEvent }) => {
      if (originalEvent.key !== "Enter" && originalEvent.key !== " ") return;
      originalEvent.preventDefault();
      act();
    });
  }

  spot({ geometry }) {
    return this.map.latLngToLayerPoint([geometry.coordinates[1], geometry.coordinates[0]]);
  }

  // The true place, or the nearest one of a spiral around it that leaves every numbered pin whole.
  freeSpot(point) {
    const spot = this.map.latLngToLayerPoint(point);
    for (let n = 0; n < 300; n += 1) {
      const away = 10 * Math.sqrt(n);
      const there = spot.add([away * Math.cos(2.4 * n), away * Math.sin(2.4 * n)]);
      if (this.taken.every((other) => other.distanceTo(there) >= 28)) {
        this.taken.push(there);
        return this.map.layerPointToLatLng(there);
      }
    }
    return point;
  }

  act(marker, { number, clinics, count }, point) {
    const card = number && document.getElementById(`clinic-${number}`);
    if (card) {
      card.scrollIntoView({ block: "start", behavior: isCalm ? "auto" : "smooth" });
      card.querySelector("a")?.focus({ preventScroll: true });
    } else if (clinics.length && (count === clinics.length || this.map.getZoom() >= 12)) {
      marker.bindPopup(listOf(clinics, count)).openPopup();
    } else {
      this.map.setView(point, Math.min(this.map.getZoom() + 2, this.map.getMaxZoom()), { animate: !isCalm });
    }
  }
}

function addControl(position, content, map) {
  const L = window.L;
  const control = L.control({ position });
  control.onAdd = () => {
    L.DomEvent.disableClickPropagation(content);
    return content;
  };
  control.addTo(map);
}

function listOf(clinics, count) {
  const list = document.createElement("ul");
  list.className = "map-list";
  for (const { name, url } of clinics) {
    const link = Object.assign(document.createElement("a"), { href: url, textContent: name });
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  if (count > clinics.length) {
    const rest = document.createElement("li");
    rest.textContent = `and ${count - clinics.length} more: search this area`;
    list.append(rest);
  }
  return list;
}
