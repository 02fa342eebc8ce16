import type { Json } from '@/domain/json'

export const SNIPPET_LANGUAGES = ['curl', 'typescript', 'python'] as const
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number]

export type Call = { /** Where this Heddle answers, without a slash at its end. */ baseUrl: string; workflowId: string; input: Json }

/** A program that runs a workflow and waits for its output; nothing has to be installed for it. */
export function runSnippet(language: SnippetLanguage, call: Call): string {
  switch (language) {
    case 'curl':
      return curl(call)
    case 'typescript':
      return typescript(call)
    case 'python':
      return python(call)
  }
}

const pathOf = ({ workflowId }: Call) => `/api/workflows/${encodeURIComponent(workflowId)}/runs`

function curl(call: Call): string {
  return `# Starts a run and waits for its output. A run that asks a person waits for the answer.
base=${shellText(call.baseUrl)}
started=$(curl -sS --fail-with-body "$base${pathOf(call)}" \\
  -H 'content-type: application/json' \\
  --data-raw ${shellText(JSON.stringify({ input: call.input }, null, 2))}) || { echo "$started" >&2; exit 1; }
id=$(printf '%s' "$started" | grep -o 'run_[A-Za-z0-9_-]*' | head -n 1)
while :; do
  run=$(curl -sS --fail-with-body "$base/api/runs/$id") || { echo "$run" >&2; exit 1; }
  # The first status is that of the run, those of its steps come behind.
  case $(printf '%s' "$run" | grep -o '"status":"[a-z]*"' | head -n 1) in
    '"status":"completed"') printf '%s\\n' "$run"; exit 0 ;;
    '"status":"failed"' | '"status":"cancelled"') printf '%s\\n' "$run" >&2; exit 1 ;;
  esac
  sleep 1
done
`
}

function typescript(call: Call): string {
  return `// Starts a run and waits for its output. A run that asks a person waits for the answer.
const base = ${JSON.stringify(call.baseUrl)}

type Run = {
  id: string
  status: 'queued' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled'
  output: unknown
  error: { code: string; message: string } | null
}

async function call<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(base + path, init)
  const body = await response.json()
  if (!response.ok) throw new Error(\`\${body.detail} \${body.hint}\`)
  return body as T
}

export async function runWorkflow(input: unknown): Promise<unknown> {
  const { id } = await call<Pick<Run, 'id' | 'status'>>(${JSON.stringify(pathOf(call))}, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  })
  for (;;) {
    const run = await call<Run>(\`/api/runs/\${id}\`)
    if (run.status === 'completed') return run.output
    if (run.status === 'failed' || run.status === 'cancelled') throw new Error(\`Run \${id} \${run.status}: \${run.error?.message ?? ''}\`)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
}

const output = await runWorkflow(${scriptValue(call.input)})
console.log(JSON.stringify(output, null, 2))
`
}

function python(call: Call): string {
  return `# Starts a run and waits for its output. A run that asks a person waits for the answer.
import json
import time
import urllib.error
import urllib.request

BASE = ${JSON.stringify(call.baseUrl)}


def call(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(BASE + path, data=data, headers={"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        problem = json.load(error)
        raise RuntimeError(f"{problem['detail']} {problem['hint']}") from error


def run_workflow(value):
    run_id = call(${JSON.stringify(pathOf(call))}, {"input": value})["id"]
    while True:
        run = call(f"/api/runs/{run_id}")
        if run["status"] == "completed":
            return run["output"]
        if run["status"] in ("failed", "cancelled"):
            raise RuntimeError(f"Run {run_id} {run['status']}: {(run['error'] or {}).get('message', '')}")
        time.sleep(1)


print(json.dumps(run_workflow(${pythonValue(call.input)}), indent=2, ensure_ascii=False))
`
}

function shellText(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** JSON is JavaScript, but for one key. */
function scriptValue(value: Json): string {
  return JSON.stringify(value, null, 2).replaceAll('"__proto__":', '["__proto__"]:')
}

function pythonValue(value: Json, indent = ''): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}    `
  const parts = Array.isArray(value) ? value.map((one) => pythonValue(one, inner)) : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${pythonValue(one, inner)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return parts.length === 0 ? open + close : `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close}`
}
