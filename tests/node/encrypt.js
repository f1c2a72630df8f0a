// {token, key, app_id, xml, timestamp, nonce} on standard input -> {encrypt, signature} on standard output
'use strict';
const WXBizMsgCrypt = require('wechat-crypto');

const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const side = new WXBizMsgCrypt(given.token, given.key, given.app_id);
const encrypt = side.encrypt(given.xml);
const signature = side.getSignature(given.timestamp, given.nonce, encrypt);
process.stdout.write(JSON.stringify({ encrypt, signature }));
