// The bare server for large payloads: /echo parses a JSON document and answers it; any other path writes 20 MB in pieces. Prints its port.
const { createServer } = require('node:http');

const piece = Buffer.alloc(64 * 1024, 'x');

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', async () => {
    if (request.url === '/echo') {
      response.end(JSON.stringify(JSON.parse(Buffer.concat(parts))));
      return;
    }
    for (let left = 20_000_000; left > 0; left -= piece.length)
      if (!response.write(left < piece.length ? piece.subarray(0, left) : piece)) await new Promise(drained => response.once('drain', drained));
    response.end();
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
