import { renderProblem } from './parts.ts'

const STEPS: readonly (readonly [by: string, say: string])[] = [
  ['1m', '+1 min'],
  ['10m', '+10 min'],
  ['1h', '+1 h'],
  ['24h', '+1 day'],
  ['-1h', '−1 h'],
]

/** The tenant's time, to freeze, move and set. */
export const renderClock = (): string => `<section aria-labelledby="clock-title" class="card" data-testid="clock">
<h2 id="clock-title">Clock</h2>
<p class="time"><time data-testid="clock-now">…</time> <span class="tag" data-testid="clock-state">…</span></p>
<button type="button" data-testid="clock-freeze">Freeze</button>
<div class="steps" role="group" aria-label="Move the clock">
${STEPS.map(([by, say]) => `<button type="button" class="small" data-advance="${by}" data-testid="clock-advance-${by}">${say}</button>`).join('\n')}
</div>
<form data-testid="clock-advance-form">
<label for="clock-advance">Move by</label>
<div class="inline"><input id="clock-advance" required placeholder="90s, 15m, -5m" autocomplete="off" data-testid="clock-advance">
<button type="submit" data-testid="clock-move">Move</button></div>
</form>
<form data-testid="clock-set-form">
<label for="clock-set">Set to <small>(and freeze)</small></label>
<div class="inline"><input id="clock-set" required placeholder="2030-01-01" autocomplete="off" spellcheck="false" data-testid="clock-set">
<button type="submit" data-testid="clock-set-button">Set</button></div>
</form>
${renderProblem('clock')}
</section>`
