import { words } from './words.ts';

/** Parts that make a name secret wherever they stand in it, written without separators and in lower case. */
export const SECRET_PARTS = words(`
    password passwd passphrase passcode passwort motdepasse contrasena pwd secret credential token
    cookie authorization bearer apikey accesskey privatekey signingkey encryptionkey decryptionkey
    masterkey sharedkey accountkey servicekey sessionkey authkey sshkey hmackey aeskey clientkey privkey
    subscriptionkey applicationkey functionskey
    sharedaccesssignature connectionstring sessionid sessid xsrf csrf creditcard debitcard
    cardnumber cardno securitycode cvv socialsecurity nationalid nationalinsurance passportnumber
    passportno taxid taxpayerid identitynumber idcardnumber driverslicense drivinglicence aadhaar
    codicefiscale personnummer steuerid accountnumber bankaccount mnemonic seedphrase
    recoveryphrase recoverycode backupcode onetimecode verificationcode authcode authenticationcode
    resetcode mfacode twofactorcode devicecode codeverifier licensekey licencekey appkey passkey
    samlresponse clientassertion dbpass userpass rootpass adminpass mailpass smtppass sshpass ftppass
    sslpass keypass storepass becomepass kennwort wachtwoord losenord salasana
  `);

/** Words that make a name secret when they are its last word: too short or too common to be looked for inside. */
export const SECRET_LAST_WORDS = new Set(
  words(`
    auth oauth creds pass passw psw pw senha session sessions sess sid jwt salt cvc csc cvn pin pincode pan ssn
    iban otp totp cpf bsn pesel curp
  `),
);

/** In a query string these sign the request. Source: AWS SigV4, Azure SAS and Google signed URL parameters. */
export const SECRET_IN_URL = new Set(
  words(`
    sig signature xamzsignature xamzcredential xgoogsignature xgoogcredential awsaccesskeyid
    googleaccessid hmac code
  `),
);

/** Words that, coming last, say that the value describes a secret rather than being one. */
export const DESCRIBING_LAST_WORDS = new Set(
  words(`
    count counts counter total totals number limit limits max min usage used remaining budget rate
    cost price window bucket buckets quota index type types kind name names id ids version status
    state format field fields label hint prompt policy policies strategy mode method scheme
    algorithm alg provider source issuer audience scope scopes domain store ttl age expiry expires
    expire expiration expired at in on date time timestamp timeout duration ms seconds length len
    size bytes strength consent banner preferences enabled disabled required valid invalid present
    missing changed updated created rotated reset revoked verified matches attempts retries
    failures errors error url uri endpoint path file dir secure httponly samesite brand last4
    manager service parser fingerprint details detail supported protection ref protocol
    symbol decimals supply balance amount address
    js mjs cjs jsx ts mts cts tsx vue svelte py rb go rs java kt php cs
  `),
);

/** Words that, coming first, make a name a question or a count. */
export const DESCRIBING_FIRST_WORDS = new Set(
  words(`
    is has had no needs requires should can use uses allow with num max min total count n
  `),
);

/** Names that begin so ask and count nothing: `NO_REPLY_PASSWORD`, `MAX_MIND_LICENSE_KEY`. */
export const SEEMING_QUESTIONS = words('noreply maxmind maxbot numverify usebouncer hasoffers');

/**
 * Names whose last word only seems to describe: the number, the id or the name is the secret itself. `secretId` is one of
 * Vault's AppRole, and only a name with AWS.
 */
export const SECRET_AS_DESCRIBED = words(`
    cardnumber accountnumber passportnumber socialsecuritynumber ssnnumber pinnumber
    nationalinsurancenumber identitynumber idcardnumber nationalidnumber sessionid nationalid taxid
    taxpayerid steuerid driverslicensenumber drivinglicencenumber creditcardnumber
    secretid
  `);

/** Parts that hold a secret one by chance, or that say there is none. What else is in the name counts. */
export const SECRET_EXCEPTIONS = words(
  `secretar secretsmanager secretmanager tokeniz tokenis tokenbucket cookieless passwordless imagepullsecret`,
);

/** Parts by which a text scanner notices a secret name. Each of `SECRET_PARTS` holds one, however it is spelled. */
const ANCHOR_PARTS = words(`
    passw passp passc pass_ pass- pwd motdepasse contrase secret cred token cookie authoriz
    bearer key signature connection sess xsrf csrf card security cvv national taxid tax_ tax-
    taxpayer identity licen aadhaar fiscale personnummer steuer accountn account_ account- bank
    mnemonic phrase code_ code- verif mfa twofactor saml assertion kennwort wachtwoord losenord salasana
  `);

/** Beginnings of names in words, whose first word alone says too little: `account number: …`, `tax id: …`. */
const ANCHOR_PHRASES = ['account n', 'tax i'];

/** These only end a name, so the scanner looks for them with what may follow a name. */
const ANCHOR_ENDINGS = [...SECRET_LAST_WORDS, 'code', 'codes'];
const AFTER_A_NAME = ['=', ':', '"', "'", '\\', '`', ' ', '%', ']', '>', '&'];
/** Names that count in a URL only; the others of them hold `signature`, `cred` or `key`. */
const URL_ANCHORS = ['sig=', 'sig%', 'hmac=', 'hmac%', 'googleaccessid='];

/** Literals that a text scanner looks for; wherever a built-in secret name stands before a value, one of them is there. */
export const KEY_ANCHORS: readonly string[] = withoutCovered([
  ...ANCHOR_PARTS,
  ...ANCHOR_PHRASES,
  ...URL_ANCHORS,
  ...ANCHOR_ENDINGS.flatMap((ending) => AFTER_A_NAME.map((after) => ending + after)),
]);

/** Where `session=` stands, `sess` has been met already, and one look judges the whole name: the scanner's table stays small. */
function withoutCovered(anchors: readonly string[]): string[] {
  return anchors.filter((anchor) => !anchors.some((other) => other !== anchor && anchor.includes(other)));
}
