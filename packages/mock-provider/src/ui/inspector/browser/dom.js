/**
 * An element. Properties whose name has a dash, and `role`, become attributes; `on` holds listeners.
 * Children are nodes or texts; a text never becomes HTML.
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  const { on = {}, ...rest } = properties
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === false) continue
    if (name.includes('-') || ATTRIBUTES.has(name)) element.setAttribute(name, String(value))
    else element[name] = value
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener)
  element.append(...children.flat().filter(child => child !== undefined && child !== null))
  return element
}

const ATTRIBUTES = new Set(['role', 'for', 'list', 'colspan'])

/** The element of a test id: every one that a script touches has one. */
export const at = id => document.querySelector(`[data-testid="${CSS.escape(id)}"]`)

/** Says something to whoever can not see what changed. */
export function announce(text) {
  at('status').textContent = text
  clearTimeout(silence)
  silence = setTimeout(() => {
    at('status').textContent = ''
  }, 6000)
}

let silence

/** Shows what the control plane refused, as it said it; undefined takes it away. */
export function showProblem(view, problem) {
  const place = at(`${view}-problem`)
  place.textContent = problem === undefined ? '' : problem.message
  place.hidden = problem === undefined
}

/** Runs what a control does: one thing at a time, and a refusal is shown where it was caused. Answers whether it went well. */
export async function attempt(view, work) {
  try {
    await work()
    showProblem(view, undefined)
    return true
  } catch (problem) {
    showProblem(view, problem)
    return false
  }
}

/** What a form submits stays on the page. */
export function onSubmit(form, view, work) {
  form.addEventListener('submit', event => {
    event.preventDefault()
    void attempt(view, work)
  })
}

/** A button that copies what `read` answers. */
export function copyButton(label, id, read) {
  const button = el('button', { type: 'button', className: 'small', 'data-testid': id }, label)
  button.addEventListener('click', async () => {
    const done = await copy(read())
    button.textContent = done ? 'Copied' : 'Press Ctrl-C'
    announce(done ? `${label}: done` : 'The browser does not let this page copy; the text is selected')
    setTimeout(() => {
      button.textContent = label
    }, 1500)
  })
  return button
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** For pages that came over HTTP from another machine, which have no clipboard of their own. */
function copyBySelection(text) {
  const field = el('textarea', { value: text, readOnly: true, className: 'aside', 'aria-hidden': 'true' })
  document.body.append(field)
  const focused = document.activeElement
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  focused?.focus()
  return done
}

/** A text that somebody wrote as JSON; an empty one is undefined. Throws with the field's name. */
export function readJson(text, name) {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Error(`${name}: is not JSON (${error.message})`)
  }
}

export const showJson = value => JSON.stringify(value, null, 2)

/** Fills a list of suggestions or choices. */
export function fillOptions(list, values) {
  list.replaceChildren(...values.map(value => el('option', { value }, value)))
}

/** Rows of a table, at most so many; `more` tells how many are not shown. */
export function fillRows(body, rows, empty, columns) {
  body.replaceChildren(
    ...(rows.length > 0 ? rows : [el('tr', {}, el('td', { colspan: columns, className: 'empty' }, empty))]),
  )
}
