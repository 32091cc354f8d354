import { announce, at, attempt, onSubmit } from './dom.js'
import { call, read } from './plane.js'
import { formatTime, isFrozen, now, setNow } from './time.js'

/** The clock, which is in sight of every view. */
export function startClock() {
  at('clock-freeze').addEventListener('click', () => change({ freeze: !isFrozen() }))
  for (const button of document.querySelectorAll('[data-advance]'))
    button.addEventListener('click', () => change({ advance: button.dataset.advance }))
  onSubmit(at('clock-advance-form'), 'clock', () => setClock({ advance: at('clock-advance').value.trim() }))
  onSubmit(at('clock-set-form'), 'clock', () => {
    const text = at('clock-set').value.trim()
    return setClock({ now: /^\d+$/.test(text) ? Number(text) : text })
  })
  setInterval(tick, 250)
  NARROW.addEventListener('change', place)
  place()
}

/** As the style sheet has it. */
const NARROW = matchMedia('(max-width: 60rem)')

/** Where there is no room beside the view, the view comes first, for the eye and for the keyboard. */
function place() {
  const side = document.querySelector('.side')
  const home = NARROW.matches ? side.parentElement : side
  home.append(at('clock'))
}

const change = body => attempt('clock', () => setClock(body))

async function setClock(body) {
  setNow(await call('POST', 'clock', body))
  tick()
  announce(`The clock shows ${formatTime(now())} and ${isFrozen() ? 'is frozen' : 'runs'}`)
  document.dispatchEvent(new Event('clock'))
}

/** Looks at the clock again: a test may have moved it. */
export async function refreshClock() {
  setNow(await read('clock'))
  tick()
}

function tick() {
  write(at('clock-now'), formatTime(now()))
  write(at('clock-state'), isFrozen() ? 'frozen' : 'running')
  at('clock-state').classList.toggle('held', isFrozen())
  write(at('clock-freeze'), isFrozen() ? 'Let it run' : 'Freeze')
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text
}
