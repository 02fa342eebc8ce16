/** What dims the page behind a dialog. */
export const overlayStyle = 'fixed inset-0 z-50 bg-overlay data-[state=open]:animate-in data-[state=open]:fade-in-0'

/** A dialog in the middle of the window, never higher than it. */
export const dialogStyle =
  'fixed top-1/2 left-1/2 z-50 flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1.5rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border bg-popover text-popover-foreground shadow-popover outline-none data-[state=open]:animate-in data-[state=open]:fade-in-0'
