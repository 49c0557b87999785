// A certified OpenID provider on loopback. Words: the client's own address, and a file of its people:
// {"login": {"name": …, "preferred_username": …, "groups": […]}}, read anew for each question.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const [site, people] = process.argv.slice(2);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const server = createServer((request, answer) => handle(request, answer));
let handle;
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "michi",
        client_secret: "a secret / of tests: 100%",
        redirect_uris: [`${site}/sign-in/provider/back`],
        post_logout_redirect_uris: [`${site}/sign-in`],
        backchannel_logout_uri: `${site}/sign-in/provider/ended`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ["sub"], profile: ["name", "preferred_username"], groups: ["groups"] },
    cookies: { keys: ["only for tests"] },
    features: { backchannelLogout: { enabled: true } },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, ...JSON.parse(readFileSync(people, "utf-8"))[accountId] }),
    }),
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256", kid: "one" }] },
    pkce: { required: () => true },
  });
  handle = provider.callback();
  console.log(JSON.stringify({ issuer }));
});
