# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificates for tests, made by openssl(1): each its own authority."""
import os
import subprocess


def make(work, name, names=(), addresses=(), days=100, owner=None):
    """A key and a self-signed certificate for these names and addresses, owned by the first of them or whom else:
    their paths.  days below zero: it has expired."""
    key, cert = (os.path.join(work, name + ending) for ending in (".key", ".crt"))
    alternatives = ",".join(["DNS:" + n for n in names] + ["IP:" + a for a in addresses])
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
               "-subj", "/CN=" + (owner or (names[0] if names else addresses[0])), "-utf8", "-keyout", key, "-out", cert,
               "-addext", "subjectAltName=" + alternatives]
    if days > 0:
        subprocess.run(command + ["-days", str(days)], check=True, stderr=subprocess.DEVNULL)
    else:
        expired(command, key, cert, work)
    os.chmod(key, 0o600)
    return key, cert


def expired(command, key, cert, work):
    """req knows no dates; ca does."""
    request = os.path.join(work, "request.csr")
    config = os.path.join(work, "ca.cnf")
    at = command.index("-x509")
    subprocess.run(command[:at] + command[at + 1:command.index("-out")] + ["-out", request] +
                   command[command.index("-addext"):], check=True, stderr=subprocess.DEVNULL)
    with open(config, "w") as out:
        out.write("[ca]\ndefault_ca = d\n[d]\ndatabase = %s/index\nserial = %s/serial\nnew_certs_dir = %s\n"
                  "default_md = sha256\npolicy = p\ncopy_extensions = copy\nunique_subject = no\n[p]\n"
                  "commonName = supplied\n" % (work, work, work))
    open(os.path.join(work, "index"), "w").close()
    with open(os.path.join(work, "serial"), "w") as out:
        out.write("01\n")
    subprocess.run(["openssl", "ca", "-batch", "-config", config, "-selfsign", "-keyfile", key, "-in", request,
                    "-out", cert, "-notext", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z"],
                   check=True, stderr=subprocess.DEVNULL)
