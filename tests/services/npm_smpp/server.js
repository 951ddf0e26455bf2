// An SMSC by the npm package smpp. It prints each submit_sm as its library reads it, one JSON object a line; answers it; then
// delivers a receipt, and for a text with "?" an answer of the person, in two parts. The first line is {"port"}.
//
//     NODE_PATH=…/node_modules node server.js
'use strict';
const smpp = require('smpp');

const say = (told) => console.log(JSON.stringify(told));
let messages = 0;

function receipt(session, own, from) {
  session.deliver_sm({
    source_addr_ton: 1, source_addr_npi: 1, source_addr: from, destination_addr: '10690000', esm_class: 4, data_coding: 0,
    short_message: `id:${own} sub:001 dlvrd:001 submit date:2603010900 done date:2603010901 stat:DELIVRD err:000 text:`,
    receipted_message_id: own, message_state: 2,
  }, (answer) => say({receipt: own, status: answer.command_status}));
}

function answerOf(session, from) {
  ['请问老人怎么', '申请补贴'].forEach((words, at) => {
    session.deliver_sm({
      source_addr_ton: 1, source_addr_npi: 1, source_addr: from, destination_addr: '10690000', data_coding: 8,
      short_message: {udh: Buffer.from([5, 0, 3, 9, 2, at + 1]), message: words},
    }, (answer) => say({part: at + 1, status: answer.command_status}));
  });
}

const server = smpp.createServer((session) => {
  session.on('error', () => {});
  session.on('bind_transceiver', (pdu) => {
    const right = pdu.system_id === 'push' && pdu.password === 'secret';
    session.send(pdu.response({command_status: right ? smpp.ESME_ROK : smpp.ESME_RINVPASWD, system_id: 'npm'}));
  });
  session.on('submit_sm', (pdu) => {
    const own = String(1000 + (messages += 1));
    const {udh, message} = pdu.short_message;
    say({
      to: pdu.destination_addr, from: pdu.source_addr, coding: pdu.data_coding, receipt: pdu.registered_delivery, message,
      part: udh ? [...udh[0]] : null, reference: pdu.user_message_reference, esm: pdu.esm_class,
    });
    session.send(pdu.response({message_id: own}));
    receipt(session, own, pdu.destination_addr);
    if (String(message).includes('？')) answerOf(session, pdu.destination_addr);
  });
  session.on('enquire_link', (pdu) => { session.send(pdu.response()); say({enquired: true}); });
  session.on('unbind', (pdu) => { session.send(pdu.response()); say({unbound: true}); session.close(); });
});
server.listen(0, '127.0.0.1', () => say({port: server.address().port}));
