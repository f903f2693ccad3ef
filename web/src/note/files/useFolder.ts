import { useCallback, useEffect, useRef, useState } from 'react'
import { type FileList, loadFiles } from './files'

/** A folder of the note as it is on the server: asked for again when the page is looked at again. */
export function useFolder(note: string, path: string) {
  const [loaded, setLoaded] = useState<{ path: string; list?: FileList; error?: unknown }>({ path })
  const asking = useRef<AbortController>(null)
  const reload = useCallback(() => {
    asking.current?.abort()
    const stop = new AbortController()
    asking.current = stop
    loadFiles(note, path, stop.signal).then(
      (list) => !stop.signal.aborted && setLoaded({ path, list }),
      (error: unknown) => !stop.signal.aborted && setLoaded({ path, error }),
    )
  }, [note, path])
  useEffect(() => {
    reload()
    window.addEventListener('focus', reload)
    return () => {
      window.removeEventListener('focus', reload)
      asking.current?.abort()
    }
  }, [reload])
  const isThis = loaded.path === path
  return { list: isThis ? loaded.list : undefined, error: isThis ? loaded.error : undefined, reload }
}
