'use client'

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, completionStatus, startCompletion, type CompletionContext } from '@codemirror/autocomplete'
import { defaultKeymap, indentLess, indentMore } from '@codemirror/commands'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { forEachDiagnostic, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint'
import { Annotation, Compartment, EditorState, Prec, type Extension } from '@codemirror/state'
import { EditorView, keymap, placeholder as placeholderOf, tooltips } from '@codemirror/view'
import { useEffect, useEffectEvent, useRef } from 'react'
import { cel, codeColours, json, liquid } from './code-languages'
import { completeCode, languageOf, type CodeLanguage, type Offer } from './complete-code'
import type { InsertablePath } from '../forms/insertable-paths'
import { codeTheme } from './code-theme'

/** A fault in a text, from and to as offsets. */
export type CodeFault = { from: number; to: number; message: string }

export type CodeEditorProps = {
  attributes: Readonly<Record<string, string>>
  value: string
  language: CodeLanguage | 'python' | 'json'
  /** Of a language that is loaded apart. */
  grammar?: Extension
  rows: number
  placeholder?: string | undefined
  paths: readonly InsertablePath[]
  faults: readonly CodeFault[]
  /** Told beside an offered value: what it was the last time. */
  glimpseOf: (path: string) => string
  /** Takes the focus, and the caret there, when it comes in place of the plain field that was being typed into. */
  caret?: number | undefined
  phrases: Readonly<Record<string, string>>
  onChange: (text: string) => void
  onUndo: () => void
  onRedo: () => void
  onFocus: () => void
  /** How others put text where the caret is; called with undefined when the editor goes. */
  onReady: (insert: ((text: string) => void) | undefined) => void
}

const fromOutside = Annotation.define<boolean>()

/**
 * A field for templates and expressions on CodeMirror.
 * C1. The graph's history is the only one: undo and redo are the editor's.
 * C2. While an input method composes, nothing from outside touches the text.
 * C3. Tab is never taken, and the keyboard leaves as from any other field; but for Python, where it indents until Escape is
 *     pressed.
 */
export default function CodeEditor(props: CodeEditorProps) {
  const { value, language, faults } = props
  const box = useRef<HTMLDivElement>(null)
  const opened = useRef<EditorView>(undefined)
  const parts = useRef({ language: new Compartment(), attributes: new Compartment() })
  const latest = useEffectEvent(() => props)
  const spoken = language === 'python' || language === 'json' ? language : languageOf(language, value)
  const attributes = JSON.stringify(props.attributes)

  useEffect(() => {
    const { language: spokenPart, attributes: attributesPart } = parts.current
    const { onReady, caret, rows, placeholder, phrases, value: first, language: written } = latest()
    const view = new EditorView({
      parent: box.current!,
      state: EditorState.create({
        // What is put in by a button goes to the end of a text in which no caret was yet, or was when this field was still a plain one.
        doc: first, selection: { anchor: Math.min(caret ?? first.length, first.length) },
        extensions: [
          keys(() => latest().onUndo(), () => latest().onRedo()),
          spokenPart.of([]), attributesPart.of([]),
          ...(written === 'python' ? [tabIndents, indentUnit.of('    '), EditorState.tabSize.of(4)] : [EditorView.lineWrapping]),
          bracketMatching(), closeBrackets(), Prec.highest(EditorState.languageData.of(() => [{ closeBrackets: { brackets: ['(', '[', '{'] } }])), codeColours, codeTheme(rows), EditorState.phrases.of(phrases),
          // The side panel scrolls and cuts off what sticks out of it.
          tooltips({ parent: document.body }),
          ...(placeholder === undefined ? [] : [placeholderOf(placeholder)]),
          // In Python names are offered when asked for: Enter is for the next line.
          written === 'python' ? autocompletion({ activateOnTyping: false, icons: false }) : autocompletion({ override: [(context) => source(context, latest())], icons: false, maxRenderedOptions: 50 }),
          EditorView.domEventHandlers({ focus: () => latest().onFocus(), compositionend: (_, now) => void setTimeout(() => settle(now, latest().value), 0) }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.annotation(fromOutside))) latest().onChange(update.state.doc.toString())
          }),
        ],
      }),
    })
    opened.current = view
    if (caret !== undefined) view.focus()
    onReady((text) => {
      view.dispatch(view.state.replaceSelection(text))
      view.focus()
    })
    return () => {
      latest().onReady(undefined)
      view.destroy()
      opened.current = undefined
    }
  }, [])

  useEffect(() => {
    if (opened.current && !opened.current.composing) settle(opened.current, value)
  }, [value])
  useEffect(() => {
    opened.current?.dispatch({ effects: parts.current.language.reconfigure(grammarOf(spoken, latest().grammar)) })
  }, [spoken])
  useEffect(() => {
    opened.current?.dispatch({ effects: parts.current.attributes.reconfigure(EditorView.contentAttributes.of(JSON.parse(attributes) as Record<string, string>)) })
  }, [attributes])
  useEffect(() => {
    if (opened.current) mark(opened.current, faults)
  }, [faults])
  return <div ref={box} />
}

