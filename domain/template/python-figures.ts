import { graphOf, textInput, type Template } from './template'

const CODE = `import csv, io, statistics

groups = {}
for row in csv.DictReader(io.StringIO(input["csv"].strip())):
    groups.setdefault(row["region"], []).append(float(row["amount"]))
print(f"{sum(map(len, groups.values()))} rows in {len(groups)} regions")

output = [
    {"region": region, "count": len(amounts), "total": sum(amounts), "median": statistics.median(amounts)}
    for region, amounts in sorted(groups.items())
]
`

export const pythonFigures: Template = {
  id: 'python-figures',
  name: 'Figures with Python',
  description: 'Reads a table as CSV, works out figures for each region in Python, and picks the large ones. Calls no model.',
  exampleInput: { csv: 'region,amount\n서울,120\n부산,80\n서울,310\nJeju,45.5' },
  graph: graphOf(
    [
      ['input', 'input', 'Input', [0, 0], textInput('csv')],
      ['figures', 'python', 'Figures', [1, 0], { code: CODE, timeoutMs: 30_000 }],
      ['large', 'transform', 'Large ones', [2, 0], { expression: 'steps.figures.output.output.filter(row, row.total >= 100.0)' }],
      ['output', 'output', 'Output', [3, 0], { value: '{"all": steps.figures.output.output, "large": steps.large.output}' }],
    ],
    [['input', 'figures'], ['figures', 'large'], ['large', 'output']],
  ),
}
