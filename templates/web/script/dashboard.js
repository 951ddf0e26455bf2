/* The dashboard looks again by itself while it is open. Without this script a link does the same. */
(function () {
  'use strict';
  var now = document.getElementById('now'), said = document.getElementById('live'), link = document.getElementById('by-itself');
  if (!now || !window.EventSource || document.querySelector('meta[http-equiv=refresh]')) return;
  var source = null;
  function listen() {
    if (source || document.hidden) return;
    source = new EventSource(now.dataset.live);
    source.addEventListener('figures', function (event) {
      if (now.contains(document.activeElement) || String(window.getSelection() || '')) return;
      var open = Array.prototype.map.call(now.querySelectorAll('details[open]'), function (each) { return each.id; });
      now.innerHTML = JSON.parse(event.data);
      open.forEach(function (id) { var each = document.getElementById(id); if (each) each.open = true; });
      if (said.textContent !== said.dataset.on) said.textContent = said.dataset.on;
      if (link) link.hidden = true;
    });
    source.addEventListener('over', function () { stop(); said.textContent = now.dataset.lost; });
    source.onerror = function () { if (source && source.readyState === 2) { stop(); said.textContent = now.dataset.lost; } };
  }
  function stop() { if (source) source.close(); source = null; }
  document.addEventListener('visibilitychange', function () { if (document.hidden) stop(); else listen(); });
  window.addEventListener('pagehide', stop);
  listen();
}());
