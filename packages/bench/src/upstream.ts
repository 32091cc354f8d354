import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const NGINX = '/usr/sbin/nginx'

/** The service behind every contender: nginx where installed, so that it never is what limits. */
export async function upstreamCommand(port: number, folder: string): Promise<readonly string[]> {
  if (!existsSync(NGINX)) {
    return [process.execPath, fileURLToPath(new URL('../contenders/upstream.mjs', import.meta.url)), String(port)]
  }
  const file = join(folder, 'upstream.conf')
  await writeFile(join(folder, 'big'), 'x'.repeat(1 << 20))
  await writeFile(
    file,
    `daemon off; worker_processes 1; error_log stderr crit; pid ${folder}/upstream.pid; events { worker_connections 4096; }
http { access_log off; keepalive_requests 100000000; client_max_body_size 100m; client_body_buffer_size 2m; sendfile on;
  client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  server { listen 127.0.0.1:${port} backlog=4096; default_type application/json; root ${folder};
    location ~ /big$ { try_files /big =404; error_page 405 =200 $uri; }
    location / { return 200 '{"id":7,"state":"open","lines":[{"sku":"a","n":1},{"sku":"b","n":2}]}'; } } }`,
  )
  return [NGINX, '-p', folder, '-c', file]
}
