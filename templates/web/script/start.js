// What the choices would have brought, said anew while one chooses. The page works without.
(() => {
  const form = document.getElementById("step"), box = document.getElementById("taste");
  if (!form || !box) return;
  box.classList.add("live"); // it stays in sight only where it follows what is ticked
  let waiting = 0, asked = 0;
  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(box.dataset.taste, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const words = await answer.text();
      if (answer.ok && mine === asked) box.innerHTML = words;
    } catch { /* the sentence of before stays */ }
  };
  const soon = (pause) => { clearTimeout(waiting); waiting = setTimeout(ask, pause); };
  form.addEventListener("change", () => soon(150));
  form.addEventListener("input", (event) => { if (event.target.type === "text") soon(700); });
})();
