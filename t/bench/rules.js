// rules.js: does the same as rules.pl, in Node.
const fs = require('fs')
const rules = []
let block
for (const line of fs.readFileSync(process.argv[2], 'utf8').split('\n')) {
  const [, keyword, value] = /^(rule|guard|match|not) (.*)/.exec(line) || []
  if (keyword === 'rule' || keyword === 'guard') block = { name: value, match: [], not: [] }
  else if (keyword) block[keyword].push(new RegExp(value, 'is'))
  if (keyword === 'rule') rules.push(block)
}
const holds = (rule, line) =>
  (rule.match.length === 0 || rule.match.some(p => p.test(line))) &&
  !rule.not.some(p => p.test(line))
const verdicts = []
for (const line of fs.readFileSync(0, 'utf8').split('\n'))
  verdicts.push((rules.find(r => holds(r, line)) || { name: '-' }).name)
console.log(verdicts.join('\n'))
