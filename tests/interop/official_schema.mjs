// Holds what `issue_every_form` and the demo wrote against the JSON schema that 1EdTech publishes, and compares our own
// description of the classes with it on thousands of changed documents: what the schema refuses, ours refuses.
//
//   OPEN_BADGES_SCHEMA=FILE node official_schema.mjs SCHEMA_DEPARTURES CREDENTIAL…
//
// Its licence forbids to hand the schema on, so it is not here. Who has it (ob_v3p0_achievementcredential_schema.json, the
// strict form, from https://purl.imsglobal.org/spec/ob/v3p0/schema/json/) names the file; without it nothing is judged, loudly.

import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {basename} from 'node:path';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import {finish, report} from './report.mjs';

const [departures, ...files] = process.argv.slice(2);
const file = process.env.OPEN_BADGES_SCHEMA;
if(!file) {
  console.error('official_schema: SKIPPED, nothing was held against the published JSON schema: OPEN_BADGES_SCHEMA names no file');
  process.exit(0);
}
const schema = JSON.parse(readFileSync(file, 'utf8'));
// The fragment that closes its $schema is no part of the dialect's name.
const ajv = addFormats(new Ajv({strict: false}));
const holds = ajv.compile({...schema, $schema: schema.$schema.replace(/#$/, '')});
const judged = document => {
  const accepted = holds(document);
  const [error] = holds.errors ?? [];
  return {accepted, reason: error && `${error.instancePath} ${error.message}`};
};

const read = name => {
  const text = readFileSync(name, 'utf8');
  return JSON.parse(name.endsWith('.jwt') ? Buffer.from(text.split('.')[1], 'base64url').toString() : text);
};
const documents = files.map(name => [basename(name), read(name)]);
for(const [name, document] of documents) {
  report('the published schema', name, true, judged(document));
}

// Every value of a document once without it, and once as each of these.
const replacements = [
  null, true, 7, -0.5, '', 'x', 'a b', 'ext:', 'ext:x', 'ext:-x', '2026', '2026-02-30', '2026-11-23T16:48:31', '2026-11-23T16:48:31Z',
  'https://x.example', 'ja', 'Japanese', 'a.b.c', 'a.b', [], [7], ['x'], ['x', 'VerifiableCredential'], {}, {type: 'x'}, {type: ['x']}, {id: 7, type: ['Profile']},
];
const changesOf = function* (document, path = []) {
  const here = path.reduce((value, step) => value[step], document);
  const change = edit => {
    const copy = structuredClone(document);
    edit(path.slice(0, -1).reduce((value, step) => value[step], copy), path.at(-1));
    return copy;
  };
  if(path.length) {
    yield change((parent, step) => Array.isArray(parent) ? parent.splice(step, 1) : delete parent[step]);
    for(const replacement of [...replacements, [here], {id: here, type: ['Profile']}]) {
      yield change((parent, step) => parent[step] = replacement);
    }
    yield change((parent, step) => {
      const value = parent[step];
      parent[step] = Array.isArray(value) ? value[0] : {...value, another: 7};
    });
  }
  for(const step of here && typeof here === 'object' ? Object.keys(here) : []) {
    yield* changesOf(document, [...path, Array.isArray(here) ? Number(step) : step]);
  }
};

// A status without an id is what the schema of April 2025 refuses and a later one accepts; so do we.
const isOlderRule = error => error.instancePath === '/credentialStatus' && error.params.missingProperty === 'id';
for(const [name, signed] of documents.filter(([name]) => name === 'everything.json')) {
  // What is not issued, as a schema sees it.
  const document = {
    ...signed, endorsementJwt: ['a.b.c'], refreshService: {id: 'https://x.example', type: '1EdTechCredentialRefresh'}
  };
  const changed = [...changesOf(document)].filter(document => typeof document === 'object');
  const input = changed.map(document => JSON.stringify(document)).join('\n');
  const ours = execFileSync(departures, {input, maxBuffer: 1 << 30}).toString().split('\n');
  const found = changed.flatMap((document, index) => {
    const {accepted, reason} = judged(document);
    return !accepted && !isOlderRule(holds.errors[0]) && ours[index] === 'passes' ? [reason] : [];
  });
  console.error(`official_schema: ${changed.length} documents, ${changed.filter(document => !holds(document)).length} refused by the schema`);
  report('the published schema', `our own description, which refuses each of ${changed.length} changes of ${name} that it refuses,`, true, {
    accepted: changed.length > 1000 && found.length === 0, reason: [...new Set(found)].slice(0, 30).join('; ')
  });
}
finish();
