// Looks again by itself at what is still being counted, is about to leave, or has just come in. Every page works without it.
(() => {
  const PAUSE = 1500, MOST = 400;
  const card = document.querySelector('[data-poll]');
  const clock = document.querySelector('[data-seconds]');
  if (clock) {
    const ends = Date.now() + Number(clock.dataset.seconds) * 1000;
    setInterval(() => {
      const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    }, 1000);
  }
  if (!card) return;
  const busy = () => document.activeElement && /INPUT|TEXTAREA/.test(document.activeElement.tagName);
  let looked = 0;
  const look = async () => {
    try {
      const answer = await fetch(card.dataset.poll, { credentials: 'same-origin' });
      if (answer.ok) {
        const said = await answer.json();
        if (card.dataset.last !== undefined) {
          const news = card.querySelector('[data-news]');
          if (said.last !== card.dataset.last) { news.hidden = false; return; }
        } else if (card.dataset.until === 'counted' ? said.counted || said.state !== 'open' : said.state && said.state !== card.dataset.until) {
          if (!busy()) { location.reload(); return; }
        }
      }
    } catch { /* the next look may find it */ }
    if (++looked < MOST) setTimeout(look, PAUSE);
  };
  setTimeout(look, PAUSE);
})();
