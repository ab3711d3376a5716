// What Aloft is measured against: a bare node:http server, one process, doing the same JSON work. Prints its port.
const { createServer } = require('node:http');

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    const order = JSON.parse(Buffer.concat(parts));
    const total = order.prices.reduce((sum, price) => sum + price, 0);
    const body = JSON.stringify({ order: order.order, total });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
