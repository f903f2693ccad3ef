// Sending a file with news of how far it is, which fetch cannot tell.
import { ApiError, address, type RequestOptions } from './client'

export interface SendOptions {
  query?: RequestOptions['query']
  signal?: AbortSignal
  /** How many bytes have left. */
  onProgress?: (sent: number) => void
}

/** Puts a file's bytes to an API path; failures are those of `api`. */
export function sendFile<T>(path: string, file: Blob, options: SendOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const { signal, onProgress, query } = options
    const request = new XMLHttpRequest()
    request.open('PUT', address(path, query))
    request.responseType = 'text'
    request.upload.onprogress = (e) => onProgress?.(e.loaded)
    request.onload = () => {
      const answer = parse(request.responseText)
      if (request.status < 300) resolve(answer as T)
      else reject(refusal(request.status, answer))
    }
    request.onerror = () =>
      reject(
        new ApiError('unavailable', 'The server cannot be reached. Check your connection and try again.', 0),
      )
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    if (signal?.aborted) return request.onabort(new ProgressEvent('abort'))
    request.send(file)
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(status: number, answer: unknown): ApiError {
  const { code, message, details, request } = (answer ?? {}) as Partial<ApiError>
  if (!code || !message) return new ApiError('internal', `The server answered ${status}.`, status)
  return new ApiError(code, message, status, details, request)
}
