# SPDX-License-Identifier: ISC
"""Load balancers as people have them: haproxy, nginx, Varnish, Apache and Squid of Debian, unpacked by scripts/setup into
build/tools. Each starts with a configuration of its own, in the network of `prefix`, and ends with the test."""

import os
import subprocess
import time

from .commands import SOURCE
from .skipping import skip

TOOLS = SOURCE / "build" / "tools"
LIBRARIES = "usr/lib/x86_64-linux-gnu"
START_LIMIT = 20


def tool(name, program):
    file = TOOLS / name / program
    if not file.exists():
        skip(f"{name} is not in build/tools: run scripts/setup")
    return file


class Proxy:
    """`command` runs in the foreground; it has started when its port answers."""

    def __init__(self, test, name, command, host, port=80, libraries=()):
        self.name = name
        paths = [str(TOOLS / name / path) for path in (LIBRARIES, *libraries)]
        environment = os.environ | {"LD_LIBRARY_PATH": ":".join(paths)}
        self.log = test.directory / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*host.prefix, *map(str, command)], env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=test.directory
            )
        test.addCleanup(self.close)
        self.await_port(host, port)

    def await_port(self, host, port):
        probe = f"import socket; socket.create_connection(('{host.address.split(':')[0]}', {port}), 1)"
        end = time.monotonic() + START_LIMIT
        while subprocess.run([*host.prefix, "/usr/bin/python3", "-c", probe], capture_output=True, check=False).returncode != 0:
            if time.monotonic() > end or self.process.poll() is not None:
                raise AssertionError(f"{self.name} does not start: {self.log.read_text(errors='replace')}")
            time.sleep(0.05)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def addresses(hosts, port=8080):
    return [f"{host.address.split(':')[0]}:{port}" for host in hosts]


def write(test, name, text):
    path = test.directory / name
    path.write_text(text, encoding="utf-8")
    return path


def haproxy(test, host, hosts, header=True, cache=False, mode="http", balance="roundrobin", certificate=None, cookie=False, extra="", port=8080, servers=""):
    """`servers`: options of each server, such as TLS to it; `port`: where the servers listen."""
    program = tool("haproxy", "usr/sbin/haproxy")
    front = ["http-request cache-use pages", "http-response cache-store pages"] if cache else []
    back = ["option forwardfor"] if header and mode == "http" else []
    back += ["cookie SERVERID insert indirect nocache"] if cookie else []
    bind = f"bind :{443 if certificate or mode == 'tcp' else 80}" + (f" ssl crt {certificate}" if certificate else "")
    each = [f"server om{at} {address} {servers}" + (f" cookie s{at}" if cookie else "") for at, address in enumerate(addresses(hosts, port), 1)]
    lines = ["global", "defaults", f"mode {mode}", "timeout connect 2s", "timeout client 10s", "timeout server 10s", "retries 0"]
    lines += ["cache pages", "total-max-size 4", "max-age 60"] if cache else []
    lines += ["frontend front", bind, *front, extra, "default_backend hosts", "backend hosts", f"balance {balance}", *back, *each, ""]
    configuration = write(test, "haproxy.cfg", "\n".join(lines))
    return Proxy(test, "haproxy", [program, "-db", "-f", configuration], host, 443 if certificate or mode == "tcp" else 80)


def nginx(test, host, hosts, header=True, cache="", ignore_query=False, extra=""):
    """`cache`: lines of a location, behind proxy_cache."""
    program = tool("nginx", "usr/sbin/nginx")
    servers = " ".join(f"server {address};" for address in addresses(hosts))
    lines = ["proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"] if header else []
    if cache:
        key = "$scheme$host$uri" if ignore_query else "$scheme$host$request_uri"
        lines += ["proxy_cache pages;", f"proxy_cache_key {key};", cache]
    temporary = "".join(f"{each}_temp_path {test.directory}/nginx-{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = write(
        test,
        "nginx.conf",
        f"""
        user root; worker_processes 1; daemon off; pid {test.directory}/nginx.pid; error_log stderr;
        events {{ worker_connections 64; }}
        http {{
            access_log off; {temporary}
            proxy_cache_path {test.directory}/nginx-cache keys_zone=pages:1m;
            upstream hosts {{ {servers} }}
            server {{ listen 80; {extra} location / {{ proxy_pass http://hosts; {" ".join(lines)} }} }}
        }}
        """,
    )
    return Proxy(test, "nginx", [program, "-e", "stderr", "-p", test.directory, "-c", configuration], host)


