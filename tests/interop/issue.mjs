// Issues badges with the libraries that people issue badges with, good and tampered, for our own verifier to judge.
//
//   node issue.mjs DIRECTORY     writes the files, cases.tsv (file, outcome) and map.json

import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {createSignCryptosuite} from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as rdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {Ed25519Signature2020} from '@digitalcredentials/ed25519-signature-2020';
import {Ed25519VerificationKey2020} from '@digitalcredentials/ed25519-verification-key-2020';
import {DataIntegrityProof as DccProof} from '@digitalcredentials/data-integrity';
import {cryptosuite as dccRdfc} from '@digitalcredentials/eddsa-rdfc-2022-cryptosuite';
import * as dcc from '@digitalcredentials/vc';
import {CompactSign, exportJWK, generateKeyPair} from 'jose';
import {documentLoader} from './documents.mjs';
import {turned} from './report.mjs';

const directory = process.argv[2];
mkdirSync(directory, {recursive: true});
const cases = [];
const map = {};
const write = (file, content, outcome) => {
  writeFileSync(join(directory, file), typeof content === 'string' ? content : JSON.stringify(content));
  if(outcome) {
    cases.push(`${file}\t${outcome}\n`);
  }
};
writeFileSync(join(directory, 'map.json'), '{}');
const load = documentLoader(directory);

const seed = new Uint8Array(32).fill(9);
const key = await Ed25519Multikey.generate({seed});
const did = `did:key:${key.publicKeyMultibase}`;
key.id = `${did}#${key.publicKeyMultibase}`;
key.controller = did;

const badge = (number, issuer = did) => ({
  '@context': ['https://www.w3.org/ns/credentials/v2', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json'],
  id: `urn:uuid:00000000-0000-4000-8000-00000000000${number}`,
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'Issued elsewhere / 他所発行',
  issuer: {id: issuer, type: ['Profile'], name: 'Elsewhere'},
  validFrom: '2026-01-15T09:30:00Z',
  credentialSubject: {
    id: 'did:key:z6MktNWXFy7fn9kNfwfvD9e2rDK3RPetS4MRKtZH8AxQzg9y',
    type: ['AchievementSubject'],
    achievement: {
      id: 'https://elsewhere.example/achievements/1',
      type: ['Achievement'],
      name: 'Elsewhere',
      description: 'What others award.',
      criteria: {narrative: 'Be elsewhere.'},
      creditsAvailable: 2.5
    }
  }
});
const renamed = document => ({...document, name: `${document.name}!`});

// Data Integrity by both families of libraries.
const signer = {...key.signer(), id: key.id};
for(const [name, issue, Proof, cryptosuite] of [
  ['digitalbazaar-rdfc', vc.issue, DataIntegrityProof, rdfc],
  ['digitalbazaar-jcs', vc.issue, DataIntegrityProof, createSignCryptosuite()],
  ['digitalcredentials-rdfc', dcc.issue, DccProof, dccRdfc],
]) {
  const issued = await issue({credential: badge(1), suite: new Proof({signer, cryptosuite}), documentLoader: load});
  write(`${name}.json`, issued, 'valid');
  write(`${name}-changed.json`, renamed(issued), 'proof_invalid');
  write(`${name}-undefined.json`, {...issued, undefinedByAnyContext: 1}, name.endsWith('jcs') ? 'proof_invalid' : 'malformed');
}

// The predecessor of the suite over the older data model.
const older = await Ed25519VerificationKey2020.generate({seed});
const olderDid = `did:key:${older.publicKeyMultibase}`;
older.id = `${olderDid}#${older.publicKeyMultibase}`;
older.controller = olderDid;
const {validFrom, name, ...rest} = badge(2, olderDid);
const v1 = {
  ...rest,
  '@context': [
    'https://www.w3.org/2018/credentials/v1', 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
    'https://w3id.org/security/suites/ed25519-2020/v1'
  ],
  name,
  issuanceDate: validFrom
};
const signed2020 = await dcc.issue({credential: v1, suite: new Ed25519Signature2020({key: older}), documentLoader: load});
write('ed25519signature2020.json', signed2020, 'valid');
write('ed25519signature2020-changed.json', renamed(signed2020), 'proof_invalid');

// Tokens, the key at its address on the issuer's site.
const site = 'https://elsewhere.example';
for(const alg of ['RS256', 'ES256', 'EdDSA']) {
  const {publicKey, privateKey} = await generateKeyPair(alg, {extractable: true});
  const address = `${site}/keys/${alg}`;
  map[address] = `${alg}.key.json`;
  write(map[address], await exportJWK(publicKey));
  const credential = badge(3, `${site}/issuer`);
  const payload = {
    ...credential, iss: credential.issuer.id, jti: credential.id, sub: credential.credentialSubject.id,
    nbf: Date.parse(credential.validFrom) / 1000
  };
  const sign = (claims, header) => new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({alg, kid: address, typ: 'JWT', ...header}).sign(privateKey);
  const token = await sign(payload);
  const [head, , signature] = token.split('.');
  write(`${alg}.jwt`, token, 'valid');
  write(`${alg}-changed.jwt`, [head, Buffer.from(JSON.stringify(renamed(payload))).toString('base64url'), signature].join('.'), 'proof_invalid');
  write(`${alg}-signature.jwt`, token.slice(0, -signature.length) + turned(signature), 'proof_invalid');
  write(`${alg}-claim.jwt`, await sign({...payload, nbf: 1}), 'proof_invalid');
  write(`${alg}-header.jwt`, await sign(payload, {cty: 'vc'}), 'malformed');
}

writeFileSync(join(directory, 'map.json'), JSON.stringify(map));
writeFileSync(join(directory, 'cases.tsv'), cases.join(''));
