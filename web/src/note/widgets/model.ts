// What this page knows of an object in a kernel: its state as of the last message
// (ipywidgets, "Jupyter widgets messaging protocol" 2.1). Binary values stand beside
// the state, base64, under their paths.

export type Path = readonly (string | number)[]

export interface Model {
  readonly comm: string
  readonly kernel: string
  readonly state: Readonly<Record<string, unknown>>
  readonly buffers: readonly (readonly [path: Path, base64: string])[]
}

/** What a message says of the state. */
export interface Update {
  state: Record<string, unknown>
  buffers: Model['buffers']
}

/** Reads the state that comm_open and `update` messages carry; null when it is none. */
export function updateIn(data: unknown, buffers: readonly string[] = []): Update | null {
  if (!isRecord(data) || !isRecord(data.state)) return null
  const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : []
  return {
    state: data.state,
    buffers: paths.flatMap((path, i) =>
      isPath(path) && buffers[i] !== undefined ? [[path, buffers[i]] as const] : [],
    ),
  }
}

/** The model with newer values; what they replace goes with its binary values. */
export function updated(m: Model, u: Update): Model {
  const replaced = new Set([...Object.keys(u.state), ...u.buffers.map(([path]) => String(path[0]))])
  const kept = m.buffers.filter(([path]) => !replaced.has(String(path[0])))
  return { ...m, state: { ...m.state, ...u.state }, buffers: [...kept, ...u.buffers] }
}

/** Reads the answer to `request_states`: every model's state, by its id. */
export function statesIn(data: unknown, buffers: readonly string[] = []): Map<string, Update> {
  const states = new Map<string, Update>()
  if (!isRecord(data) || !isRecord(data.states)) return states
  for (const [id, model] of Object.entries(data.states))
    if (isRecord(model) && isRecord(model.state)) states.set(id, { state: model.state, buffers: [] })
  const paths = Array.isArray(data.buffer_paths) ? data.buffer_paths : []
  for (const [i, path] of paths.entries()) {
    const known = isPath(path) ? states.get(String(path[0])) : undefined
    const buffer = buffers[i]
    if (known && buffer !== undefined) known.buffers = [...known.buffers, [path.slice(1), buffer]]
  }
  return states
}

export function isRecord(v: unknown): v is Record<string, unknown> {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

function isPath(v: unknown): v is Path {
  return Array.isArray(v) && v.length > 0 && v.every((k) => typeof k === 'string' || typeof k === 'number')
}
