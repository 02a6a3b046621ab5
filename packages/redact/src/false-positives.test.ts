import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

const { text } = createRedactor();

/** One line of ordinary text each: prose, logs, code, SQL, headers, manifests, test summaries. */
const ORDINARY = String.raw`
Unexpected token < in JSON at position 0
SyntaxError: Unexpected token: punc (})
Unexpected token 'a', "abc" is not valid JSON
Unexpected token = in expression
error: unexpected token: identifier at line 3
Invalid token: expected ')' but found '}'
Token: unexpected end of input
pass: 12 fail: 0
# pass 12
ok 1 - pass=12 fail=0
tests 12, pass: 12, fail: 0, skipped: 1
Tests: 3 passed, 3 total
PASS src/a.test.ts
author: Bob
authors=3
session expired
session: expired
session expired: please log in
Session: started
auth: ok
auth=ok
auth: failed
auth failed: user not found
password incorrect
password: incorrect
password authentication failed for user "app"
Error: password is required
password must be at least 8 characters
Password: must be at least 8 characters
token expired
token is expired by 5m
jwt expired
jwt malformed
invalid signature
secret or public key must be provided
price: 12.50
phone +1 (415) 555-2671
tracking 1Z999AA10123456784
tracking 9400111899223197428490
order 4000000000000000
timestamp=1732135456789 duration=12
trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7
2024-11-20T21:34:54.123Z
20241120213454123456
git commit 411ce3c1a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
app.kubernetes.io/name: web
pod-template-hash=5d8f7b9c4
serviceAccountName: default
automountServiceAccountToken: false
secretName: tls-cert
secretKeyRef: {name: db, key: password}
imagePullSecrets: [{name: regcred}]
tokenReview: true
{"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46,"cached_tokens":0}}
{"usage":{"input_tokens":12,"output_tokens":34,"cache_creation_input_tokens":1,"prompt_tokens_details":{"cached_tokens":0}}}
{"completion_tokens_details":{"reasoning_tokens":0,"accepted_prediction_tokens":0}}
max_tokens: 4096, temperature: 0.7
{"token_endpoint":"https://x/token","token_endpoint_auth_methods_supported":["client_secret_basic"],"authorization_endpoint":"https://x/authorize"}
{"grant_type":"authorization_code","token_type":"Bearer","expires_in":3600}
grant_type=client_credentials&scope=a
response_type=code token
{"code_challenge_method":"S256"}
cookie consent: accepted
cookieConsent=true
cookie_policy: strict
Cookies: enabled
cookies: 5
GET /auth/login 200
GET /session/new 200
POST /api/tokens 201 12ms
POST /oauth/token 200
/password/reset 404
route=/auth/:provider status=200
[auth] user logged in
auth.service: started
auth-service: listening on 3000
session-service | ready
[session] created
authorization: granted
authorization failed: missing scope
Authorization: required
module: auth, action: login
component=auth level=info
service=auth op=login
tag: session
key: value
keyword: x
foreign key: user_id
primary key: id
cache key: users:1
cache_key=users:1
partition key: 3
sort_key=created
public_key=abcdef
host key: verified
API key missing
api key: missing
api_key=missing
The api key is invalid
pin: 12
GPIO pin: 12
pin 5 = high
pinned: true
map.pan: 5
if (token === null) return
if (token == undefined)
let password;
function login(user, password) {
function login(user: string, password: string): Promise<void>
password: string
password String @db.VarChar
"password" varchar(255) NOT NULL
SELECT id, password FROM users WHERE id = 1
SELECT id FROM users WHERE password = $1
SELECT id FROM sessions WHERE token = ?
UPDATE users SET password = :password
UPDATE users SET token = NULL
INSERT INTO sessions (sid, sess, expire) VALUES ($1, $2, $3)
INSERT INTO users (email, password) VALUES (?, ?)
INSERT INTO users (email, password) VALUES ($1, $2) RETURNING id
DELETE FROM tokens WHERE expires < now()
ALTER TABLE users ADD COLUMN password text
select * from "secrets" where "id" = 5
at Parser.parseToken (/app/node_modules/x/token.js:12:34)
at Object.session (/app/src/session.ts:5:1)
at async auth (file:///app/src/auth.ts:10:5)
/app/src/secret.ts:10:5: error
src/auth.ts:10:5
node_modules/cookie/index.js:12
import { session } from './session.ts'
require('cookie')
require("./token")
{"level":30,"time":1700000000000,"pid":12,"hostname":"x","msg":"session: created"}
{"name":"token","type":"string"}
{"name":"password","in":"query","required":true}
{"required":["password","email"]}
["password","email"]
["password","must be longer"]
fields: password, email
missing: ['password', 'token']
unknown option --password
--token-file /var/run/token
--password-stdin
--auth-type basic
--no-password
--session
usage: login [--password PASSWORD] [--token TOKEN]
env: process.env.TOKEN
$\{TOKEN}
password: $\{DB_PASSWORD}
password: $\{{ secrets.DB_PASSWORD }}
password=$DB_PASSWORD
password: <redacted>
password: ******
password=***
password: [hidden]
password: (unset)
token: <token>
Authorization: <hidden>
Bearer realm="x", error="invalid_token"
WWW-Authenticate: Bearer realm="api", error="invalid_token", error_description="The token expired"
WWW-Authenticate: Basic realm="x"
bearer authentication required
Basic usage: see docs
Basic authentication is not supported
basic auth: enabled
Basic info
the basic plan: x
Access-Control-Allow-Headers: authorization, content-type, x-api-key
Access-Control-Allow-Credentials: true
Vary: Cookie, Accept
access-control-expose-headers: Authorization
credentials: 'include'
credentials: "same-origin"
withCredentials: true
xsrfCookieName: 'XSRF-TOKEN'
xsrfHeaderName: 'X-XSRF-TOKEN'
Error: read ECONNRESET
10.0.0.1 - - [20/Nov/2024:21:34:54 +0000] "GET /x?token_type=bearer HTTP/1.1" 200 1234
https://example.com:8080/a@b
https://medium.com/@user/x
http://a.b/c:d@e
see https://x.com/ and mail bob@x.com
git@github.com:org/repo.git
npm WARN config
ghp_short
sk-learn
sk-
sk_test
eyJ
AKIA
card: ace of spades
cardinality=12
card_type=visa
dashboard: main
signature: v1
method signature: (a: string) => void
sig=SIGTERM
signal=SIGTERM sig: 15
phrase: hello
connection: keep-alive
Connection: close
connection: refused
connection=pool-1
bank: open
national: yes
security: strict
identity: bob
salt and pepper
sess: none
code: 200
status code: 404
exit code: 1
error code: ECONNRESET
postal code: 12345
qr code: shown
country_code=DE
key=users
keys: 5
monkey: 1
hotkey: ctrl+c
number: 5
account number of items: 5
hash: abc
order id: 123
request id: abc
session duration: 5
session count: 5
session timeout=30
session_state=active
sessions: 5
sessions=12 users=3
active sessions: 12
csrf: ok
csrf token missing
invalid csrf token
ForbiddenError: invalid csrf token
tokens: 512
tokens/s: 512
tokens: 12.5k
tokens: 1,024
tokens: 512/4096
tokens_per_second=45.2
connect ECONNREFUSED token.example.com:443
GET https://token.actions.githubusercontent.com:443/.well-known/openid-configuration 200
PUT https://vault-secrets.prod.svc.cluster.local:8200/v1/sys/health
token-service-7d9f8b6c5-x2x9z: Pulling image
not authorized to perform secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf
/var/run/secrets/kubernetes.io/serviceaccount/token: permission denied
password: Too small: expected string to have >=8 characters
password: minimum 8 characters
/x?token={token}&a=1
token={{ token }}
const password = process.env.PASSWORD
const token = req.headers.authorization
z.object({ password: z.string().min(8) })
tokenSymbol: USDC
napi_create_external_arraybuffer failed
tokens per second = 5
rate limit: 5 tokens remaining
token bucket: 5
tokenizer: bpe
secret: true
bypass: true
compass: north
surpass: 1
pwd: /home/app
cwd=/x pwd=/home/app
PWD=/home/app
OLDPWD=/root
credential: valid
credentials: valid
Set-Cookie: blocked
oauth: enabled
jwt: valid
otp: required
auth: none
{"auth":"none"}
{"auth":false}
session.id
session id missing
tokenLength: 5
password.length = 5
password.length=5
passwordField: pw
password_hash_algorithm=argon2
pwned: no
password reset: sent to bob@x.com
Password changed for user 12
Your password: has been changed
token refresh: ok
token refresh took 12ms
refresh token: expired
access token: expired
secret rotation: done
secrets loaded: 5
cookie: missing
cookie parser: ready
authorization header: missing
Missing Authorization header
1234567890123
20241120213454
9007199254740991
-9007199254740993
0.1234567890123456
1.7976931348623157e+308
550e8400-e29b-41d4-a716-446655440000
uuid=12345678-1234-1234-1234-123456789012
01ARZ3NDEKTSV4RRFFQ69G5FAV
isbn 978-3-16-148410-0
version 1.2.3-beta.4
lsn=0/16B3748
1700000000 1700000001
[1700000000000, 1700000000123]
PAN-OS 10.1
dp.pt.x
`;

describe('Redactor.text on ordinary text', () => {
  it.each(ORDINARY.split('\n').filter((line) => line !== ''))('leaves %j as it is', (line) => {
    const ordinary = line.replaceAll('$\\{', '${');
    expect(text(ordinary)).toBe(ordinary);
  });
});
