// What the page says about a new password while it is typed. The server has the rule;
// this only helps to choose.

/** The fewest characters the server takes. */
export const minPassword = 8

export type Strength = 'short' | 'weak' | 'fair' | 'good'

/** Judges length first: it counts for more than odd characters. */
export function strengthOf(password: string, name = ''): Strength {
  const characters = [...password]
  if (characters.length < minPassword) return 'short'
  const different = new Set(characters.map((c) => c.toLowerCase())).size
  const holdsName = name.length >= 3 && password.toLowerCase().includes(name.toLowerCase())
  if (different < 5 || holdsName || isRun(characters)) return 'weak'
  return characters.length >= 14 ? 'good' : 'fair'
}

/** Whether each character follows the one before, as in 12345678. */
function isRun(characters: string[]): boolean {
  const steps = characters
    .slice(1)
    .map((c, i) => (c.codePointAt(0) ?? 0) - (characters[i]?.codePointAt(0) ?? 0))
  return steps.every((s) => s === 1) || steps.every((s) => s === -1)
}

export const strengthText: Record<Strength, string> = {
  short: `At least ${minPassword} characters. A few words in a row are easy to remember and hard to guess.`,
  weak: 'Easy to guess. Make it longer, with less repetition and without your name.',
  fair: 'All right. Some more words make it strong.',
  good: 'Strong.',
}
