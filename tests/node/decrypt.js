// {token, key, app_id, encrypt, timestamp, nonce} on standard input -> {message, id, signature} on standard output
'use strict';
const WXBizMsgCrypt = require('wechat-crypto');

const given = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const side = new WXBizMsgCrypt(given.token, given.key, given.app_id);
const { message, id } = side.decrypt(given.encrypt);
const signature = side.getSignature(given.timestamp, given.nonce, given.encrypt);
process.stdout.write(JSON.stringify({ message, id, signature }));
