// Pictures out of MIME bundles: only what its first bytes say it is.
const magic: Record<string, readonly (readonly (number | null)[])[]> = {
  'image/png': [[0x89, 0x50, 0x4e, 0x47]],
  'image/jpeg': [[0xff, 0xd8, 0xff]],
  'image/gif': [[0x47, 0x49, 0x46, 0x38]],
  'image/webp': [[0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
}

/** The picture's bytes, or null when they are not what the MIME type says. */
export function imageBlob(mime: string, data: string): Blob | null {
  if (mime === 'image/svg+xml') return new Blob([data], { type: mime })
  const bytes = fromBase64(data)
  const isIt = bytes && magic[mime]?.some((m) => m.every((b, i) => b === null || bytes[i] === b))
  return isIt ? new Blob([bytes], { type: mime }) : null
}

function fromBase64(data: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(data.replace(/\s/g, '')), (c) => c.charCodeAt(0))
  } catch {
    return null
  }
}
