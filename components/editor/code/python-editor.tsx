'use client'

import { python } from '@codemirror/lang-python'
import CodeEditor, { type CodeEditorProps } from './code-editor'

const grammar = python()

/** Loaded only where somebody opens a Python step: its grammar comes with it, so that the first Enter indents. */
export default function PythonEditor(props: CodeEditorProps) {
  return <CodeEditor {...props} grammar={grammar} />
}
