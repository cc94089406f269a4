// Judges what `issue_every_form` wrote, with the libraries that people verify badges with: accepted as issued, refused after a change.
//
//   node judge_forms.mjs DIRECTORY

import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {createVerifyCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {compactVerify, importJWK} from 'jose';
import {answerFrom, documentLoader} from './documents.mjs';
import {finish, report, turned} from './report.mjs';

const directory = process.argv[2];
const text = file => readFileSync(join(directory, file), 'utf8');
const json = file => JSON.parse(text(file));
const load = documentLoader(directory);

const reasons = error => [error, ...(error?.errors ?? [])].filter(Boolean).map(({message}) => message).join(': ');

// Each proof by itself: the library's suite takes the proofs of its own name.
const withVc = async (credential, cryptosuite) => {
  const suite = new DataIntegrityProof({cryptosuite});
  const {verified, error} = await vc.verifyCredential({
    credential, suite, documentLoader: load, checkStatus: async () => ({verified: true})
  });
  return {accepted: verified, reason: reasons(error)};
};

// verifier-core fetches what it needs: its requests are answered from the same files.
globalThis.fetch = answerFrom(load);
const {verifyCredential} = await import('@digitalcredentials/verifier-core');
const withVerifierCore = async credential => {
  const {log = [], errors = []} = await verifyCredential({credential, knownDIDRegistries: []});
  const step = id => log.find(entry => entry.id === id);
  const steps = ['valid_signature', 'expiration', 'revocation_status'].map(id => [id, step(id)?.valid]);
  const wrong = steps.filter(([, valid]) => valid !== true).map(([id, valid]) => `${id}: ${valid}`);
  const reason = [...errors.map(({message}) => message), ...wrong].join(', ');
  return {accepted: errors.length === 0 && wrong.length === 0, reason};
};

const withJose = async (token, file) => {
  try {
    const {payload, protectedHeader} = await compactVerify(token, await importJWK(json(file), file.startsWith('rs') ? 'RS256' : 'ES256'));
    const credential = JSON.parse(new TextDecoder().decode(payload));
    const agrees = credential.iss === credential.issuer.id && credential.jti === credential.id &&
      credential.sub === credential.credentialSubject.id && credential.nbf === Date.parse(credential.validFrom) / 1000;
    const hasHeader = protectedHeader.typ === 'JWT' && (await load(protectedHeader.kid)).document.kty !== undefined;
    return {accepted: agrees && hasHeader, reason: agrees ? '' : 'claims do not agree with the credential'};
  } catch(error) {
    return {accepted: false, reason: error.message};
  }
};

const changes = [
  ['with another achievement', badge => badge.credentialSubject.achievement.name += '!'],
  ['with another recipient', badge => badge.credentialSubject.id = 'urn:uuid:00000000-0000-4000-8000-000000000000'],
  ['with another status entry', badge => badge.credentialStatus.statusListIndex = '7'],
  ['without its evidence', badge => delete badge.evidence],
];
const changed = (file, change) => {
  const badge = json(file);
  change(badge);
  return badge;
};
const only = (badge, index) => ({...badge, proof: [badge.proof[index]]});

const set = json('set.json');
for(const [name, credential, cryptosuite] of [
  ['eddsa-rdfc-2022', json('rdfc.json'), rdfc],
  ['the first proof of a set', only(set, 0), rdfc],
  ['the second proof of a set (eddsa-jcs-2022)', only(set, 1), createVerifyCryptosuite()],
]) {
  report('@digitalbazaar/vc', name, true, await withVc(credential, cryptosuite));
  for(const [what, change] of changes) {
    const tampered = structuredClone(credential);
    change(tampered);
    report('@digitalbazaar/vc', `${name} ${what}`, false, await withVc(tampered, cryptosuite));
  }
}
report('@digitalbazaar/vc', 'every class of the data model', true, await withVc(json('everything.json'), rdfc));
report('@digitalbazaar/vc', 'the status list', true, await withVc(json('list.json'), rdfc));

report('verifier-core', 'eddsa-rdfc-2022', true, await withVerifierCore(json('rdfc.json')));
report('verifier-core', 'every class of the data model', true, await withVerifierCore(json('everything.json')));
report('verifier-core', 'a revoked credential', false, await withVerifierCore(json('revoked.json')));
report('verifier-core', 'an expired credential', false, await withVerifierCore(json('expired.json')));
for(const [what, change] of changes) {
  report('verifier-core', `eddsa-rdfc-2022 ${what}`, false, await withVerifierCore(changed('rdfc.json', change)));
}

for(const name of ['rs256', 'es256']) {
  const token = text(`${name}.jwt`);
  const [header, payload, signature] = token.split('.');
  const forged = Buffer.from(JSON.stringify(changed(`rdfc.json`, changes[0][1]))).toString('base64url');
  report('jose', name, true, await withJose(token, `${name}.key.json`));
  report('jose', `${name} with another payload`, false, await withJose([header, forged, signature].join('.'), `${name}.key.json`));
  report('jose', `${name} with another signature`, false, await withJose([header, payload, turned(signature)].join('.'), `${name}.key.json`));
}
finish();
