/// <reference types="vite/client" />

declare module 'virtual:widget-script' {
  export const widgetScriptURL: string
}

declare module 'virtual:frame-page' {
  /** Address of the sandboxed page that renders HTML and scripts of outputs. */
  export const frameURL: string
}
