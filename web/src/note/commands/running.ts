// Running paragraphs and governing kernels. Markdown is not run: it is rendered.
import { ApiError, api } from '../../api/client'
import { toast, toastError } from '../../ui/Toast'
import type { Kernel } from '../../wire/types'
import { type Context, current, languageOfParagraph, may, neighbour } from './context'
import { edit, leaveText, select } from './navigation'
import { insert } from './structure'

async function start(c: Context, paragraphs: string[]) {
  if (paragraphs.length === 0) return
  try {
    await c.client.run(paragraphs)
  } catch (e) {
    toastError(e)
  }
}

/** Runs a paragraph, or renders it, and stays there. */
export function runHere(c: Context, paragraph = current(c)) {
  if (!paragraph) return
  if (languageOfParagraph(c, paragraph)?.isMarkdown) return render(c)
  if (may(c, 'run')) void start(c, [paragraph])
}

function render(c: Context) {
  const wasEditing = c.focus.mode === 'edit'
  c.focus.open('')
  if (wasEditing) leaveText(c)
}

/** Runs and goes to the next paragraph; behind the last one a new one is made. */
export function runNext(c: Context) {
  const paragraph = current(c)
  if (!paragraph) return
  const wasEditing = c.focus.mode === 'edit'
  runHere(c, paragraph)
  const next = neighbour(c, paragraph, 1)
  if (!next) {
    if (may(c, 'write')) insert(c, paragraph, { isEdited: true })
  } else if (wasEditing && may(c, 'write') && !languageOfParagraph(c, next)?.isMarkdown) edit(c, next)
  else select(c, next)
}

export function runInsert(c: Context) {
  const paragraph = current(c)
  if (!paragraph) return
  runHere(c, paragraph)
  if (may(c, 'write')) insert(c, paragraph, { isEdited: true })
}

/** Runs what "run all" runs of some paragraphs: no markdown, nothing empty, nothing left out. */
function startMany(c: Context, paragraphs: readonly string[]) {
  if (!may(c, 'run')) return
  const { view } = c.client.store
  const runnable = paragraphs.filter((id) => {
    const text = c.client.texts.peek(id)?.text ?? view.paragraphs.get(id)?.text
    const isEmpty = !text || text.toString().trim() === ''
    return !isEmpty && !view.paragraphs.get(id)?.settings.disabled && !languageOfParagraph(c, id)?.isMarkdown
  })
  if (runnable.length === 0) toast('There is nothing to run.')
  else c.announce(`Running ${runnable.length} paragraphs`)
  void start(c, runnable)
}

export function runAll(c: Context) {
  startMany(c, c.client.store.view.order)
}

export function runAbove(c: Context) {
  const { order } = c.client.store.view
  startMany(c, order.slice(0, order.indexOf(current(c) ?? '')))
}

export function runBelow(c: Context) {
  const { order } = c.client.store.view
  startMany(c, order.slice(Math.max(0, order.indexOf(current(c) ?? ''))))
}

/** Interrupts or takes out of the queue: one paragraph's run, or all of the note's. */
export async function cancel(c: Context, paragraph?: string) {
  if (!may(c, 'run')) return
  const run = paragraph === undefined ? undefined : c.client.store.view.paragraphs.get(paragraph)?.run
  if (paragraph !== undefined && !run) return
  await ask(c, 'runs/cancel', run ? { runs: [run] } : {})
}

export async function interrupt(c: Context) {
  if (may(c, 'run')) await ask(c, 'runs/cancel', {})
}

/** What can be asked of a kernel. */
export type KernelAsk = 'interrupt' | 'restart' | 'stop'

/** Asks something of one kernel. */
export async function askKernel(c: Context, what: KernelAsk, { interpreter, person }: Kernel) {
  await ask(c, `kernel/${what}`, { interpreter, ...(person && { person: person.id }) })
}

/** Restarts the kernels that one uses: one's own and the shared. */
export async function restartKernel(c: Context) {
  if (!may(c, 'run')) return
  await ask(c, 'kernel/restart', {})
  toast('The kernel was restarted. What it held in memory is gone.')
}

async function ask(c: Context, what: string, body: object) {
  try {
    await api.post(`/notes/${c.client.note}/${what}`, body)
  } catch (e) {
    if (!(e instanceof ApiError && e.status === 401)) toastError(e)
  }
}
