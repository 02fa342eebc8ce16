/** The languages of the catalogues in `app/messages`; the first is what others fall back to. */
export const locales = ['en', 'ko'] as const
export type Locale = (typeof locales)[number]

/** Holds the language a person chose; without it the browser's `Accept-Language` decides. */
export const localeCookie = 'heddle-locale'

export function isLocale(value: string | undefined): value is Locale {
  return locales.some((locale) => locale === value)
}

/** The first language of `Accept-Language`, by weight, that we speak. */
export function localeFrom(acceptLanguage: string | null): Locale {
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...params] = part.trim().split(';')
      const weight = params.map((param) => /^\s*q=([\d.]+)/.exec(param)?.[1]).find((found) => found !== undefined)
      return { language: tag.toLowerCase().split('-')[0], weight: weight === undefined ? 1 : Number(weight) }
    })
    .filter((wish) => wish.weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { language } of wishes) if (isLocale(language)) return language
  return locales[0]
}
