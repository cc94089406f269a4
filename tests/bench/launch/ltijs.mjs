// ltijs as its documentation sets it up for production: cookies, a database, one platform by its key set; one page behind the launch.
//
// Settings come as JSON in the first argument; says "ready" when it listens.
import lti from "ltijs";
import Database from "ltijs-sequelize";

const settings = JSON.parse(process.argv[2]);
const { host, port, name, user, password } = settings.database;
const plugin = new Database(name, user, password, { host, port, dialect: "postgres", logging: false });
const provider = lti.Provider;
provider.setup("a key that encrypts what is stored", { plugin }, {
  appRoute: "/",
  loginRoute: "/lti/login",
  cookies: { secure: true, sameSite: "None" },
  devMode: false,
});
provider.onConnect((token, request, response) => response.send(`<!doctype html><title>Badges</title><p>${token.userInfo.name}</p>`));
await provider.deploy({ port: settings.port, silent: true });
await provider.registerPlatform({
  url: settings.issuer,
  name: "Practice LMS",
  clientId: settings.client_id,
  authenticationEndpoint: settings.authorization_endpoint,
  accesstokenEndpoint: settings.token_endpoint,
  authConfig: { method: "JWK_SET", key: settings.jwks_url },
});
console.log("ready");
