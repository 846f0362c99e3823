// A provider of OpenID Connect for the test of the log-in: oidc-provider with its own log-in page.
// Arguments: where people are sent back to, and the moment that the server under test believes in.
import http from 'node:http';

const [back, moment] = process.argv.slice(2);
const shift = Number(moment) * 1000 - Date.now();
const now = Date.now.bind(Date);
Date.now = () => now() + shift;
const { default: Provider } = await import('oidc-provider');

const server = http.createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'duebook',
      client_secret: 'a:secret/with+signs',
      redirect_uris: [back],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: id !== 'eve' }),
    }),
  });
  server.on('request', provider.callback());
  console.log(issuer);
});
