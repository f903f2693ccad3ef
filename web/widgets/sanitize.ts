// Stands in for sanitize-html, which the widget manager applies to descriptions. The
// frame is the sandbox: what a description may hold decides only what it looks like.
import DOMPurify from 'dompurify'

export default function sanitize(html: string, options: { allowedTags: string[] }): string {
  return DOMPurify.sanitize(html, { ALLOWED_TAGS: options.allowedTags })
}
