import common from './ko/common.json'
import shell from './ko/shell.json'
import workflows from './ko/workflows.json'
import editor from './ko/editor.json'
import versions from './ko/versions.json'
import runs from './ko/runs.json'
import run from './ko/run.json'
import fleet from './ko/fleet.json'
import charts from './ko/charts.json'
import logs from './ko/logs.json'
import alerts from './ko/alerts.json'
import report from './ko/report.json'
import settings from './ko/settings.json'
import states from './ko/states.json'
import triggers from './ko/triggers.json'
import problems from './ko/problems.json'

/** A file a part of the product; messages.test.ts keeps both languages alike. */
export const ko = { common, shell, workflows, editor, versions, runs, run, fleet, charts, logs, alerts, report, settings, states, triggers, problems }
