# SPDX-License-Identifier: ISC
"""Certificates for the stand-ins of load balancers and of Ops Manager, made by openssl: one file with the certificate and
its private key."""

import subprocess


def openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}: {done.stderr}")


class Authority:
    def __init__(self, directory, name="authority"):
        self.directory = directory
        self.file = directory / f"{name}.pem"
        self.key = directory / f"{name}.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE", "-days", 30, "-keyout", self.key, "-out", self.file)

    def pem(self):
        return self.file.read_text(encoding="utf-8")

    def issue(self, name, *names, days=90):
        """For these names and addresses. Negative days: it has expired."""
        key, request, made, extensions = (self.directory / f"{name}.{ending}" for ending in ("key", "csr", "crt", "ext"))
        listed = ",".join(f"IP:{each}" if each[0].isdigit() else f"DNS:{each}" for each in names)
        extensions.write_text(f"subjectAltName={listed}\n", encoding="utf-8")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self.key, "-CAcreateserial", "-extfile", extensions, "-days", days, "-out", made)
        both = self.directory / f"{name}.both.pem"
        both.write_text(made.read_text(encoding="utf-8") + key.read_text(encoding="utf-8"), encoding="utf-8")
        return both
