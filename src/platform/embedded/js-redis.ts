// A process of its own, `node js-redis.js <port>` with the password on standard input: the Redis that needs nothing installed.
// Put together by hand because the package's own start listens on every interface and takes no password. It forgets everything when it ends.
import { text } from 'node:stream/consumers';
import { RedisServerState, Resp2Server, createRedisCommandExecutor } from 'js-redis-server/core';

void text(process.stdin).then((requirepass) => {
  const state = new RedisServerState({ databaseCount: 16, requirepass });
  const { server } = new Resp2Server({ server: state, executor: createRedisCommandExecutor() });
  server.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
  server.listen(Number(process.argv[2]), '127.0.0.1');
});
