// rules.js: does the same as rules.pl, in Node.
const fs = require('fs')
const rules = []
for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  const [, keyword, value] = /^(rule|match|not) (.*)/.exec(line) || []
  if (keyword === 'rule') rules.push({ name: value, match: [], not: [] })
  else if (keyword) rules.at(-1)[keyword].push(new RegExp(value, 'is'))
}
const holds = (rule, line) =>
  (rule.match.length === 0 || rule.match.some(p => p.test(line))) &&
  !rule.not.some(p => p.test(line))
const verdicts = []
for (const line of fs.readFileSync(0, 'utf8').split('\n'))
  verdicts.push((rules.find(r => holds(r, line)) || { name: '-' }).name)
console.log(verdicts.join('\n'))
