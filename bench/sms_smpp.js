// The peer of bench/sms_smpp.py: the npm package `smpp` as a client.
//
//     NODE_PATH=…/node_modules node sms_smpp.js PORT COUNT WINDOW      prints {"seconds", "cpu"}
'use strict';
const smpp = require('smpp');
const [port, count, window] = process.argv.slice(2, 5).map(Number);
const text = '【市民政局】适老化改造补贴4月30日前可申请，到街道便民中心办。';

const session = smpp.connect({url: `smpp://127.0.0.1:${port}`, auto_enquire_link_period: 0});
session.socket.setNoDelay(true);
session.on('error', (error) => {
  console.error(String(error));
  process.exit(1);
});

let started;
let startedCpu;
let sent = 0;
let answered = 0;

function done() {
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const cpu = process.cpuUsage(startedCpu);
  console.log(JSON.stringify({seconds, cpu: (cpu.user + cpu.system) / 1e6}));
  process.exit(0);
}

function next() {
  const to = `86138${String(sent++).padStart(8, '0')}`;
  const submit = {
    source_addr_ton: 0, source_addr_npi: 1, source_addr: '10690000', dest_addr_ton: 1, dest_addr_npi: 1,
    destination_addr: to, data_coding: 8, short_message: text, registered_delivery: 1,
  };
  session.submit_sm(submit, (answer) => {
    if (answer.command_status !== 0) throw new Error(`status ${answer.command_status}`);
    answered += 1;
    if (answered === count) done();
    else if (sent < count) next();
  });
}

session.bind_transceiver({system_id: 'push', password: 'secret'}, () => {
  started = process.hrtime.bigint();
  startedCpu = process.cpuUsage();
  for (let i = 0; i < Math.min(window, count); i += 1) next();
});
