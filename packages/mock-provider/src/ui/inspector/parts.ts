/** Where a view shows what the control plane refused. */
export const renderProblem = (view: string): string =>
  `<p class="problem" role="alert" hidden data-testid="${view}-problem"></p>`

/** A labelled field; `html` is the control, whose id is `id`. */
export const renderField = (id: string, label: string, html: string): string =>
  `<div class="field"><label for="${id}">${label}</label>${html}</div>`

export const renderInput = (id: string, label: string, placeholder = '', more = ''): string =>
  renderField(
    id,
    label,
    `<input id="${id}" autocomplete="off" spellcheck="false" autocapitalize="none" placeholder="${placeholder}" data-testid="${id}"${more === '' ? '' : ` ${more}`}>`,
  )

/** Choices as texts, or as pairs of a value and what is read. */
export const renderSelect = (
  id: string,
  label: string,
  choices: readonly (string | readonly [value: string, say: string])[],
): string => {
  const options = choices.map(choice => {
    const [value, say] = typeof choice === 'string' ? [choice, choice] : choice
    return `<option value="${value}">${say}</option>`
  })
  return renderField(id, label, `<select id="${id}" data-testid="${id}">${options.join('')}</select>`)
}

export const renderArea = (id: string, label: string, rows: number, placeholder = ''): string =>
  renderField(
    id,
    label,
    `<textarea id="${id}" rows="${rows}" spellcheck="false" autocapitalize="none" placeholder="${placeholder}" data-testid="${id}"></textarea>`,
  )

/** A table that scrolls by itself, by keyboard too. */
export const renderTable = (
  view: string,
  caption: string,
  columns: readonly string[],
): string => `<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
<table>
<thead><tr>${columns.map(column => `<th scope="col">${column === '' ? '<span class="aside">Actions</span>' : column}</th>`).join('')}</tr></thead>
<tbody data-testid="${view}-rows"></tbody>
</table>
</div>`
