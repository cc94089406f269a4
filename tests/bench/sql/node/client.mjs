// Fetches stored badges and verifies them with @digitalbazaar/vc, as an application without pg_badges does.
//
//   node client.mjs COUNT     prints {"verified": …, "processor_nanoseconds": …} of COUNT badges, after a first few to warm up

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import pg from 'pg';
import {contextsAnd} from './documents.mjs';

const count = Number(process.argv[2]);
const warmUp = 20;
const client = new pg.Client();
await client.connect();
const keys = await client.query(`select i.did, k.verification_method, k.public_key_multibase
  from badges.issuer i join badges.issuer_key k using (issuer_id)`);
const documentLoader = contextsAnd(keys.rows);

const verifies = async text => {
  const credential = JSON.parse(text);
  const suite = new DataIntegrityProof({cryptosuite});
  const checkStatus = async () => ({verified: true}); // the list is the database's own
  const {verified} = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  return verified;
};

const verifyRows = async (offset, rows) => {
  const {rows: badges} = await client.query('select credential from badges.assertion offset $1 limit $2', [offset, rows]);
  let verified = 0;
  for(const {credential} of badges) {
    verified += await verifies(credential) ? 1 : 0;
  }
  return verified;
};

await verifyRows(0, warmUp);
const before = process.cpuUsage();
const verified = await verifyRows(warmUp, count);
const {user, system} = process.cpuUsage(before);
console.log(JSON.stringify({verified, processor_nanoseconds: (user + system) * 1000}));
await client.end();
