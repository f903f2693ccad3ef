// The REST API as one person uses it, for arranging what a story starts from and for
// asking what the server holds. It does not go over the line between browsers and
// server, which a story may slow down.
export class Rest {
  private cookie = ''

  constructor(
    readonly origin: string,
    private readonly address: string,
  ) {}

  get<T = unknown>(path: string): Promise<T> {
    return this.call<T>('GET', path)
  }

  post<T = unknown>(path: string, body: unknown = {}): Promise<T> {
    return this.call<T>('POST', path, body)
  }

  put<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PUT', path, body)
  }

  patch<T = unknown>(path: string, body: unknown): Promise<T> {
    return this.call<T>('PATCH', path, body)
  }

  /** The status of an answer that may be a refusal. */
  async status(method: string, path: string, body?: unknown): Promise<number> {
    return (await this.send(method, path, body)).status
  }

  /** The session's cookie, `name=value`. */
  get session(): string {
    return this.cookie
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.send(method, path, body)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  private async send(method: string, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { Origin: this.origin, Cookie: this.cookie }
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const answer = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    for (const set of answer.headers.getSetCookie()) this.cookie = set.split(';')[0] ?? ''
    return answer
  }
}
