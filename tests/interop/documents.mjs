// Documents by address, without the network: the published contexts, the files that map.json names, and did:key.

import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const contexts = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'shared', 'contexts');

const read = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'));

// SOURCES.md is the list of contexts: `| file | address | …`.
const published = () => {
  const row = /^\| (\S+\.json) \| (https:\S+) \|/gm;
  const listed = readFileSync(join(contexts, 'SOURCES.md'), 'utf8').matchAll(row);
  return new Map([...listed].map(([, file, url]) => [url, read(contexts, file)]));
};

// https://www.w3.org/TR/cid-1.0/#Multikey
const didKeyDocument = did => {
  const publicKeyMultibase = did.slice('did:key:'.length);
  const method = {id: `${did}#${publicKeyMultibase}`, type: 'Multikey', controller: did, publicKeyMultibase};
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: [method],
    assertionMethod: [method.id],
  };
};

// A fragment names one verification method; a library asks for it as a document of its own.
const part = (document, url) => {
  if(!url.includes('#')) {
    return document;
  }
  const method = (document.verificationMethod ?? []).find(({id}) => id === url);
  return method && {'@context': 'https://w3id.org/security/multikey/v1', ...method};
};

export const documentLoader = directory => {
  const known = published();
  for(const [url, file] of Object.entries(read(directory, 'map.json'))) {
    known.set(url, read(directory, file));
  }
  return async url => {
    const base = url.split('#')[0];
    const whole = known.get(base) ?? (base.startsWith('did:key:') ? didKeyDocument(base) : undefined);
    const document = whole && part(whole, url);
    if(!document) {
      throw new Error(`no document for ${url}; map.json and shared/contexts are all there is`);
    }
    return {contextUrl: null, documentUrl: url, document: structuredClone(document)};
  };
};

// The same documents for a library that insists on fetching them; everything else is nowhere. The published JSON schema
// may not be copied, so one that takes everything stands in for it, unless $OPEN_BADGES_SCHEMA names it.
export const answerFrom = load => async request => {
  const url = typeof request === 'string' ? request : (request.url ?? request.href);
  if(url.startsWith('https://purl.imsglobal.org/spec/ob/v3p0/schema/')) {
    return Response.json(process.env.OPEN_BADGES_SCHEMA ? JSON.parse(readFileSync(process.env.OPEN_BADGES_SCHEMA, 'utf8')) : {});
  }
  const did = /^https:\/\/([^/]+)\/\.well-known\/did\.json$/.exec(url);
  try {
    const {document} = await load(did ? `did:web:${did[1].replace(':', '%3A')}` : url);
    return Response.json(document);
  } catch(error) {
    return new Response(error.message, {status: 404});
  }
};
