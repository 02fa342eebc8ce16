import { at, number, records, text, type Loose } from './loose'

/** The rule of a schedule trigger as cron, as far as it is one. */
export function scheduleHint(parameters: Loose): string {
  const rules = [...records(at(parameters, 'rule', 'interval')), ...records(at(parameters, 'triggerTimes', 'item'))]
  return rules.map(cronOf).filter((cron) => cron !== '').join(' · ')
}

function cronOf(rule: Loose): string {
  const minute = number(rule.triggerAtMinute) ?? number(rule.minute) ?? 0
  const hour = number(rule.triggerAtHour) ?? number(rule.hour) ?? 0
  switch (text(rule.field) || text(rule.mode)) {
    case 'cronExpression':
    case 'custom':
      return text(rule.expression) || text(rule.cronExpression)
    case 'minutes':
      return `*/${number(rule.minutesInterval) ?? 5} * * * *`
    case 'everyMinute':
      return '* * * * *'
    case 'hours':
      return `${minute} */${number(rule.hoursInterval) ?? 1} * * *`
    case 'everyHour':
      return `${minute} * * * *`
    case 'weeks':
    case 'everyWeek':
      return `${minute} ${hour} * * ${(Array.isArray(rule.triggerAtDay) ? rule.triggerAtDay.map(text).join(',') : text(rule.weekday)) || '0'}`
    case 'months':
    case 'everyMonth':
      return `${minute} ${hour} ${number(rule.triggerAtDayOfMonth) ?? number(rule.dayOfMonth) ?? 1} * *`
    default:
      return `${minute} ${hour} * * *`
  }
}
