import t from 'tap'
import { parseArguments } from '../src/arguments.ts'

t.test('the configuration is gatehouse.yaml unless one is named', async t => {
  t.same(parseArguments(['run']), { command: 'run', config: 'gatehouse.yaml' })
  t.same(parseArguments(['check']), { command: 'check', config: 'gatehouse.yaml', json: false })
})

t.test('-c and --config are the same, before or after other flags, with a space or an equals sign', async t => {
  for (const argv of [
    ['check', '-c', 'a.yaml', '--json'],
    ['check', '--json', '--config', 'a.yaml'],
    ['check', '--config=a.yaml', '--json'],
    ['check', '-ca.yaml', '--json'],
    ['--config', 'a.yaml', 'check', '--json'],
  ]) {
    t.same(parseArguments(argv), { command: 'check', config: 'a.yaml', json: true }, argv.join(' '))
  }
})

t.test('help and version work everywhere', async t => {
  t.same(parseArguments(['--help']), { command: 'help', of: undefined })
  t.same(parseArguments(['help', 'check']), { command: 'help', of: 'check' })
  t.same(parseArguments(['run', '-h']), { command: 'help', of: 'run' })
  t.same(parseArguments(['--version']), { command: 'version' })
  t.same(parseArguments(['check', '-c', 'x', '--version']), { command: 'version' })
})

t.test('what is not known is refused and the nearest known word is named', async t => {
  const sentences: [string[], RegExp][] = [
    [['chekc'], /unknown command chekc, did you mean check\?/],
    [['serve'], /unknown command serve; known are run, check/],
    [['check', '--jsn'], /unknown flag --jsn, did you mean --json\?/],
    [['run', '--confg', 'x'], /unknown flag --confg, did you mean --config\?/],
    [['run', '--confg=secret'], /unknown flag --confg, did you mean --config\?$/],
    [['run', '--json'], /unknown flag --json; known are --config, -c/],
    [['run', '-x'], /unknown flag -x/],
    [['--verison'], /unknown flag --verison, did you mean --version\?/],
    [['run', '--frobnicate'], /unknown flag --frobnicate; known are --config/],
  ]
  for (const [argv, sentence] of sentences) {
    const parsed = parseArguments(argv)
    t.equal(parsed.command, 'refused', argv.join(' '))
    if (parsed.command === 'refused') t.match(parsed.sentence, sentence)
  }
})

t.test(
  'a flag without its value, a value too many, an argument nobody takes and no command at all are refused',
  async t => {
    const sentences: [string[], RegExp][] = [
      [[], /a command is missing: run or check/],
      [['run', '-c'], /-c needs a file name/],
      [['check', '--config='], /--config needs a file name/],
      [['check', '-c', '--json'], /-c needs a file name/],
      [['check', '--json=yes'], /--json takes no value/],
      [['check', 'gatehouse.yaml'], /check takes no argument: gatehouse.yaml/],
      [['check', '--__proto__'], /unknown flag --__proto__/],
    ]
    for (const [argv, sentence] of sentences) {
      const parsed = parseArguments(argv)
      t.equal(parsed.command, 'refused', argv.join(' '))
      if (parsed.command === 'refused') t.match(parsed.sentence, sentence)
    }
  },
)
