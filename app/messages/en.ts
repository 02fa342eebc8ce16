import common from './en/common.json'
import shell from './en/shell.json'
import workflows from './en/workflows.json'
import editor from './en/editor.json'
import versions from './en/versions.json'
import runs from './en/runs.json'
import run from './en/run.json'
import fleet from './en/fleet.json'
import charts from './en/charts.json'
import logs from './en/logs.json'
import alerts from './en/alerts.json'
import report from './en/report.json'
import settings from './en/settings.json'
import states from './en/states.json'
import triggers from './en/triggers.json'
import problems from './en/problems.json'

/** A file a part of the product; messages.test.ts keeps both languages alike. */
export const en = { common, shell, workflows, editor, versions, runs, run, fleet, charts, logs, alerts, report, settings, states, triggers, problems }