function grammarOf(spoken: 'liquid' | 'cel' | 'python' | 'json', grammar: Extension | undefined): Extension {
  switch (spoken) {
    case 'liquid':
      return liquid
    case 'cel':
      return cel
    case 'json':
      return json
    case 'python':
      return grammar ?? []
  }
}

/** Tab indents, Shift+Tab takes it back. Escape, then Tab leaves; any other key goes on with indenting. */
const tabIndents: Extension = [
  Prec.high(EditorView.domEventHandlers({
    keydown(event, view) {
      // The next Escape is the page's.
      if (event.key === 'Escape' && completionStatus(view.state) === null && !leaving.has(view)) {
        leaving.add(view)
        view.setTabFocusMode(true)
        event.stopPropagation()
      } else if (event.key !== 'Shift' && event.key !== 'Tab' && event.key !== 'Escape') stay(view)
    },
    blur: (_, view) => stay(view),
  })),
  keymap.of([{ key: 'Tab', run: (view) => (view.state.selection.main.empty ? toNextStop(view) : indentMore(view)), shift: indentLess }]),
]
const leaving = new WeakSet<EditorView>()

function stay(view: EditorView): void {
  if (leaving.delete(view)) view.setTabFocusMode(false)
}

function toNextStop(view: EditorView): boolean {
  const { head } = view.state.selection.main
  view.dispatch(view.state.replaceSelection(' '.repeat(4 - ((head - view.state.doc.lineAt(head).from) % 4))))
  return true
}

/** Brings the text to what the graph says, changing only what differs: the caret stays where it stands. */
function settle(view: EditorView, value: string): void {
  const now = view.state.doc.toString()
  if (now === value) return
  let from = 0
  while (from < now.length && from < value.length && now[from] === value[from]) from++
  let end = 0
  while (end < now.length - from && end < value.length - from && now[now.length - 1 - end] === value[value.length - 1 - end]) end++
  view.dispatch({ changes: { from, to: now.length - end, insert: value.slice(from, value.length - end) }, annotations: fromOutside.of(true) })
}

function mark(view: EditorView, faults: readonly CodeFault[]): void {
  const { length } = view.state.doc
  const diagnostics: Diagnostic[] = faults.map(({ from, to, message }) => ({ from: Math.min(from, length), to: Math.min(Math.max(to, from + 1), length), severity: 'error', message }))
  let marked = 0
  forEachDiagnostic(view.state, () => marked++)
  if (marked > 0 || diagnostics.length > 0) view.dispatch(setDiagnostics(view.state, diagnostics))
}

function keys(undo: () => void, redo: () => void): Extension {
  const run = (act: () => void) => () => (act(), true)
  return [
    // Escape closes what is offered, and only that: the next one is the page's.
    Prec.highest(EditorView.domEventHandlers({ keydown: (event, view) => void (event.key === 'Escape' && completionStatus(view.state) !== null && event.stopPropagation()) })),
    Prec.high(keymap.of([{ key: 'Mod-z', run: run(undo), preventDefault: true }, { key: 'Mod-Shift-z', run: run(redo), preventDefault: true }, { key: 'Mod-y', run: run(redo), preventDefault: true }, { key: 'Alt-/', run: startCompletion }])),
    // What runs the workflow is the page's too.
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')]),
  ]
}

function source(context: CompletionContext, { language, paths, glimpseOf }: CodeEditorProps) {
  if (language === 'python' || language === 'json') return null
  const found = completeCode(language, context.state.doc.toString(), context.pos, paths, context.explicit)
  if (!found) return null
  return {
    from: found.from, filter: false,
    options: found.offers.map((offer) => ({ label: offer.text, detail: offer.type ?? '', apply: offer.text, ...infoOf(offer, glimpseOf) })),
  }
}

function infoOf({ kind, text, node }: Offer, glimpseOf: (path: string) => string): { info?: () => Node } {
  if (kind !== 'value') return {}
  const last = glimpseOf(text)
  const lines = [node ?? '', last].filter((line) => line !== '')
  if (lines.length === 0) return {}
  return {
    info: () => {
      const box = document.createElement('div')
      for (const line of lines) box.appendChild(document.createElement('p')).textContent = line
      return box
    },
  }
}
