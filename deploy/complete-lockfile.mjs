// npm leaves optional packages out of the lockfile when the registry at hand does not carry them, and `npm ci` then
// refuses the lockfile. Run after every `npm install`: adds what other platforms need, without a hash of its own.
import { readFileSync, writeFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
const OS = { darwin: 'darwin', linux: 'linux', win32: 'win32', win: 'win32', freebsd: 'freebsd', android: 'android', openharmony: 'openharmony', wasm32: undefined }
const CPU = { arm64: 'arm64', x64: 'x64', ia32: 'ia32', arm: 'arm', ppc64: 'ppc64', s390x: 's390x', riscv64: 'riscv64', wasm32: 'wasm32' }

for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const places = [`${path}/node_modules/${name}`, `node_modules/${name}`]
    if (!/^\d/.test(version) || places.some((place) => lock.packages[place]?.version === version)) continue
    const place = lock.packages[places[1]] ? places[0] : places[1]
    const words = name.split(/[-/]/)
    const os = words.find((word) => Object.hasOwn(OS, word))
    const cpu = words.findLast((word) => Object.hasOwn(CPU, word))
    lock.packages[place] = { version, optional: true, ...(cpu && { cpu: [CPU[cpu]] }), ...(os && OS[os] && { os: [OS[os]] }) }
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`)
