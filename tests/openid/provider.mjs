// The certified OpenID provider oidc-provider, with its own pages, on a free port of this machine: its issuer is printed once it answers.
// Whoever signs in with an address has that address; it is verified unless it begins with `unverified`.
// As the specification has it for codes, the address is told by the endpoint for it and not in the `id_token`.
//
//   node provider.mjs '{"client_id": "…", "client_secret": "…", "redirect_uris": ["…"], "id_token_signed_response_alg": "ES256"}'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const client = JSON.parse(process.argv[2]);
const key = (kind, options, alg) => ({ ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: alg });
const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{ grant_types: ['authorization_code'], response_types: ['code'], ...client }],
    // An id of the person that says nothing, another one for each client.
    subjectTypes: ['pairwise'],
    pairwiseIdentifier: (_, account) => createHash('sha256').update(`${issuer} ${account}`).digest('base64url'),
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_, account) => ({
      accountId: account,
      claims: () => ({ sub: account, email: account, email_verified: !account.startsWith('unverified') }),
    }),
    pkce: { required: () => true },
    jwks: { keys: [key('rsa', { modulusLength: 2048 }, 'RS256'), key('ec', { namedCurve: 'P-256' }, 'ES256'), key('ed25519', {}, 'EdDSA')] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'EdDSA'] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 3600, IdToken: 300, Interaction: 600, Session: 3600 },
    features: { devInteractions: { enabled: true } },
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
// Whoever started this holds its standard input; it ends with them.
process.stdin.resume().on('end', () => process.exit());
