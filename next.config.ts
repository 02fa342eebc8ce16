import createNextIntlPlugin from 'next-intl/plugin'
import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants'

const withNextIntl = createNextIntlPlugin('./app/i18n/request.ts')

/** No host but our own, and no framing. Next's own start-up scripts are inline; React's development build uses eval. */
const contentSecurityPolicy = (development: boolean) =>
  [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

const securityHeaders = (development: boolean) => [
  { key: 'Content-Security-Policy', value: contentSecurityPolicy(development) },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=()' },
]

export default function nextConfig(phase: string): NextConfig {
  const development = phase === PHASE_DEVELOPMENT_SERVER
  return withNextIntl({
    serverExternalPackages: ['better-sqlite3', '@prisma/client', '@prisma/adapter-better-sqlite3', 'pino', '@datadog/sketches-js'],
    turbopack: { root: import.meta.dirname },
    experimental: { optimizePackageImports: ['radix-ui'] },
    // npm run check reads all types, the pages' too; the build need not read them again.
    typescript: { ignoreBuildErrors: true },
    // The address that the start names. Without it the pages opened there hear of no change.
    allowedDevOrigins: ['127.0.0.1'],
    devIndicators: false,
    poweredByHeader: false,
    headers: () => Promise.resolve([{ source: '/:path*', headers: securityHeaders(development) }]),
  })
}