def varnish(test, host, hosts, passes=False):
    program = tool("varnish", "usr/sbin/varnishd")
    backends = "".join(f'backend om{at} {{ .host = "{address.split(":")[0]}"; .port = "8080"; }}\n' for at, address in enumerate(addresses(hosts), 1))
    adds = "".join(f"all.add_backend(om{at});" for at in range(1, len(hosts) + 1))
    passing = "return (pass);" if passes else ""
    text = f"vcl 4.1;\nimport directors;\n{backends}sub vcl_init {{ new all = directors.round_robin(); {adds} }}\n"
    text += f"sub vcl_recv {{ set req.backend_hint = all.backend(); {passing} }}\n"
    vmods = TOOLS / "varnish" / LIBRARIES / "varnish" / "vmods"
    command = [program, "-F", "-j", "none", "-a", ":80", "-f", write(test, "varnish.vcl", text), "-s", "malloc,8m"]
    command += ["-n", test.directory / "varnish", "-p", f"vmod_path={vmods}"]
    return Proxy(test, "varnish", command, host, libraries=[f"{LIBRARIES}/varnish"])


def apache(test, host, hosts, header=True, cache=False):
    program = tool("apache2", "usr/sbin/apache2")
    modules = TOOLS / "apache2" / "usr" / "lib" / "apache2" / "modules"
    names = ["mpm_event", "authz_core", "proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests", "slotmem_shm"]
    names += ["cache", "cache_disk"] if cache else []
    loads = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in names)
    members = "".join(f"BalancerMember http://{address}\n" for address in addresses(hosts))
    (test.directory / "apache-cache").mkdir(exist_ok=True)
    (test.directory / "apache-cache").chmod(0o777)
    caching = f"CacheEnable disk /\nCacheRoot {test.directory}/apache-cache\nCacheQuickHandler on\n" if cache else ""
    text = f"ServerRoot {test.directory}\nServerName lb\nPidFile {test.directory}/apache.pid\nListen 80\n{loads}User nobody\nGroup nogroup\n"
    text += f"ErrorLog {test.directory}/apache-errors.log\nDefaultRuntimeDir {test.directory}\n{caching}<Proxy balancer://hosts>\n{members}</Proxy>\n"
    text += f"ProxyAddHeaders {'On' if header else 'Off'}\nProxyPass / balancer://hosts/\n"
    return Proxy(test, "apache2", [program, "-X", "-f", write(test, "apache.conf", text)], host)


def squid(test, host, hosts, header=True, cache=True):
    program = tool("squid", "usr/sbin/squid")
    shared = TOOLS / "squid" / "usr" / "share" / "squid"
    folder = test.directory / "squid"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)
    peers = "".join(
        f"cache_peer {address.split(':')[0]} parent 8080 0 no-query originserver round-robin name=om{at}\n" for at, address in enumerate(addresses(hosts), 1)
    )
    text = f"""
http_port 80 accel defaultsite=lb no-vhost
{peers}http_access allow all
cache {"allow" if cache else "deny"} all
cache_mem 8 MB
forwarded_for {"on" if header else "delete"}
visible_hostname lb
cache_effective_user nobody
pid_filename none
access_log none
cache_log {folder}/cache.log
coredump_dir {folder}
unlinkd_program {TOOLS}/squid/usr/lib/squid/unlinkd
pinger_enable off
error_directory {shared}/errors/templates
icon_directory {shared}/icons
mime_table {shared}/mime.conf
via on
shutdown_lifetime 0
"""
    return Proxy(test, "squid", [program, "-N", "-f", write(test, "squid.conf", text)], host)
