// The one way to the REST API: JSON in and out, failures as ApiError.

export type FaultCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'stale'
  | 'too_large'
  | 'too_many'
  | 'unavailable'
  | 'internal'

/** A refusal by the server, or that it could not be reached (`unavailable`, status 0). */
export class ApiError extends Error {
  override name = 'ApiError'

  constructor(
    readonly code: FaultCode,
    message: string,
    readonly status: number,
    /** Data for programs, such as `{unknown: [...]}`. */
    readonly details?: unknown,
    /** Finds the failure in the server's log. */
    readonly request?: string,
  ) {
    super(message)
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  /** Bytes to send as they are instead of `body`. */
  raw?: BodyInit
  idempotencyKey?: string
  signal?: AbortSignal
  /** Leaves a 401 to the caller instead of going to the sign-in page. */
  anonymous?: boolean
}

let onSignedOut: () => void = () => {}

/** Sets what happens when an answer says that nobody is signed in. */
export function whenSignedOut(f: () => void) {
  onSignedOut = f
}

async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  if (options.idempotencyKey) headers['Idempotency-Key'] = options.idempotencyKey
  let response: Response
  try {
    response = await fetch(address(path, options.query), {
      method,
      headers,
      body: options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
      credentials: 'same-origin',
      signal: options.signal,
    })
  } catch (cause) {
    if (options.signal?.aborted) throw cause
    throw new ApiError('unavailable', 'The server cannot be reached. Check your connection and try again.', 0)
  }
  if (response.ok) return response
  if (response.status === 401 && !options.anonymous) onSignedOut()
  throw await failure(response)
}

async function failure(response: Response): Promise<ApiError> {
  try {
    const { code, message, details, request } = await response.json()
    return new ApiError(code, message, response.status, details, request)
  } catch {
    return new ApiError('internal', `The server answered ${response.status}.`, response.status)
  }
}

/** The full address of an API path such as `/notes/…`. */
export function address(path: string, query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, v]) => v !== undefined)
  const search = new URLSearchParams(given.map(([k, v]) => [k, String(v)])).toString()
  return `/api/v1${path}${search ? `?${search}` : ''}`
}

export const api = {
  get: <T>(path: string, options?: RequestOptions) => request<T>('GET', path, options),
  post: <T>(path: string, body?: unknown, options?: RequestOptions) =>
    request<T>('POST', path, { ...options, body }),
  put: <T>(path: string, body: unknown, options?: RequestOptions) =>
    request<T>('PUT', path, { ...options, body }),
  patch: <T>(path: string, body: unknown, options?: RequestOptions) =>
    request<T>('PATCH', path, { ...options, body }),
  delete: <T = void>(path: string, options?: RequestOptions) => request<T>('DELETE', path, options),
  /** Sends bytes, such as a note's file. */
  upload: <T>(path: string, raw: BodyInit, options?: RequestOptions) =>
    request<T>('POST', path, { ...options, raw }),
  /** An answer as it is, for those whose headers matter. */
  answer: (path: string, options: RequestOptions = {}) => send('GET', path, options),
  bytes: async (path: string, options: RequestOptions = {}) =>
    (await send('GET', path, options)).arrayBuffer(),
}
