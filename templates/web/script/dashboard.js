/* The dashboard looks again by itself while it is open. Without this script a link does the same. */
(function () {
  'use strict';
  var now = document.getElementById('now'), said = document.getElementById('live'), link = document.getElementById('by-itself');
  if (!now || !window.EventSource || document.querySelector('meta[http-equiv=refresh]')) return;
  var source = null, newest = null;
  /* Nothing moves under a finger, a selection, or whoever reads by keyboard: it waits for the next look. */
  function show() {
    if (!newest || now.contains(document.activeElement) || String(window.getSelection() || '')) return;
    var open = Array.prototype.map.call(now.querySelectorAll('details[open]'), function (each) { return each.id; });
    now.innerHTML = newest;
    newest = null;
    open.forEach(function (id) { var each = document.getElementById(id); if (each) each.open = true; });
  }
  function listen() {
    if (source || document.hidden) return;
    source = new EventSource(now.dataset.live);
    source.addEventListener('figures', function (event) {
      newest = JSON.parse(event.data);
      show();
      if (said.textContent !== said.dataset.on) said.textContent = said.dataset.on;
      if (link) link.hidden = true;
    });
    source.addEventListener('moment', function (event) {
      var moment = document.getElementById('as-of');
      if (newest) show(); else if (moment) moment.textContent = JSON.parse(event.data);
    });
    source.addEventListener('over', function () { stop(); said.textContent = now.dataset.lost; });
    source.onerror = function () { if (source && source.readyState === 2) { stop(); said.textContent = now.dataset.lost; } };
  }
  function stop() { if (source) source.close(); source = null; }
  document.addEventListener('visibilitychange', function () { if (document.hidden) stop(); else listen(); });
  window.addEventListener('pagehide', stop);
  listen();
}());
