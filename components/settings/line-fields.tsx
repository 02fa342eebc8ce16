'use client'

import { Plus, Trash2 } from 'lucide-react'
import { Button } from '@/components/ui/button'
import { IconButton } from '@/components/ui/icon-button'
import { Input } from '@/components/ui/input'
import { Table, TableBody, TableCell, TableHead, TableHeader, TableRow } from '@/components/ui/table'

/** A line as it stands in its fields; `key` tells lines apart while they are edited. */
export type Line = { key: number; values: readonly string[] }
export type Column = { label: string; numeric?: boolean; placeholder?: string; /** Names known already. */ suggestions?: readonly string[] }

type Props = {
  /** Of the table. */
  label: string
  columns: readonly Column[]
  lines: readonly Line[]
  /** Fields at fault, as `line.column` by place. */
  wrong: ReadonlySet<string>
  words: { add: string; remove: (name: string) => string; none: string }
  onChange: (lines: Line[]) => void
}

/** Lines of a few short fields, to add, change and remove. The first field names the line. */
export function LineFields({ label, columns, lines, wrong, words, onChange }: Props) {
  const add = () => onChange([...lines, { key: Math.max(-1, ...lines.map((line) => line.key)) + 1, values: columns.map(() => '') }])
  return (
    <div className="flex flex-col gap-2">
      {lines.length === 0 ? <p className="text-xs text-muted-foreground">{words.none}</p> : (
        <Table label={label}>
          <TableHeader><TableRow>{columns.map((column) => <TableHead key={column.label}>{column.label}</TableHead>)}<TableHead><span className="sr-only">{words.remove('')}</span></TableHead></TableRow></TableHeader>
          <TableBody>
            {lines.map((line, row) => (
              <TableRow key={line.key}>
                {columns.map((column, index) => (
                  <TableCell key={column.label} {...(index === 0 ? { card: 'title' as const } : { label: column.label })} className={index === 0 ? 'min-w-44' : 'w-40 min-w-28'}>
                    <Field column={column} name={`${column.label} ${row + 1}`} value={line.values[index] ?? ''} wrong={wrong.has(`${row}.${index}`)} onChange={(text) => onChange(lines.map((one) => (one === line ? { ...line, values: line.values.map((value, at) => (at === index ? text : value)) } : one)))} />
                  </TableCell>
                ))}
                <TableCell card="corner" className="w-10"><IconButton label={words.remove(line.values[0] ?? '')} size="sm" onClick={() => onChange(lines.filter((one) => one !== line))}><Trash2 aria-hidden /></IconButton></TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
      <Button size="sm" className="self-start" onClick={add}><Plus aria-hidden /> {words.add}</Button>
    </div>
  )
}

function Field({ column, name, value, wrong, onChange }: { column: Column; name: string; value: string; wrong: boolean; onChange: (text: string) => void }) {
  const list = column.suggestions && column.suggestions.length > 0 ? `${column.label}-names` : undefined
  return (
    <>
      <Input aria-label={name} aria-invalid={wrong || undefined} value={value} placeholder={column.placeholder} {...(column.numeric ? { inputMode: 'decimal' as const } : { className: 'font-mono text-xs', list })} onChange={(event) => onChange(event.target.value)} />
      {list !== undefined && <datalist id={list}>{column.suggestions?.map((one) => <option key={one} value={one} />)}</datalist>}
    </>
  )
}
