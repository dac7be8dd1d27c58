# SPDX-License-Identifier: ISC
"""A real Prometheus that scrapes what hosts of a story report, as it would from node_exporter's textfile collector."""

import http.server
import json
import shutil
import subprocess
import threading
import time
import urllib.parse
import urllib.request

import harness
from harness import servers

TOOLS = harness.SOURCE / "build" / "tools" / "prometheus" / "usr" / "bin"
START_LIMIT = 60


def tool(name):
    """The program as scripts/setup unpacked it, or as it is installed."""
    if (TOOLS / name).exists():
        return TOOLS / name
    if shutil.which(name) is None:
        harness.skip(f"no {name}: scripts/setup")
    return name


class Exporter:
    """Serves one page of metrics for each host. A host without a page is one that cannot be scraped."""

    def __init__(self, test):
        self.pages = pages = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                page = pages.get(self.path.strip("/"))
                self.send_response(404 if page is None else 200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write((page or "").encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)


class Prometheus:
    def __init__(self, test, exporter, hosts):
        self.reservation = servers.PortReservation("127.0.0.1")
        test.addCleanup(self.reservation.close)
        self.address = f"127.0.0.1:{self.reservation.port}"
        self.test = test
        self.hosts = hosts
        configuration = test.directory / "prometheus.yml"
        # JSON is YAML. Each host is a target of its own name, as far as the labels go.
        relabel = [
            {"source_labels": ["__address__"], "target_label": "instance"},
            {"source_labels": ["__address__"], "target_label": "__metrics_path__", "replacement": "/$1"},
            {"target_label": "__address__", "replacement": exporter.address},
        ]
        job = {"job_name": "node", "static_configs": [{"targets": hosts}], "relabel_configs": relabel}
        content = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": [job]}
        configuration.write_text(json.dumps(content), encoding="utf-8")
        command = [
            tool("prometheus"),
            f"--config.file={configuration}",
            f"--storage.tsdb.path={test.directory / 'tsdb'}",
            f"--web.listen-address={self.address}",
            "--log.level=warn",
        ]
        log = open(test.directory / "prometheus.log", "wb")  # noqa: SIM115  # the process writes it
        test.addCleanup(log.close)
        self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        test.addCleanup(self.process.wait)
        test.addCleanup(self.process.kill)

    def query(self, expression):
        """What the expression gives now: a list of (labels, value)."""
        question = urllib.parse.urlencode({"query": expression})
        try:
            with urllib.request.urlopen(f"http://{self.address}/api/v1/query", question.encode(), timeout=START_LIMIT) as answer:
                said = json.load(answer)
        except urllib.error.HTTPError as refused:
            self.test.fail(f"{expression}\n{refused.read().decode()}")
        return [(sample["metric"], float(sample["value"][1])) for sample in said["data"]["result"]]

    def wait_for(self, expression, value):
        """Waits until the expression gives this one value."""
        end = time.monotonic() + START_LIMIT
        while time.monotonic() < end:
            try:
                if [number for _, number in self.query(expression)] == [value]:
                    return
            except urllib.error.URLError:  # it has not started yet
                self.test.assertIsNone(self.process.poll(), "prometheus ended")
            time.sleep(0.2)
        self.test.fail(f"{expression} did not become {value}")
