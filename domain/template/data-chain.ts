import { graphOf, type Template } from './template'

export const dataChain: Template = {
  id: 'data-chain',
  name: 'Data processing',
  description: 'Checks rows, takes the good ones over, and hands out the result or says what is wrong. Calls no model.',
  exampleInput: { rows: [{ name: 'Mina', amount: 120 }, { name: 'Jun', amount: 80 }, { name: 'Ara', amount: 310 }] },
  graph: graphOf(
    [
      ['input', 'input', 'Input', [0, 0], { schema: { type: 'object', properties: { rows: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, amount: { type: 'number' } }, required: ['name', 'amount'] } } }, required: ['rows'] } }],
      ['validate', 'condition', 'Validate', [1, 0], { expression: 'size(input.rows) > 0 && input.rows.all(row, row.amount >= 0)' }],
      ['transform', 'transform', 'Transform', [2, 0], { expression: 'input.rows.filter(row, row.amount >= 100).map(row, {"name": row.name, "amount": row.amount, "large": row.amount > 200})' }],
      ['refuse', 'transform', 'Refuse', [2, 1], { expression: '{"error": "Every row needs an amount of 0 or more, and there has to be a row."}' }],
      ['either', 'merge', 'Either', [3, 0], { mode: 'any' }],
      ['output', 'output', 'Output', [4, 0], {}],
    ],
    [['input', 'validate'], ['validate', 'transform', 'true'], ['validate', 'refuse', 'false'], ['transform', 'either'], ['refuse', 'either'], ['either', 'output']],
  ),
}
