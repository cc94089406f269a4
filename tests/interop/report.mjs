// One line for each case, and the exit status: `ok  ` or `FAIL`, the judge, what was judged, and why it was refused.

let failed = 0;
let passed = 0;

export const report = (judge, name, expected, {accepted, reason = ''}) => {
  const isRight = accepted === expected;
  if(isRight) {
    passed++;
  } else {
    failed++;
  }
  const why = String(reason).split('\n')[0].slice(0, 120);
  console.log(`${isRight ? 'ok  ' : 'FAIL'} ${judge}: ${name} is ${expected ? 'accepted' : 'refused'}${why ? ` (${why})` : ''}`);
};

export const finish = () => {
  process.exitCode = failed || !passed ? 1 : 0;
};

// One letter of a text becomes another, so that its last bits, which base64 may ignore, stay out of it.
export const turned = text => {
  const middle = text.length >> 1;
  return text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1);
};
