// Verifies one credential with @digitalbazaar/vc, as often as each line of the input says, and answers with the
// processor time of one verification in nanoseconds.
//
//   node digitalbazaar.mjs CREDENTIAL.json

import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';

const read = path => JSON.parse(readFileSync(path, 'utf8'));
const contexts = new URL('../../../shared/contexts/', import.meta.url);

// SOURCES.md is the list of contexts: `| file | address | …`.
const rows = readFileSync(new URL('SOURCES.md', contexts), 'utf8').matchAll(/^\| (\S+\.json) \| (https:\S+) \|/gm);
const known = new Map([...rows].map(([, file, url]) => [url, read(new URL(file, contexts))]));

const credential = read(process.argv[2]);
const proof = [credential.proof].flat()[0];
const [did, publicKeyMultibase] = proof.verificationMethod.split('#');
const method = {id: proof.verificationMethod, type: 'Multikey', controller: did, publicKeyMultibase};
known.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
known.set(did, {
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: did, verificationMethod: [method], assertionMethod: [method.id]
});

const documentLoader = async url => {
  const document = known.get(url);
  if(!document) {
    throw new Error(`no document for ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
};

const verify = async () => {
  const suite = new DataIntegrityProof({cryptosuite});
  const now = new Date('2026-11-24T00:00:00Z');
  const {verified, error} = await vc.verifyCredential({credential, suite, documentLoader, now});
  if(!verified) {
    throw error;
  }
};

for await (const line of createInterface({input: process.stdin})) {
  const calls = Number(line);
  const before = process.cpuUsage();
  for(let call = 0; call < calls; ++call) {
    await verify();
  }
  const {user, system} = process.cpuUsage(before);
  console.log(Math.round((user + system) * 1000 / calls));
}
