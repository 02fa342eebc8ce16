/** Look of everything that a person types into or chooses from. */
export const fieldStyle =
  'w-full min-w-0 rounded-md border border-input bg-card px-2.5 text-sm text-foreground transition-colors placeholder:text-muted-foreground placeholder:opacity-100 hover:border-muted-foreground disabled:cursor-not-allowed disabled:bg-muted disabled:text-muted-foreground read-only:bg-muted aria-invalid:border-destructive'
