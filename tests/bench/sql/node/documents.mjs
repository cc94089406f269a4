// Documents by address, without the network: the published contexts, and the DID documents of registered issuers.

import {readFileSync} from 'node:fs';

const contexts = new URL('../../../../shared/contexts/', import.meta.url);
const read = name => readFileSync(new URL(name, contexts), 'utf8');

// SOURCES.md is the list of contexts: `| file | address | …`.
const published = [...read('SOURCES.md').matchAll(/^\| (\S+\.json) \| (https:\S+) \|/gm)];

const didDocument = did => ({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: did, verificationMethod: [], assertionMethod: [],
});

export const contextsAnd = keys => {
  const known = new Map(published.map(([, file, url]) => [url, JSON.parse(read(file))]));
  for(const {did, verification_method: id, public_key_multibase: publicKeyMultibase} of keys) {
    const document = known.get(did) ?? didDocument(did);
    const method = {id, type: 'Multikey', controller: did, publicKeyMultibase};
    document.verificationMethod.push(method);
    document.assertionMethod.push(id);
    known.set(did, document);
    known.set(id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
  }
  return async url => {
    const document = known.get(url);
    if(!document) {
      throw new Error(`no document for ${url}`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
};
