// Judges a credential with an independent verifier: accepted as issued, refused after any change.
//
//   node judge.mjs DIRECTORY     DIRECTORY holds credential.json and map.json (address or DID → file)

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {documentLoader} from './documents.mjs';

const directory = process.argv[2];
if(!directory) {
  console.error('usage: node judge.mjs DIRECTORY (with credential.json and map.json)');
  process.exit(2);
}

const issued = JSON.parse(readFileSync(join(directory, 'credential.json'), 'utf8'));
const load = documentLoader(directory);

const judge = async credential => {
  const suite = new DataIntegrityProof({cryptosuite});
  // The list at the address of a status is judged by itself (judge_forms.mjs).
  const checkStatus = async () => ({verified: true});
  const {verified, error} = await vc.verifyCredential({credential, suite, checkStatus, documentLoader: load});
  const reasons = [error, ...(error?.errors ?? [])].filter(Boolean).map(({message}) => message);
  return {verified, reason: reasons.join(': ')};
};

const first = value => Array.isArray(value) ? value[0] : value;

// One letter of a text becomes another.
const turned = text => {
  const middle = text.length >> 1;
  return text.slice(0, middle) + (text[middle] === 'A' ? 'B' : 'A') + text.slice(middle + 1);
};

const cases = [
  ['the credential as issued is accepted', true, () => {}],
  ['another achievement name is refused', false, badge => {
    badge.credentialSubject.achievement.name += '!';
  }],
  ['another recipient is refused', false, badge => {
    badge.credentialSubject.id = 'urn:uuid:00000000-0000-4000-8000-000000000000';
  }],
  ['another issuer name is refused', false, badge => {
    badge.issuer.name += '!';
  }],
  ['another issuer is refused', false, badge => {
    badge.issuer.id = 'did:web:elsewhere.example';
  }],
  ['another date is refused', false, badge => {
    badge.validFrom = '2020-01-01T00:00:00Z';
  }],
  ['an added property is refused', false, badge => {
    badge.credentialSubject.achievement.humanCode = 'ADDED';
  }],
  ['an undefined property is refused', false, badge => {
    badge.undefinedByAnyContext = true;
  }],
  ['a removed property is refused', false, badge => {
    delete badge.credentialSubject.achievement.criteria;
  }],
  ['another signature is refused', false, badge => {
    first(badge.proof).proofValue = turned(first(badge.proof).proofValue);
  }],
  ['another moment of signing is refused', false, badge => {
    first(badge.proof).created = '2020-01-01T00:00:00Z';
  }],
  ['another purpose is refused', false, badge => {
    first(badge.proof).proofPurpose = 'authentication';
  }],
  ['a key that is nowhere published is refused', false, badge => {
    first(badge.proof).verificationMethod += '1';
  }],
  ['a credential without a proof is refused', false, badge => {
    delete badge.proof;
  }],
];

let failed = 0;
for(const [name, expected, change] of cases) {
  const credential = structuredClone(issued);
  change(credential);
  const {verified, reason} = await judge(credential);
  const passed = verified === expected;
  failed += passed ? 0 : 1;
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name}${reason ? ` (${reason.split('\n')[0]})` : ''}`);
}
console.log(`${cases.length - failed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
